"""A number carries no currency; the format of its cell may: a sheet keeps the ₹ somebody typed as a format only."""

from __future__ import annotations

import re

from relance.domain import money
from relance.ledger_sync.ledgers.port import Cell

# [$€-40C] names a currency and a locale; [$-40C] only a locale.
_BRACKETED = re.compile(r"\[\$([^\]-]*)[^\]]*\]")


def priced(value: Cell, pattern: str) -> Cell:
    """The number as a text with the currency its cell shows: 15000 under « ₹#,##0 » is « 15000.00 ₹ »."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    bare = _BRACKETED.sub(r"\1", pattern)
    symbol = next((symbol for symbol in (*money.SYMBOLS, *money.ISO_CODES) if symbol in bare), None)
    return f"{value:.2f} {symbol}" if symbol else value
