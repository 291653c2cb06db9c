"""Which step of which item is decided: carried by a job, or skipped with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("reminders.sql")

Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of one item: either `job_id` carries it, or `skipped` says why nothing did."""

    ledger_id: int
    receivable_id: int
    step: str
    cycle: int
    due_at: datetime
    job_id: UUID | None = None
    skipped: str | None = None
    sequence_version: int | None = None  # None for the shipped sequences

    @property
    def key(self) -> Key:
        return (self.receivable_id, self.step, self.cycle)


async def withdraw(connection: Connection, job_ids: Sequence[UUID]) -> None:
    await connection.execute(SQL.withdraw, job_ids)


async def record(connection: Connection, entries: Sequence[Entry], now: datetime) -> frozenset[Key]:
    """What was recorded; a step of an item that is already decided is not."""
    if not entries:
        return frozenset()
    ids = [envelope.derived_id("reminder", *entry.key) for entry in entries]
    rows = [
        (e.ledger_id, e.receivable_id, e.step, e.cycle, e.due_at, e.job_id, e.skipped, e.sequence_version)
        for e in entries
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    found = await connection.fetch(SQL.record, ids, *columns, now)
    return frozenset((row["receivable_id"], row["step"], row["cycle"]) for row in found)


async def items_of(connection: Connection, job_ids: Sequence[UUID]) -> dict[UUID, dict[int, tuple[str, int]]]:
    """By job: receivable id → (step, cycle), for the rows it speaks of."""
    found: dict[UUID, dict[int, tuple[str, int]]] = {}
    for row in await connection.fetch(SQL.items_of, job_ids) if job_ids else ():
        found.setdefault(row["job_id"], {})[row["receivable_id"]] = (row["step"], row["cycle"])
    return found
