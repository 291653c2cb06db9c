"""When a person may be written to: weekdays, hours and public holidays, in that person's own zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import phonenumbers

from relance.domain.errors import SettingsRejected

DEFAULT_HOURS = "Mon-Fri 08:00-20:00, Sat 09:00-12:00"
ALWAYS = "always"

# A year of holidays and Sundays never closes this many days in a row; beyond, the hours themselves are absurd.
_LONGEST_CLOSURE_DAYS = 370
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RULE = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<open>\d\d:\d\d)-(?P<close>\d\d:\d\d)")
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Hours:
    """One window per weekday (0 = Monday); a close of 00:00 is the end of that day."""

    windows: Mapping[int, tuple[time, time]]
    on_holidays: bool = False
    closed: frozenset[date] = frozenset()  # the firm's own days of silence

    def window(self, day: date, country: str) -> tuple[time, time] | None:
        if day in self.closed or (not self.on_holidays and is_holiday(day, country)):
            return None
        return self.windows.get(day.weekday())


def parse_hours(text: str) -> Hours:
    """Read `Mon-Fri 08:00-20:00, Sat 09:00-12:00`, or `always`; raises SettingsRejected."""
    if text.strip().casefold() == ALWAYS:
        return Hours(dict.fromkeys(range(7), (MIDNIGHT, MIDNIGHT)), on_holidays=True)
    windows: dict[int, tuple[time, time]] = {}
    for part in text.casefold().split(","):
        windows |= _parse_rule(part.strip())
    return Hours(windows)


def narrowed(hours: Hours, ceiling: Hours) -> Hours:
    """What both allow: a country's ceiling closes hours that the owner opened, never the contrary."""
    windows = {}
    for day in hours.windows.keys() & ceiling.windows.keys():
        opens = max(hours.windows[day][0], ceiling.windows[day][0])
        closes = min(hours.windows[day][1], ceiling.windows[day][1], key=_minutes)
        if opens.hour * 60 + opens.minute < _minutes(closes):
            windows[day] = (opens, closes)
    return Hours(windows, hours.on_holidays and ceiling.on_holidays, hours.closed | ceiling.closed)


def _minutes(closing: time) -> int:
    """Midnight as a closing hour is the end of the day."""
    return closing.hour * 60 + closing.minute or 24 * 60


def _parse_rule(rule: str) -> dict[int, tuple[time, time]]:
    match = _RULE.fullmatch(rule)
    try:
        if match is None:
            raise ValueError(rule)
        first = _DAYS.index(match["first"])
        last = _DAYS.index(match["last"] or match["first"])
        opens, closes = time.fromisoformat(match["open"]), _closing(match["close"])
    except ValueError as error:
        raise SettingsRejected(f"heures autorisées illisibles : « {rule} » (exemple : {DEFAULT_HOURS})") from error
    if first > last or (closes != MIDNIGHT and opens >= closes):
        raise SettingsRejected(f"heures autorisées à l'envers : « {rule} »")
    return dict.fromkeys(range(first, last + 1), (opens, closes))


def _closing(text: str) -> time:
    return MIDNIGHT if text == "24:00" else time.fromisoformat(text)


def is_holiday(day: date, country: str) -> bool:
    return day in _holidays(country, day.year)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:  # a country the library does not know has no holidays for us
        return frozenset()


@cache
def country_of(phone: str, default: str) -> str:
    """ISO country of an E.164 number; `default` when the number says nothing."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return default
    # A range that is not given out still has a country code; several countries may share one: its main one.
    found = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )
    return default if found in {None, "001", "ZZ"} else found


def at_civil(day: date, hour: time, zone: str) -> datetime:
    """The instant of a civil time; one that a clock change skips becomes the instant just after the gap."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


@cache
def zone_named(text: str) -> str | None:
    """An IANA zone as somebody wrote it in a cell, or None."""
    try:
        return ZoneInfo(text.strip().replace(" ", "_")).key if text.strip() else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def civil_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def next_allowed(instant: datetime, *, zone: str, country: str, hours: Hours) -> datetime:
    """`instant` itself when allowed, else the next allowed slot: same civil hour if that day's window holds it."""
    return _next_slot(instant, zone=zone, country=country, hours=hours, hour=instant.astimezone(ZoneInfo(zone)).time())


def next_opening(instant: datetime, *, zone: str, country: str, hours: Hours) -> datetime:
    """`instant` itself when allowed, else when the next window opens."""
    return _next_slot(instant, zone=zone, country=country, hours=hours, hour=None)


def _next_slot(instant: datetime, *, zone: str, country: str, hours: Hours, hour: time | None) -> datetime:
    local = instant.astimezone(ZoneInfo(zone))
    window = hours.window(local.date(), country)
    if window is not None and _holds(window, local.time()):
        return instant
    if window is not None and local.time() < window[0]:
        return at_civil(local.date(), window[0], zone)
    for days in range(1, _LONGEST_CLOSURE_DAYS):
        day = local.date() + timedelta(days=days)
        window = hours.window(day, country)
        if window is not None:
            return at_civil(day, hour if hour is not None and _holds(window, hour) else window[0], zone)
    raise SettingsRejected("aucun jour n'est autorisé : vérifiez les heures d'envoi")


def is_allowed(instant: datetime, *, zone: str, country: str, hours: Hours) -> bool:
    return next_allowed(instant, zone=zone, country=country, hours=hours) == instant


def window_end(instant: datetime, *, zone: str, country: str, hours: Hours) -> datetime:
    """When the window that holds an allowed instant closes; the instant itself when none does."""
    local = instant.astimezone(ZoneInfo(zone))
    window = hours.window(local.date(), country)
    if window is None or not _holds(window, local.time()):
        return instant
    closes = window[1]
    day = local.date() + timedelta(days=1) if closes == MIDNIGHT else local.date()
    return at_civil(day, closes, zone)


def _holds(window: tuple[time, time], hour: time) -> bool:
    opens, closes = window
    return opens <= hour and (closes == MIDNIGHT or hour < closes)
