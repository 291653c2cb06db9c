"""What the pretend WhatsApp remembers, rebuilt by applying the journal's events in order.

No I/O and no clock here: an event carries all it needs, so a replay gives the same world.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from relance.sandbox.whatsapp import numbers

Event = dict[str, Any]

PENDING, ACCEPTED, DELIVERED, READ = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Media:
    sha256: str
    mime: str
    name: str
    size: int
    kind: str = ""
    """image, document, sticker, voice or video; empty in older journals."""
    state: str = "ready"
    """ready, lazy (shown once asked for) or expired (never shown again)."""


@dataclass(slots=True)
class Message:
    id: str
    seq: int
    account: str
    customer: str
    direction: str
    text: str
    media: Media | None
    accepted_at: str
    real_at: str
    ack: int
    author: str | None = None
    """Who of a group wrote it."""
    quoted: str | None = None
    album: str | None = None
    notice: str | None = None
    """What the chat itself says (encryption, disappearing messages…): nobody wrote it."""
    is_edited: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    saved: bool
    username: str | None = None
    hides_number: bool = False
    """Known to the owner's phone by a privacy id only: no page shows the number."""


@dataclass(frozen=True, slots=True)
class Group:
    """A chat of several people; its id stands where a chat of one person has the number."""

    name: str
    members: tuple[str, ...]


@dataclass(slots=True)
class World:
    accounts: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    """Token of a linked device → its account."""
    phones: dict[str, None] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    by_id: dict[tuple[str, str], Message] = field(default_factory=dict)
    threads: dict[tuple[str, str], list[Message]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    discreet: set[str] = field(default_factory=set)
    """Customers whose read receipts are off."""
    restricted: dict[str, str] = field(default_factory=dict)
    """Account → `timelock` (no composer at all) or `capped` (none in chats where nobody ever answered)."""
    banners: dict[str, str] = field(default_factory=dict)
    """Account → what its pages warn of: `warning`, `capping` or `rate`."""
    held: set[tuple[str, str]] = field(default_factory=set)
    """(account, message id) whose ticks are withheld from the pages; not remembered over a restart."""

    def apply(self, event: Event) -> None:
        _APPLY[event["kind"]](self, event)

    def message(self, account: str, message_id: str) -> Message | None:
        return self.by_id.get((account, message_id))

    def shown_ack(self, message: Message) -> int:
        return PENDING if (message.account, message.id) in self.held else message.ack

    def thread(self, account: str, customer: str) -> list[Message]:
        return self.threads.get((account, customer), [])

    def threads_of(self, customer: str) -> Iterator[tuple[str, list[Message]]]:
        return ((account, thread) for (account, other), thread in self.threads.items() if other == customer)

    def is_barred(self, account: str, customer: str) -> bool:
        """True when WhatsApp lets this number write nothing to this person now."""
        how = self.restricted.get(account)
        return how == "timelock" or (how == "capped" and not self.has_answered(account, customer))

    def has_answered(self, account: str, customer: str) -> bool:
        return any(message.direction == "in" for message in self.thread(account, customer))

    def chats(self, account: str) -> list[str]:
        """Customers whom `account` has a chat with, or holds as a saved contact."""
        talking = [customer for owner, customer in self.threads if owner == account]
        saved = [number for number, contact in self.contacts.items() if contact.saved]
        return list(dict.fromkeys(talking + saved + list(self.groups)))

    def title(self, customer: str) -> str:
        if customer in self.groups:
            return self.groups[customer].name
        contact = self.contacts.get(customer)
        if contact and contact.saved:
            return contact.name
        if contact and contact.username:
            return f"@{contact.username}"
        return f"~{contact.name}" if contact and contact.hides_number else numbers.displayed(customer)

    def shown_number(self, customer: str) -> str | None:
        contact = self.contacts.get(customer)
        is_hidden = customer in self.groups or (contact is not None and contact.hides_number)
        return None if is_hidden else numbers.displayed(customer)

    def _account(self, event: Event) -> None:
        self.accounts[event["number"]] = event["name"]

    def _linked(self, event: Event) -> None:
        self.devices[event["token"]] = event["number"]

    def _unlinked(self, event: Event) -> None:
        self.devices.pop(event["token"], None)

    def _phone(self, event: Event) -> None:
        self.phones.setdefault(event["number"])

    def _contact(self, event: Event) -> None:
        self.phones.setdefault(event["number"])
        self.contacts[event["number"]] = Contact(
            event["name"], event["saved"], event.get("username"), event.get("hides_number", False)
        )

    def _group(self, event: Event) -> None:
        self.groups[event["id"]] = Group(event["name"], tuple(event["members"]))

    def _message(self, event: Event) -> None:
        is_out = event["direction"] == "out"
        account, customer = (event["from"], event["to"]) if is_out else (event["to"], event["from"])
        media = Media(**event["media"]) if event["media"] else None
        message = Message(
            id=event["id"],
            seq=event["seq"],
            account=account,
            customer=customer,
            direction=event["direction"],
            text=event["text"],
            media=media,
            accepted_at=event["accepted_at"],
            real_at=event["real_at"],
            ack=ACCEPTED if is_out else READ if event.get("notice") else DELIVERED,
            author=event.get("author"),
            quoted=event.get("quoted"),
            album=event.get("album"),
            notice=event.get("notice"),
        )
        if customer not in self.groups:
            self.phones.setdefault(customer)
        self.messages.append(message)
        self.by_id[account, message.id] = message
        self.threads.setdefault((account, customer), []).append(message)

    def _ack(self, event: Event) -> None:
        message = self.by_id[event["account"], event["id"]]
        message.ack = max(message.ack, event["ack"])

    def _edited(self, event: Event) -> None:
        message = self.by_id[event["account"], event["id"]]
        message.text, message.is_edited = event["text"], True

    def _deleted(self, event: Event) -> None:
        message = self.by_id[event["account"], event["id"]]
        message.text, message.media, message.is_deleted = "", None, True

    def _vanished(self, event: Event) -> None:
        message = self.by_id[event["account"], event["id"]]
        self.thread(message.account, message.customer).remove(message)

    def _absent(self, event: Event) -> None:
        (self.absent.add if event["on"] else self.absent.discard)(event["number"])

    def _discreet(self, event: Event) -> None:
        (self.discreet.add if event["on"] else self.discreet.discard)(event["number"])

    def _restricted(self, event: Event) -> None:
        if event["on"]:
            self.restricted[event["number"]] = event.get("how", "timelock")
        else:
            self.restricted.pop(event["number"], None)

    def _banner(self, event: Event) -> None:
        if event["banner"]:
            self.banners[event["number"]] = event["banner"]
        else:
            self.banners.pop(event["number"], None)


_APPLY: dict[str, Callable[[World, Event], None]] = {
    "account": World._account,
    "linked": World._linked,
    "unlinked": World._unlinked,
    "phone": World._phone,
    "contact": World._contact,
    "group": World._group,
    "message": World._message,
    "ack": World._ack,
    "edited": World._edited,
    "deleted": World._deleted,
    "vanished": World._vanished,
    "absent": World._absent,
    "discreet": World._discreet,
    "restricted": World._restricted,
    "banner": World._banner,
}


def entry(message: Message) -> dict[str, Any]:
    """One line of the ground truth, as tests and the demo read it."""
    is_out = message.direction == "out"
    return {
        "id": message.id,
        "seq": message.seq,
        "from": message.account if is_out else message.customer,
        "to": message.customer if is_out else message.account,
        "text": message.text,
        "media_sha256": message.media.sha256 if message.media else None,
        "media_kind": message.media.kind if message.media else None,
        "media_name": message.media.name if message.media else None,
        "accepted_at": message.accepted_at,
        "real_at": message.real_at,
        "direction": message.direction,
        "ack": message.ack,
    }
