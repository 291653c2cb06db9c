"""Judges what the product does, by rules written a second time and on purpose otherwise: plain dates, no engine.

Every message is judged at its click against what the tables knew; every refusal must have a cause that came after the
decision it undoes. `honesty` judges the decisions themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence as Many
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from relance.domain.receivable import Kind, Receivable, Status
from relance.domain.steps import Anchor, Mode, Policy, Purpose, Sequence, Step
from relance.sandbox.simulation.book import Book, Job, Record
from relance.scheduler.outlook import Due

OPEN_HOURS = {0: (8, 20), 1: (8, 20), 2: (8, 20), 3: (8, 20), 4: (8, 20), 5: (9, 12)}
INDIA_CLOSES = 19
INTERVAL = timedelta(hours=72)
MOST_SENDS, MOST_CHASERS = 4, 3
OLDEST_FIRST = timedelta(days=60)
BELGIAN_WAIT = timedelta(days=15)
_COUNTRIES = (("+33", "FR"), ("+32", "BE"), ("+44", "GB"), ("+91", "IN"))


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str
    at: datetime
    about: str


@dataclass(slots=True)
class Oracle:
    book: Book
    policy: Policy
    caps: tuple[int, int]  # of a number, of a ledger (0 = none)
    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _said: set[tuple[int, str, int]] = field(default_factory=set)
    _payments: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _automatic: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    _by_day: Counter[tuple[str, int, date]] = field(default_factory=Counter)
    _levels: dict[int, list[tuple[int, datetime]]] = field(default_factory=lambda: defaultdict(list))
    _reached: dict[int, int] = field(default_factory=dict)  # the highest level planned, sent or not
    _dates: dict[int, tuple[date | None, date | None]] = field(default_factory=dict)
    _chased: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def broken(self, rule: str, at: datetime, about: str = "") -> None:
        self.violations.append(Violation(rule, at, about))

    def planned(self, about: Many[Due], now: datetime) -> None:
        """A message speaks of one person and one ledger, and only the latest true level of each item leaves."""
        self.counts["planned"] += 1
        if len({(due.case.receivable.customer_id, due.case.receivable.ledger_id) for due in about}) != 1:
            self.broken("two people or two firms in one message", now)
        for due in about:
            if due.step.purpose is Purpose.PAYMENT:
                self._judge_level(due.case.receivable, due.step, now)

    def _judge_level(self, row: Receivable, step: Step, now: datetime) -> None:
        rungs = self.sequence(row.id).rungs
        index = next((i for i, rung in enumerate(rungs) if rung.key == step.key), -1)
        sent = self._levels[row.id]
        last = max((level for level, _ in sent), default=-1)
        if index <= last:
            self.broken("a level again, or a lower one", now, f"{row.id} {step.name}")
        moved = bool(sent) and self._dates.get(row.id) != (row.due_on, row.departs_on)
        reached = self._reached.get(row.id, -1)
        today = self._today(row, now)
        passed = [rung for rung in rungs[reached + 1 : index] if not rung.conditions and is_said_on(row, rung, today)]
        if moved and passed:
            self.broken("a moved date jumped a level", now, f"{row.id} {step.name}")
        self._reached[row.id] = index
        if any(rung.key not in self.book.records[row.id] for rung in rungs[:index] if rung.mode is not Mode.TASK):
            self.broken("a level passed over without a trace", now, f"{row.id} {step.name}")
        if not sent and not step.is_entry:
            self.broken("a last warning as first contact", now, f"{row.id}")
        for later in () if moved else rungs[index + 1 :]:
            day = day_of(row, later)
            if day is None or later.conditions or later.anchor is Anchor.PREVIOUS or later.cycle > 1:
                continue
            is_true = row.departs_on is None or now.date() < row.departs_on - timedelta(days=1)
            if day < now.date() - timedelta(days=1) and is_true and (sent or later.is_entry):
                self.broken("not the latest level that is true", now, f"{row.id} {step.name} < {later.name}")

    def refused(self, job: Job, where: str, reason: str, now: datetime) -> None:
        """What one decision allows, the next may forbid only for something that happened in between, or the hour."""
        self.counts[f"refused at {where}: {reason}"] += 1
        if reason in {"hours", "stale", "reopened"} or self.book.changes[job.customer] - 1 > job.seen:
            return
        if where == "click" or reason != "documents_complete":
            self.broken("allowed, then refused without a cause", now, f"{job.id} {where} {reason}")

    def sent(self, job: Job, records: Many[Record], now: datetime) -> None:
        self.counts["sent"] += 1
        customer = self.book.people[job.customer]
        local = now.astimezone(ZoneInfo(customer.zone))
        self._judge_hour(customer.phone, local)
        self._by_day["number", job.number, now.astimezone(ZoneInfo("Europe/Paris")).date()] += 1
        if self._by_day["number", job.number, now.astimezone(ZoneInfo("Europe/Paris")).date()] > self.caps[0]:
            self.broken("more than a number's cap in a day", now)
        if not records:
            self.broken("a message about nothing", now, job.id)
        ledger = self.book.rows[records[0].item].ledger_id if records else 0
        self._by_day["ledger", ledger, now.astimezone(ZoneInfo("Europe/Paris")).date()] += 1
        if (
            self.caps[1]
            and self._by_day["ledger", ledger, now.astimezone(ZoneInfo("Europe/Paris")).date()] > self.caps[1]
        ):
            self.broken("more than a ledger's cap in a day", now)
        for record in records:
            key = (record.item, record.step, record.cycle)
            if key in self._said:
                self.broken("said twice", now, str(key))
            self._said.add(key)
            if self.book.rows[record.item].customer_id != job.customer:
                self.broken("to somebody whose row it is not", now, str(record.item))
            self._judge_item(record, now)
        if job.purpose is Purpose.PAYMENT:
            self._judge_rhythm(job.customer, now)
        if job.purpose is Purpose.PAYMENT or (job.purpose is Purpose.DOCUMENTS and job.template != "voyage_documents"):
            if local.date() in self._automatic[job.customer]:
                self.broken("two automatic messages in a day", now)
            self._automatic[job.customer].add(local.date())

    def _judge_hour(self, phone: str, local: datetime) -> None:
        country = next(code for prefix, code in _COUNTRIES if phone.startswith(prefix))
        opens, closes = OPEN_HOURS.get(local.weekday(), (24, 0))
        closes = min(closes, INDIA_CLOSES) if country == "IN" else closes
        if not opens <= local.hour < closes and (local.hour, local.minute, local.second) != (closes, 0, 0):
            self.broken("outside the hours", local)
        if local.date() in _calendar(country, local.year):
            self.broken("on a public holiday", local)

    def _judge_rhythm(self, customer: int, now: datetime) -> None:
        before = self._payments[customer]
        if before and now - before[-1] < INTERVAL - timedelta(minutes=2):
            self.broken("two reminders too close", now, f"{now - before[-1]}")
        before.append(now)

    def _judge_item(self, record: Record, now: datetime) -> None:
        row = self.book.rows[record.item]
        live = [hold for hold in self.book.holds_on(row) if hold.is_live(now)]
        if any(hold.reason.value in {"optout", "wrong_person"} for hold in live):
            self.broken("after STOP", now, str(row.id))
        if self.book.ledgers[row.ledger_id].is_waiting:
            self.broken("before the ledger was activated", now, str(row.id))
        if self.policy.pilot_only and row.customer_id not in self.book.pilots:
            self.broken("outside the pilot", now, str(row.id))
        step = next((s for s in self.sequence(row.id).steps if s.name == record.step), None)
        if (
            step is not None
            and step.mode is Mode.APPROVE
            and (step.name, record.cycle) not in self.book.approved[row.id]
        ):
            self.broken("without the approval it needs", now, str(row.id))
        if record.purpose is Purpose.PAYMENT:
            self._judge_payment(row, record, now, is_held=bool(live))
        elif row.status is not Status.PAID:
            self.broken("thanked before the payment", now, str(row.id))
        elif record.cycle >= 1 and record.purpose is Purpose.DOCUMENTS and record.step.endswith("relance"):
            self._judge_chaser(row, now)

    def _judge_payment(self, row: Receivable, record: Record, now: datetime, *, is_held: bool) -> None:
        today = self._today(row, now)
        step = next((s for s in self.sequence(row.id).rungs if s.key == (record.step, record.cycle)), None)
        day = None if step is None or step.cycle > 1 else day_of(row, step)
        if day is not None and now.astimezone(ZoneInfo(self.book.people[row.customer_id or 0].zone)).date() < day:
            self.broken("before its own day", now, f"{row.id} {record.step}")
        if row.status is Status.PAID:
            self.broken("after payment", now, str(row.id))
        if is_held or row.status not in {Status.PENDING, Status.REMINDED, Status.LATE} or row.absences or row.problems:
            self.broken("held, absent or unreadable", now, f"{row.id} {row.status}")
        if row.balance is None or row.balance.amount < 1:
            self.broken("below the minimum", now, str(row.id))
        if row.kind is Kind.VOYAGE and row.departs_on is not None and today >= row.departs_on:
            self.broken("after the departure", now, str(row.id))
        if record.step == "facture_1" and row.due_on is not None and today > row.due_on:
            self.broken("a text that is not true any more", now, str(row.id))
        levels = self._levels[row.id]
        if not levels and row.due_on is not None and today > row.due_on + OLDEST_FIRST:
            self.broken("a very old debt without a person", now, str(row.id))
        if len(levels) >= MOST_SENDS:
            self.broken("more than four reminders", now, str(row.id))
        phone = self.book.people[row.customer_id or 0].phone
        # A due date that was put off makes a new first reminder, with its own fortnight.
        zone = ZoneInfo(self.book.ledgers[row.ledger_id].zone)
        late = [at for _, at in levels if row.due_on is not None and at.astimezone(zone).date() > row.due_on]
        notice = min(late, default=None)
        is_belgian = phone.startswith("+32") or self.book.ledgers[row.ledger_id].country == "BE"
        if notice is not None and is_belgian and now - notice < BELGIAN_WAIT:
            self.broken("inside the Belgian fortnight", now, str(row.id))
        index = next(
            (i for i, rung in enumerate(self.sequence(row.id).rungs) if rung.key == (record.step, record.cycle)), 0
        )
        levels.append((index, now))
        self._dates[row.id] = (row.due_on, row.departs_on)

    def _judge_chaser(self, row: Receivable, now: datetime) -> None:
        papers, before = self.book.papers.get(row.id), self._chased[row.id]
        if papers is None or not papers.missing:
            self.broken("documents asked that are there", now, str(row.id))
        if len(before) >= MOST_CHASERS or (before and now - before[-1] < timedelta(hours=47, minutes=55)):
            self.broken("documents chased too often", now, str(row.id))
        before.append(now)

    def _today(self, row: Receivable, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.book.ledgers[row.ledger_id].zone)).date()

    def sequence(self, item: int) -> Sequence:
        row = self.book.rows[item]
        return self.book.own_sequences.get(item) or self.policy.of(row.ledger_id).sequences[row.kind]


def day_of(row: Receivable, step: Step) -> date | None:
    """The civil day of a step counted from a date of the row."""
    anchor = {Anchor.DUE: row.due_on, Anchor.DEPARTURE: row.departs_on}.get(step.anchor)
    return None if anchor is None else anchor + timedelta(days=step.offset.days)


def is_said_on(row: Receivable, step: Step, today: date) -> bool:
    """Whether the text of a step is still true that day."""
    anchor = {Anchor.DUE: row.due_on, Anchor.DEPARTURE: row.departs_on}.get(step.anchor)
    return anchor is None or step.true_until_days is None or today <= anchor + timedelta(days=step.true_until_days)


_CALENDARS: dict[tuple[str, int], frozenset[date]] = {}


def _calendar(country: str, year: int) -> frozenset[date]:
    if (country, year) not in _CALENDARS:
        _CALENDARS[country, year] = frozenset(holidays.country_holidays(country, years=year))
    return _CALENDARS[country, year]
