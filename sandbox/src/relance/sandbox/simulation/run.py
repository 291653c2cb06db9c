"""One simulated world, from a seed: the real decisions over synthetic people, disturbed, judged at every step.

The agenda is a heap of instants; between two of them nothing happens, so a year takes seconds.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from relance.contracts import rulebook
from relance.domain.pacing import Pace
from relance.domain.receivable import Kind
from relance.domain.steps import SEQUENCES, Anchor, Check, Condition, Mode, Policy, Purpose, Sequence, Step
from relance.sandbox.simulation import honesty, people
from relance.sandbox.simulation.agenda import Event
from relance.sandbox.simulation.book import Book, Job, Ledger
from relance.sandbox.simulation.disturb import Disturbances
from relance.sandbox.simulation.drive import Product
from relance.sandbox.simulation.life import Life, kind_of
from relance.sandbox.simulation.oracle import Oracle, Violation
from relance.sandbox.simulation.people import DAY, NUMBERS

# Beyond, the first few say enough.
MOST_VIOLATIONS = 50


@dataclass(frozen=True, slots=True)
class Report:
    seed: int
    customers: int
    days: int
    items: int
    counts: dict[str, int]
    violations: tuple[Violation, ...]

    @property
    def is_good(self) -> bool:
        return not self.violations


@dataclass(frozen=True, slots=True)
class Size:
    customers: int
    days: int


class World:
    def __init__(self, seed: int, size: Size) -> None:
        self._seed = seed
        self.chance = random.Random(seed)  # noqa: S311 - the same integer gives the same world
        self._size = size
        self.first = date(2025, 1, 1) + timedelta(days=self.chance.randrange(700))
        self.book = Book(_ledgers(self.chance))
        # Caps that bite: a queue which only grows would have everybody in it decided again every few minutes.
        many = size.customers
        pace = Pace(
            shortest=timedelta(seconds=min(25, 25 * 100 / many)),
            longest=timedelta(seconds=min(90, 90 * 100 / many)),
            daily_cap=self.chance.choice((max(4, many // 5), 3 * many, 10 * many)),
            ledger_cap=self.chance.choice((0, 0, max(3, many // 6))),
        )
        policy = _policy(self.chance)
        self.oracle = Oracle(self.book, policy, (pace.daily_cap, pace.ledger_cap))
        self._scheduler = Product(self.book, policy, pace, chance=self.chance, oracle=self.oracle)
        self.life = Life(self, self.chance, effect=self.chance.choice((0.0, 0.3, 0.6)))
        self._heap: list[tuple[datetime, int, bool, Event]] = []
        self._ticket = itertools.count()
        self._now = datetime.combine(self.first, time(0), tzinfo=UTC)
        self._plan_at: datetime | None = None
        self._release_at: dict[int, datetime] = {}
        self.disturbances = Disturbances(self, self.chance)

    def now(self) -> datetime:
        return self._now

    @property
    def end(self) -> datetime:
        return datetime.combine(self.first, time(0), tzinfo=UTC) + self._size.days * DAY

    def nature(self, at: datetime, what: Event) -> None:
        heapq.heappush(self._heap, (at, next(self._ticket), False, what))

    def product(self, at: datetime, what: Event) -> None:
        heapq.heappush(self._heap, (at, next(self._ticket), True, what))

    def run(self) -> Report:
        self._populate()
        self.disturbances.schedule(self.first, self._size.days)
        self.nature(datetime.combine(self.first, time(13, 37), tzinfo=UTC), self._judge)
        while self._heap and len(self.oracle.violations) < MOST_VIOLATIONS:
            at, _, is_product, what = heapq.heappop(self._heap)
            if at > self.end:
                break
            resumed = self.disturbances.resumes(at) if is_product else None
            if resumed is not None:
                self.product(resumed, what)
                continue
            self._now = max(self._now, at)
            what(self._now)
            self._wake()
        found = tuple(self.oracle.violations)
        return Report(
            self._seed, self._size.customers, self._size.days, len(self.book.rows), dict(self.oracle.counts), found
        )

    def _populate(self) -> None:
        item = itertools.count(1)
        for number in range(1, self._size.customers + 1):
            who = people.person(number, self.chance)
            for _ in range(self.chance.choices((1, 2, 3), weights=(60, 30, 10))[0]):
                debt = people.debt(who, self.chance, first=self.first, days=self._size.days)
                fitting = [ledger for ledger in self.book.ledgers if kind_of(ledger) is debt.kind]
                self.life.begin(next(item), debt, self.chance.choice(fitting))

    def _wake(self) -> None:
        """The plan follows news within a minute, and its own looks; the release follows the plan."""
        wanted = self._now + timedelta(seconds=self.chance.uniform(0.5, 60)) if self.book.dirty else None
        look = self._scheduler.next_look()
        if look is not None:
            look = max(look, self._now)
            wanted = look if wanted is None else min(wanted, look)
        if wanted is not None and (self._plan_at is None or wanted < self._plan_at or self._plan_at < self._now):
            self._plan_at = wanted
            self.product(wanted, self._plan)

    def _plan(self, now: datetime) -> None:
        if self._plan_at is not None and self._plan_at <= now:
            self._plan_at = None
        self._scheduler.plan(now)
        for number in NUMBERS:
            if self.book.queues[number]:
                self._release_soon(number, now + timedelta(seconds=1))

    def _release_soon(self, number: int, at: datetime) -> None:
        known = self._release_at.get(number)
        if known is None or at < known or known < self._now:
            self._release_at[number] = at
            self.product(at, lambda now: self._release(number, now))

    def _release(self, number: int, now: datetime) -> None:
        self._release_at.pop(number, None)
        job, again = self._scheduler.release(number, now)
        if job is not None:
            self.product(now + timedelta(seconds=self.chance.uniform(3, 40)), lambda at: self._click(job, at))
            self.disturbances.meddle(job, now)
        if again is not None:
            self._release_soon(number, max(again, now + timedelta(seconds=1)))

    def _click(self, job: Job, now: datetime) -> None:
        if self._scheduler.click(job, now):
            items = [item for item in self.book.items_of[job.customer] if item in job.versions]
            self.life.heard(job, sorted(items, key=lambda item: item != job.carrier), now)
        self._release_soon(job.number, now + timedelta(seconds=1))

    def _judge(self, now: datetime) -> None:
        sample = self.chance.sample(sorted(self.book.people), min(len(self.book.people), 12))
        if self.disturbances.resumes(now) is None:
            honesty.judge(self.oracle, now, sample)
        self.nature(now + DAY, self._judge)


def simulate(seed: int, size: Size) -> Report:
    """Play one world to its end, or until it has broken too many rules."""
    return World(seed, size).run()


def first_bad(seeds: Iterable[int], size: Size) -> Report | None:
    """The first world in which a rule was broken; None when all are good."""
    return next((report for seed in seeds if not (report := simulate(seed, size)).is_good), None)


def _ledgers(chance: random.Random) -> dict[int, Ledger]:
    belgian = Ledger(3, Kind.VOYAGE, "Europe/Brussels", "BE", registration="0123.456.789")
    ledgers = {
        1: Ledger(1, Kind.VOYAGE, "Europe/Paris", "FR", "552 100 554"),
        2: Ledger(2, Kind.FACTURE, "Europe/Paris", "FR", "552 100 554"),
        3: belgian,
    }
    if chance.random() < 0.1:
        ledgers[2].is_waiting = True
    return ledgers


def _policy(chance: random.Random) -> Policy:
    sequences = dict(SEQUENCES)
    if chance.random() < 0.3:
        sequences[Kind.FACTURE] = _own_sequence()
    return Policy(packs=rulebook.shipped_packs(), sequences=sequences, pilot_only=chance.random() < 0.15)


def _own_sequence() -> Sequence:
    """Everything an owner may write: hours, a condition, an approval, a step that follows another, a repetition."""
    vip = Condition("Notes", Check.IS_NOT, ("VIP",))
    return Sequence(
        Kind.FACTURE,
        (
            Step("facture_1", Purpose.PAYMENT, Anchor.DUE, timedelta(days=-7), true_until_days=0),
            Step("facture_2", Purpose.PAYMENT, Anchor.DUE, timedelta(days=1, hours=4), conditions=(vip,)),
            Step("rappel_valide", Purpose.PAYMENT, Anchor.DUE, timedelta(days=8), mode=Mode.APPROVE),
            Step(
                "facture_3", Purpose.PAYMENT, Anchor.PREVIOUS, timedelta(days=6), is_entry=False, cycles=3,
                every=timedelta(days=5),
            ),
            Step("facture_confirmation", Purpose.CONFIRMATION, Anchor.PAID, timedelta(0)),
        ),
    )  # fmt: skip
