"""Moving the practice world's clock, and choosing the moment at which a demonstration begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import holidays

from relance.domain.errors import SettingsRejected
from relance.store import clock, pool

PARIS = ZoneInfo("Europe/Paris")
MORNING = time(10, 0)
FURTHEST = timedelta(days=3653)
# The days on which the story acts, counted from its first: reminders, `+16d`, `+49h`, `+72h`.
STORY_DAYS = (0, 16, 18, 21)
# A year always holds such a Monday; the bound only ends the search.
_SEARCH_DAYS = 400


async def move(dsn: str, shift: timedelta) -> datetime:
    """Advance product time; returns the new one. Every service follows within half a second.

    Raises SettingsRejected beyond ten years from today: nothing in a ledger reaches further, and a calendar ends.
    """
    connection = await asyncpg.connect(dsn, timeout=pool.ACQUIRE_TIMEOUT_S)
    try:
        if await clock.offset(connection) + shift > FURTHEST:
            raise SettingsRejected("l'horloge du bac à sable ne va pas à plus de dix ans d'aujourd'hui")
        offset = await clock.move(connection, shift)
    finally:
        await connection.close()
    return datetime.now(UTC) + offset


def opening(now: datetime) -> datetime:
    """The next Monday, ten in the morning in Paris, from which every day of the story is a working day."""
    first = now.astimezone(PARIS).date() + timedelta(days=1)
    days = (first + timedelta(days=n) for n in range(_SEARCH_DAYS))
    monday = next(day for day in days if day.weekday() == 0 and _is_good(day))
    return datetime.combine(monday, MORNING, PARIS).astimezone(UTC)


def _is_good(monday: date) -> bool:
    days = [monday + timedelta(days=n) for n in STORY_DAYS]
    closed = holidays.country_holidays("FR", years={day.year for day in days})
    return all(day.weekday() < 5 and day not in closed for day in days)
