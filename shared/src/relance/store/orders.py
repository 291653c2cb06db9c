"""What a person orders by hand: hold, resume, approve, pilot, activate. Every row keeps who said so and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from relance.domain.enclosure import Kind as Enclosed
from relance.domain.receivable import HoldReason
from relance.store import named
from relance.store.pool import Connection
from relance.store.reminders import Key

SQL = named.load("orders.sql")


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    key: str
    customer_id: int | None
    ledger_id: int
    ledger: str
    customer: str


@dataclass(frozen=True, slots=True)
class Ledger:
    id: int
    name: str
    state: str
    late_items: int


@dataclass(frozen=True, slots=True)
class Target:
    """What an order is about: exactly one of the three."""

    ledger_id: int | None = None
    customer_id: int | None = None
    receivable_id: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One step of a row: carried by a message in some state, or passed over."""

    step: str
    cycle: int
    due_at: datetime
    skipped: str | None
    state: str | None
    reason: str | None
    sent_at: datetime | None
    attachment: Enclosed | None = None
    problem: str | None = None  # why what goes with it cannot be made; French


@dataclass(frozen=True, slots=True)
class Booked:
    """A message that waits for its number, and the rows it speaks of: the one that carries it first."""

    job_id: UUID
    customer_id: int
    template: str
    due_at: datetime
    attachment: Enclosed | None
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Held:
    scope: str
    reason: HoldReason
    until: datetime | None
    by: str
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pilot:
    name: str
    phone: str
    added_at: datetime
    added_by: str


async def rows_by_key(connection: Connection, key: str, ledger: str | None) -> list[Row]:
    return [Row(**row) for row in _dicts(await connection.fetch(SQL.row_by_key, key, ledger))]


async def rows_by_id(connection: Connection, ids: Sequence[int]) -> list[Row]:
    return [Row(**row) for row in _dicts(await connection.fetch(SQL.rows_by_id, ids))]


async def rows_by_phone(connection: Connection, phones: Collection[str], ledger: str | None) -> list[Row]:
    return [Row(**row) for row in _dicts(await connection.fetch(SQL.rows_by_phone, list(phones), ledger))]


async def countries(connection: Connection, ledger: str | None) -> list[str]:
    return [row["country"] for row in await connection.fetch(SQL.countries, ledger)]


async def ledger_named(connection: Connection, name: str) -> Ledger | None:
    row = await connection.fetchrow(SQL.ledger_named, name)
    return None if row is None else Ledger(**dict(row))


async def ledger_names(connection: Connection) -> dict[int, str]:
    return {row["id"]: row["name"] for row in await connection.fetch(SQL.ledger_names)}


async def zone_of(connection: Connection, target: Target) -> str:
    """Where the creditor lives: a day that is given ends there."""
    place = (target.ledger_id, target.customer_id, target.receivable_id)
    return str(await connection.fetchval(SQL.zone_of, *place) or "UTC")


async def hold(
    connection: Connection, target: Target, reason: HoldReason, *, until: datetime | None, note: str, author: Author
) -> None:
    """Takes the place of a live one of the same reason, so that a new end holds. Inside a transaction."""
    place = (target.ledger_id, target.customer_id, target.receivable_id)
    await connection.fetch(SQL.retire, *place, [reason.value], author.at, author.name)
    await connection.execute(SQL.hold, *place, reason.value, until, author.name, note, author.at)


async def resume(
    connection: Connection, target: Target, reasons: Sequence[HoldReason], author: Author
) -> list[HoldReason]:
    """The reasons whose hold ended."""
    place = (target.ledger_id, target.customer_id, target.receivable_id)
    ended = await connection.fetch(SQL.retire, *place, [reason.value for reason in reasons], author.at, author.name)
    return [HoldReason(row["reason"]) for row in ended]


async def holds_on(connection: Connection, receivable_id: int, now: datetime) -> list[Held]:
    found = _dicts(await connection.fetch(SQL.holds_on, receivable_id, now))
    return [Held(**(row | {"reason": HoldReason(row["reason"])})) for row in found]


async def messages_of(connection: Connection, receivable_id: int) -> list[Message]:
    found = _dicts(await connection.fetch(SQL.messages_of, receivable_id))
    return [Message(**(row | {"attachment": row["attachment"] and Enclosed(row["attachment"])})) for row in found]


async def booked(connection: Connection) -> list[Booked]:
    """Messages that are due or handed over, and that nobody began to send; direct answers are not the plan's."""
    found: dict[UUID, Booked] = {}
    for row in await connection.fetch(SQL.booked):
        key = (row["receivable_id"], row["step"], row["cycle"])
        before = found.get(row["job_id"])
        if before is not None:
            found[row["job_id"]] = replace(before, keys=(*before.keys, key))
            continue
        enclosed = row["attachment"] and Enclosed(row["attachment"])
        found[row["job_id"]] = Booked(
            row["job_id"], row["customer_id"], row["template"], row["due_at"], enclosed, (key,)
        )
    return list(found.values())


async def awaiting_approval(connection: Connection, ledger: str | None) -> list[int]:
    return [row["receivable_id"] for row in await connection.fetch(SQL.awaiting_approval, ledger)]


async def approve(
    connection: Connection, receivable_id: int, key: tuple[str, int], author: Author, *, shown: int | None
) -> None:
    """`shown` is the row's version that the person saw; None for a step they did themselves, which stays done."""
    await connection.execute(SQL.approve, receivable_id, *key, author.at, author.name, shown)


async def pilots(connection: Connection) -> list[Pilot]:
    return [Pilot(**row) for row in _dicts(await connection.fetch(SQL.pilots))]


async def widen_pilot(connection: Connection, count: int, ledger: str | None, author: Author) -> int:
    return len(await connection.fetch(SQL.widen_pilot, count, author.at, author.name, ledger))


async def join_pilot(connection: Connection, customer_id: int, author: Author) -> bool:
    return bool(await connection.fetch(SQL.join_pilot, customer_id, author.at, author.name))


async def leave_pilot(connection: Connection, customer_id: int) -> bool:
    return bool(await connection.fetch(SQL.leave_pilot, customer_id))


async def activate(connection: Connection, ledger_id: int, author: Author) -> bool:
    """False when the ledger waits for nothing."""
    return bool(await connection.fetch(SQL.activate, ledger_id, author.at, author.name))


def _dicts(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]
