"""What a person has to look at. `subject` is the identity that makes a task once: an id, never a name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("tasks.sql")


async def open_task(
    connection: Connection,
    kind: str,
    subject: object,
    *,
    at: datetime,
    customer_id: int | None = None,
    receivable_id: int | None = None,
    inbound_id: UUID | None = None,
) -> bool:
    """True when it was not there yet; a closed task stays closed."""
    arguments = (kind, str(subject), customer_id, receivable_id, inbound_id, at)
    return await connection.fetchval(SQL.open, *arguments) is not None


async def reopen(connection: Connection, kind: str, subject: object, *, at: datetime) -> bool:
    return await connection.fetchval(SQL.reopen, kind, str(subject), at) is not None


async def close(connection: Connection, kind: str, subject: object, *, at: datetime) -> None:
    await connection.execute(SQL.close, kind, str(subject), at)


async def waiting(connection: Connection, *, overdue_from: datetime) -> tuple[datetime | None, int]:
    """Since when the oldest open task waits, and how many were opened by then."""
    row = await connection.fetchrow(SQL.waiting, overdue_from)
    return (row["oldest"], row["overdue"]) if row else (None, 0)


async def close_settled(connection: Connection, *, at: datetime) -> None:
    await connection.execute(SQL.close_settled, at)
