"""What customers write to us: bubbles stored once, media sealed, and which chats may be opened at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope
from relance.domain import delivery
from relance.store import named, spool
from relance.store.pool import Connection

SQL = named.load("inbound.sql")


@dataclass(frozen=True, slots=True)
class Media:
    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One incoming bubble; `kind` is text, image, document, audio or other."""

    number_id: int
    customer_id: int
    page_key: str
    kind: str
    body: str
    media: Media | None

    @property
    def id(self) -> UUID:
        return envelope.derived_id("inbound", self.number_id, self.customer_id, self.page_key)


@dataclass(frozen=True, slots=True)
class Chat:
    title: str
    customer_id: int
    phone: str


async def bind(
    connection: Connection,
    *,
    number_id: int,
    customer_id: int,
    title: str,
    last_outgoing: str | None,
    at: datetime,
) -> str | None:
    """Remember the chat's title; answers the key of our last bubble at the very first reading."""
    history_until: str | None = await connection.fetchval(SQL.bind, number_id, customer_id, title, last_outgoing, at)
    return history_until


async def customer_with(connection: Connection, phone: str) -> int | None:
    found: int | None = await connection.fetchval(SQL.is_customer, phone)
    return found


async def known_chats(
    connection: Connection, number_id: int, titles: Sequence[str], phones: Sequence[str | None]
) -> tuple[Chat, ...]:
    """Whose chats these titles may be, in the order given; everything else on that phone stays private.

    Two customers may have been seen under one title.
    """
    rows = await connection.fetch(SQL.known_chats, number_id, list(titles), list(phones))
    return tuple(Chat(*row.values()) for row in rows)


async def never_opened(connection: Connection, number_id: int) -> tuple[Chat, ...]:
    """Customers of a number under whose title nobody knows yet, the latest first; `title` is the ledger's name."""
    return tuple(Chat(*row.values()) for row in await connection.fetch(SQL.never_opened, number_id))


async def stored(connection: Connection, number_id: int, customer_id: int) -> dict[str, str]:
    """Text hash by key of what this customer wrote, in the order of storing."""
    rows = await connection.fetch(SQL.stored, number_id, customer_id)
    return {row["page_key"]: delivery.text_hash(row["body"]) for row in rows}


async def add(connection: Connection, message: Incoming, *, key: bytes, at: datetime) -> bool:
    """Store one bubble and seal its media under the spool's key; False when it was there. Inside a transaction."""
    media = message.media
    media_id = envelope.derived_id("media", message.id) if media else None
    added = await connection.fetchval(
        SQL.add,
        message.id,
        message.number_id,
        message.customer_id,
        message.page_key,
        message.kind,
        message.body,
        at,
        media_id,
    )
    if added is None:
        return False
    if media and media_id:
        nonce, sealed = spool.seal(key, media_id, media.data)
        digest = hashlib.sha256(media.data).hexdigest()
        await connection.execute(
            SQL.spool, media_id, message.id, media.mime, len(media.data), digest, nonce, sealed, at
        )
    return True
