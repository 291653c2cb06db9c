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


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was decided for one person: messages to plan now, and the decision of each item."""

    known: Sequence[Known]
    messages: Sequence[Sequence[Due]]
    decisions: dict[int, Decision]

    def news(self) -> list[tuple[Case, Decision]]:
        """Decisions that say something else than those kept."""
        pairs = ((one, self.decisions[one.case.receivable.id]) for one in self.known)
        return [(one.case, decision) for one, decision in pairs if one.kept != deciding.as_kept(decision)]


async def run(pool: Pool, texts_: Texts, policy: Policy, now: datetime) -> int:
    """One pass over everything that is open; how many messages became due. 0 when another planner is at work."""
    started = time.monotonic()
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
        if not await deciding.try_lock(connection):
            return 0
        try:
            known = await deciding.open_cases(connection, now)
            outlooks = [
                outlook(list(group), policy, now)
                for _, group in groupby(known, key=lambda one: one.case.receivable.customer_id)
            ]
            planned = 0
            for one in outlooks:
                if one.messages:
                    planned += await _write(connection, one, texts_, policy=policy, now=now)
            quiet = [pair for one in outlooks if not one.messages for pair in one.news()]
            async with connection.transaction():
                await deciding.keep(connection, quiet, now)
        finally:
            if not connection.is_closed():
                await deciding.unlock(connection)
    _report(outlooks, time.monotonic() - started)
    return planned


def outlook(known: Sequence[Known], policy: Policy, now: datetime) -> Outlook:
    """Everything that is decided for one person; a row that fails is marked and stops only that person."""
    try:
        decisions = {one.case.receivable.id: sequence.decide(one.case, policy, now) for one in known}
    except BAD_ROW as error:
        metrics.ROW_FAILURES.inc()
        log.error("plan.person_failed", customer_id=known[0].case.receivable.customer_id, exc_info=error)
        return Outlook(known, (), {one.case.receivable.id: sequence.FAILED for one in known})
    waiting = [
        Due(one.case, decision)
        for one, decision in zip(known, decisions.values(), strict=True)
        if decision.verdict is Verdict.SEND
    ]
    messages = together(waiting)
    for late in _left_out(waiting, messages):
        decisions[late.case.receivable.id] = sequence.waits_its_turn(late.decision)
    return Outlook(known, messages, decisions)


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


async def _write(connection: Connection, decided: Outlook, texts_: Texts, *, policy: Policy, now: datetime) -> int:
    """One person's messages and decisions, in one transaction; how many messages became due."""
    planned = 0
    try:
        async with connection.transaction():
            for due in decided.messages:
                blocker = await _plan_message(connection, due, texts_, policy=policy, now=now)
                if blocker is None:
                    planned += 1
                    continue
                for item in due:
                    decided.decisions[item.case.receivable.id] = sequence.refused(item.decision, blocker)
            await deciding.keep(connection, decided.news(), now)
    except BAD_ROW as error:
        metrics.ROW_FAILURES.inc()
        log.error("plan.person_failed", customer_id=decided.known[0].case.receivable.customer_id, exc_info=error)
        failed = [(one.case, sequence.FAILED) for one in decided.known if one.kept != deciding.as_kept(sequence.FAILED)]
        async with connection.transaction():
            await deciding.keep(connection, failed, now)
        return 0
    return planned


async def _plan_message(
    connection: Connection, due: Sequence[Due], texts_: Texts, *, policy: Policy, now: datetime
) -> str | None:
    """None when the message is due; else the blocker."""
    first = due[0]
    template = texts.template_of([item.step.name for item in due])
    try:
        texts_.reminder(template, [item.case for item in due], now)
    except TemplateRejected as error:
        # Once is news and makes a task; the same at every pass is not.
        log.debug("plan.text_refused", receivable_id=first.case.receivable.id, step=first.step.name, reason=str(error))
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


def _report(outlooks: Sequence[Outlook], took_s: float) -> None:
    verdicts = Counter(decision.verdict for one in outlooks for decision in one.decisions.values())
    for verdict in Verdict:
        metrics.DECISIONS.labels(verdict=verdict.value).set(verdicts[verdict])
    metrics.PLAN_DURATION.observe(took_s)
    metrics.LAST_RUN.set_to_current_time()
