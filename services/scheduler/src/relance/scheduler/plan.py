"""The plan: for every item, what leaves now, what waits and why; run at each tick and at every event.

Reads everything in a handful of queries, decides purely, then writes one transaction per person: a job, the steps it
carries, the steps it passes over. It may die or run twice anywhere: every write is keyed by the step's own identity.
A row that fails is counted and marked, and the others go on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import asyncpg

from relance.contracts import envelope
from relance.domain import sequence, standing, steps
from relance.domain.errors import Broken, Refused, TemplateRejected
from relance.domain.sequence import Decision, Verdict
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose
from relance.runtime import logs
from relance.scheduler import metrics, texts
from relance.scheduler.texts import Texts
from relance.store import deciding, jobs, reminders
from relance.store.deciding import Known
from relance.store.pool import ACQUIRE_TIMEOUT_S, Connection, Pool

log = logs.get()

BAD_ROW = (
    Refused,
    Broken,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)
"""What one impossible row may raise; anything else stops the pass, and the loop tries again."""


@dataclass(frozen=True, slots=True)
class Due:
    """An item whose step leaves now."""

    case: Case
    decision: Decision

    @property
    def step(self) -> steps.Step:
        return steps.BY_NAME[self.decision.step or ""]

    @property
    def is_reminder(self) -> bool:
        return self.step.is_reminder


async def run(pool: Pool, texts_: Texts, policy: Policy, now: datetime) -> int:
    """One pass over everything that is open; how many messages became due. 0 when another planner is at work."""
    started = time.monotonic()
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
        if not await deciding.try_lock(connection):
            return 0
        try:
            known = await deciding.open_cases(connection, now)
            verdicts: Counter[str] = Counter()
            planned = 0
            for _, group in groupby(known, key=lambda one: one.case.receivable.customer_id):
                planned += await _one_person(connection, list(group), texts_, policy=policy, now=now, verdicts=verdicts)
        finally:
            if not connection.is_closed():
                await deciding.unlock(connection)
    _report(verdicts, time.monotonic() - started)
    return planned


async def _one_person(
    connection: Connection,
    known: Sequence[Known],
    texts_: Texts,
    *,
    policy: Policy,
    now: datetime,
    verdicts: Counter[str],
) -> int:
    try:
        async with connection.transaction():
            return await _decide_all(connection, known, texts_, policy=policy, now=now, verdicts=verdicts)
    except BAD_ROW as error:
        metrics.ROW_FAILURES.inc()
        log.error("plan.person_failed", customer_id=known[0].case.receivable.customer_id, exc_info=error)
        verdicts["error"] += len(known)
    async with connection.transaction():
        for one in known:
            await _keep(connection, one, Decision(Verdict.BLOCKED, blockers=("error",), task="decision_failed"), now)
    return 0


async def _decide_all(
    connection: Connection,
    known: Sequence[Known],
    texts_: Texts,
    *,
    policy: Policy,
    now: datetime,
    verdicts: Counter[str],
) -> int:
    waiting: list[Due] = []
    decisions: dict[int, Decision] = {}
    for one in known:
        decision = sequence.decide(one.case, policy, now)
        if decision.verdict is Verdict.SEND:
            waiting.append(Due(one.case, decision))
        decisions[one.case.receivable.id] = decision
    messages = together(waiting)
    for late in _left_out(waiting, messages):
        decisions[late.case.receivable.id] = sequence.waits_its_turn(late.decision)
    planned = 0
    for due in messages:
        blocker = await _plan_message(connection, due, texts_, policy=policy, now=now)
        if blocker is None:
            planned += 1
            continue
        for item in due:
            decisions[item.case.receivable.id] = sequence.refused(item.decision, blocker)
    for one in known:
        decision = decisions[one.case.receivable.id]
        verdicts[decision.verdict] += 1
        await _keep(connection, one, decision, now)
    return planned


def together(waiting: Sequence[Due]) -> list[list[Due]]:
    """Messages to one person: confirmations and document requests by item, then at most one automatic reminder.

    A documents reminder comes before a payment reminder. The payment reminder speaks of every due item of the ledger
    whose item is the oldest, that one first; other ledgers wait for the interval.
    """
    direct = [[due] for due in waiting if not due.is_reminder]
    chasers = [due for due in waiting if due.is_reminder and due.step.purpose is not Purpose.PAYMENT]
    payments = [due for due in waiting if due.step.purpose is Purpose.PAYMENT]
    if chasers or not payments:
        return direct + [[chaser] for chaser in chasers[:1]]
    first = payments[sequence.carrier([due.case for due in payments], [due.step.name for due in payments])]
    same_ledger = [due for due in payments if due.case.receivable.ledger_id == first.case.receivable.ledger_id]
    return [*direct, [first, *(due for due in same_ledger if due is not first)]]


def _left_out(waiting: Sequence[Due], messages: Sequence[Sequence[Due]]) -> list[Due]:
    carried = {due.case.receivable.id for message in messages for due in message}
    return [due for due in waiting if due.case.receivable.id not in carried]


async def _plan_message(
    connection: Connection, due: Sequence[Due], texts_: Texts, *, policy: Policy, now: datetime
) -> str | None:
    """None when the message is due; else the blocker."""
    first = due[0]
    template = texts.template_of([item.step.name for item in due])
    try:
        texts_.reminder(template, [item.case for item in due], now)
    except TemplateRejected as error:
        log.warning(
            "plan.text_refused", receivable_id=first.case.receivable.id, step=first.step.name, reason=str(error)
        )
        await deciding.ask_person(connection, "text_refused", first.case, now)
        return "text_refused"
    job = _job(first, template, now)
    if not await jobs.plan(connection, job):
        return "in_flight"
    await reminders.withdraw(connection, job.id)
    for item in due:
        row, decision = item.case.receivable, item.decision
        at = texts.planned_for(item.case, item.step.name, now, policy)
        taken = await reminders.carry(
            connection, row, item.step.name, decision.cycle, job_id=job.id, due_at=at, now=now
        )
        if not taken:
            raise Broken(f"step {item.step.name} of item {row.id} is already decided")
        for step in decision.skipped:
            at = standing.falls_at(item.case, step, policy) or now
            await reminders.skip(connection, row, step.name, reason=sequence.SKIPPED_STALE, due_at=at, now=now)
    metrics.PLANNED.labels(step=first.step.name).inc()
    log.info("reminder.planned", job_id=str(job.id), step=first.step.name, customer_id=job.customer_id, count=len(due))
    return None


def _job(first: Due, template: str, now: datetime) -> jobs.Job:
    row, customer = first.case.receivable, first.case.customer
    if customer is None:
        raise Broken(f"item {row.id} is due and has no customer")
    return jobs.Job(
        id=envelope.derived_id("job", row.ledger_id, row.key, first.step.name, first.decision.cycle),
        number_id=customer.number_id,
        customer_id=customer.id,
        receivable_id=row.id,
        purpose=first.step.purpose,
        template=template,
        language=customer.language,
        due_at=now,
    )


async def _keep(connection: Connection, one: Known, decision: Decision, now: datetime) -> None:
    if one.kept == deciding.as_kept(decision):
        return
    await deciding.keep(connection, one.case.receivable.id, decision, now)
    if decision.task is not None:
        await deciding.ask_person(connection, decision.task, one.case, now)


def _report(verdicts: Counter[str], took_s: float) -> None:
    for verdict in (*Verdict, "error"):
        metrics.DECISIONS.labels(verdict=str(verdict)).set(verdicts[verdict])
    metrics.PLAN_DURATION.observe(took_s)
    metrics.LAST_RUN.set_to_current_time()
