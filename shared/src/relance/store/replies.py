"""Incoming messages as the inbox reads them, and what it made of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.domain.effects import OpenItem
from relance.domain.replies import Reply
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("replies.sql")


@dataclass(frozen=True, slots=True)
class Message:
    id: UUID
    number_id: int
    customer_id: int
    kind: str  # text, image, document, audio, other
    body: str
    received_at: datetime
    media_id: UUID | None
    zone: str
    phone: str


@dataclass(frozen=True, slots=True)
class Unread:
    id: UUID
    customer_id: int
    received_at: datetime


async def message(connection: Connection, inbound_id: UUID) -> Message | None:
    row = await connection.fetchrow(SQL.message, inbound_id)
    return Message(**row) if row else None


async def unread(connection: Connection, *, after: Unread | None = None) -> tuple[Unread, ...]:
    """A few, the oldest first; none when there are no more after that one."""
    position = (None, None) if after is None else (after.received_at, after.id)
    return tuple(Unread(**row) for row in await connection.fetch(SQL.unread, *position))


async def open_items(connection: Connection, customer_id: int) -> tuple[OpenItem, ...]:
    rows = await connection.fetch(SQL.open_items, customer_id)
    return tuple(OpenItem(**row) for row in rows)


async def add(connection: Connection, inbound_id: UUID, reply: Reply, *, at: datetime) -> bool:
    """False when this message was understood before."""
    values = (reply.intent, reply.confidence, reply.rule, reply.promised_on, reply.amount, at)
    return bool(await connection.fetchval(SQL.add, inbound_id, *values))


async def cancel_jobs(
    connection: Connection, *, customer_id: int, item_id: int | None, kinds: Sequence[str], reason: str
) -> int:
    return len(await connection.fetch(SQL.cancel_jobs, customer_id, item_id, list(kinds), reason))
