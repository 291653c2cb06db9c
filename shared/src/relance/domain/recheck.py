"""The last decision before a message is rendered: whether what was planned still holds for each item it speaks of.

Called by the release inside its transaction, and by the simulator. The sender looks once more before the click.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relance.domain import calendar, objections, standing
from relance.domain.calendar import Hours
from relance.domain.receivable import Status
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose, Step


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a message may not leave: `until` when it only has to wait."""

    reason: str
    until: datetime | None = None


def objection(case: Case, step: Step, policy: Policy, now: datetime) -> Stopped | None:
    policy = policy.of(case.receivable.ledger_id)
    if step.purpose is not Purpose.PAYMENT and case.receivable.status is not Status.PAID:
        return Stopped("reopened")
    found = objections.against(case, step.purpose, policy, now)
    if found:
        return Stopped(found[0].partition(":")[0])
    if objections.needs_approval(case, step):
        return Stopped("needs_approval")
    if not _has_come(case, step, policy, now):
        return Stopped("stale")
    if not standing.is_true(case, step, now) or not standing.meets(case, step):
        return Stopped("stale")
    if step.cycles > 1 and step.purpose is Purpose.DOCUMENTS and not (case.documents and case.documents.missing):
        return Stopped("documents_complete")
    return closed(case.recipient_zone, case.recipient_country, standing.hours_of(case, policy), now)


def is_for(case: Case, customer_id: int) -> bool:
    """Whether the row still is that person's: a phone that was corrected makes it somebody else's."""
    return case.customer is not None and case.customer.id == customer_id


def _has_come(case: Case, step: Step, policy: Policy, now: datetime) -> bool:
    """A date that was put off while the message waited takes it back."""
    if step.purpose is not Purpose.PAYMENT:
        return True
    falls = standing.falls_at(case, step, policy)
    return falls is not None and falls <= now


def closed(zone: str, country: str, hours: Hours, now: datetime) -> Stopped | None:
    opens = calendar.next_opening(now, zone=zone, country=country, hours=hours)
    return Stopped("hours", until=opens) if opens > now else None
