"""What people do to one item: type it in, pay, pay a part, contest, move the date, answer, send papers.

Everything is an event on the run's agenda; whatever the product must read waits for the end of an outage.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from relance.domain.money import Money
from relance.domain.receivable import OPEN, HoldReason, Kind, Receivable, Status
from relance.domain.standing import Documents
from relance.domain.steps import Purpose
from relance.sandbox.simulation.agenda import Agenda
from relance.sandbox.simulation.book import REQUEST, Job
from relance.sandbox.simulation.people import DAY, Debt, Person

_CURRENCIES = {"+91": "INR", "+44": "GBP"}
# Share of delivered reminders that hasten a payment, at an effect of 1.
_HASTENED = 0.35
_KINDS_OF_REPLY = ("silence", "claim", "promise", "question", "document", "dispute", "stop", "wrong")
_WEIGHTS = (65, 10, 8, 8, 5, 2, 1, 1)


class Life:
    def __init__(self, agenda: Agenda, chance: random.Random, *, effect: float) -> None:
        self._agenda, self._chance, self._effect = agenda, chance, effect
        self._book = agenda.book

    def begin(self, item: int, debt: Debt, ledger: int) -> None:
        """Put one debt's whole life on the agenda."""
        who = debt.person.customer
        money = Money(debt.total, next((c for p, c in _CURRENCIES.items() if who.phone.startswith(p)), "EUR"))
        cells = {"Notes": self._chance.choice(("", "VIP", "groupe")), "Destination": "Lisbonne"}
        row = Receivable(
            id=item, ledger_id=ledger, key=f"K{item:07}", kind=debt.kind, customer_id=who.id, status=Status.PENDING,
            total=money, balance=money, due_on=debt.due_on, departs_on=debt.departs_on, label=f"INV-{item}",
            payment_link="", travellers=debt.travellers, tickets_received=False, paused_until=None, version=1,
            absences=0, paid_at=None, fields=cells,
        )  # fmt: skip
        typed = self._at(debt.written_on)
        self._agenda.product(typed, lambda now: self._type_in(row, debt.person))
        self._agenda.product(self._at(debt.paid_on, after=typed), lambda now: self.pay(item, now))
        if debt.part_on:
            self._agenda.product(self._at(debt.part_on, after=typed), lambda now: self._pay_part(item, Decimal("0.4")))
        if debt.credited_on:
            part = Decimal(self._chance.choice(("0.2", "1.1")))
            self._agenda.product(self._at(debt.credited_on, after=typed), lambda now: self._pay_part(item, part))
        if debt.disputed_on:
            self._agenda.product(self._at(debt.disputed_on, after=typed), lambda now: self._contest(item, now))
        if debt.moved_on:
            days = self._chance.choice((-25, -20, -9, 5, 15, 40)) * DAY
            self._agenda.product(self._at(debt.moved_on, after=typed), lambda now: self._move(item, days))
        if debt.reopened_on:
            self._agenda.product(self._at(debt.reopened_on, after=typed), lambda now: self._reopen(item))
        if self._chance.random() < 0.06:
            at = typed + timedelta(days=self._chance.uniform(0.1, 20))
            self._agenda.product(at, lambda now: self._spoil(item, ("Montant illisible",)))
            self._agenda.product(at + timedelta(days=self._chance.uniform(0.1, 4)), lambda now: self._spoil(item, ()))

    def pay(self, item: int, now: datetime) -> None:
        row = self._book.rows[item]
        if row.status not in {Status.PAID, Status.CANCELLED}:
            self._book.put(replace(row, status=Status.PAID, paid_at=now))

    def heard(self, job: Job, items: list[int], now: datetime) -> None:
        """What a delivered message causes: money that comes sooner, an answer, papers."""
        if job.purpose is Purpose.PAYMENT and self._chance.random() < _HASTENED * self._effect:
            at = now + timedelta(days=self._chance.expovariate(0.5))
            for item in items:
                self._agenda.product(at, partial(self.pay, item))
        if job.template == REQUEST:
            self._ask_papers(items[0], now)
        self._answer(job, items[0], now)

    def _answer(self, job: Job, item: int, now: datetime) -> None:
        at = now + timedelta(hours=self._chance.lognormvariate(1.2, 1.0))
        kind = self._chance.choices(_KINDS_OF_REPLY, _WEIGHTS)[0]
        until = at + timedelta(days=self._chance.uniform(1, 9))
        customer = job.customer
        match kind:
            case "claim":
                self._held("item", item, HoldReason.PAID_CLAIM, at=at, until=until)
                if self._chance.random() < 0.8:
                    self._agenda.product(until - timedelta(hours=2), lambda now: self.pay(item, now))
            case "promise":
                self._held("item", item, HoldReason.PROMISE, at=at, until=until)
            case "question":
                self._held("item", item, HoldReason.HUMAN, at=at)
                self._lifted("item", item, HoldReason.HUMAN, until)
            case "dispute":
                self._held("item", item, HoldReason.DISPUTE, at=at)
                self._lifted("item", item, HoldReason.DISPUTE, until + 5 * DAY)
            case "stop":
                self._held("customer", customer, HoldReason.OPTOUT, at=at)
            case "wrong":
                self._held("customer", customer, HoldReason.WRONG_PERSON, at=at)

    def _held(
        self, scope: str, target: int, reason: HoldReason, *, at: datetime, until: datetime | None = None
    ) -> None:
        def put(now: datetime) -> None:
            self._book.hold(scope, target, reason, until)
            self._touch(scope, target)

        self._agenda.product(at, put)

    def _lifted(self, scope: str, target: int, reason: HoldReason, at: datetime) -> None:
        def lift(now: datetime) -> None:
            self._book.lift(scope, target, reason)
            self._touch(scope, target)

        self._agenda.product(at, lift)

    def _touch(self, scope: str, target: int) -> None:
        self._book.touch(target if scope == "customer" else self._book.rows[target].customer_id or 0)

    def _type_in(self, row: Receivable, who: Person) -> None:
        self._book.people[who.customer.id] = who.customer
        if who.pays_by_debit and not self._book.holds["customer", who.customer.id]:
            self._book.hold("customer", who.customer.id, HoldReason.AUTOPAY)
        self._book.put(row)

    def _pay_part(self, item: int, share: Decimal) -> None:
        row = self._book.rows[item]
        if row.balance is not None and row.total is not None and row.status in OPEN:
            left = Money(row.balance.amount - row.total.amount * share, row.balance.currency)
            self._book.put(replace(row, balance=left))

    def _contest(self, item: int, now: datetime) -> None:
        row = self._book.rows[item]
        if row.status in OPEN:
            self._book.put(replace(row, status=Status.DISPUTED))
            settled = now + timedelta(days=self._chance.uniform(3, 25))
            self._agenda.product(settled, lambda now: self._reopen(item, Status.DISPUTED))

    def _reopen(self, item: int, closed: Status = Status.PAID) -> None:
        row = self._book.rows[item]
        if row.status is closed:
            self._book.put(replace(row, status=Status.LATE, paid_at=None))
            again = self._agenda.now() + timedelta(days=self._chance.uniform(0.5, 20))
            self._agenda.product(again, lambda now: self.pay(item, now))

    def _move(self, item: int, days: timedelta) -> None:
        row = self._book.rows[item]
        due_on = None if row.due_on is None else row.due_on + days
        departs_on = None if row.departs_on is None else row.departs_on + days
        self._book.put(replace(row, due_on=due_on, departs_on=departs_on))

    def _spoil(self, item: int, problems: tuple[str, ...]) -> None:
        self._book.put(replace(self._book.rows[item], problems=problems))

    def _ask_papers(self, item: int, now: datetime) -> None:
        row = self._book.rows[item]
        missing = tuple(f"passport/{traveller}" for traveller in range(1, row.travellers + 1))
        self._book.papers[item] = Documents(missing, now)
        self._book.touch(row.customer_id or 0)
        for _ in missing:
            if self._chance.random() < 0.8:
                at = now + timedelta(hours=self._chance.lognormvariate(3.4, 1.0))
                self._agenda.product(at, lambda now: self._send_paper(item, now))

    def _send_paper(self, item: int, now: datetime) -> None:
        papers = self._book.papers[item]
        self._book.papers[item] = Documents(papers.missing[1:], now)
        self._book.touch(self._book.rows[item].customer_id or 0)

    def _at(self, day: date, *, after: datetime | None = None) -> datetime:
        """Some moment of a day, working hours more often; never before `after`."""
        hour = self._chance.choice((7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 22))
        at = datetime.combine(day, time(hour, self._chance.randrange(60), self._chance.randrange(60)), tzinfo=UTC)
        return at if after is None else max(at, after + timedelta(minutes=1))


def kind_of(ledger: int) -> Kind:
    return Kind.VOYAGE if ledger % 2 else Kind.FACTURE
