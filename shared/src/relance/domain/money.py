"""Amounts of money: an exact decimal and its currency. Currencies are never added.

A number out of a sheet carries no currency; a text may carry one. What could be read in two ways is refused, never
guessed: asking for a thousand times too much is worse than asking later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from relance.domain.errors import CellRejected

# U+202F groups French thousands since ICU 59; U+00A0 before that; U+2009 by typographers.
SPACES = "\u0020\u00a0\u202f\u2009"
SYMBOLS = {
    "€": "EUR",
    "EUROS": "EUR",
    "EURO": "EUR",
    "₹": "INR",
    "RS.": "INR",
    "RS": "INR",
    "£": "GBP",
    "$": "USD",
}
ISO_CODES = frozenset({
    "AED", "AUD", "BHD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "DZD", "EUR", "GBP", "HKD", "IDR",
    "INR", "JOD", "JPY", "KRW", "KWD", "LKR", "MAD", "MUR", "MXN", "NOK", "NPR", "NZD", "OMR", "PLN",
    "QAR", "RON", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "USD", "VND", "XAF", "XOF", "XPF", "ZAR",
})  # fmt: skip
MINOR_DIGITS = dict.fromkeys(("JPY", "KRW", "VND", "XAF", "XOF", "XPF"), 0) | dict.fromkeys(
    ("BHD", "JOD", "KWD", "OMR", "TND"), 3
)
_UNITS = {digits: Decimal(1).scaleb(-digits) for digits in (0, 2, 3)}
# A sign written beside the figure brings its home's habit: the comma groups in ₹15,000 whatever the sheet's language.
COMMA_GROUPS = frozenset({"INR", "USD", "GBP"})
# numeric(16, 3) holds thirteen digits before the mark.
LARGEST = Decimal(10) ** 13

_MARK = re.compile(
    "|".join(sorted(map(re.escape, [*SYMBOLS, *ISO_CODES]), key=len, reverse=True)),
    re.IGNORECASE,
)
_WESTERN = r"[1-9][0-9]{0,2}(?:S[0-9]{3})+"
_INDIAN = r"[1-9][0-9]?(?:S[0-9]{2})*S[0-9]{3}"


@dataclass(frozen=True, slots=True, order=False)
class Money:
    amount: Decimal
    currency: str  # ISO 4217


def minor_digits(currency: str) -> int:
    return MINOR_DIGITS.get(currency, 2)


def parse(cell: object, default_currency: str, *, locale: str = "fr_FR") -> Money:
    """Read a cell as money, exactly or not at all; raises CellRejected with a sentence for the owner."""
    match cell:
        case bool() | None:
            raise _rejected(cell)
        case int() | float() | Decimal():
            return Money(_from_number(cell, default_currency), default_currency)
        case str():
            return _from_text(cell, default_currency, locale)
    raise _rejected(cell)


def _from_number(cell: float | Decimal, currency: str) -> Decimal:
    # str() of a float is the shortest text that reads back: 1234.56, not 1234.5599999…
    exact = Decimal(str(cell))
    if not exact.is_finite() or abs(exact) >= LARGEST:
        raise _rejected(cell)
    return exact.quantize(_UNITS[minor_digits(currency)], ROUND_HALF_EVEN)


def _from_text(cell: str, default_currency: str, locale: str) -> Money:
    marks = {_currency(found.group()) for found in _MARK.finditer(cell)}
    if len(marks) > 1:
        raise CellRejected(f"« {_shown(cell)} » nomme deux devises : n'en gardez qu'une.")
    currency = next(iter(marks), default_currency)
    text = _MARK.sub("", cell, count=1).strip(SPACES)
    sign = -1 if text[:1] in {"-", "−"} else 1
    text = text[1:].lstrip(SPACES) if sign < 0 else text
    comma_groups = locale.startswith("en") if not marks else currency in COMMA_GROUPS
    figure = _figure(text, currency, cell, comma_groups=comma_groups)
    if figure >= LARGEST:
        raise _rejected(cell)
    return Money(sign * figure, currency)


def _figure(text: str, currency: str, cell: str, *, comma_groups: bool) -> Decimal:
    text = re.sub(f"[{SPACES}]", " ", text).replace("’", "'")
    if not re.fullmatch(r"[0-9](?:[0-9 ,.']*[0-9])?", text):
        raise _rejected(cell)
    mark, whole, decimals = _split(text)
    if not mark or mark in whole:
        return Decimal(_ungrouped(text, cell))
    digits = minor_digits(currency)
    if len(decimals) == 3 and whole.isdigit():
        if digits == 3 or (mark == ",") != comma_groups:
            raise _ambiguous(cell)
        return Decimal(_ungrouped(text, cell))
    if not decimals.isdigit() or len(decimals) > max(2, digits) or decimals[digits:].strip("0"):
        raise _rejected(cell)
    return Decimal(f"{_ungrouped(whole, cell)}.{decimals}")


def _split(text: str) -> tuple[str, str, str]:
    """The last comma or point, what is before it and what is after."""
    at = max(text.rfind(","), text.rfind("."))
    return ("", text, "") if at < 0 else (text[at], text[:at], text[at + 1 :])


def _ungrouped(text: str, cell: str) -> str:
    separators = {character for character in text if not character.isdigit()}
    if not separators:
        return text
    if len(separators) == 1:
        separator = re.escape(next(iter(separators)))
        for pattern in (_WESTERN, _INDIAN):
            if re.fullmatch(pattern.replace("S", separator), text):
                return re.sub(separator, "", text)
    raise _rejected(cell)


def _currency(mark: str) -> str:
    return SYMBOLS.get(mark.upper(), mark.upper())


def _rejected(cell: object) -> CellRejected:
    return CellRejected(
        f"Le montant « {_shown(cell)} » n'est pas lisible : écrivez-le en chiffres, par exemple 1234,56."
    )


def _ambiguous(cell: object) -> CellRejected:
    return CellRejected(
        f"Le montant « {_shown(cell)} » peut se lire de deux façons : écrivez-le sans séparateur de milliers,"
        " par exemple 1234,56."
    )


def _shown(cell: object) -> str:
    return str(cell if cell is not None else "")[:30]
