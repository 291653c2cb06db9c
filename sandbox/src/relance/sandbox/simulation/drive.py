"""The scheduler and the sender over tables in memory: the same decisions, keys and states, without the servers."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from relance.domain import attention, calendar, decision, pacing, recheck, sending, standing
from relance.domain.decision import SKIPPED_STALE
from relance.domain.pacing import Budget, Pace
from relance.domain.receivable import OPEN, HoldReason, Status
from relance.domain.steps import Policy, Purpose
from relance.sandbox.simulation.book import Book, Job, Record
from relance.sandbox.simulation.oracle import Oracle
from relance.scheduler import outlook
from relance.scheduler.outlook import Due, Outlook
from relance.store.deciding import Known

NUMBER_ZONE = "Europe/Paris"


class Product:
    def __init__(self, book: Book, policy: Policy, pace: Pace, *, chance: random.Random, oracle: Oracle) -> None:
        self.book, self.policy, self.pace = book, policy, pace
        self.oracle = oracle
        self._chance = chance
        self._budgets: dict[int, Budget | None] = {}
        self._ledger_budgets: dict[int, tuple[object, int]] = {}
        self._looks: list[tuple[datetime, int, int]] = []
        self._ticket = itertools.count()

    def next_look(self) -> datetime | None:
        return self._looks[0][0] if self._looks else None

    def plan(self, now: datetime) -> None:
        """Two planners may look at the same state before either writes: keys, not luck, keep one message."""
        people = set(self.book.dirty)
        self.book.dirty.clear()
        while self._looks and self._looks[0][0] <= now:
            people.add(heapq.heappop(self._looks)[2])
        planners = 2 if self._chance.random() < 0.3 else 1
        found = [self._outlooks(sorted(people), now) for _ in range(planners)]
        for outlooks in found:
            for one in outlooks:
                self._write(one, now)

    def _outlooks(self, people: Sequence[int], now: datetime) -> list[Outlook]:
        cases = ([Known(case, None) for case in self.book.cases(customer)] for customer in people)
        return [outlook.of_person(known, self.policy, now) for known in cases if known]

    def _write(self, one: Outlook, now: datetime) -> None:
        for about in one.messages:
            if not self._book_message(about, now):
                for due in about:
                    one.decisions[due.case.receivable.id] = decision.refused(due.decision, "in_flight")
        for known in one.known:
            item = known.case.receivable.id
            self.book.decisions[item] = one.decisions[item]
            look = attention.next_look(known.case, one.decisions[item], self.policy, now)
            self.book.looks[item] = look
            if look is not None:
                heapq.heappush(self._looks, (look, next(self._ticket), known.case.receivable.customer_id or 0))

    def _book_message(self, about: Sequence[Due], now: datetime) -> bool:
        first = about[0]
        row, customer = first.case.receivable, first.case.customer
        name = f"{row.ledger_id}/{row.key}/{first.step.name}/{first.decision.cycle}"
        job = self.book.jobs.get(name)
        if customer is None or (job is not None and job.state != "cancelled"):
            return False
        if job is None:
            job = Job(name, customer.number_id, customer.id, row.id, first.step.purpose, first.step.template, now)
            self.book.jobs[name] = job
            self.book.jobs_of[customer.id].append(job)
        else:
            job.state, job.due_at, job.versions = "due", now, {}
            self._withdraw(job)
            self.book.readdress(job, customer)
        self.book.queues[job.number][job.id] = job
        job.seen = self.book.changes[customer.id]
        for due in about:
            job.items.add(due.case.receivable.id)
            self._record(due, job, now)
        self.oracle.planned(about, now)
        return True

    def _withdraw(self, job: Job) -> None:
        for item in job.items:
            for record in self.book.records[item].values():
                if record.job is job:
                    record.job, record.skipped = None, "withdrawn"

    def _record(self, due: Due, job: Job, now: datetime) -> None:
        case, step = due.case, due.step
        at = standing.planned_for(case, step, now, self.policy)
        entries = [Record(case.receivable.id, step.name, due.decision.cycle, at, step.purpose, job)]
        for passed in due.decision.skipped:
            falls = standing.falls_at(case, passed, self.policy) or now
            entries.append(
                Record(case.receivable.id, passed.name, passed.cycle, falls, passed.purpose, None, SKIPPED_STALE)
            )
        own = self.book.records[case.receivable.id]
        for entry in entries:
            key = (entry.step, entry.cycle)
            known = own.get(key)
            if known is None or known.is_free:
                own[key] = entry
            elif entry.job is not None:
                self.oracle.broken("decided twice", now, f"{entry.item} {key}")

    def release(self, number: int, now: datetime) -> tuple[Job | None, datetime | None]:
        """The message that may leave now, and when to look again; both None when there is nothing to do."""
        today = calendar.civil_day(now, NUMBER_ZONE)
        waiting = self.book.waiting(number)
        if not waiting:
            return None, None
        budget = self._budgets.get(number)
        has_room = pacing.has_room(budget, pacing.capped(self.pace, number), today=today)
        if not has_room or not pacing.may_speak(budget, now=now):
            tomorrow = calendar.at_civil(today + timedelta(days=1), calendar.MIDNIGHT, NUMBER_ZONE)
            return None, budget.next_at if budget and budget.next_at > now else tomorrow
        for job in waiting:
            if job.due_at > now or self.book.is_busy(job.customer) or not self._may_leave(job, now):
                continue
            self._budgets[number] = pacing.spend(
                budget, now=now, today=today, pause=pacing.gap(self._chance, self.pace)
            )
            job.state, job.seen = "published", self.book.changes[job.customer]
            return job, self._budgets[number].next_at  # type: ignore[union-attr]
        later = [job.due_at for job in waiting if job.state == "due" and job.due_at > now]
        return None, min(later, default=None)

    def _may_leave(self, job: Job, now: datetime) -> bool:
        records = self._carried(job)
        if not records:  # another message speaks of its items by now
            self._refuse(job, "stale", now)
            return False
        for record in records:
            case = self.book.case(record.item)
            step = standing.step_named(case, self.policy, record.step, record.cycle)
            if step is None or not recheck.is_for(case, job.customer):
                stopped: recheck.Stopped | None = recheck.Stopped("stale")
            else:
                stopped = recheck.objection(case, step, self.policy, now)
            if stopped is None:
                continue
            if stopped.until is not None:
                job.due_at = stopped.until
                return False
            self._refuse(job, stopped.reason, now)
            return False
        case = self.book.case(records[0].item)
        if not self._spend_of_ledger(case.receivable.ledger_id, job, now):
            return False
        hours = standing.hours_of(case, self.policy)
        job.not_after = calendar.window_end(now, zone=case.recipient_zone, country=case.recipient_country, hours=hours)
        job.versions = {record.item: self.book.rows[record.item].version for record in records}
        return True

    def _refuse(self, job: Job, reason: str, now: datetime) -> None:
        job.state = "cancelled"
        self.book.touch(job.customer)
        self.book.told(job)
        self.oracle.refused(job, "release", reason, now)

    def _spend_of_ledger(self, ledger: int, job: Job, now: datetime) -> bool:
        today = calendar.civil_day(now, NUMBER_ZONE)
        day, spent = self._ledger_budgets.get(ledger, (today, 0))
        spent = spent if day == today else 0
        if not pacing.ledger_has_room(spent, self.pace):
            job.due_at = calendar.at_civil(today + timedelta(days=1), calendar.MIDNIGHT, NUMBER_ZONE)
            return False
        self._ledger_budgets[ledger] = (today, spent + 1)
        return True

    def _carried(self, job: Job) -> list[Record]:
        found = [
            record for item in sorted(job.items) for record in self.book.records[item].values() if record.job is job
        ]
        return sorted(found, key=lambda record: record.item != job.carrier)

    def click(self, job: Job, now: datetime) -> bool:
        """The sender's last look, and the click."""
        if job.state != "published":
            return False
        blocker = self._blocker(job, now)
        if blocker is not None:
            job.state = sending.refused(blocker).state.value
            job.due_at = now
            self.book.queues[job.number][job.id] = job
            self.book.touch(job.customer)
            self.book.told(job)
            self.oracle.refused(job, "click", blocker, now)
            return False
        self.oracle.sent(job, self._carried(job), now)
        job.state, job.sent_at = "sent", now
        self.book.told(job)
        return True

    def _blocker(self, job: Job, now: datetime) -> str | None:
        """As the database's `send_blocker`."""
        rows = [self.book.rows[item] for item in job.versions]
        live = {hold.reason for row in rows for hold in self.book.holds_on(row) if hold.is_live(now)}
        is_payment = job.purpose is Purpose.PAYMENT
        if is_payment and any(row.status is Status.PAID for row in rows):
            return "paid"
        if live & {HoldReason.OPTOUT, HoldReason.WRONG_PERSON}:
            return "optout"
        if is_payment and live:
            return "held"
        if any(row.version != job.versions[row.id] or row.customer_id != job.customer for row in rows):
            return "stale"
        if is_payment and any(row.status not in OPEN or row.absences or row.problems for row in rows):
            return "held"
        return "hours" if job.not_after is not None and job.not_after < now else None
