"""How fast one number may speak: a gap between two messages, caps an hour and a day, few strangers, a slow start.

The release asks `turn` inside its transaction and writes back what `spend` returns, so that a restart spends nothing
twice. Everything counts against the day on which it was first released; what comes back that day is not counted again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

# People's pauses are skewed: most are short, a few long. With 0.4 about 95 % fall within a factor of 2.2 of the median.
_SPREAD = 0.4
HOUR = timedelta(hours=1)


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
    hourly_cap: int = 20  # within any sixty minutes
    first_contacts: int = 5  # a day, to people who never wrote and were never written to
    ramp: tuple[int, ...] = (10, 20, 30, 40)  # daily caps of a young number, before the full one
    ramp_days: int = 2  # days spoken on each step of the ramp


@dataclass(frozen=True, slots=True)
class Budget:
    """What a number has spent on its current day, and when it may speak again."""

    local_day: date
    sent: int
    next_at: datetime
    first_contacts: int = 0
    days_spoken: int = 0  # before `local_day`
    recent: tuple[datetime, ...] = ()  # releases of the last hour, oldest first


class Limit(StrEnum):
    """Why a number does not speak now."""

    PAUSE = "pause"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one release may take: a message that today has not counted yet; one to a stranger."""

    takes_more: bool
    takes_strangers: bool

    def takes(self, *, is_again: bool, is_first_contact: bool) -> bool:
        """`is_again`: today has counted it already."""
        return is_again or (self.takes_more and (self.takes_strangers or not is_first_contact))


def gap(randomness: Randomness, pace: Pace) -> timedelta:
    """A log-normal pause, never outside the pace's bounds."""
    low, high = pace.shortest.total_seconds(), pace.longest.total_seconds()
    drawn = math.sqrt(low * high) * math.exp(randomness.gauss(0.0, _SPREAD)) if low > 0 else high / 2
    return timedelta(seconds=min(max(drawn, low), high))


def capped(pace: Pace, number_id: int) -> Pace:
    """The pace of one number."""
    return replace(pace, daily_cap=pace.caps.get(number_id, pace.daily_cap))


def warmed(pace: Pace, budget: Budget | None, *, today: date) -> Pace:
    """The pace of a number that has spoken on few days: its cap follows the ramp, and never exceeds the full one."""
    step = _days_before(budget, today) // max(pace.ramp_days, 1)
    if step >= len(pace.ramp):
        return pace
    return replace(pace, daily_cap=min(pace.ramp[step], pace.daily_cap))


def day_of(budget: Budget | None, today: date) -> date:
    """The day that is spent from; it only moves forward, so a clock set back opens no second budget."""
    return today if budget is None else max(budget.local_day, today)


def may_speak(budget: Budget | None, *, now: datetime) -> bool:
    return budget is None or budget.next_at <= now


def has_room(budget: Budget | None, pace: Pace, *, today: date) -> bool:
    spent = spent_on(budget, today)
    return spent < pace.daily_cap


def spent_on(budget: Budget | None, today: date) -> int:
    return budget.sent if budget is not None and budget.local_day >= today else 0


def strangers_on(budget: Budget | None, today: date) -> int:
    return budget.first_contacts if budget is not None and budget.local_day >= today else 0


def within_hour(budget: Budget | None, now: datetime) -> tuple[datetime, ...]:
    """Releases of the last sixty minutes; those that a clock set back puts into the future count too."""
    return () if budget is None else tuple(at for at in budget.recent if at > now - HOUR)


def limit(budget: Budget | None, pace: Pace, *, now: datetime, today: date) -> Limit | None:
    """Which limit holds the number back now, the longest first; None when it may say something new."""
    if not has_room(budget, pace, today=today):
        return Limit.DAY
    if len(within_hour(budget, now)) >= pace.hourly_cap:
        return Limit.HOUR
    return None if may_speak(budget, now=now) else Limit.PAUSE


def turn(budget: Budget | None, pace: Pace, *, now: datetime, today: date) -> Turn | None:
    """None: not a word now, the pause or the hour forbid it."""
    if not may_speak(budget, now=now) or len(within_hour(budget, now)) >= pace.hourly_cap:
        return None
    return Turn(has_room(budget, pace, today=today), strangers_on(budget, today) < pace.first_contacts)


def ledger_has_room(spent: int, pace: Pace) -> bool:
    """Whether a ledger that spent this much today may say one more."""
    return pace.ledger_cap == 0 or spent < pace.ledger_cap


def spend(
    budget: Budget | None,
    *,
    now: datetime,
    today: date,
    pause: timedelta,
    is_again: bool = False,
    is_first_contact: bool = False,
) -> Budget:
    """`is_again`: the message was counted today already and came back; it costs a pause and no second turn."""
    counts = 0 if is_again else 1
    return Budget(
        local_day=day_of(budget, today),
        sent=spent_on(budget, today) + counts,
        next_at=now + pause,
        first_contacts=strangers_on(budget, today) + counts * is_first_contact,
        days_spoken=_days_before(budget, today),
        recent=(*within_hour(budget, now), now),
    )


def given_back(budget: Budget, *, messages: int, first_contacts: int) -> Budget:
    """Cancelled before any key press: as if never counted. The hour keeps them, it only loses by waiting."""
    return replace(
        budget,
        sent=max(budget.sent - messages, 0),
        first_contacts=max(budget.first_contacts - first_contacts, 0),
    )


def _days_before(budget: Budget | None, today: date) -> int:
    if budget is None:
        return 0
    return budget.days_spoken + (1 if today > budget.local_day and budget.sent else 0)
