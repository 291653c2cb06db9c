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


def day_of(budget: Budget | None, today: date) -> date:
    """The day that is spent from; it only moves forward, so a clock set back opens no second budget."""
    return today if budget is None else max(budget.local_day, today)


def may_speak(budget: Budget | None, *, now: datetime) -> bool:
    return budget is None or budget.next_at <= now


def has_room(budget: Budget | None, pace: Pace, *, today: date) -> bool:
    spent = budget.sent if budget is not None and budget.local_day >= today else 0
    return spent < pace.daily_cap


def ledger_has_room(spent: int, pace: Pace) -> bool:
    """Whether a ledger that spent this much today may say one more."""
    return pace.ledger_cap == 0 or spent < pace.ledger_cap


def spend(budget: Budget | None, *, now: datetime, today: date, pause: timedelta, is_again: bool = False) -> Budget:
    """`is_again`: the message was counted today already and came back; it costs a pause and no second turn."""
    spent = budget.sent if budget is not None and budget.local_day >= today else 0
    return Budget(day_of(budget, today), spent + (0 if is_again else 1), now + pause)
