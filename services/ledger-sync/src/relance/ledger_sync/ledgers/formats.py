"""A number carries no currency; the format of its cell may: a sheet keeps the ₹ somebody typed as a format only."""

from __future__ import annotations

import re
from functools import lru_cache

from relance.domain import money
from relance.ledger_sync.ledgers.port import Cell

# [$€-40C] names a currency and a locale; [$-40C] only a locale.
_BRACKETED = re.compile(r"\[\$([^\]-]*)[^\]]*\]")


@lru_cache(maxsize=1024)
def currency(pattern: str) -> str | None:
    """The currency that a number format shows, as it is written there."""
    bare = _BRACKETED.sub(r"\1", pattern)
    return next((symbol for symbol in (*money.SYMBOLS, *money.ISO_CODES) if symbol in bare), None)


def priced(value: Cell, pattern: str) -> Cell:
    """The number as a text with the currency its cell shows: 15000 under « ₹#,##0 » is « 15000.00 ₹ »."""
    return with_currency(value, currency(pattern) if pattern else None)


def with_currency(value: Cell, symbol: str | None) -> Cell:
    if symbol is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value:.2f} {symbol}"
