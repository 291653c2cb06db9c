"""What is known about one item, and everything that forbids writing about it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from relance.domain import calendar, wording
from relance.domain.errors import Broken
from relance.domain.law import Pack
from relance.domain.receivable import OPEN, SILENCING, Customer, Hold, HoldReason, Receivable, Status
from relance.domain.steps import DAY, Anchor, Check, Condition, Mode, Policy, Purpose, Sequence, Step

ZONE_COLUMNS = frozenset(wording.fold(name) for name in ("Fuseau", "Fuseau horaire", "Time zone", "Timezone"))
"""A column of the sheet by which an owner says where somebody is, when the phone number does not."""

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


def needs_approval(case: Case, step: Step) -> bool:
    return step.mode is not Mode.AUTOMATIC and step.key not in case.approved


def pack_of(case: Case, policy: Policy) -> Pack:
    """The creditor's country rules over the recipient's, unless only the latter has something to say."""
    own = policy.pack(case.country)
    return own if own.notice_wait_days else policy.pack(case.recipient_country)


def notice_sent_at(case: Case) -> datetime | None:
    """When the first payment reminder after the due date really left."""
    due_on = case.receivable.due_on
    left = [past.sent_at for past in case.past if past.fate is Fate.SENT and past.purpose is Purpose.PAYMENT]
    after = [at for at in left if at and due_on and calendar.civil_day(at, case.zone) > due_on]
    return min(after, default=None)


def is_notice(case: Case, now: datetime) -> bool:
    """Whether a payment reminder that leaves now is the first after due: the legal one where there is one."""
    due_on = case.receivable.due_on
    return due_on is not None and calendar.civil_day(now, case.zone) > due_on and notice_sent_at(case) is None


def hours_of(case: Case, policy: Policy) -> calendar.Hours:
    return policy.hours_in(case.recipient_country)


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
    if case.receivable.kind in policy.sequences_off:
        found.append("sequence_off")
    if case.awaits_activation:
        found.append("needs_activation")
    if purpose is Purpose.PAYMENT:
        found += _money_objections(case, policy)
        pack = pack_of(case, policy)
        if pack.notice_needs_registration and not case.registration and is_notice(case, now):
            found.append("mentions_missing")
    found += _holds(case, purpose, now)
    return tuple(dict.fromkeys(found))


def _money_objections(case: Case, policy: Policy) -> list[str]:
    row = case.receivable
    if row.status is Status.PAID:
        return ["paid"]
    found = [] if row.status in OPEN else [row.status.value]
    if row.balance is None:
        return [*found, "bad_row"]
    floor = policy.least(row.balance.currency)
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
