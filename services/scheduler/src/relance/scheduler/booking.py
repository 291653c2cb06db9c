"""Writing what was decided: the messages of many people in one transaction, each statement once for all of them.

What cannot be written together is written again person by person: one impossible row costs nobody else a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from relance.contracts import envelope
from relance.domain import sequence, standing
from relance.domain.enclosure import Kind
from relance.domain.errors import Broken, TemplateRejected
from relance.domain.steps import Policy
from relance.runtime import logs
from relance.scheduler import lawful, metrics, texts, values
from relance.scheduler.outlook import BAD_ROW, Due, Outlook
from relance.scheduler.texts import Texts
from relance.store import deciding, jobs, reminders
from relance.store.jobs import Job
from relance.store.pool import Connection
from relance.store.reminders import Entry

log = logs.get()

# Large enough to make the round trips cheap, small enough that a row which spoils a batch makes few others wait.
PEOPLE_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Message:
    job: Job
    about: Sequence[Due]

    @property
    def step(self) -> str:
        return self.about[0].step.name


async def book(
    connection: Connection, outlooks: Sequence[Outlook], texts_: Texts, *, policy: Policy, now: datetime
) -> int:
    """Write every message and every decision that says something new; how many messages became due."""
    planned = 0
    for start in range(0, len(outlooks), PEOPLE_AT_ONCE):
        some = outlooks[start : start + PEOPLE_AT_ONCE]
        try:
            planned += await _book(connection, some, texts_, policy=policy, now=now)
        except BAD_ROW:
            for one in some:
                planned += await _book_alone(connection, one, texts_, policy=policy, now=now)
    return planned


async def _book(
    connection: Connection, outlooks: Sequence[Outlook], texts_: Texts, *, policy: Policy, now: datetime
) -> int:
    messages = [message for one in outlooks for message in _messages(one, texts_, policy, now)]
    async with connection.transaction():
        free = await jobs.plan_all(connection, [message.job for message in messages])
        taken = [message for message in messages if message.job.id in free]
        await reminders.withdraw(connection, [message.job.id for message in taken])
        entries = [entry for message in taken for entry in _entries(message, policy, now)]
        recorded = await reminders.record(connection, entries, now)
        for entry in entries:
            if entry.job_id is not None and entry.key not in recorded:
                raise Broken(f"step {entry.step} of item {entry.receivable_id} is already decided")
        refused = {
            due.case.receivable.id: sequence.refused(due.decision, "in_flight")
            for message in messages
            if message.job.id not in free
            for due in message.about
        }
        for one in outlooks:
            one.decisions.update((item, refused[item]) for item in one.decisions.keys() & refused.keys())
        await deciding.keep(connection, [pair for one in outlooks for pair in one.news()], now)
    for message in taken:
        metrics.PLANNED.labels(step=message.step).inc()
        log.info(
            "reminder.planned",
            job_id=str(message.job.id),
            step=message.step,
            customer_id=message.job.customer_id,
            count=len(message.about),
        )
    return len(taken)


async def _book_alone(connection: Connection, one: Outlook, texts_: Texts, *, policy: Policy, now: datetime) -> int:
    try:
        return await _book(connection, [one], texts_, policy=policy, now=now)
    except BAD_ROW as error:
        metrics.ROW_FAILURES.inc()
        log.error("plan.person_failed", customer_id=one.known[0].case.receivable.customer_id, exc_info=error)
    one.decisions.update(dict.fromkeys(one.decisions, sequence.FAILED))
    async with connection.transaction():
        await deciding.keep(connection, one.news(), now)
    return 0


def _messages(one: Outlook, texts_: Texts, policy: Policy, now: datetime) -> Iterator[Message]:
    """The messages whose text can be written; the items of the others are refused."""
    for about in one.messages:
        first = about[0]
        template = texts.template_of([due.step.template for due in about])
        try:
            lawful.reminder(texts_, template, [due.case for due in about], policy=policy, now=now)
        except TemplateRejected as error:
            # Once is news and makes a task; the same at every look is not.
            log.debug(
                "plan.text_refused", receivable_id=first.case.receivable.id, step=first.step.name, reason=str(error)
            )
            for due in about:
                one.decisions[due.case.receivable.id] = sequence.refused(due.decision, "text_refused")
            continue
        yield Message(_job(about, template, policy, now), about)


def _entries(message: Message, policy: Policy, now: datetime) -> Iterator[Entry]:
    """Every step the message decides: those that it carries, those that it passes over."""
    for due in message.about:
        row, decision = due.case.receivable, due.decision
        version = standing.sequence_of(due.case, policy.of(row.ledger_id)).version or None
        at = standing.planned_for(due.case, due.step, now, policy)
        yield Entry(row.ledger_id, row.id, due.step.name, decision.cycle, at, message.job.id, None, version)
        for step in decision.skipped:
            at = standing.falls_at(due.case, step, policy.of(row.ledger_id)) or now
            yield Entry(row.ledger_id, row.id, step.name, step.cycle, at, None, sequence.SKIPPED_STALE, version)


def _job(about: Sequence[Due], template: str, policy: Policy, now: datetime) -> Job:
    first = about[0]
    row, customer = first.case.receivable, first.case.customer
    if customer is None:
        raise Broken(f"item {row.id} is due and has no customer")
    return Job(
        id=envelope.derived_id("job", row.ledger_id, row.key, first.step.name, first.decision.cycle),
        number_id=customer.number_id,
        customer_id=customer.id,
        receivable_id=row.id,
        purpose=first.step.purpose,
        template=template,
        language=customer.language,
        due_at=now,
        encloses=encloses(about, policy),
    )


def encloses(about: Sequence[Due], policy: Policy) -> Kind | None:
    """No one file is right for a message about several items, and a discreet one names no amount."""
    case = about[0].case
    enclosure = policy.of(case.receivable.ledger_id).enclosure_of(about[0].step)
    if enclosure is None or len(about) > 1 or values.wants_discretion(case):
        return None
    return enclosure.kind
