"""What each answer changed: written with the change, listed for people, and taken back as a whole by one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from relance.store import named
from relance.store.orders import Author
from relance.store.pool import Connection

SQL = named.load("effects.sql")


@dataclass(slots=True)
class Changed:
    """What one answer changed, gathered while it happens."""

    hold_id: int | None = None
    ended_holds: list[int] = field(default_factory=list)
    receivable_id: int | None = None
    told: bool = False
    answered: bool = False
    deferred: bool = False
    trusted: bool = False

    @property
    def is_something(self) -> bool:
        return any((self.hold_id, self.ended_holds, self.told, self.answered, self.deferred, self.trusted))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a person reads it: what it was taken for, and what followed."""

    id: int
    received_at: datetime
    customer: str
    phone: str
    kind: str
    body: str
    intent: str
    confidence: float
    promised_on: date | None
    amount: Decimal | None
    row: str
    held: str | None
    until: datetime | None
    ended: bool
    told: bool
    answered: bool
    deferred: bool
    trusted: bool
    undone_at: datetime | None
    undone_by: str | None
    waits_since: datetime | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an answer's effects back did; `answer_left` is what nobody can take back."""

    released: bool
    restored: int
    trusted: bool
    answer_left: bool


async def add(connection: Connection, inbound_id: UUID, customer_id: int, changed: Changed, *, at: datetime) -> None:
    if changed.is_something:
        await connection.execute(
            SQL.add, inbound_id, customer_id, changed.receivable_id, changed.hold_id, changed.ended_holds,
            changed.told, changed.answered, changed.deferred, changed.trusted, at,
        )  # fmt: skip


async def recent(connection: Connection, *, since: datetime, only_waiting: bool) -> Sequence[Answer]:
    return [Answer(**dict(row)) for row in await connection.fetch(SQL.recent, since, only_waiting)]


async def undo(connection: Connection, number: int, author: Author) -> Undone | None:
    """Take back all that one answer changed; None when there is nothing to take back. Inside a transaction."""
    row = await connection.fetchrow(SQL.undo, number, author.at, author.name)
    if row is None:
        return None
    released = row["hold_id"] is not None and bool(
        await connection.fetch(SQL.release, row["hold_id"], author.at, author.name)
    )
    restored = await connection.fetch(SQL.restore, row["ended_holds"], author.at)
    await connection.fetch(SQL.take_back_answer, row["inbound_id"])
    await connection.fetch(SQL.close_tasks, row["inbound_id"], author.at)
    left = bool(await connection.fetchval(SQL.answer_left, row["inbound_id"]))
    return Undone(released, len(restored), row["trusted"], left)


async def finish(connection: Connection, number: int, author: Author, *, resume: bool) -> bool | None:
    """A person has dealt with an answer: nobody waits any more, and what it held goes on when they say so.

    None when no answer has that number; else whether somebody was still waiting or something was held.
    """
    row = await connection.fetchrow(SQL.find, number)
    if row is None:
        return None
    closed = await connection.fetch(SQL.close_tasks, row["inbound_id"], author.at)
    released = []
    if resume and row["hold_id"] is not None:
        released = await connection.fetch(SQL.release, row["hold_id"], author.at, author.name)
    return bool(closed or released)
