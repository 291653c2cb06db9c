"""The release: one message of one number, re-checked, rendered, paid for and handed to the relay, in one transaction.

Only what can leave within a minute or two is released: the number's session is connected, few of its messages are in
flight, and its pause is over. Whatever forbids the message at this instant cancels it, and the plan decides anew; the
sender checks once more before the click.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from relance.contracts import events
from relance.domain import calendar, delivery, pacing, recheck, standing
from relance.domain.calendar import Hours
from relance.domain.errors import TemplateRejected
from relance.domain.pacing import Pace, Randomness
from relance.domain.recheck import Stopped
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose
from relance.runtime import logs
from relance.scheduler import lawful, metrics
from relance.scheduler.texts import Texts
from relance.store import deciding, jobs, outbox, pool, reminders, sequences
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
    hours: Hours
    capped_ledger: int | None = None  # whose daily cap it spends; answers spend none


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
    pace = pacing.warmed(pacing.capped(rules.pace, number_id), budget, today=today)
    turn = pacing.turn(budget, pace, now=now, today=today)
    if turn is None or await jobs.in_flight(connection, number_id, doubt_s=DOUBT_S) >= pace.in_flight:
        return 0
    if not (turn.takes_more and turn.takes_strangers):
        budget = await jobs.reclaimed(connection, number_id, budget)
        turn = pacing.turn(budget, pace, now=now, today=today) or turn
    day = pacing.day_of(budget, today)
    for job in await jobs.claim_due(connection, number_id, now, limit=LOOKED_AT_ONCE, day=day, turn=turn):
        found = await _letter(connection, job, texts_=texts_, policy=rules.policy, now=now)
        if isinstance(found, Stopped):
            await _stop(connection, job, found)
            continue
        is_again = job.spent_on == day
        if not is_again and not await _ledger_pays(connection, found, today, pace):
            await jobs.postpone(connection, job, calendar.at_civil(today + timedelta(days=1), calendar.MIDNIGHT, zone))
            continue
        pause = pacing.gap(rules.randomness, pace)
        spent = pacing.spend(
            budget, now=now, today=today, pause=pause, is_again=is_again, is_first_contact=job.is_first_contact
        )
        await jobs.spend(connection, job, spent, pause=pause)
        await _publish(connection, found, now=now)
        return 1
    return 0


async def _ledger_pays(connection: Connection, letter: Letter, today: date, pace: Pace) -> bool:
    """Counts the message against its ledger's daily cap; False when that is reached."""
    if letter.capped_ledger is None:
        return True
    spent = await sequences.spent_today(connection, letter.capped_ledger, today)
    if not pacing.ledger_has_room(spent, pace):
        return False
    await sequences.spend(connection, letter.capped_ledger, today, spent + 1)
    return True


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
        own = policy.of(case.receivable.ledger_id)
        step = standing.step_named(case, own, *carried[case.receivable.id])
        stopped = Stopped("stale") if step is None else recheck.objection(case, step, own, now)
        if stopped is not None:
            return stopped
    hours = standing.hours_of(cases[0], policy.of(cases[0].receivable.ledger_id))
    return _rendered(job, cases, texts_, policy=policy, hours=hours, now=now)


def _rendered(
    job: Job, cases: Sequence[Case], texts_: Texts, *, policy: Policy, hours: Hours, now: datetime
) -> Letter | Stopped:
    try:
        body = lawful.reminder(texts_, job.template, cases, policy=policy, now=now)
    except TemplateRejected as error:
        log.warning("release.text_refused", job_id=str(job.id), reason=str(error))
        return Stopped("text")
    versions = {case.receivable.id: case.receivable.version for case in cases}
    first = cases[0]
    return Letter(
        job,
        body,
        versions,
        customer_version=None if first.customer is None else first.customer.version,
        zone=first.recipient_zone,
        country=first.recipient_country,
        hours=hours,
        capped_ledger=first.receivable.ledger_id,
    )


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
    policy, texts_ = policy.of(person.ledger_id), texts_.of(person.ledger_id)
    hours = policy.hours_in(country)
    later = recheck.closed(zone, country, hours, now)
    if later is not None:
        return later
    about = [] if job.receivable_id is None else await deciding.cases_of(connection, [job.receivable_id], now)
    try:
        if about:
            body = texts_.write(job.template, job.language, texts_.values(job.template, about[0].case, now))
        else:
            body = texts_.answer(job.template, person.customer.name, job.language, person.firm)
    except TemplateRejected as error:
        log.warning("release.text_refused", job_id=str(job.id), reason=str(error))
        return Stopped("text")
    return Letter(job, body, {}, None, zone=zone, country=country, hours=hours)


async def _publish(connection: Connection, letter: Letter, *, now: datetime) -> None:
    job = letter.job
    not_after = calendar.window_end(now, zone=letter.zone, country=letter.country, hours=letter.hours)
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
