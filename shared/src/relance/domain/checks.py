"""How often an owner wants payment reminders to be looked at: all the time, once a day, once a week.

What follows an event (a payment, a paper, an answer) never waits for a check.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from relance.domain import calendar
from relance.domain.errors import SettingsRejected

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CANONICAL = re.compile(r"daily (?P<daily>\d\d:\d\d)|weekly (?P<day>[a-z]{3}) (?P<weekly>\d\d:\d\d)")
_FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_AT = r"(?: a)?(?: (?P<hour>[\dh:]+))?"
_DAILY = re.compile(rf"(?:quotidien(?:ne)?|(?:tous les|chaque) jours?){_AT}")
_DAY = rf"(?P<day>{'|'.join(_FRENCH)})s?"
_WEEKLY = re.compile(rf"(?:hebdomadaire|chaque semaine)?,? ?(?:le |chaque |tous les )?{_DAY}{_AT}")
_HOUR = re.compile(r"(\d{1,2})(?:h|:)?(\d{2})?")
USUAL_HOUR = "09:00"
CONTINUOUS = "continuous"


@dataclass(frozen=True, slots=True)
class Checks:
    """`weekdays`: 0 = Monday; `at` is civil, where the creditor lives."""

    weekdays: frozenset[int]
    at: time


def parse(text: str) -> Checks | None:
    """`continuous` (None), `daily 09:00`, `weekly mon 09:00`; raises SettingsRejected."""
    if text == CONTINUOUS:
        return None
    match = _CANONICAL.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        days = range(7) if match["daily"] else [DAYS.index(match["day"])]
        return Checks(frozenset(days), time.fromisoformat(match["daily"] or match["weekly"]))
    except ValueError as error:
        raise SettingsRejected(
            f"vérification illisible : « {text} » ; écrivez continuous, daily 09:00 ou weekly mon 09:00"
        ) from error


def text(checks: Checks) -> str:
    """What `parse` reads back."""
    at = f"{checks.at:%H:%M}"
    return f"daily {at}" if len(checks.weekdays) == 7 else f"weekly {DAYS[min(checks.weekdays)]} {at}"


def read(written: str) -> str | None:
    """What an owner writes in French, as `parse` reads it; None when it says nothing of the kind."""
    plain = " ".join("".join(c for c in unicodedata.normalize("NFKD", written.casefold()) if c.isascii()).split())
    if plain in {"continu", "en continu", "sans cesse", "non"}:
        return CONTINUOUS
    for pattern in (_DAILY, _WEEKLY):
        match = pattern.fullmatch(plain)
        hour = match and _hour(match["hour"])
        if match and hour and pattern is _DAILY:
            return f"daily {hour}"
        if match and hour:
            return f"weekly {DAYS[_FRENCH.index(match['day'])]} {hour}"
    return None


def next_check(instant: datetime, checks: Checks | None, zone: str) -> datetime:
    """The first check at or after an instant."""
    if checks is None:
        return instant
    today = calendar.civil_day(instant, zone)
    days = (today + timedelta(days=ahead) for ahead in range(8))
    found = (calendar.at_civil(day, checks.at, zone) for day in days if day.weekday() in checks.weekdays)
    return next(check for check in found if check >= instant)


def _hour(text: str | None) -> str | None:
    if text is None:
        return USUAL_HOUR
    match = _HOUR.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return f"{int(match[1]):02}:{int(match[2] or 0):02}"
