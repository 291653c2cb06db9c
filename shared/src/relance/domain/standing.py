"""What is known about one item, and everything that forbids writing about it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from relance.domain import calendar, wording
from relance.domain.errors import Broken
from relance.domain.receivable import Customer, Hold, Receivable
from relance.domain.steps import DAY, Anchor, Check, Condition, Policy, Purpose, Sequence, Step

ZONE_COLUMNS = frozenset(wording.fold(name) for name in ("Fuseau", "Fuseau horaire", "Time zone", "Timezone"))
"""A column of the sheet by which an owner says where somebody is, when the phone number does not."""

FIRST_SEEN_PAID = "sheet:first-seen"
"""`paid_evidence` of a row that was already paid when we first read it: nobody is thanked for it."""


class Fate(StrEnum):
    """What became of a step that was decided."""

    PENDING = "pending"  # its message is due or on its way
    SENT = "sent"
    IN_DOUBT = "in_doubt"  # a person was asked; it counts as decided, and proves no earlier contact
    FAILED = "failed"
    SKIPPED = "skipped"


MAY_HAVE_LEFT = frozenset({Fate.SENT, Fate.IN_DOUBT})


@dataclass(frozen=True, slots=True)
class Past:
    """`planned_at` is the instant the step fell on when it was decided: another one today means the anchor moved."""

    step: str
    cycle: int
    fate: Fate
    planned_at: datetime
    sent_at: datetime | None = None  # or may have been
    purpose: Purpose = Purpose.PAYMENT
    is_stuck: bool = False  # pending, and what goes with it cannot be made


@dataclass(frozen=True, slots=True)
class Contact:
    """What one person received from us, whatever the item or ledger."""

    last_payment_at: datetime | None = None
    last_automatic_at: datetime | None = None
    is_being_written_to: bool = False
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """Papers as kind/traveller."""

    missing: tuple[str, ...]
    changed_at: datetime
    received: tuple[str, ...] = ()


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
    registration: str = ""  # the firm's enterprise number
    awaits_activation: bool = False  # an old ledger to which nobody said yes yet
    approved: frozenset[tuple[str, int]] = frozenset()  # (step, cycle) a person said yes to
    own_sequence: Sequence | None = None  # the version this item began with, when it is not the present one

    @property
    def recipient_zone(self) -> str:
        return self._written_zone() or (self.customer.zone if self.customer else self.zone)

    def _written_zone(self) -> str | None:
        for header, cell in self.receivable.fields.items():
            if wording.fold(header) in ZONE_COLUMNS:
                return calendar.zone_named(cell)
        return None

    @property
    def recipient_country(self) -> str:
        return calendar.country_of(self.customer.phone, self.country) if self.customer else self.country


def planned_for(case: Case, step: Step, at: datetime, policy: Policy) -> datetime:
    """The instant a step fell on: what later tells a moved date from an outage."""
    policy = policy.of(case.receivable.ledger_id)
    falls = falls_at(case, step, policy) if step.purpose is Purpose.PAYMENT else None
    return falls or at


def sequence_of(case: Case, policy: Policy) -> Sequence:
    return case.own_sequence or policy.sequences[case.receivable.kind]


def step_named(case: Case, policy: Policy, name: str, cycle: int = 1) -> Step | None:
    """None for a step that the item's sequence does not have, or no longer."""
    return sequence_of(case, policy).step(name, cycle)


def due_step(case: Case, name: str | None, cycle: int, policy: Policy) -> Step:
    """The step a decision names; raises Broken when the item's sequence lacks it."""
    step = step_named(case, policy.of(case.receivable.ledger_id), name or "", cycle)
    if step is None:
        raise Broken(f"item {case.receivable.id} has no step {name}")
    return step


def anchor_day(case: Case, step: Step) -> date | None:
    match step.anchor:
        case Anchor.DEPARTURE:
            return case.receivable.departs_on
        case Anchor.DUE:
            return case.receivable.due_on
        case Anchor.FIXED:
            return step.on
    return None


def falls_at(case: Case, step: Step, policy: Policy) -> datetime | None:
    """The civil day is the creditor's, the hour is the recipient's; None when the row lacks the date."""
    day = anchor_day(case, step)
    if step.anchor is Anchor.PREVIOUS:
        base = _previous_at(case, step, policy)
        if base is not None and step.in_hours:
            return base + policy.offset_of(step)
        day = None if base is None else calendar.civil_day(base, case.zone)
    if day is None:
        return None
    offset = policy.offset_of(step)
    hours = offset % DAY
    return calendar.at_civil(day + (offset - hours), policy.send_at, case.recipient_zone) + hours


def _previous_at(case: Case, step: Step, policy: Policy) -> datetime | None:
    """When the first rung before a step anchored on it left, or else falls."""
    rungs = sequence_of(case, policy).rungs
    place = next((index for index, rung in enumerate(rungs) if rung.name == step.name), 0)
    if place == 0:
        return None
    before = rungs[place - 1]
    decided = next((past for past in case.past if (past.step, past.cycle) == before.key), None)
    if decided is not None:
        return decided.sent_at or decided.planned_at
    return falls_at(case, before, policy)


def is_true(case: Case, step: Step, now: datetime) -> bool:
    """Whether every sentence of the step's text still holds."""
    day = anchor_day(case, step)
    if step.true_until_days is None or day is None:
        return True
    return calendar.civil_day(now, case.zone) <= day + timedelta(days=step.true_until_days)


def meets(case: Case, step: Step) -> bool:
    """Whether the row's cells say what the step asks of them; a column the sheet lacks is empty."""
    if not step.conditions:
        return True
    cells = {wording.fold(header): wording.fold(cell) for header, cell in case.receivable.fields.items()}
    return all(_agrees(cells.get(wording.fold(c.column), ""), c) for c in step.conditions)


def _agrees(cell: str, condition: Condition) -> bool:
    wanted = {wording.fold(value) for value in condition.values}
    match condition.check:
        case Check.IS:
            return cell in wanted
        case Check.IS_NOT:
            return cell not in wanted
        case Check.EMPTY:
            return not cell
        case Check.FILLED:
            return bool(cell)


def pending(decided: Iterable[Past]) -> Past | None:
    return next((past for past in decided if past.fate is Fate.PENDING), None)


def hours_of(case: Case, policy: Policy) -> calendar.Hours:
    return policy.hours_in(case.recipient_country)
