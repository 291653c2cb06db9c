"""The release: one message of one number, re-checked, rendered, paid for and handed to the relay, in one transaction.

Only what can leave within a minute or two is released: the number's session is connected, few of its messages are in
flight, and its pause is over. Whatever forbids the message at this instant cancels it, and the plan decides anew; the
sender checks once more before the click.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from relance.contracts import events
from relance.domain import calendar, delivery, pacing, standing, steps
from relance.domain.errors import TemplateRejected
from relance.domain.pacing import Pace, Randomness
from relance.domain.receivable import Status
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose
from relance.runtime import logs
from relance.scheduler import metrics
from relance.scheduler.texts import Texts
from relance.store import deciding, jobs, outbox, pool, reminders
from relance.store.jobs import Job
from relance.store.pool import Connection, Pool

log = logs.get()

SOURCE = "scheduler"
# Jobs that turn out to be forbidden are passed over in the same transaction, up to this many.
LOOKED_AT_ONCE = 20
OPT_OUT_ANSWER = "reponse_stop"
# Real seconds: doubt about many messages at once is the number's trouble, doubt that lasts is one chat's.
DOUBT_S = 300.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A job's text, and what it was made from."""

    job: Job
    body: str
    versions: dict[int, int]
    customer_version: int | None
    zone: str
    country: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a job may not leave: `until` when it only has to wait."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    policy: Policy
    pace: Pace
    randomness: Randomness


async def run(database: Pool, texts_: Texts, rules: Rules, now: datetime) -> int:
    """Release what the connected numbers may say now; how many messages."""
    async with database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        numbers = await jobs.numbers_with_work(connection, now)
    released = 0
    for number_id, zone in numbers:
        async with pool.transaction(database) as connection:
            released += await _release_one(connection, number_id, zone, texts_=texts_, rules=rules, now=now)
    return released


async def _release_one(
    connection: Connection, number_id: int, zone: str, *, texts_: Texts, rules: Rules, now: datetime
) -> int:
    today = calendar.civil_day(now, zone)
    budget = await jobs.locked_budget(connection, number_id, today=today, now=now)
    if not pacing.may_speak(budget, now=now):
        return 0
    if await jobs.in_flight(connection, number_id, doubt_s=DOUBT_S) >= rules.pace.in_flight:
        return 0
    day = pacing.day_of(budget, today)
    # Once the cap is reached, what was counted today and came back may still leave today.
    paid = None if pacing.has_room(budget, rules.pace, today=today) else day
    for job in await jobs.claim_due(connection, number_id, now, limit=LOOKED_AT_ONCE, spent_on=paid):
        found = await _letter(connection, job, texts_=texts_, policy=rules.policy, now=now)
        if isinstance(found, Stopped):
            await _stop(connection, job, found)
            continue
        pause = pacing.gap(rules.randomness, rules.pace)
        spent = pacing.spend(budget, now=now, today=today, pause=pause, is_again=job.spent_on == day)
        await jobs.spend(connection, job, spent)
        await _publish(connection, found, policy=rules.policy, now=now)
        return 1
    return 0


async def _letter(
    connection: Connection, job: Job, *, texts_: Texts, policy: Policy, now: datetime
) -> Letter | Stopped:
    if job.purpose is Purpose.ANSWER:
        return await _answer(connection, job, texts_=texts_, policy=policy, now=now)
    carried = await reminders.items_of(connection, job.id)
    cases = [known.case for known in await deciding.cases_of(connection, list(carried), now)]
    cases.sort(key=lambda case: case.receivable.id != job.receivable_id)
    if not cases or cases[0].receivable.id != job.receivable_id:
        return Stopped("stale")
    for case in cases:
        stopped = _objection(case, steps.BY_NAME[carried[case.receivable.id]], policy=policy, now=now)
        if stopped is not None:
            return stopped
    return _rendered(job, cases, texts_, now)


def _objection(case: Case, step: steps.Step, *, policy: Policy, now: datetime) -> Stopped | None:
    if step.purpose is not Purpose.PAYMENT and case.receivable.status is not Status.PAID:
        return Stopped("reopened")
    found = standing.objections(case, step.purpose, policy, now)
    if found:
        return Stopped(found[0].partition(":")[0])
    if not standing.is_true(case, step, now):
        return Stopped("stale")
    if step.cycles > 1 and not (case.documents and case.documents.missing):
        return Stopped("documents_complete")
    return _hours(case.recipient_zone, case.recipient_country, policy, now)


def _hours(zone: str, country: str, policy: Policy, now: datetime) -> Stopped | None:
    opens = calendar.next_opening(now, zone=zone, country=country, hours=policy.hours)
    return Stopped("hours", until=opens) if opens > now else None


def _rendered(job: Job, cases: Sequence[Case], texts_: Texts, now: datetime) -> Letter | Stopped:
    try:
        body = texts_.reminder(job.template, cases, now)
    except TemplateRejected as error:
        log.warning("release.text_refused", job_id=str(job.id), reason=str(error))
        return Stopped("text")
    versions = {case.receivable.id: case.receivable.version for case in cases}
    first = cases[0]
    to = None if first.customer is None else first.customer.version
    return Letter(job, body, versions, to, zone=first.recipient_zone, country=first.recipient_country)


async def _answer(
    connection: Connection, job: Job, *, texts_: Texts, policy: Policy, now: datetime
) -> Letter | Stopped:
    """A direct answer: nobody silenced gets one, except the one that confirms the silence."""
    silences = await jobs.silences(connection, job.customer_id, now)
    if "wrong_person" in silences or (silences and job.template != OPT_OUT_ANSWER):
        return Stopped("optout")
    person = await jobs.person(connection, job.customer_id, job.receivable_id)
    if person is None:
        return Stopped("stale")
    zone, country = person.customer.zone, calendar.country_of(person.customer.phone, person.country)
    later = _hours(zone, country, policy, now)
    if later is not None:
        return later
    about = [] if job.receivable_id is None else await deciding.cases_of(connection, [job.receivable_id], now)
    try:
        if about:
            body = texts_.write(job.template, job.language, texts_.values(about[0].case, now))
        else:
            body = texts_.answer(job.template, person.customer.name, job.language, person.firm)
    except TemplateRejected as error:
        log.warning("release.text_refused", job_id=str(job.id), reason=str(error))
        return Stopped("text")
    return Letter(job, body, {}, None, zone=zone, country=country)


async def _publish(connection: Connection, letter: Letter, *, policy: Policy, now: datetime) -> None:
    job = letter.job
    not_after = calendar.window_end(now, zone=letter.zone, country=letter.country, hours=policy.hours)
    await jobs.publish(
        connection,
        job,
        body=letter.body,
        body_hash=delivery.text_hash(letter.body),
        versions=letter.versions,
        customer_version=letter.customer_version,
        not_after=not_after,
        now=now,
    )
    await outbox.tell(connection, events.SendJob(job_id=job.id, number_id=job.number_id), source=SOURCE, at=now)
    metrics.RELEASED.labels(number_id=str(job.number_id)).inc()
    log.info("reminder.released", job_id=str(job.id), number_id=job.number_id, kind=job.purpose.value)


async def _stop(connection: Connection, job: Job, stopped: Stopped) -> None:
    if stopped.until is not None:
        await jobs.postpone(connection, job, stopped.until)
        return
    await jobs.cancel(connection, job, stopped.reason)
    metrics.CANCELLED.labels(reason=stopped.reason).inc()
    log.info("reminder.cancelled", job_id=str(job.id), reason=stopped.reason)
