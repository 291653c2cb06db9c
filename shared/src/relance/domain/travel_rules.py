"""Whether a travel document holds long enough for a trip. The rules are data with sources (`contracts/travel`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relance.domain import recognising
from relance.domain.documents import DocumentKind


class Holding(StrEnum):
    HOLDS = "holds"
    EXPIRES_SOON = "expires_soon"  # the agency is warned
    EXPIRED = "expired"  # before the trip is over, or already
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    months_after: int
    source: str
    checked_on: date
    is_to_verify: bool
    places: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    papers: tuple[DocumentKind, ...] = ()  # asked of each traveller; empty: the usual ones


@dataclass(frozen=True, slots=True)
class Trip:
    """`ends_on` is the return, or the departure when no return is known; None when neither is."""

    ends_on: date | None = None
    destination: str = ""


def holding(expires: date | None, trip: Trip, rules: Sequence[Rule], *, today: date, nationality: str) -> Holding:
    """The last rule is the one that holds where no other does."""
    if expires is None:
        return Holding.UNKNOWN
    if expires < max(today, trip.ends_on or today):
        return Holding.EXPIRED
    if trip.ends_on is None:
        return Holding.HOLDS
    rule = rule_for(rules, trip.destination)
    if nationality in rule.exempt:
        return Holding.HOLDS
    return Holding.HOLDS if expires >= _months_later(trip.ends_on, rule.months_after) else Holding.EXPIRES_SOON


def rule_for(known: Sequence[Rule], destination: str) -> Rule:
    words = f" {' '.join(recognising.plain(destination).replace('-', ' ').replace(',', ' ').split())} "
    return next((rule for rule in known if any(f" {place} " in words for place in rule.places)), known[-1])


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or its last one."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return date(year, month, min(day.day, last))
