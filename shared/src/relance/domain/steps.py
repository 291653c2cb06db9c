"""The two ready-made sequences, and the rules that hold for every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum

from relance.domain import calendar
from relance.domain.calendar import Hours
from relance.domain.receivable import Kind


class Anchor(StrEnum):
    """What a step's offset is counted from."""

    DEPARTURE = "departure"
    DUE = "due"
    PAID = "paid"
    PREVIOUS = "previous"


class Purpose(StrEnum):
    """Why a message leaves; the values are those of `send_job.kind`."""

    PAYMENT = "payment"
    CONFIRMATION = "confirmation"
    DOCUMENTS = "documents"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Step:
    """`true_until_days`: civil days after the anchor during which every sentence of the text stays true."""

    name: str
    purpose: Purpose
    anchor: Anchor
    offset: timedelta
    true_until_days: int | None = None
    is_entry: bool = True  # may be the first message somebody gets
    cycles: int = 1

    @property
    def is_reminder(self) -> bool:
        """Counts for "one automatic message a day"; confirmations and the request that follows one do not."""
        return self.purpose is Purpose.PAYMENT or self.cycles > 1


DOCUMENTS_EVERY = timedelta(hours=48)

VOYAGE = (
    Step("voyage_j30", Purpose.PAYMENT, Anchor.DEPARTURE, timedelta(days=-30), true_until_days=-1),
    Step("voyage_j15", Purpose.PAYMENT, Anchor.DEPARTURE, timedelta(days=-15), true_until_days=-1),
    Step("voyage_confirmation", Purpose.CONFIRMATION, Anchor.PAID, timedelta(0)),
    Step("voyage_documents", Purpose.DOCUMENTS, Anchor.PREVIOUS, timedelta(0)),
    Step("voyage_documents_relance", Purpose.DOCUMENTS, Anchor.PREVIOUS, DOCUMENTS_EVERY, cycles=3),
)

FACTURE = (
    Step("facture_1", Purpose.PAYMENT, Anchor.DUE, timedelta(days=-7), true_until_days=0),
    Step("facture_2", Purpose.PAYMENT, Anchor.DUE, timedelta(days=1)),
    Step("facture_3", Purpose.PAYMENT, Anchor.DUE, timedelta(days=10), is_entry=False),
    Step("facture_confirmation", Purpose.CONFIRMATION, Anchor.PAID, timedelta(0)),
)

SEQUENCES: Mapping[Kind, tuple[Step, ...]] = {Kind.VOYAGE: VOYAGE, Kind.FACTURE: FACTURE}
BY_NAME: Mapping[str, Step] = {step.name: step for sequence in SEQUENCES.values() for step in sequence}


@dataclass(frozen=True, slots=True)
class Policy:
    """The owner's limits. Defaults are those of product.md §2."""

    hours: Hours = field(default_factory=lambda: calendar.parse_hours(calendar.DEFAULT_HOURS))
    send_at: time = time(9)  # civil hour of a step, in the recipient's zone
    min_interval: timedelta = timedelta(hours=72)
    min_balance: Decimal = Decimal(1)
    min_percent: Decimal = Decimal(0)
    paid_grace: timedelta = timedelta(minutes=5)  # a mistaken "Payé" can still be put back
    oldest_debt_days: int = 60  # beyond, a first message is a person's decision
    pilot_only: bool = False


def payment_steps(kind: Kind) -> tuple[Step, ...]:
    return tuple(step for step in SEQUENCES[kind] if step.purpose is Purpose.PAYMENT)


def after_payment(kind: Kind) -> tuple[Step, ...]:
    return tuple(step for step in SEQUENCES[kind] if step.purpose is not Purpose.PAYMENT)


def grouped_template(step: str) -> str:
    return f"{step}_groupe"
