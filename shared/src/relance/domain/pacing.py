"""How fast one number may speak: a gap between two messages, and a cap a day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

# People's pauses are skewed: most are short, a few long. With 0.4 about 95 % fall within a factor of 2.2 of the median.
_SPREAD = 0.4


class Randomness(Protocol):
    def gauss(self, mu: float, sigma: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Pace:
    shortest: timedelta = timedelta(seconds=25)
    longest: timedelta = timedelta(seconds=90)
    daily_cap: int = 60
    in_flight: int = 3
    caps: Mapping[int, int] = field(default_factory=dict)  # by number, where an owner chose another
    ledger_cap: int = 0  # automatic messages of one ledger a day; 0 = only the number's cap


@dataclass(frozen=True, slots=True)
class Budget:
    """What a number has spent on its current day, and when it may speak again."""

    local_day: date
    sent: int
    next_at: datetime


def gap(randomness: Randomness, pace: Pace) -> timedelta:
    """A log-normal pause, never outside the pace's bounds."""
    low, high = pace.shortest.total_seconds(), pace.longest.total_seconds()
    drawn = math.sqrt(low * high) * math.exp(randomness.gauss(0.0, _SPREAD)) if low > 0 else high / 2
    return timedelta(seconds=min(max(drawn, low), high))


def capped(pace: Pace, number_id: int) -> Pace:
    """The pace of one number."""
    return replace(pace, daily_cap=pace.caps.get(number_id, pace.daily_cap))


def has_room(spent: int, pace: Pace) -> bool:
    """Whether a ledger that spent this much today may say one more."""
    return pace.ledger_cap == 0 or spent < pace.ledger_cap


def may_spend(budget: Budget | None, pace: Pace, *, now: datetime, today: date) -> bool:
    if budget is None:
        return True
    spent = budget.sent if budget.local_day >= today else 0
    return spent < pace.daily_cap and budget.next_at <= now


def spend(budget: Budget | None, *, now: datetime, today: date, pause: timedelta) -> Budget:
    """The day only moves forward, so a clock set back opens no second budget."""
    if budget is None or budget.local_day < today:
        return Budget(today, 1, now + pause)
    return Budget(budget.local_day, budget.sent + 1, now + pause)
