"""Synthetic customers and debts: the recipe of dunning.md §10. The same integer gives the same people.

Shapes, not truths: late shares, lateness and lead times were fitted on public histories without reminders.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from relance.domain.receivable import Customer, Kind

DAY = timedelta(days=1)
NUMBERS = (1, 2)

# Days between payment and due date when a payment is on time, as (from, to, weight); later ones are drawn apart.
_EARLY = ((-30, -16, 16.9), (-15, -8, 22.2), (-7, -1, 21.9), (0, 0, 3.4))
_PREFIXES = (
    ("+3363998", 4, "fr", "Europe/Paris", 0.62), ("+3247000", 4, "fr", "Europe/Brussels", 0.10),
    ("+44770090", 4, "en", "Europe/London", 0.14), ("+9198765", 5, "en", "Asia/Kolkata", 0.14),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    customer: Customer
    lateness: float  # chance that an item of theirs is paid late
    pays_by_debit: bool
    is_wrong_number: bool


@dataclass(frozen=True, slots=True)
class Debt:
    """What will happen to one item when nobody writes; days, not hours, are what the sources tell."""

    person: Person
    kind: Kind
    written_on: date
    due_on: date
    departs_on: date | None
    total: Decimal
    paid_on: date
    travellers: int
    part_on: date | None
    disputed_on: date | None
    credited_on: date | None
    reopened_on: date | None
    moved_on: date | None


def person(number: int, chance: random.Random) -> Person:
    prefix, digits, language, zone, _ = chance.choices(_PREFIXES, weights=[p[-1] for p in _PREFIXES])[0]
    phone = f"{prefix}{number % 10**digits:0{digits}}"
    if chance.random() < 0.1:
        language = "en" if language == "fr" else "fr"
    return Person(
        Customer(number, phone, f"Client {number}", language, zone, chance.choice(NUMBERS)),
        lateness=chance.betavariate(0.38, 0.69),
        pays_by_debit=chance.random() < 0.05,
        is_wrong_number=chance.random() < 0.02,
    )


def debt(who: Person, chance: random.Random, *, first: date, days: int) -> Debt:
    kind = chance.choice((Kind.VOYAGE, Kind.FACTURE))
    written_on = first + chance.randrange(max(days - 20, 1)) * DAY
    departs_on, due_on = None, written_on + chance.choice((15, 30, 45)) * DAY
    if chance.random() < 0.08:
        due_on = written_on - chance.randrange(1, 90) * DAY  # an old debt, typed in late
    if kind is Kind.VOYAGE:
        departs_on = written_on + max(2, round(chance.lognormvariate(math.log(74), 0.84))) * DAY
        due_on = max(departs_on - 30 * DAY, written_on + DAY)
    paid_on = max(due_on + _settled_after(who, chance) * DAY, written_on)
    is_disputed = chance.random() < 0.05 + 0.1 * who.lateness
    return Debt(
        person=who,
        kind=kind,
        written_on=written_on,
        due_on=due_on,
        departs_on=departs_on,
        total=Decimal(chance.randrange(40, 4000)),
        paid_on=paid_on,
        travellers=chance.choices((1, 2, 3, 4, 5), weights=(40, 35, 10, 10, 5))[0],
        part_on=_before(paid_on, written_on, chance) if chance.random() < 0.058 else None,
        disputed_on=_before(paid_on, written_on, chance) if is_disputed else None,
        credited_on=_before(paid_on, written_on, chance) if chance.random() < 0.02 else None,
        reopened_on=paid_on + chance.randrange(1, 12) * DAY if chance.random() < 0.03 else None,
        moved_on=_before(paid_on, written_on, chance) if chance.random() < 0.3 else None,
    )


def _settled_after(who: Person, chance: random.Random) -> int:
    """Days from the due date to the payment when nobody writes."""
    if chance.random() < who.lateness:
        days = 1 + round(chance.gammavariate(1.84, 5.25))
        if chance.random() < 0.25:  # the tail that reminders exist for
            days += 30 + round(chance.expovariate(1 / 20))
        return days
    low, high, _ = chance.choices(_EARLY, weights=[band[-1] for band in _EARLY])[0]
    return chance.randint(low, high)


def _before(end: date, start: date, chance: random.Random) -> date:
    return start + chance.randrange(max((end - start).days, 1)) * DAY
