"""The plan: for every item, what leaves now, what waits and why; run at each tick and at every event.

Reads what changed and what is due in a handful of queries, decides purely, then writes in batches: jobs, the steps
they carry, the steps they pass over. It may die or run twice anywhere: every write is keyed by the step's own identity.
A row that fails is counted and marked, and the others go on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from relance.contracts import events
from relance.domain import attention as clockwork
from relance.domain.decision import Verdict
from relance.domain.steps import Policy
from relance.scheduler import booking, metrics, outlook
from relance.scheduler.texts import Texts
from relance.store import attention, deciding, outbox, sequences
from relance.store.attention import Batch
from relance.store.pool import ACQUIRE_TIMEOUT_S, Connection, Pool

SOURCE = "scheduler"


@dataclass(frozen=True, slots=True)
class _Looked:
    """Messages that became due, rows of which something new was decided."""

    planned: int
    changed: int


async def run(pool: Pool, texts_: Texts, policy: Policy, now: datetime) -> int:
    """One pass over what changed and what is due; how many messages became due. 0 when another planner is at work.

    Its cost follows the rows that it looks at, never the rows that are open.
    """
    started = time.monotonic()
    planned = changed = 0
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
        if not await deciding.try_lock(connection):
            return 0
        try:
            await sequences.first_look(connection, now, above=policy.activation_above)
            newest = await attention.newest_mark(connection)
            while (batch := await attention.take(connection, now, up_to=newest)) is not None:
                looked = await _look_at(connection, batch, texts_, policy=policy, now=now)
                planned, changed = planned + looked.planned, changed + looked.changed
            if changed:
                async with connection.transaction():
                    await outbox.tell(connection, events.PlanChanged(rows=changed), source=SOURCE, at=now)
        finally:
            if not connection.is_closed():
                await deciding.unlock(connection)
    metrics.PLAN_DURATION.observe(time.monotonic() - started)
    metrics.LAST_RUN.set_to_current_time()
    return planned


async def next_turn(pool: Pool, now: datetime) -> datetime | None:
    """When time alone next changes a decision."""
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
        return await attention.next_look(connection, now)


async def _look_at(connection: Connection, batch: Batch, texts_: Texts, *, policy: Policy, now: datetime) -> _Looked:
    known = await deciding.cases_of(connection, list(batch.receivables), now)
    outlooks = [outlook.of_person(list(group), policy, now) for _, group in groupby(known, key=outlook.person)]
    planned = await booking.book(connection, outlooks, texts_, policy=policy, now=now)
    looks = {
        one.case.receivable.id: clockwork.next_look(one.case, o.decisions[one.case.receivable.id], policy, now)
        for o in outlooks
        for one in o.known
    }
    await attention.done(connection, batch, looks)
    return _Looked(planned, sum(len(one.news()) for one in outlooks))


async def count(pool: Pool) -> None:
    """How many rows stand where, for the gauges."""
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
        found = await attention.verdicts(connection)
    for verdict in Verdict:
        metrics.DECISIONS.labels(verdict=verdict.value).set(found.get(verdict.value, 0))
