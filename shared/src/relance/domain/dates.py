"""Dates out of a sheet: serials, ISO, day first (month first where people write so), French or English month names."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from relance.domain import accents
from relance.domain.errors import CellRejected

SERIAL_ORIGIN = date(1899, 12, 30)
# A year typed alone, or an amount in the wrong column, must not become a date: the product lives in these years.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)

MONTH_FIRST = frozenset({"en_US", "en_PH"})
# People there write both ways; an empty locale is one that nobody told us.
EITHER_WAY = frozenset({"", "en", "en_CA"})

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[t ][0-9:.]+z?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})\s?([-/. ])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_DAY_NAMED = re.compile(r"(?:[a-z]+\.?,? )?([0-9]{1,2})(?:er|st|nd|rd|th)? ([a-z]+)\.?,? ([0-9]{4})")
_NAMED_DAY = re.compile(r"([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")


def parse(cell: object, *, locale: str = "fr_FR") -> date:
    """Read a cell as a date; where `locale` does not tell, 03/04 is refused. Raises CellRejected."""
    match cell:
        case bool() | None:
            found = None
        case datetime():
            found = cell.date()
        case date():
            found = cell
        case int() | float():
            found = _from_serial(cell)
        case str():
            found = _from_text(cell, locale)
        case _:
            found = None
    if found is None or not EARLIEST <= found < LATEST:
        raise CellRejected(
            f"La date « {str('' if cell is None else cell)[:30]} » n'est pas lisible : écrivez-la jour/mois/année,"
            " par exemple 15/10/2026."
        )
    return found


def serial(day: date) -> int:
    """The number a sheet stores for a date."""
    return (day - SERIAL_ORIGIN).days


def _from_serial(cell: float) -> date | None:
    if not 0 < cell < 100_000:
        return None
    return SERIAL_ORIGIN + timedelta(days=int(cell))


def _from_text(cell: str, locale: str) -> date | None:
    text = re.sub(r"\s+", " ", _plain(cell)).strip(" '")
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(found[1], found[3], found[4])
    if found := _YEAR_LAST.fullmatch(text):
        return _day_or_month_first(found[1], found[3], found[4], locale, cell)
    if (found := _DAY_NAMED.fullmatch(text)) and found[2] in MONTHS:
        return _date(found[3], MONTHS[found[2]], found[1])
    if (found := _NAMED_DAY.fullmatch(text)) and found[1] in MONTHS:
        return _date(found[3], MONTHS[found[1]], found[2])
    return None


def _day_or_month_first(first: str, second: str, year: str, locale: str, cell: str) -> date | None:
    year = year if len(year) == 4 else "20" + year
    if locale in MONTH_FIRST:
        return _date(year, first, second)
    if locale in EITHER_WAY and first != second and int(first) <= 12 and int(second) <= 12:
        raise CellRejected(
            f"La date « {cell[:30]} » peut se lire de deux façons : écrivez-la année-mois-jour, par exemple 2026-10-15."
        )
    return _date(year, second, first)


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _plain(text: str) -> str:
    return accents.dropped(text.casefold(), form="NFKD")
