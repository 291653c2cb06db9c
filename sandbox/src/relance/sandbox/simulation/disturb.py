"""What goes wrong around the product: outages, sheets that people sort and copy, edits in the very second of a send."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from relance.domain import reconcile
from relance.domain.receivable import HoldReason, Status
from relance.domain.reconcile import KnownRow, SeenRow
from relance.sandbox.simulation.agenda import Agenda
from relance.sandbox.simulation.book import Book, Job
from relance.sandbox.simulation.people import DAY

OUTAGE = timedelta(hours=36)
_MEDDLED = 0.06


class Disturbances:
    def __init__(self, agenda: Agenda, chance: random.Random) -> None:
        self._agenda, self._chance = agenda, chance
        self._book = agenda.book
        self._outages: list[tuple[datetime, datetime]] = []

    def schedule(self, first: date, days: int) -> None:
        start = datetime.combine(first, time(0), tzinfo=UTC)
        for _ in range(1 + days // 60):
            begins = start + timedelta(days=self._chance.uniform(3, max(days - 3, 4)))
            self._outages.append((begins, begins + OUTAGE))
        for _ in range(days // 7):
            at = start + timedelta(days=self._chance.uniform(1, days))
            self._agenda.product(at, self._chance.choice((self._sort, self._copy_a_row, self._cut_a_row)))
        for _ in range(days // 25):
            at = start + timedelta(days=self._chance.uniform(1, days))
            self._agenda.product(at, self._pause_somebody)
        for _ in range(days // 2):
            at = start + timedelta(days=self._chance.uniform(1, days))
            self._agenda.product(at, self._edit_what_waits)
        for day in range(days):
            self._agenda.product(start + day * DAY + timedelta(hours=9.3), self._do_the_tasks)
        for share in (0.25, 0.5):
            self._agenda.product(start + days * share * DAY, self._widen)

    def resumes(self, at: datetime) -> datetime | None:
        """When an outage that holds this instant ends."""
        return next((end for begins, end in self._outages if begins <= at < end), None)

    def meddle(self, job: Job, now: datetime) -> None:
        """Somebody edits the row, or writes STOP, between the release and the click."""
        if self._chance.random() > _MEDDLED:
            return
        at, item = now + timedelta(seconds=self._chance.uniform(0.1, 20)), job.carrier

        def edit(when: datetime) -> None:
            row = self._book.rows[item]
            match self._chance.choice(("paid", "amount", "date", "phone", "stop")):
                case "paid":
                    self._book.put(replace(row, status=Status.PAID, paid_at=when))
                case "amount" if row.balance is not None:
                    self._book.put(replace(row, balance=replace(row.balance, amount=row.balance.amount + 1)))
                case "date" if row.due_on is not None:
                    self._book.put(replace(row, due_on=row.due_on + 3 * DAY))
                case "phone":
                    self._correct_phone(item)
                case _:
                    self._book.hold("customer", job.customer, HoldReason.OPTOUT)
                    self._book.touch(job.customer)

        self._agenda.product(at, edit)

    def _correct_phone(self, item: int) -> None:
        row = self._book.rows[item]
        others = sorted(self._book.people.keys() - {row.customer_id})
        if others:
            self._book.put(replace(row, customer_id=self._chance.choice(others)))

    def _edit_what_waits(self, now: datetime) -> None:
        """A message waits for its number: one of its rows is put off, or its phone is corrected."""
        waiting = [job for number in sorted(self._book.queues) for job in self._book.waiting(number)]
        if not waiting:
            return
        item = self._chance.choice(sorted(self._chance.choice(waiting).items))
        row = self._book.rows[item]
        if row.due_on is not None and row.departs_on is None and self._chance.random() < 0.5:
            self._book.put(replace(row, due_on=row.due_on + 30 * DAY))
        else:
            self._correct_phone(item)

    def _sort(self, now: datetime) -> None:
        self._read(list(self._book.rows), shuffled=True)

    def _copy_a_row(self, now: datetime) -> None:
        items = list(self._book.rows)
        if items:
            self._read([*items, self._chance.choice(items)], shuffled=False)

    def _cut_a_row(self, now: datetime) -> None:
        """Cut now, pasted back some hours later: suspended in between, and once."""
        items = list(self._book.rows)
        if len(items) > 3:
            cut = self._chance.choice(items)
            self._read([item for item in items if item != cut], shuffled=False)
            back = now + timedelta(hours=self._chance.uniform(0.2, 30))
            self._agenda.product(back, lambda when: self._read(list(self._book.rows), shuffled=True))

    def _read(self, listed: list[int], *, shuffled: bool) -> None:
        """One reading of the sheet, by the real rule of identity."""
        if shuffled:
            self._chance.shuffle(listed)
        seen = [
            SeenRow(position, self._book.rows[item].key, _fingerprint(self._book, item))
            for position, item in enumerate(listed)
        ]
        known = [KnownRow(row.key, _fingerprint(self._book, row.id), row.absences) for row in self._book.rows.values()]
        outcome = reconcile.reconcile(seen, known, draw=lambda: self._chance.getrandbits(40))
        by_key = {row.key: row for row in self._book.rows.values()}
        for key in outcome.absent:
            self._book.put(replace(by_key[key], absences=1))
        for key in outcome.returned:
            self._book.put(replace(by_key[key], absences=0))
        for position, key in outcome.created:
            copied = self._book.rows[listed[position]]
            self._book.put(replace(copied, id=max(self._book.rows) + 100_000, key=key, version=1))

    def _pause_somebody(self, now: datetime) -> None:
        if not self._book.people:
            return
        scope = self._chance.choice(("customer", "item", "ledger"))
        target = {"customer": list(self._book.people), "item": list(self._book.rows), "ledger": [1, 2, 3]}[scope]
        chosen = self._chance.choice(target)
        until = now + timedelta(days=self._chance.uniform(1, 10))
        self._book.hold(scope, chosen, HoldReason.PAUSE, until)
        self._book.touch_all()

    def _do_the_tasks(self, now: datetime) -> None:
        """A person looks at what waits for a yes, most mornings."""
        for item, made in list(self._book.decisions.items()):
            if "needs_approval" in made.blockers and made.step and self._chance.random() < 0.5:
                self._book.approved[item].add((made.step, made.cycle))
                self._book.touch(self._book.rows[item].customer_id or 0)

    def _widen(self, now: datetime) -> None:
        """The pilot grows; a ledger that waited is activated."""
        people = sorted(self._book.people)
        self._book.pilots.update(people[: len(people) // 2] if not self._book.pilots else people)
        for ledger in self._book.ledgers.values():
            ledger.is_waiting = ledger.is_waiting and self._chance.random() < 0.5
        self._book.touch_all()


def _fingerprint(book: Book, item: int) -> reconcile.Fingerprint:
    row = book.rows[item]
    return reconcile.fingerprint([str(row.customer_id)], [row.label])
