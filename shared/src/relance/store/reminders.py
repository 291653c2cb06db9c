"""Which step of which item is decided: carried by a job, or skipped with the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relance.contracts import envelope
from relance.domain.receivable import Receivable
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("reminders.sql")


async def withdraw(connection: Connection, job_id: UUID) -> None:
    await connection.execute(SQL.withdraw, job_id)


async def carry(
    connection: Connection, row: Receivable, step: str, cycle: int, *, job_id: UUID, due_at: datetime, now: datetime
) -> bool:
    """False when the step of this item is already decided."""
    key = envelope.derived_id("reminder", row.id, step, cycle)
    values = (key, row.ledger_id, row.id, step, cycle, due_at, job_id, None, now)
    return await connection.fetchval(SQL.record, *values) is not None


async def skip(
    connection: Connection, row: Receivable, step: str, *, reason: str, due_at: datetime, now: datetime
) -> None:
    key = envelope.derived_id("reminder", row.id, step, 1)
    await connection.execute(SQL.record, key, row.ledger_id, row.id, step, 1, due_at, None, reason, now)


async def items_of(connection: Connection, job_id: UUID) -> dict[int, str]:
    """Receivable id → step, for the rows a job speaks of."""
    return {row["receivable_id"]: row["step"] for row in await connection.fetch(SQL.items_of, job_id)}
