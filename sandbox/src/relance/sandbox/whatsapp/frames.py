"""The JSON that the pages receive."""

from dataclasses import asdict
from typing import Any

from relance.sandbox.whatsapp.world import READ, Media, Message, World


def media(media: Media | None) -> dict[str, Any] | None:
    if media is None:
        return None
    kind = media.kind or ("image" if media.mime.startswith("image/") else "document")
    return asdict(media) | {"kind": kind}


def _quote(world: World, message: Message) -> dict[str, Any] | None:
    quoted = world.message(message.account, message.quoted) if message.quoted else None
    return {"direction": quoted.direction, "text": quoted.text} if quoted else None


def message(world: World, message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "seq": message.seq,
        "chat": message.customer,
        "direction": message.direction,
        "text": message.text,
        "media": media(message.media),
        "at": message.accepted_at,
        "ack": world.shown_ack(message),
        "author": world.title(message.author) if message.author else None,
        "quote": _quote(world, message),
        "album": message.album,
        "notice": message.notice,
        "edited": message.is_edited,
        "deleted": message.is_deleted,
    }


def chat(world: World, account: str, customer: str) -> dict[str, Any]:
    thread = world.thread(account, customer)
    contact = world.contacts.get(customer)
    return {
        "chat": customer,
        "title": world.title(customer),
        "saved": bool(contact and contact.saved),
        "pushname": contact.name if contact and not contact.saved else None,
        "display": world.shown_number(customer),
        "members": [world.title(member) for member in world.groups[customer].members]
        if customer in world.groups
        else None,
        "username": contact.username if contact else None,
        "answered": world.has_answered(account, customer),
        "unread": sum(1 for m in thread if m.direction == "in" and m.ack < READ),
        "last": message(world, thread[-1]) if thread else None,
    }
