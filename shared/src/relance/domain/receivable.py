"""What is owed, by whom, and what stands in the way of asking for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from relance.domain.money import Money


class Kind(StrEnum):
    VOYAGE = "voyage"
    FACTURE = "facture"


class Status(StrEnum):
    """The canonical status of a row; the sheet's words are in `ledger_sync.columns`."""

    PENDING = "pending"
    REMINDED = "reminded"
    LATE = "late"
    CLAIMED = "claimed"  # the customer says so; nobody has seen the money
    PAID = "paid"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"


OPEN = frozenset({Status.PENDING, Status.REMINDED, Status.LATE})
"""Statuses under which a payment reminder may leave (product §2)."""


class HoldReason(StrEnum):
    PAUSE = "pause"
    PROMISE = "promise"
    DISPUTE = "dispute"
    OPTOUT = "optout"
    AUTOPAY = "autopay"
    HUMAN = "human"
    PAID_CLAIM = "paid_claim"
    WRONG_PERSON = "wrong_person"


SILENCING = frozenset({HoldReason.OPTOUT, HoldReason.WRONG_PERSON})
"""Holds under which nothing automatic leaves at all, confirmations and document requests included."""


@dataclass(frozen=True, slots=True)
class Hold:
    reason: HoldReason
    until: datetime | None
    by: str

    def is_live(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Customer:
    id: int
    phone: str  # E.164
    name: str
    language: str
    zone: str  # IANA name: the recipient's hours
    number_id: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Receivable:
    """One row of a ledger, parsed. `problems` not empty means held: nothing leaves for it."""

    id: int
    ledger_id: int
    key: str
    kind: Kind
    customer_id: int | None
    status: Status
    total: Money | None
    balance: Money | None
    due_on: date | None
    departs_on: date | None
    label: str  # destination or invoice number
    payment_link: str
    travellers: int
    tickets_received: bool
    paused_until: date | None
    version: int
    absences: int
    paid_at: datetime | None
    problems: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    """Every cell of the row as shown, by header: what `{{En-tête}}` placeholders read."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN and self.absences == 0 and not self.problems
