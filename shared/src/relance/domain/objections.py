"""Everything that forbids a message now, apart from the time of day and the rhythm."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from relance.domain import calendar, notice
from relance.domain.receivable import OPEN, SILENCING, HoldReason, Status
from relance.domain.standing import Case
from relance.domain.steps import Mode, Policy, Purpose, Step

# A debt that is settled no longer waits for a promise or a bank statement.
_ABOUT_PAYMENT = frozenset({HoldReason.PROMISE, HoldReason.PAID_CLAIM, HoldReason.AUTOPAY})


def against(case: Case, purpose: Purpose, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Every reason why a message of this purpose may not leave."""
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
        pack = notice.pack_of(case, policy)
        if pack.notice_needs_registration and not case.registration and notice.is_notice(case, now):
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


def needs_approval(case: Case, step: Step) -> bool:
    return step.mode is not Mode.AUTOMATIC and step.key not in case.approved
