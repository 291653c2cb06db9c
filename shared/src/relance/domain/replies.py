"""What a customer's answer means: ordered rules over `lexicon` and `promises`, first match wins. No machine learning.

The order is the safety: opt-out before everything a person can say, "not yet paid" before "paid", a day to come before
a form that looks past. A second meaning in the same message is kept in `also`; what no rule is sure of is `other`, and
a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.domain import lexicon, promises


class Intent(StrEnum):
    PAID_CLAIM = "paid_claim"
    PROMISE = "promise"
    QUESTION = "question"
    DISPUTE = "dispute"
    WRONG_PERSON = "wrong_person"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    ACK = "ack"
    DOC_LATER = "doc_later"
    DOCUMENT = "document"  # a photo or file without words that change its meaning
    OTHER = "other"


CONFIDENT = 0.6
"""Below this an intent has no effect of its own: a person decides."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`promised_on` is the day of a promise or of documents to come; `also` is a second intent in the same message."""

    intent: Intent
    confidence: float
    rule: str
    promised_on: date | None = None
    amount: Decimal | None = None
    also: Intent | None = None

    @property
    def is_certain(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass(frozen=True, slots=True)
class _Heard:
    """One message, normalised, with what several rules ask of it."""

    words: str
    asks: bool
    received_on: date

    @property
    def is_unpaid(self) -> bool:
        return bool(lexicon.UNPAID.search(self.words))

    @property
    def looks_ahead(self) -> bool:
        return bool(lexicon.LOOKING_AHEAD.search(self.words))

    def day(self) -> date | None:
        return promises.first_day(self.words, self.received_on, looks_ahead=self.looks_ahead)


_Rule = Callable[[_Heard], Reply | None]


def understand(text: str, *, received_on: date) -> Reply:
    """Never raises; a text in another script, or that no rule knows, is `other` with a low confidence."""
    if _is_foreign(text):
        return Reply(Intent.OTHER, 0.3, "other.script")
    heard = _Heard(lexicon.normalise(text), "?" in text, received_on)
    found = [reply for rule in _RULES if (reply := rule(heard)) is not None]
    if not found:
        return Reply(Intent.OTHER, 0.3, "other", amount=_amount(heard.words))
    first = found[0]
    also = next((r.intent for r in found[1:] if r.intent not in {first.intent, Intent.ACK, Intent.OTHER}), None)
    return Reply(first.intent, first.confidence, first.rule, first.promised_on, _amount(heard.words), also)


def _automatic(heard: _Heard) -> Reply | None:
    return Reply(Intent.OTHER, 0.9, "other.automatic") if lexicon.AUTOMATIC.search(heard.words) else None


def _opt_in(heard: _Heard) -> Reply | None:
    return Reply(Intent.OPT_IN, 0.9, "opt_in.words") if lexicon.WRITE_AGAIN.search(heard.words) else None


def _opt_out(heard: _Heard) -> Reply | None:
    return Reply(Intent.OPT_OUT, 0.95, "opt_out.words") if lexicon.is_opt_out(heard.words) else None


def _wrong_person(heard: _Heard) -> Reply | None:
    return Reply(Intent.WRONG_PERSON, 0.9, "wrong_person.words") if lexicon.WRONG_PERSON.search(heard.words) else None


def _distress(heard: _Heard) -> Reply | None:
    return Reply(Intent.OTHER, 0.9, "other.distress") if lexicon.DISTRESS.search(heard.words) else None


def _dispute(heard: _Heard) -> Reply | None:
    if not lexicon.DISPUTE.search(heard.words):
        return None
    if heard.asks and lexicon.ASKS.search(heard.words):
        return Reply(Intent.QUESTION, 0.7, "question.about_dispute")
    return Reply(Intent.DISPUTE, 0.85, "dispute.words")


def _doc_later(heard: _Heard) -> Reply | None:
    if not lexicon.DOC_LATER.search(heard.words) or lexicon.OF_MONEY.search(heard.words):
        return None
    if lexicon.SENT_ALREADY.search(heard.words) or (heard.asks and lexicon.ASKS.search(heard.words)):
        return None
    return Reply(Intent.DOC_LATER, 0.8, "doc_later.words", heard.day())


def _promise(heard: _Heard) -> Reply | None:
    if heard.asks and lexicon.ASKS.search(heard.words):
        return None
    if _has_paid_for_sure(heard):
        return None
    day = heard.day()
    if day is None:
        ahead = lexicon.PAYING.search(heard.words) and heard.looks_ahead and not heard.is_unpaid
        return Reply(Intent.PROMISE, 0.7, "promise.undated") if ahead else None
    if lexicon.PAYING.search(heard.words):
        return Reply(Intent.PROMISE, 0.85, "promise.dated_payment", day)
    if any(other.search(heard.words) for other in (lexicon.ELSEWHERE, lexicon.IN_TROUBLE, lexicon.DOC_LATER)):
        return None
    if heard.looks_ahead or lexicon.PAYS_NOW.search(heard.words):
        return Reply(Intent.PROMISE, 0.75, "promise.dated_future", day)
    if len(heard.words.split()) <= 6:
        return Reply(Intent.PROMISE, 0.65, "promise.bare_day", day)
    return None


def _has_paid_for_sure(heard: _Heard) -> bool:
    """A plain past beats a day that may as well be past; a marked future beats it unless it tells of the arrival."""
    if heard.is_unpaid or not lexicon.PAID_STRONGLY.search(heard.words):
        return False
    return not heard.looks_ahead or bool(lexicon.ARRIVING.search(heard.words))


def _paid_claim(heard: _Heard) -> Reply | None:
    if heard.is_unpaid:
        return None
    if lexicon.PAID_STRONGLY.search(heard.words):
        return None if heard.words.startswith("ai je") else Reply(Intent.PAID_CLAIM, 0.9, "paid_claim.past")
    if lexicon.PAID_WEAKLY.search(heard.words) and not heard.asks:
        return Reply(Intent.PAID_CLAIM, 0.75, "paid_claim.state")
    return None


def _question(heard: _Heard) -> Reply | None:
    if heard.asks:
        return Reply(Intent.QUESTION, 0.8, "question.mark")
    if lexicon.IN_TROUBLE.search(heard.words):
        return Reply(Intent.QUESTION, 0.7, "question.trouble")
    return Reply(Intent.QUESTION, 0.7, "question.opening") if lexicon.ASKS.search(heard.words) else None


def _ack(heard: _Heard) -> Reply | None:
    return Reply(Intent.ACK, 0.85, "ack.words") if lexicon.is_acknowledgement(heard.words) else None


_RULES: tuple[_Rule, ...] = (
    _automatic, _opt_in, _opt_out, _wrong_person, _distress, _dispute, _doc_later, _promise, _paid_claim,
    _question, _ack,
)  # fmt: skip

_SCALES = {"k": 1000, "lakh": 100_000, "lakhs": 100_000}
_FIGURE = r"(?P<figure>\d{1,3}(?: \d{2,3})+(?:[.,]\d{1,2})?|\d[\d.,]*)"
_SUMS = re.compile(
    rf"(?:[€$£₹]|\brs\b|\binr\b|\beur\b) ?{_FIGURE} ?(?P<scale_a>k|lakhs?)?\b"
    rf"|{_FIGURE.replace('figure', 'after')} ?(?P<scale_b>k|lakhs?)?"
    r" ?(?:[€$£₹]|(?:e|eur|euros?|rs|inr|rupees?|roupies?|dollars?)\b)"
)


def _amount(words: str) -> Decimal | None:
    """The one sum named with a currency; several sums, or none, are nobody's to choose from."""
    sums = {
        _decimal(m["figure"] or m["after"]) * _SCALES.get(m["scale_a"] or m["scale_b"] or "", 1)
        for m in _SUMS.finditer(words)
    }
    return sums.pop() if len(sums) == 1 else None


def _decimal(figure: str) -> Decimal:
    digits = figure.replace(" ", "").strip(".,")
    marks = re.findall(r"[.,]", digits)
    is_decimal = bool(marks) and (len(set(marks)) == 2 or (len(marks) == 1 and not re.search(r"[.,]\d{3}$", digits)))
    if not is_decimal:
        return Decimal(re.sub(r"[.,]", "", digits))
    whole, _, cents = digits.rpartition(marks[-1])
    return Decimal(f"{re.sub(r'[.,]', '', whole) or '0'}.{cents}")


def _is_foreign(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(ord(c) > 0x24F for c in letters) * 2 > len(letters)
