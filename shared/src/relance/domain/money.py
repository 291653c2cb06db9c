"""Amounts of money: an exact decimal and its currency. Currencies are never added."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=False)
class Money:
    amount: Decimal
    currency: str  # ISO 4217
