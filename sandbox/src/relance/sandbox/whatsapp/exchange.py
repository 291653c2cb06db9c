"""The middle of the pretend WhatsApp: accepts, delivers, links, and tells whoever is connected.

Every act is: write the event to the journal, apply it to the world, post frames. Nobody hears of
something that a restart would forget.
"""

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from relance.sandbox.whatsapp import frames
from relance.sandbox.whatsapp.build import Build
from relance.sandbox.whatsapp.faults import Faults
from relance.sandbox.whatsapp.hub import Frame, Hub
from relance.sandbox.whatsapp.journal import Journal
from relance.sandbox.whatsapp.settings import Settings
from relance.sandbox.whatsapp.world import ACCEPTED, DELIVERED, READ, Contact, Event, Media, Message, World


@dataclass(frozen=True, slots=True)
class Said:
    """What one message holds."""

    text: str = ""
    media: Media | None = None
    author: str | None = None
    quoted: str | None = None
    album: str | None = None
    notice: str | None = None


class Exchange:
    def __init__(self, settings: Settings, journal: Journal, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self.journal = journal
        self.now = now
        self.world = World()
        self.build = settings.build()
        self.hub = Hub()
        self.faults = Faults(asyncio.get_running_loop().time)
        self._ticks: dict[tuple[str, str], asyncio.TimerHandle] = {}
        for event in journal.replay():
            self.world.apply(event)
        self._open_accounts()
        for message in self.world.messages:
            self._schedule_delivery(message)

    def close(self) -> None:
        for tick in self._ticks.values():
            tick.cancel()
        self.hub.end_all()
        self.journal.close()

    def reset(self) -> None:
        """Forget everything, linked devices included; connected pages find themselves logged out."""
        for tick in self._ticks.values():
            tick.cancel()
        self._ticks.clear()
        self.mend()
        self.journal.clear()
        self.world = World()
        self._open_accounts()
        for page in self.hub.pages:
            page.post({"op": "logout", "reason": "unknown_companion"})
        self.hub.end_pages()
        for phone in self.hub.phones:
            phone.post({"op": "changed"})

    def mend(self) -> None:
        """End what is broken on purpose."""
        self.release_acks()
        self.faults = Faults(self.faults.monotonic)
        self.tell_effects()

    def tell_effects(self) -> None:
        self.hub.post_to_pages(self.effects_frame())

    def effects_frame(self) -> Frame:
        return {"op": "effects", "effects": asdict(self.faults.effects)}

    def rebuild(self, build: Build, *, reload: bool) -> None:
        """Serve another build of the page from the next load on; open pages reload when told so."""
        self.build = build
        if reload:
            for page in self.hub.pages:
                page.post({"op": "reload"})

    def exists(self, number: str) -> bool:
        if number in self.world.absent:
            return False
        return (
            number in self.world.groups
            or number in self.world.phones
            or number in self.world.accounts
            or self.settings.auto_phones
        )

    def accept(self, account: str, message_id: str, to: str, said: Said) -> Message | None:
        """Take a message from a linked device, once per id; None when the recipient has no WhatsApp."""
        known = self.world.message(account, message_id)
        if known is None and not self.exists(to):
            return None
        message = known or self._record(message_id, said, account=account, customer=to, direction="out")
        if self.faults.hold_acks:
            self.world.held.add((account, message_id))
        self._tell_ack(message)
        if known is None:
            self._schedule_delivery(message)
            self.hub.post_to_phone(to, {"op": "changed", "number": to})
        return message

    def reply(self, customer: str, account: str, said: Said) -> Message:
        """A customer writes to one of the sender numbers."""
        message = self._record(uuid.uuid4().hex.upper(), said, account=account, customer=customer, direction="in")
        self._tell_message(message)
        return message

    def edit(self, message: Message, text: str) -> None:
        self.note({"kind": "edited", "account": message.account, "id": message.id, "text": text})
        self._tell_message(message)

    def delete(self, message: Message) -> None:
        """For everybody: a row that says so stays in its place."""
        self.note({"kind": "deleted", "account": message.account, "id": message.id})
        self._tell_message(message)

    def vanish(self, message: Message) -> None:
        """As a disappearing message does: no page shows it any more, the journal still tells of it."""
        self.note({"kind": "vanished", "account": message.account, "id": message.id})
        self.hub.post_to_account(message.account, {"op": "vanished", "chat": message.customer, "id": message.id})
        self._tell_chat(message.account, message.customer)

    def read_by_customer(self, customer: str) -> None:
        if customer in self.world.discreet:
            return
        for _, thread in list(self.world.threads_of(customer)):
            for message in thread:
                if message.direction == "out" and message.ack < READ:
                    self._set_ack(message, READ)

    def read_by_account(self, account: str, customer: str) -> None:
        unread = [m for m in self.world.thread(account, customer) if m.direction == "in" and m.ack < READ]
        for message in unread:
            self.note({"kind": "ack", "account": account, "id": message.id, "ack": READ})
        if unread:
            self._tell_chat(account, customer)
            self.hub.post_to_phone(customer, {"op": "changed", "number": customer})

    def name_contact(self, number: str, contact: Contact) -> None:
        self.note({"kind": "contact", "number": number, **asdict(contact)})
        for account in self.world.accounts:
            self._tell_chat(account, number)
        self.hub.post_to_phone(number, {"op": "changed", "number": number})

    def add_phone(self, number: str) -> None:
        self.note({"kind": "phone", "number": number})
        self.hub.post_to_phone(number, {"op": "changed", "number": number})

    def release_acks(self) -> None:
        self.faults.hold_acks = False
        held, self.world.held = self.world.held, set()
        for account, message_id in held:
            self._tell_ack(self.world.by_id[account, message_id])

    def _open_accounts(self) -> None:
        for number, name in self.settings.senders().items():
            if number not in self.world.accounts:
                self.note({"kind": "account", "number": number, "name": name})

    def note(self, event: Event) -> None:
        self.journal.append(event)
        self.world.apply(event)

    def _record(self, message_id: str, said: Said, *, account: str, customer: str, direction: str) -> Message:
        sender, recipient = (account, customer) if direction == "out" else (customer, account)
        self.note(
            {
                "kind": "message",
                "id": message_id,
                "seq": len(self.world.messages) + 1,
                "from": sender,
                "to": recipient,
                "text": said.text,
                "media": frames.media(said.media),
                "author": said.author,
                "quoted": said.quoted,
                "album": said.album,
                "notice": said.notice,
                "accepted_at": self.now().isoformat(),
                "real_at": datetime.now(UTC).isoformat(),
                "direction": direction,
            }
        )
        return self.world.messages[-1]

    def _schedule_delivery(self, message: Message) -> None:
        if message.direction == "in" or message.ack != ACCEPTED:
            return
        draw = random.Random(f"{self.settings.seed}:{message.seq}")  # noqa: S311
        delay = draw.uniform(self.settings.tick_min_s, self.settings.tick_max_s)
        loop = asyncio.get_running_loop()
        key = (message.account, message.id)
        self._ticks[key] = loop.call_later(delay, self._set_ack, message, DELIVERED)

    def _set_ack(self, message: Message, ack: int) -> None:
        self._ticks.pop((message.account, message.id), None)
        if message.ack >= ack:
            return
        self.note({"kind": "ack", "account": message.account, "id": message.id, "ack": ack})
        self._tell_ack(message)
        self.hub.post_to_phone(message.customer, {"op": "changed", "number": message.customer})

    def _tell_ack(self, message: Message) -> None:
        if not self.faults.shuffle_s:
            self._post_ack(message)
            return
        draw = random.Random(f"{self.settings.seed}:{message.seq}:{message.ack}")  # noqa: S311
        asyncio.get_running_loop().call_later(draw.uniform(0, self.faults.shuffle_s), self._post_ack, message)

    def _post_ack(self, message: Message) -> None:
        if (message.account, message.id) in self.world.held:
            return
        chat = frames.chat(self.world, message.account, message.customer)
        told = {"op": "ack", "message": frames.message(self.world, message), "chat": chat}
        self.hub.post_to_account(message.account, told)

    def _tell_message(self, message: Message) -> None:
        chat = frames.chat(self.world, message.account, message.customer)
        told = {"op": "message", "message": frames.message(self.world, message), "chat": chat}
        self.hub.post_to_account(message.account, told)
        self.hub.post_to_phone(message.customer, {"op": "changed", "number": message.customer})

    def _tell_chat(self, account: str, customer: str) -> None:
        self.hub.post_to_account(account, {"op": "chat", "chat": frames.chat(self.world, account, customer)})
