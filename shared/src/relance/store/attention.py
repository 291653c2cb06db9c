"""Which rows a planning pass has to look at: those that changed, and those whose time has come.

Whatever changes a row, its person, a hold, a paper, a message or the rules leaves a mark in the same transaction
(triggers of 0005_planning.sql). What only time changes is in `decision.look_at`. Beside both, everybody is looked at
again when the rules of everybody change, at each start, and once a day: a mark that was never made loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("attention.sql")

MARKS_AT_ONCE = 2_000
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to decide, `asked` being those it is about; `swept_to` when the look at everybody is behind them."""

    receivables: tuple[int, ...]
    asked: frozenset[int]
    marks: tuple[int, ...] = ()
    swept_to: int | None = None


async def newest_mark(connection: Connection) -> int:
    return int(await connection.fetchval(SQL.newest_mark))


async def take(connection: Connection, now: datetime, *, up_to: int) -> Batch | None:
    """The next rows to look at, what is due before what is only looked at again; None when there are none."""
    marks = await connection.fetch(SQL.marks, up_to, MARKS_AT_ONCE)
    due = await connection.fetch(SQL.due, now, ROWS_AT_ONCE)
    if any(mark["customer_id"] is None and mark["receivable_id"] is None for mark in marks):
        await connection.execute(SQL.start_sweep)
    if marks or due:
        asked = frozenset({row["receivable_id"] for row in (*marks, *due)} - {None})
        people = {mark["customer_id"] for mark in marks} - {None}
        found = await _with_siblings(connection, asked, people)
        return Batch(found, asked, tuple(mark["id"] for mark in marks))
    return await _swept(connection)


async def _swept(connection: Connection) -> Batch | None:
    after = await connection.fetchval(SQL.sweep)
    if after is None:
        return None
    rows = [row["id"] for row in await connection.fetch(SQL.swept, after, ROWS_AT_ONCE)]
    if not rows:
        await connection.execute(SQL.advance_sweep, None)
        return None
    return Batch(await _with_siblings(connection, rows, ()), frozenset(rows), swept_to=rows[-1])


async def done(connection: Connection, batch: Batch, looks: Mapping[int, datetime | None]) -> None:
    """The rows were decided: when to look again, None for only at news. What is gone waits for news too."""
    rows = list(batch.asked.union(batch.receivables))
    ends = [looks.get(item) for item in rows]
    async with connection.transaction():
        await connection.execute(SQL.look, rows, ends)
        await connection.execute(SQL.forget, list(batch.marks))
        if batch.swept_to is not None:
            await connection.execute(SQL.advance_sweep, batch.swept_to)


async def look_at_everybody(connection: Connection) -> None:
    await connection.execute(SQL.start_sweep)


async def next_look(connection: Connection, now: datetime) -> datetime | None:
    found: datetime | None = await connection.fetchval(SQL.next_look, now)
    return found


async def verdicts(connection: Connection) -> dict[str, int]:
    return {row["verdict"]: row["items"] for row in await connection.fetch(SQL.verdicts)}


async def _with_siblings(connection: Connection, rows: Collection[int], people: Collection[int]) -> tuple[int, ...]:
    return tuple(row["id"] for row in await connection.fetch(SQL.with_siblings, list(rows), list(people)))
