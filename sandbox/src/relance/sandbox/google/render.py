"""What a cell shows: effective value, number as displayed by its format, and the three render options."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from babel.numbers import format_decimal

from relance.sandbox.google import refusal

Json = dict[str, Any]
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers carry no zone
DATE_TYPES = ("DATE", "TIME", "DATE_TIME")
DEFAULT_PATTERNS = {"DATE": "yyyy-mm-dd", "TIME": "hh:mm:ss", "DATE_TIME": "yyyy-mm-dd hh:mm:ss"}
ERRORS = {"NAME": "#NAME?", "REF": "#REF!", "VALUE": "#VALUE!", "DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A"}
RENDER_OPTIONS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATE_OPTIONS = ("SERIAL_NUMBER", "FORMATTED_STRING")

_DATE_TOKEN = re.compile(r'y+|m+|d+|h+|s+|"[^"]*"|.', re.IGNORECASE)
_NUMBER_CORE = re.compile(r"[#0][#0,.]*%?")


def effective(cell: Json) -> Json | None:
    """The ExtendedValue after evaluation; a formula's was left in the cell by the last recalculation."""
    entered: Json | None = cell.get("userEnteredValue")
    if entered and "formulaValue" in entered:
        return cell.get("effectiveValue")
    return entered


def scalar(value: Json | None) -> str | int | float | bool | None:
    """What an ExtendedValue holds, whole numbers as int; errors as a person sees them."""
    for kind, held in (value or {}).items():
        if kind == "errorValue":
            return ERRORS.get(held["type"], "#ERROR!")
        found: str | int | float | bool = int(held) if kind == "numberValue" and float(held).is_integer() else held
        return found
    return None


def formatted(cell: Json, locale: str) -> str:
    value = scalar(effective(cell))
    if value is None:
        return ""
    if isinstance(value, bool):
        words = ("VRAI", "FAUX") if locale.startswith("fr") else ("TRUE", "FALSE")
        return words[0] if value else words[1]
    if isinstance(value, str):
        return value
    return number_text(value, number_format(cell), locale)


def number_format(cell: Json) -> Json:
    found: Json = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    return found


def number_text(value: float, shape: Json, locale: str) -> str:
    kind, pattern = shape.get("type", ""), shape.get("pattern", "")
    if kind in DATE_TYPES:
        return _moment_text(value, pattern or DEFAULT_PATTERNS[kind])
    if not pattern:
        pattern = {"PERCENT": "0.00%", "CURRENCY": '#,##0.00 "€"', "NUMBER": "#,##0.00"}.get(kind, "")
    core = _NUMBER_CORE.search(pattern)
    if core is None:
        return _general(value, locale)
    before, after = _literal(pattern[: core.start()]), _literal(pattern[core.end() :])
    return before + format_decimal(value, format=core.group(), locale=_babel(locale)) + after


def shown(cell: Json | None, *, option: str, dates: str, locale: str) -> Any:
    """One cell as `values.get` answers it; the empty string for an empty cell."""
    if not cell:
        return ""
    if option == "FORMATTED_VALUE":
        return formatted(cell, locale)
    if option == "FORMULA" and "formulaValue" in cell.get("userEnteredValue", {}):
        return cell["userEnteredValue"]["formulaValue"]
    value = scalar(effective(cell))
    if value is None:
        return ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and dates == "FORMATTED_STRING" and number_format(cell).get("type") in DATE_TYPES:
        return formatted(cell, locale)
    return value


def check_options(option: str, dates: str) -> None:
    if option not in RENDER_OPTIONS:
        raise refusal.invalid(f"Invalid value at 'value_render_option' (\"{option}\")")
    if dates not in DATE_OPTIONS:
        raise refusal.invalid(f"Invalid value at 'date_time_render_option' (\"{dates}\")")


def sort_key(cell: Json) -> tuple[int, Any]:
    """Sheets' order: numbers, then text without regard to case, then booleans; -1 marks an empty cell."""
    value = scalar(effective(cell))
    if value is None or value == "":
        return -1, 0
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, value


def cell_data(cell: Json, locale: str) -> Json:
    """A CellData with its computed fields, as `spreadsheets.get` answers it with grid data."""
    if not cell:
        return {}
    answer = dict(cell)
    value = effective(cell)
    if value:
        answer["effectiveValue"] = value
        answer["formattedValue"] = formatted(cell, locale)
    if "userEnteredFormat" in cell:
        answer["effectiveFormat"] = cell["userEnteredFormat"]
    return answer


def _moment_text(value: float, pattern: str) -> str:
    moment = EPOCH + timedelta(seconds=round(value * 86400))
    tokens = _DATE_TOKEN.findall(pattern)
    text, after_hours = [], False
    for index, token in enumerate(tokens):
        low = token.lower()
        if low[0] == "m":
            before_seconds = any(t.lower().startswith("s") for t in tokens[index + 1 : index + 3])
            is_minute = after_hours or before_seconds
            number = moment.minute if is_minute else moment.month
            text.append(f"{number:02d}" if len(low) > 1 else str(number))
        elif low[0] in "ydhs":
            text.append(_date_part(moment, low))
        else:
            text.append(token.strip('"'))
        after_hours = low[0] == "h" or (after_hours and low[0] not in "ydm")
    return "".join(text)


def _date_part(moment: datetime, token: str) -> str:
    if token[0] == "y":
        return f"{moment.year:04d}" if len(token) > 2 else f"{moment.year % 100:02d}"
    number = {"d": moment.day, "h": moment.hour, "s": moment.second}[token[0]]
    return f"{number:02d}" if len(token) > 1 else str(number)


def _general(value: float, locale: str) -> str:
    text = f"{value:.10g}" if abs(value) < 1e15 else f"{value:.6E}"
    if isinstance(value, int) or float(value).is_integer():
        text = str(int(value))
    return text.replace(".", ",") if locale.startswith("fr") else text


def _literal(text: str) -> str:
    without_locale = re.sub(r"\[\$([^-\]]*)[^\]]*\]", r"\1", text)
    return without_locale.replace('"', "").replace("\\", "")


def _babel(locale: str) -> str:
    return locale if re.fullmatch(r"[a-z]{2}_[A-Z]{2}", locale) else "en_US"
