"""Incoming messages as the inbox reads them, and what it made of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.domain.effects import OpenItem, Trust
from relance.domain.replies import Reply
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("replies.sql")

# Characters: people repeat short answers, machines repeat long ones.
REPEATED_FROM = 40


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
    about_job: UUID | None = None
    about_kind: str | None = None
    quoted_items: Sequence[int] = ()
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    id: UUID
    customer_id: int
    received_at: datetime


async def message(connection: Connection, inbound_id: UUID) -> Message | None:
    row = await connection.fetchrow(SQL.message, inbound_id, REPEATED_FROM)
    return Message(**row) if row else None


async def unread(connection: Connection, *, after: Unread | None = None) -> tuple[Unread, ...]:
    """A few, the oldest first; none when there are no more after that one."""
    position = (None, None) if after is None else (after.received_at, after.id)
    return tuple(Unread(**row) for row in await connection.fetch(SQL.unread, *position))


async def open_items(connection: Connection, customer_id: int) -> tuple[OpenItem, ...]:
    rows = await connection.fetch(SQL.open_items, customer_id)
    return tuple(
        OpenItem(row["id"], row["balance"], row["departs_on"], row["has_link"], Trust.read(row["policy"]))
        for row in rows
    )


async def broken_promises(connection: Connection, customer_id: int) -> int:
    return int(await connection.fetchval(SQL.broken_promises, customer_id))


async def add(connection: Connection, message: Message, reply: Reply, *, at: datetime) -> bool:
    """False when this message was understood before."""
    meaning = (reply.intent, reply.confidence, reply.rule, reply.promised_on, reply.amount, reply.also)
    evidence = reply.evidence or (None, None)
    return bool(await connection.fetchval(SQL.add, message.id, *meaning, *evidence, message.about_job, at))


async def cancel_jobs(
    connection: Connection, *, customer_id: int, item_id: int | None, kinds: Sequence[str], reason: str
) -> int:
    return len(await connection.fetch(SQL.cancel_jobs, customer_id, item_id, list(kinds), reason))
