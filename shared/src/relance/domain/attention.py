"""When time alone may change a decision: what lets a planning pass read only the rows whose time has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from relance.domain import calendar, standing
from relance.domain.sequence import Decision, Verdict
from relance.domain.standing import Case
from relance.domain.steps import Policy

RETRY = timedelta(minutes=10)
"""What is due and could not be made is looked at again after this. What only waits for a message that is on its way is
not: that message's every step leaves a mark, and behind a spent cap there may be thousands."""

_STUCK = frozenset({"error", "text_refused"})


def next_look(case: Case, decision: Decision, policy: Policy, now: datetime) -> datetime | None:
    """Always after `now`; None when only news can change the decision. Too early is harmless, too late loses a step."""
    if decision.verdict is Verdict.FINISHED:
        return None
    is_refused = decision.verdict is Verdict.BLOCKED and decision.blockers == ("in_flight",)
    if decision.verdict is Verdict.SEND or is_refused or not _STUCK.isdisjoint(decision.blockers):
        return now + RETRY
    own = policy.of(case.receivable.ledger_id)
    return min((instant for instant in _turns(case, decision, own) if instant > now), default=None)


def _turns(case: Case, decision: Decision, policy: Policy) -> Iterator[datetime]:
    """Every instant at which a rule may read otherwise than just before."""
    policy = policy.of(case.receivable.ledger_id)
    if decision.next_at is not None:
        yield decision.next_at
    yield from (hold.until for hold in case.holds if hold.until is not None)
    row = case.receivable
    days = [day for day in (row.paused_until, case.ledger_paused_until, row.departs_on) if day is not None]
    if row.due_on is not None:
        days += [row.due_on, row.due_on + timedelta(days=policy.oldest_debt_days)]
    for step in standing.sequence_of(case, policy).rungs:
        anchor = standing.anchor_day(case, step)
        if anchor is not None and step.true_until_days is not None:
            days.append(anchor + timedelta(days=step.true_until_days))
        falls = standing.falls_at(case, step, policy)
        if falls is not None:
            yield falls
    # A day ends where the next begins; the departure counts from its first minute on.
    for day in days:
        yield calendar.at_civil(day, calendar.MIDNIGHT, case.zone)
        yield calendar.at_civil(day + timedelta(days=1), calendar.MIDNIGHT, case.zone)
