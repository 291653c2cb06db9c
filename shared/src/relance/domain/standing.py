"""What is known about one item, and everything that forbids writing about it now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from relance.domain import calendar
from relance.domain.receivable import OPEN, SILENCING, Customer, Hold, HoldReason, Receivable, Status
from relance.domain.steps import Anchor, Policy, Purpose, Step

FIRST_SEEN_PAID = "sheet:first-seen"
"""`paid_evidence` of a row that was already paid when we first read it: nobody is thanked for it."""

# A debt that is settled no longer waits for a promise or a bank statement.
_ABOUT_PAYMENT = frozenset({HoldReason.PROMISE, HoldReason.PAID_CLAIM, HoldReason.AUTOPAY})


class Fate(StrEnum):
    """What became of a step that was decided."""

    PENDING = "pending"  # its message is due or on its way
    SENT = "sent"
    IN_DOUBT = "in_doubt"  # a person was asked; it counts as decided, and proves no earlier contact
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Past:
    """`planned_at` is the instant the step fell on when it was decided: another one today means the anchor moved."""

    step: str
    cycle: int
    fate: Fate
    planned_at: datetime
    sent_at: datetime | None = None  # or may have been


@dataclass(frozen=True, slots=True)
class Contact:
    """What one person received from us, whatever the item or ledger."""

    last_payment_at: datetime | None = None
    last_automatic_at: datetime | None = None
    is_being_written_to: bool = False
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    missing: tuple[str, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """`holds` are the live ones of the item, its customer and its ledger; `zone` and `country` are the creditor's."""

    receivable: Receivable
    customer: Customer | None
    zone: str
    country: str
    firm: str = ""
    holds: tuple[Hold, ...] = ()
    past: tuple[Past, ...] = ()
    contact: Contact = field(default_factory=Contact)
    documents: Documents | None = None
    ledger_paused_until: date | None = None
    is_ledger_off: bool = False
    is_pilot: bool = False
    was_paid_at_first: bool = False

    @property
    def recipient_zone(self) -> str:
        return self.customer.zone if self.customer else self.zone

    @property
    def recipient_country(self) -> str:
        return calendar.country_of(self.customer.phone, self.country) if self.customer else self.country


def anchor_day(case: Case, step: Step) -> date | None:
    return case.receivable.departs_on if step.anchor is Anchor.DEPARTURE else case.receivable.due_on


def falls_at(case: Case, step: Step, policy: Policy) -> datetime | None:
    """The civil day is the creditor's, the hour is the recipient's."""
    day = anchor_day(case, step)
    return None if day is None else calendar.at_civil(day + step.offset, policy.send_at, case.recipient_zone)


def is_true(case: Case, step: Step, now: datetime) -> bool:
    """Whether every sentence of the step's text still holds."""
    day = anchor_day(case, step)
    if step.true_until_days is None or day is None:
        return True
    return calendar.civil_day(now, case.zone) <= day + timedelta(days=step.true_until_days)


def objections(case: Case, purpose: Purpose, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Every reason, apart from the time of day and the rhythm, why this message may not leave now."""
    found = []
    if case.customer is None or case.receivable.problems:
        found.append("bad_row")
    if case.receivable.absences:
        found.append("absent")
    if case.is_ledger_off:
        found.append("ledger_off")
    if case.contact.is_unreachable:
        found.append("number_unusable")
    if policy.pilot_only and not case.is_pilot:
        found.append("not_in_pilot")
    if purpose is Purpose.PAYMENT:
        found += _money_objections(case, policy)
    found += _holds(case, purpose, now)
    return tuple(dict.fromkeys(found))


def _money_objections(case: Case, policy: Policy) -> list[str]:
    row = case.receivable
    if row.status is Status.PAID:
        return ["paid"]
    found = [] if row.status in OPEN else [row.status.value]
    if row.balance is None:
        return [*found, "bad_row"]
    floor = policy.min_balance
    if row.total is not None:
        floor = max(floor, row.total.amount * policy.min_percent / Decimal(100))
    return [*found, "below_minimum"] if row.balance.amount < floor else found


def _holds(case: Case, purpose: Purpose, now: datetime) -> list[str]:
    live = [hold.reason for hold in case.holds if hold.is_live(now)]
    today = calendar.civil_day(now, case.zone)
    if any(day is not None and today <= day for day in (case.receivable.paused_until, case.ledger_paused_until)):
        live.append(HoldReason.PAUSE)
    return [f"held:{reason}" for reason in live if _stops(reason, purpose)]


def _stops(reason: HoldReason, purpose: Purpose) -> bool:
    if reason in SILENCING:
        return True
    if purpose is Purpose.CONFIRMATION:
        return False
    return purpose is Purpose.PAYMENT or reason not in _ABOUT_PAYMENT


def resumes_at(case: Case, now: datetime) -> datetime | None:
    """When the last live hold ends by itself; None when one waits for a person."""
    ends: list[datetime] = []
    for hold in case.holds:
        if hold.is_live(now):
            if hold.until is None:
                return None
            ends.append(hold.until)
    for day in (case.receivable.paused_until, case.ledger_paused_until):
        if day is not None and calendar.civil_day(now, case.zone) <= day:
            ends.append(calendar.at_civil(day + timedelta(days=1), calendar.MIDNIGHT, case.zone))
    return max(ends, default=None)
