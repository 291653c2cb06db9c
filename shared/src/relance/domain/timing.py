"""When a step may leave: its own day, the rhythm of one person, the law's wait, the hours of the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from relance.domain import calendar, checks, notice, objections, standing
from relance.domain.decision import Decision, Verdict
from relance.domain.standing import Case
from relance.domain.steps import DAY, Mode, Policy, Purpose, Step

_ASKS = {Mode.APPROVE: "needs_approval", Mode.TASK: "human_step"}


def timed(case: Case, step: Step, at: datetime, *, policy: Policy, now: datetime) -> Decision:
    """What becomes of a step that falls at `at`: sent, or waiting for the first slot, or blocked, and by what."""
    barred = objections.against(case, step.purpose, policy, now)
    bounds = _earliest(case, step, at, policy)
    send_at = _first_slot(case, max(bounds.values()), policy, now)
    waits = [name for name, bound in bounds.items() if bound > now]
    if _allowed(case, now, policy) > now and "not_yet" not in waits:
        waits.append("outside_hours")
    if case.contact.is_being_written_to and step.is_reminder:
        waits.append("in_flight")
    asks = () if "not_yet" in waits or not objections.needs_approval(case, step) else (_ASKS[step.mode],)
    decision = Decision(Verdict.SEND, step.name, step.cycle, send_at=send_at, next_step=step.name, next_at=send_at)
    if barred:
        return _blocked(case, decision, (*barred, *asks, *waits), policy=policy, now=now)
    if asks:
        blockers = (*asks, *waits)
        return replace(decision, verdict=Verdict.BLOCKED, blockers=blockers, send_at=None, next_at=None, task=asks[0])
    if waits:
        # While a message is on its way the next instant is not known yet, and must not creep forward with the clock.
        next_at = None if send_at <= now else send_at
        return Decision(Verdict.WAIT, None, step.cycle, tuple(waits), next_step=step.name, next_at=next_at)
    return decision


def _blocked(case: Case, decision: Decision, blockers: Sequence[str], *, policy: Policy, now: datetime) -> Decision:
    resumes = None
    if all(blocker.startswith("held:") or blocker in _RHYTHM for blocker in blockers):
        resumes = objections.resumes_at(case, now)
    next_at = None if resumes is None else _allowed(case, max(decision.send_at or now, resumes), policy)
    return replace(decision, verdict=Verdict.BLOCKED, blockers=tuple(blockers), send_at=None, next_at=next_at)


_RHYTHM = frozenset({"not_yet", "check", "interval", "one_per_day", "legal_wait", "outside_hours", "in_flight"})


def _earliest(case: Case, step: Step, at: datetime, policy: Policy) -> dict[str, datetime]:
    """The instants before which the step may not leave, by the rule that says so."""
    bounds = {"not_yet": _allowed(case, at, policy)}
    contact = case.contact
    if step.purpose is Purpose.PAYMENT:
        if contact.last_payment_at is not None:
            bounds["interval"] = contact.last_payment_at + policy.min_interval
        notice_at = notice.sent_at(case)
        wait_days = notice.pack_of(case, policy).notice_wait_days
        if notice_at is not None and wait_days:
            bounds["legal_wait"] = notice_at + timedelta(days=wait_days)
    if step.is_reminder and contact.last_automatic_at is not None:
        day = calendar.civil_day(contact.last_automatic_at, case.recipient_zone) + DAY
        bounds["one_per_day"] = calendar.at_civil(day, calendar.MIDNIGHT, case.recipient_zone)
    if step.purpose is Purpose.PAYMENT:
        bounds |= _check(case, max(bounds.values()), policy)
    return bounds


def _check(case: Case, at: datetime, policy: Policy) -> dict[str, datetime]:
    """Whatever made a reminder wait, it leaves on a day of the owner's rhythm, not before its hour."""
    rhythm = standing.sequence_of(case, policy).checks or policy.checks
    day = calendar.at_civil(calendar.civil_day(at, case.zone), calendar.MIDNIGHT, case.zone)
    check = checks.next_check(day, rhythm, case.zone)
    return {} if check <= at else {"check": _allowed(case, check, policy)}


def _allowed(case: Case, at: datetime, policy: Policy) -> datetime:
    hours = standing.hours_of(case, policy)
    return calendar.next_allowed(at, zone=case.recipient_zone, country=case.recipient_country, hours=hours)


def _first_slot(case: Case, at: datetime, policy: Policy, now: datetime) -> datetime:
    """As soon as the hours open; only the step's own instant, already rolled to an allowed day, keeps its hour.

    Deciding earlier or later gives the same instant: the plan looks again when this one comes, not before.
    """
    hours = standing.hours_of(case, policy)
    return calendar.next_opening(max(at, now), zone=case.recipient_zone, country=case.recipient_country, hours=hours)
