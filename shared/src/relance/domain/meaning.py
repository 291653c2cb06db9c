"""What an answer can mean, and one message as the rules hear it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.domain import lexicon, paying, promises
from relance.domain.spelling import Words


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


class Topic(StrEnum):
    """What our message that is being answered was about."""

    PAYMENT = "payment"
    DOCUMENTS = "documents"


CONFIDENT = 0.6
"""Below this an intent has no effect of its own: a person decides."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`promised_on` is the day of a promise or of documents to come; `also` is a second intent in the same message.

    `evidence` is where in the message the words stand that decided (its NFC form, emoji counted as words).
    """

    intent: Intent
    confidence: float
    rule: str
    promised_on: date | None = None
    amount: Decimal | None = None
    also: Intent | None = None
    evidence: tuple[int, int] | None = None

    @property
    def is_certain(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass(frozen=True, slots=True)
class Heard:
    """One message with what several rules ask of it."""

    message: str
    said: Words
    received_on: date
    topic: Topic

    @property
    def words(self) -> str:
        return self.said.text

    def clauses(self) -> list[str]:
        return [paying.without_idioms(clause) for clause in self.said.clauses]

    @property
    def looks_ahead(self) -> bool:
        return bool(paying.LOOKING_AHEAD.search(self.words))

    @property
    def asks_something(self) -> bool:
        return any(lexicon.ASKS.search(clause) for clause in self.said.clauses)

    def day(self) -> date | None:
        words = lexicon.COURTESY.sub(" ", self.words)
        return promises.first_day(words, self.received_on, looks_ahead=self.looks_ahead)


Found = tuple[Reply, re.Match[str] | None]
"""A rule's answer, and the words it leans on."""


def rule(intent: Intent, confidence: float, name: str, day: date | None = None) -> Reply:
    return Reply(intent, confidence, f"{intent}.{name}", day)
