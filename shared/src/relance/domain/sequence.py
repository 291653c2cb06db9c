"""The decision about one item: what leaves now, what waits and for what, what never will.

Pure and total: the same case and instant give the same decision, and every case gives one. Called by the scheduler's
plan at each turn, and by `relance plan` over simulated days.

A step is due when its instant has come and it is not yet decided, never "today equals its date": an outage loses
nothing. Of several due steps at most one leaves, the latest whose text is still true; the others are skipped on
record. After a message was sent, a date that moves never jumps a level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from relance.domain import calendar, standing, steps
from relance.domain.receivable import Status
from relance.domain.standing import Case, Fate, Past
from relance.domain.steps import Policy, Purpose, Step

SKIPPED_STALE = "skipped_stale"


class Verdict(StrEnum):
    SEND = "send"
    WAIT = "wait"
    BLOCKED = "blocked"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Decision:
    """`skipped` is recorded together with the send; `task` names what a person is asked to look at."""

    verdict: Verdict
    step: str | None = None
    cycle: int = 1
    blockers: tuple[str, ...] = ()
    send_at: datetime | None = None
    skipped: tuple[Step, ...] = ()
    next_step: str | None = None
    next_at: datetime | None = None
    task: str | None = None


FAILED = Decision(Verdict.BLOCKED, blockers=("error",), task="decision_failed")
"""For a row whose decision failed."""


def decide(case: Case, policy: Policy, now: datetime) -> Decision:
    if case.receivable.status is Status.CANCELLED:
        return _finished("cancelled")
    if case.receivable.status is Status.PAID:
        return _after_payment(case, policy, now)
    return _before_payment(case, policy, now)


def carrier(cases: Iterable[Case], names: Sequence[str]) -> int:
    """Which of several due items of one person decides the step: the one whose date comes first."""

    def age(pair: tuple[int, Case]) -> tuple[str, int]:
        index, case = pair
        day = standing.anchor_day(case, steps.BY_NAME[names[index]])
        return (day.isoformat() if day else "9999", case.receivable.id)

    return min(enumerate(cases), key=age)[0]


def waits_its_turn(decision: Decision) -> Decision:
    """Due, but another message goes to the same person first."""
    return replace(decision, verdict=Verdict.WAIT, step=None, blockers=("in_flight",), skipped=(), next_at=None)


def refused(decision: Decision, blocker: str) -> Decision:
    """Due, but its message cannot be made: a person is told, and it is tried again at every pass."""
    return replace(decision, verdict=Verdict.BLOCKED, blockers=(blocker,), skipped=(), next_at=None, task=blocker)


def _before_payment(case: Case, policy: Policy, now: datetime) -> Decision:
    ladder = steps.payment_steps(case.receivable.kind)
    decided = [past for past in case.past if past.step in {step.name for step in ladder}]
    pending = _pending(decided)
    if pending is not None:
        return pending
    remaining = _remaining(ladder, decided)
    objections = standing.objections(case, Purpose.PAYMENT, policy, now)
    if not remaining:
        return _ladder_ended(case, policy, now)
    instants = {step: standing.falls_at(case, step, policy) for step in remaining}
    if None in instants.values():
        return Decision(Verdict.BLOCKED, blockers=tuple(dict.fromkeys((*objections, "bad_row"))))
    come = [step for step in remaining if (instants[step] or now) <= now]
    due = _latest_valid(case, come, decided, policy, now)
    if due is None and len(come) == len(remaining):
        return Decision(Verdict.FINISHED, blockers=(*objections, SKIPPED_STALE), task="steps_missed")
    if due is None:
        due = remaining[len(come)]
        return _timed(case, due, _earliest(case, due, instants[due] or now, policy), objections, policy=policy, now=now)
    if _is_too_old(case, decided, policy, now):
        return Decision(Verdict.BLOCKED, due.name, blockers=(*objections, "too_old"), task="too_old")
    decision = _timed(case, due, _earliest(case, due, instants[due] or now, policy), objections, policy=policy, now=now)
    return replace(decision, skipped=tuple(come[: come.index(due)])) if decision.verdict is Verdict.SEND else decision


def _remaining(ladder: Sequence[Step], decided: Sequence[Past]) -> list[Step]:
    """Steps after the last decided one: levels are climbed, never descended."""
    taken = {past.step for past in decided}
    last = max((index for index, step in enumerate(ladder) if step.name in taken), default=-1)
    return list(ladder[last + 1 :])


def _latest_valid(
    case: Case, come: Sequence[Step], decided: Sequence[Past], policy: Policy, now: datetime
) -> Step | None:
    sent = [past for past in decided if past.fate is Fate.SENT]
    if sent and _has_moved(case, sent[-1], policy):
        come = come[:1]
    valid = [step for step in come if standing.is_true(case, step, now) and (sent or step.is_entry)]
    return valid[-1] if valid else None


def _has_moved(case: Case, last: Past, policy: Policy) -> bool:
    return standing.falls_at(case, steps.BY_NAME[last.step], policy) != last.planned_at


def _is_too_old(case: Case, decided: Sequence[Past], policy: Policy, now: datetime) -> bool:
    due_on = case.receivable.due_on
    if due_on is None or any(past.fate is Fate.SENT for past in decided):
        return False
    return calendar.civil_day(now, case.zone) > due_on + timedelta(days=policy.oldest_debt_days)


def _ladder_ended(case: Case, policy: Policy, now: datetime) -> Decision:
    last = case.contact.last_payment_at
    if last is not None and now < last + policy.min_interval:
        return Decision(Verdict.WAIT, blockers=("last_step_sent",), next_at=last + policy.min_interval)
    return replace(_finished("sequence_finished"), task="sequence_finished")


def _after_payment(case: Case, policy: Policy, now: datetime) -> Decision:
    if case.was_paid_at_first:
        return _finished("paid_at_first_sight")
    pending = _pending([past for past in case.past if steps.BY_NAME[past.step].purpose is not Purpose.PAYMENT])
    if pending is not None:
        return pending
    confirmation, *documents = steps.after_payment(case.receivable.kind)
    thanks = _last(case, confirmation)
    if thanks is None:
        return _due_from(
            case, confirmation, (case.receivable.paid_at or now) + policy.paid_grace, policy=policy, now=now
        )
    if not documents or case.receivable.departs_on is None:
        return _finished("sequence_finished")
    if calendar.civil_day(now, case.zone) >= case.receivable.departs_on:
        return _finished("departed")
    request, chaser = documents
    asked = _last(case, request)
    if asked is None:
        return _due_from(case, request, thanks.sent_at or now, policy=policy, now=now)
    return _chase_documents(case, chaser, asked, policy=policy, now=now)


def _chase_documents(case: Case, chaser: Step, asked: Past, *, policy: Policy, now: datetime) -> Decision:
    if case.documents is None:
        return Decision(Verdict.WAIT, blockers=("documents_unknown",), next_step=chaser.name)
    if not case.documents.missing:
        return _finished("documents_complete")
    last = _last(case, chaser)
    told = (asked.sent_at, last.sent_at if last else None, case.documents.changed_at)
    told_at = max(instant for instant in told if instant is not None)
    at = told_at + chaser.offset
    cycle = last.cycle + 1 if last else 1
    if cycle > chaser.cycles and now < at:
        return Decision(Verdict.WAIT, blockers=("last_step_sent",), next_at=at)
    if cycle > chaser.cycles:
        return replace(_finished("sequence_finished"), task="documents_missing")
    return _due_from(case, chaser, at, policy=policy, now=now, cycle=cycle)


def _due_from(case: Case, step: Step, at: datetime, *, policy: Policy, now: datetime, cycle: int = 1) -> Decision:
    objections = standing.objections(case, step.purpose, policy, now)
    return replace(
        _timed(case, step, _earliest(case, step, at, policy), objections, policy=policy, now=now), cycle=cycle
    )


def _last(case: Case, step: Step) -> Past | None:
    return max((past for past in case.past if past.step == step.name), key=lambda past: past.cycle, default=None)


def _pending(decided: Sequence[Past]) -> Decision | None:
    for past in decided:
        if past.fate is Fate.PENDING:
            return Decision(Verdict.WAIT, past.step, past.cycle, ("in_flight",), next_step=past.step)
    return None


def _earliest(case: Case, step: Step, at: datetime, policy: Policy) -> dict[str, datetime]:
    """The instants before which the step may not leave, by the rule that says so."""
    bounds = {"not_yet": _allowed(case, at, policy)}
    contact = case.contact
    if step.purpose is Purpose.PAYMENT and contact.last_payment_at is not None:
        bounds["interval"] = contact.last_payment_at + policy.min_interval
    if step.is_reminder and contact.last_automatic_at is not None:
        day = calendar.civil_day(contact.last_automatic_at, case.recipient_zone) + timedelta(days=1)
        bounds["one_per_day"] = calendar.at_civil(day, calendar.MIDNIGHT, case.recipient_zone)
    return bounds


def _timed(
    case: Case, step: Step, bounds: dict[str, datetime], objections: Sequence[str], *, policy: Policy, now: datetime
) -> Decision:
    send_at = _first_slot(case, max(bounds.values()), policy, now)
    waits = [name for name, bound in bounds.items() if bound > now]
    if _allowed(case, now, policy) > now and "not_yet" not in waits:
        waits.append("outside_hours")
    if case.contact.is_being_written_to and step.is_reminder:
        waits.append("in_flight")
    if objections:
        resumes = standing.resumes_at(case, now) if all(o.startswith("held:") for o in objections) else None
        next_at = None if resumes is None else _allowed(case, max(send_at, resumes), policy)
        return Decision(Verdict.BLOCKED, step.name, 1, (*objections, *waits), next_step=step.name, next_at=next_at)
    if waits:
        # While a message is on its way the next instant is not known yet, and must not creep forward with the clock.
        next_at = None if send_at <= now else send_at
        return Decision(Verdict.WAIT, None, 1, tuple(waits), next_step=step.name, next_at=next_at)
    return Decision(Verdict.SEND, step.name, send_at=send_at, next_step=step.name, next_at=send_at)


def _allowed(case: Case, at: datetime, policy: Policy) -> datetime:
    return calendar.next_allowed(at, zone=case.recipient_zone, country=case.recipient_country, hours=policy.hours)


def _first_slot(case: Case, at: datetime, policy: Policy, now: datetime) -> datetime:
    """A future instant keeps its civil hour; one that has passed leaves as soon as the hours open."""
    if at > now:
        return _allowed(case, at, policy)
    return calendar.next_opening(now, zone=case.recipient_zone, country=case.recipient_country, hours=policy.hours)


def _finished(blocker: str) -> Decision:
    return Decision(Verdict.FINISHED, blockers=(blocker,))
