"""What stands in the way of writing to somebody: who said so, why, until when.

A hold is never overwritten: it is lifted, by whom is kept, and another takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.domain.receivable import Hold, HoldReason
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("holds.sql")


@dataclass(frozen=True, slots=True)
class Over:
    """A hold that ended by itself."""

    id: int
    reason: HoldReason
    customer_id: int | None
    receivable_id: int | None
    is_paid: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """`id` is None when what holds already stays; `replaced` were in force until now."""

    id: int | None
    replaced: tuple[int, ...] = ()
    is_news: bool = False


async def place(
    connection: Connection,
    *,
    customer_id: int,
    hold: Hold,
    at: datetime,
    item_id: int | None = None,
    inbound_id: UUID | None = None,
) -> Placed:
    """Hold the person, or one item, in the place of a hold of the same reason. Inside a transaction.

    What only a person ends stays as it is when the new hold would end by itself.
    """
    owner = (None, item_id) if item_id is not None else (customer_id, None)
    if hold.until is not None and await connection.fetchval(SQL.has_no_end, *owner, hold.reason):
        return Placed(None)
    replaced = await connection.fetch(SQL.retire, *owner, at, hold.reason, hold.by)
    placed = await connection.fetchval(SQL.place, *owner, hold.reason, hold.until, hold.by, inbound_id, at)
    ended = tuple(row["id"] for row in replaced if row["was_live"])
    return Placed(placed, ended, is_news=not ended)


async def lift(
    connection: Connection, *, customer_id: int, reason: HoldReason, by: str, at: datetime
) -> tuple[int, ...]:
    """End that reason's holds on the person and the person's items; the ids of those that ended."""
    return tuple(row["id"] for row in await connection.fetch(SQL.lift, customer_id, reason, at, by))


async def live(connection: Connection, *, customer_id: int, at: datetime) -> tuple[Hold, ...]:
    rows = await connection.fetch(SQL.live, customer_id, at)
    return tuple(Hold(HoldReason(row["reason"]), row["until"], row["by"]) for row in rows)


async def is_silenced(connection: Connection, *, customer_id: int, at: datetime) -> bool:
    return bool(await connection.fetchval(SQL.is_silenced, customer_id, at))


async def expire(connection: Connection, *, at: datetime) -> tuple[Over, ...]:
    rows = await connection.fetch(SQL.expire, at)
    return tuple(
        Over(row["id"], HoldReason(row["reason"]), row["person_id"], row["receivable_id"], row["status"] == "paid")
        for row in rows
    )
