"""What a country adds to the owner's rules: hours nobody may widen, a wait after the first reminder, words refused.

The packs themselves are data with their sources (`relance/policies/*.toml`). A pack only ever forbids.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from relance.domain.calendar import Hours

DEFAULT = "default"


class Fees(StrEnum):
    """When a text may speak of a charge for being late."""

    NEVER = "never"
    AFTER_NOTICE = "after_notice"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Pack:
    """`notice`: the first payment reminder that leaves after the due date, in countries where it is a legal act."""

    country: str
    sources: tuple[str, ...]
    hours: Hours | None = None  # a ceiling, in the zone of people who live there
    notice_wait_days: int = 0  # civil days between the notice, as really sent, and the next payment reminder
    notice_mentions: str = ""  # the text that the notice carries at its end; "" = none
    notice_needs_registration: bool = False
    fees: Fees = Fees.ALLOWED
    fee_words: tuple[str, ...] = ()
    consumers_only: bool = False  # the notice and the refusal of fees protect consumers; the hours protect everybody


NOTHING = Pack(DEFAULT, ())


def for_professional(pack: Pack) -> Pack:
    """What holds towards a customer that the row calls a professional."""
    if not pack.consumers_only:
        return pack
    return replace(pack, notice_wait_days=0, notice_mentions="", notice_needs_registration=False, fees=Fees.ALLOWED)


def fee_wording(text: str, pack: Pack, *, notice_sent: bool) -> str | None:
    """The first words of a text that speak of a charge where the law refuses it; None when all is well."""
    if pack.fees is Fees.ALLOWED or (pack.fees is Fees.AFTER_NOTICE and notice_sent):
        return None
    found = (
        _fees(pack.fee_words).search(" ".join(unicodedata.normalize("NFC", text).split())) if pack.fee_words else None
    )
    return found.group() if found else None


@cache
def _fees(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + r")\b", re.IGNORECASE)
