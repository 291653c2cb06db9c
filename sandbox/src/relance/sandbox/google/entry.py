"""What a person types becomes a value, by the workbook's locale (USER_ENTERED), or stays itself (RAW).

French is the locale looked after; any other one gets points for decimals and, for en_US, month first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]
EPOCH = date(1899, 12, 30)
SPACES = "\u0020\u00a0\u202f\u2009"
DATE_PATTERN = {"type": "DATE", "pattern": "yyyy-mm-dd"}
TEXT_TYPE = "TEXT"

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "février fevrier févr fevr feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "août aout aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "décembre decembre déc dec december",
        ),
        start=1,
    )
    for name in names.split()
}
CURRENCIES = {"€": "€", "EUR": "€", "₹": "₹", "$": "$", "£": "£"}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:er)?\s+([^\W\d_]+)\.?,?\s+(\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Entered:
    """`value` is an ExtendedValue, None for nothing; `number_format` is what Sheets would pick by itself."""

    value: Json | None
    number_format: Json | None = None


def raw(value: object) -> Json | None:
    """The value as it is; the empty string clears."""
    match value:
        case None | "":
            return None
        case bool():
            return {"boolValue": value}
        case int() | float():
            return {"numberValue": value}
    return {"stringValue": str(value)}


def typed(value: object, *, locale: str, cell_type: str = "") -> Entered:
    """The value as if typed into a cell whose number format has type `cell_type`."""
    if not isinstance(value, str):
        return Entered(raw(value))
    if cell_type == TEXT_TYPE:
        return Entered(raw(value))
    text = value.strip(SPACES)
    if not text:
        return Entered(None)
    if text.startswith("'"):
        return Entered({"stringValue": text[1:]})
    if text.startswith("=") and len(text) > 1:
        return Entered({"formulaValue": text})
    if text.upper() in ("TRUE", "VRAI", "FALSE", "FAUX"):
        return Entered({"boolValue": text.upper() in ("TRUE", "VRAI")})
    return _moment(text, locale) or _quantity(text, locale) or Entered({"stringValue": value})


def serial(day: date) -> int:
    return (day - EPOCH).days


def _moment(text: str, locale: str) -> Entered | None:
    day = _day(text, locale)
    if day:
        return Entered({"numberValue": serial(day)}, DATE_PATTERN)
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        if minutes < 60 and seconds < 60:
            fraction = (hours * 3600 + minutes * 60 + seconds) / 86400
            return Entered({"numberValue": fraction}, {"type": "TIME", "pattern": "hh:mm"})
    return None


def _day(text: str, locale: str) -> date | None:
    if found := _ISO.fullmatch(text):
        return _date(*(int(part) for part in found.groups()))
    if found := _SLASHED.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 50 else 1900 if year < 100 else 0
        return _date(year, first, second) if locale == "en_US" else _date(year, second, first)
    if (found := _NAMED.fullmatch(text)) and found[2].lower() in MONTHS:
        return _date(int(found[3]), MONTHS[found[2].lower()], int(found[1]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quantity(text: str, locale: str) -> Entered | None:
    symbol, bare = _strip_currency(text)
    percent = bare.endswith("%")
    number = _number(bare.removesuffix("%").strip(SPACES), locale)
    if number is None:
        return None
    if percent:
        return Entered({"numberValue": number / 100}, {"type": "PERCENT", "pattern": "0.00%"})
    if not symbol:
        return Entered({"numberValue": number})
    indian = "#,##,##0.00" if symbol == "₹" else "#,##0.00"
    pattern = f'{indian} "{symbol}"' if symbol == "€" else f'"{symbol}"{indian}'
    return Entered({"numberValue": number}, {"type": "CURRENCY", "pattern": pattern})


def _strip_currency(text: str) -> tuple[str, str]:
    for mark, symbol in CURRENCIES.items():
        if text.startswith(mark):
            return symbol, text.removeprefix(mark).strip(SPACES)
        if text.endswith(mark):
            return symbol, text.removesuffix(mark).strip(SPACES)
    return "", text


def _number(text: str, locale: str) -> float | int | None:
    decimal, groups = (",", SPACES) if locale.startswith("fr") else (".", ",")
    shape = rf"[+-]?(?:\d+|\d{{1,3}}(?:[{groups}]\d{{2,3}})*[{groups}]\d{{3}})?(?:\{decimal}\d*)?(?:[eE][+-]?\d+)?"
    if not any(c.isdigit() for c in text) or not re.fullmatch(shape, text):
        return None
    cleaned = "".join(c for c in text if c not in groups).replace(decimal, ".")
    number = float(cleaned)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
