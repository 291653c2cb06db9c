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


async def place(
    connection: Connection,
    *,
    customer_id: int,
    hold: Hold,
    at: datetime,
    item_id: int | None = None,
    inbound_id: UUID | None = None,
) -> bool:
    """Hold the person, or one item; True when nothing of that reason held them before. Inside a transaction."""
    owner = (None, item_id) if item_id is not None else (customer_id, None)
    replaced = await connection.fetch(SQL.retire, *owner, at, hold.reason, hold.by)
    await connection.execute(SQL.place, *owner, hold.reason, hold.until, hold.by, inbound_id, at)
    return not any(row[0] for row in replaced)


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
