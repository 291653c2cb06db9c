"""The release: messages of one number, re-checked, rendered, paid for and handed to the relay, in one transaction.

Only what can leave within a minute or two is released: the number's session is connected, few of its messages are in
flight, and its pause is over; a pace with pauses therefore releases one at a time. Whatever forbids a message at this
instant cancels it, and the plan decides anew; the sender checks once more before the click.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

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
# Where many may be in flight, room for a few more is not worth a look at everything that is due.
SHARE_WORTH_A_LOOK = 4
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
            released += await _release_some(connection, number_id, zone, texts_=texts_, rules=rules, now=now)
    return released


async def _release_some(
    connection: Connection, number_id: int, zone: str, *, texts_: Texts, rules: Rules, now: datetime
) -> int:
    today = calendar.civil_day(now, zone)
    budget = await jobs.locked_budget(connection, number_id, today=today, now=now)
    pace = pacing.warmed(pacing.capped(rules.pace, number_id), budget, today=today)
    turn = pacing.turn(budget, pace, now=now, today=today)
    room = 0 if turn is None else pace.in_flight - await jobs.in_flight(connection, number_id, doubt_s=DOUBT_S)
    if turn is None or room < max(1, pace.in_flight // SHARE_WORTH_A_LOOK):
        return 0
    if not (turn.takes_more and turn.takes_strangers):
        budget = await jobs.reclaimed(connection, number_id, budget)
        turn = pacing.turn(budget, pace, now=now, today=today) or turn
    day = pacing.day_of(budget, today)
    claimed = await jobs.claim_due(connection, number_id, now, limit=max(LOOKED_AT_ONCE, room), day=day, turn=turn)
    facts = await _facts(connection, claimed, now)
    purse = _Purse(connection, today, pace)
    leaving: list[Letter] = []
    paused: list[timedelta] = []
    for job in claimed:
        is_again = job.spent_on == day
        turn = pacing.turn(budget, pace, now=now, today=today)
        if turn is None or len(leaving) == room:
            break
        if not turn.takes(is_again=is_again, is_first_contact=job.is_first_contact) or _is_for_one_of(leaving, job):
            continue
        found = await _letter(connection, job, facts, texts_=texts_, policy=rules.policy, now=now)
        if isinstance(found, Stopped):
            await _stop(connection, job, found)
            continue
        if job.enclosed_for is not None and found.versions.get(job.receivable_id or 0) != job.enclosed_for:
            continue  # its row changed this instant: what goes with it is made again
        if not is_again and not await purse.pays(found.capped_ledger):
            await jobs.postpone(connection, job, calendar.at_civil(today + timedelta(days=1), calendar.MIDNIGHT, zone))
            continue
        paused.append(pause := pacing.gap(rules.randomness, pace))
        budget = pacing.spend(
            budget, now=now, today=today, pause=pause, is_again=is_again, is_first_contact=job.is_first_contact
        )
        leaving.append(found)
    if leaving:
        await jobs.spend(connection, number_id, budget, list(zip([one.job for one in leaving], paused, strict=True)))
        await purse.close()
        await _publish(connection, leaving, now=now)
    return len(leaving)


class _Purse:
    """The daily caps of the ledgers that one release speaks for: read once, written once."""

    def __init__(self, connection: Connection, today: date, pace: Pace) -> None:
        self._connection = connection
        self._today = today
        self._pace = pace
        self._spent: dict[int, int] = {}

    async def pays(self, ledger_id: int | None) -> bool:
        """Counts a message against its ledger's daily cap; False when that is reached."""
        if ledger_id is None:
            return True
        if ledger_id not in self._spent:
            self._spent[ledger_id] = await sequences.spent_today(self._connection, ledger_id, self._today)
        if not pacing.ledger_has_room(self._spent[ledger_id], self._pace):
            return False
        self._spent[ledger_id] += 1
        return True

    async def close(self) -> None:
        for ledger_id, sent in self._spent.items():
            await sequences.spend(self._connection, ledger_id, self._today, sent)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of the items that the claimed jobs speak of; answers speak of none."""

    items: dict[UUID, dict[int, tuple[str, int]]]
    cases: dict[int, Case]


async def _facts(connection: Connection, claimed: Sequence[Job], now: datetime) -> _Facts:
    items = await reminders.items_of(connection, [job.id for job in claimed if job.purpose is not Purpose.ANSWER])
    wanted = sorted({receivable for carried in items.values() for receivable in carried})
    known = await deciding.cases_of(connection, wanted, now) if wanted else []
    return _Facts(items, {one.case.receivable.id: one.case for one in known})


def _is_for_one_of(leaving: Sequence[Letter], job: Job) -> bool:
    """One message in flight per person."""
    return any(letter.job.customer_id == job.customer_id for letter in leaving)


async def _letter(
    connection: Connection, job: Job, facts: _Facts, *, texts_: Texts, policy: Policy, now: datetime
) -> Letter | Stopped:
    if job.purpose is Purpose.ANSWER:
        return await _answer(connection, job, texts_=texts_, policy=policy, now=now)
    carried = facts.items.get(job.id, {})
    cases = [facts.cases[receivable] for receivable in carried if receivable in facts.cases]
    cases.sort(key=lambda case: case.receivable.id != job.receivable_id)
    if not cases or cases[0].receivable.id != job.receivable_id:
        return Stopped("stale")
    for case in cases:
        if not recheck.is_for(case, job.customer_id):
            return Stopped("stale")
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


async def _publish(connection: Connection, letters: Sequence[Letter], *, now: datetime) -> None:
    rows = [
        (
            letter.job.id,
            letter.body,
            delivery.text_hash(letter.body),
            {str(item): version for item, version in letter.versions.items()},
            letter.job.template,
            calendar.window_end(now, zone=letter.zone, country=letter.country, hours=letter.hours),
            now,
            letter.customer_version,
        )
        for letter in letters
    ]
    await jobs.publish(connection, rows)
    told = [events.SendJob(job_id=letter.job.id, number_id=letter.job.number_id) for letter in letters]
    await outbox.tell_senders(connection, told, source=SOURCE, at=now)
    for letter in letters:
        job = letter.job
        metrics.RELEASED.labels(number_id=str(job.number_id)).inc()
        log.info("reminder.released", job_id=str(job.id), number_id=job.number_id, kind=job.purpose.value)


async def _stop(connection: Connection, job: Job, stopped: Stopped) -> None:
    if stopped.until is not None:
        await jobs.postpone(connection, job, stopped.until)
        return
    await jobs.cancel(connection, job.id, stopped.reason)
    metrics.CANCELLED.labels(reason=stopped.reason).inc()
    log.info("reminder.cancelled", job_id=str(job.id), reason=stopped.reason)
