"""What follows a payment: thanks, the request for documents, and what chases those that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from relance.domain import calendar, checklist, decision, standing, timing
from relance.domain.decision import Decision, Verdict
from relance.domain.standing import Case, Past
from relance.domain.steps import Policy, Purpose, Step


def decide(case: Case, policy: Policy, now: datetime) -> Decision:
    if case.was_paid_at_first:
        return decision.finished("paid_at_first_sight")
    pending = standing.pending(_own(case, policy))
    if pending is not None:
        return decision.in_flight(pending)
    sequence = standing.sequence_of(case, policy)
    paid_at = (case.receivable.paid_at or now) + policy.paid_grace
    thanks, request = sequence.first(Purpose.CONFIRMATION), sequence.first(Purpose.DOCUMENTS)
    told = None if thanks is None else _last(case, thanks)
    if thanks is not None and told is None:
        return timing.timed(case, thanks, paid_at + policy.offset_of(thanks), policy=policy, now=now)
    if request is None or case.receivable.departs_on is None or checklist.wants_nothing(case.receivable.fields):
        return decision.finished("sequence_finished")
    if calendar.civil_day(now, case.zone) >= case.receivable.departs_on:
        return decision.finished("departed")
    asked = _last(case, request)
    if asked is None:
        since = (told.sent_at if told else paid_at) or now
        return timing.timed(case, request, since + policy.offset_of(request), policy=policy, now=now)
    chaser = sequence.first(Purpose.DOCUMENTS, repeats=True)
    if chaser is None:
        return decision.finished("sequence_finished")
    return _chase(case, chaser, asked, policy=policy, now=now)


def _chase(case: Case, chaser: Step, asked: Past, *, policy: Policy, now: datetime) -> Decision:
    if case.documents is None:
        return Decision(Verdict.WAIT, blockers=("documents_unknown",), next_step=chaser.name)
    if not case.documents.missing:
        return decision.finished("documents_complete")
    last = _last(case, chaser)
    told = (asked.sent_at, last.sent_at if last else None, case.documents.changed_at)
    told_at = max(instant for instant in told if instant is not None)
    at = told_at + policy.offset_of(chaser)
    cycle = last.cycle + 1 if last else 1
    if cycle > chaser.cycles and now < at:
        return Decision(Verdict.WAIT, blockers=("last_step_sent",), next_at=at)
    if cycle > chaser.cycles:
        return decision.finished("sequence_finished", task="documents_missing")
    return replace(timing.timed(case, chaser, at, policy=policy, now=now), cycle=cycle)


def _own(case: Case, policy: Policy) -> Sequence[Past]:
    """What was decided of the steps after payment."""
    return [past for past in case.past if _purpose(case, past, policy) is not Purpose.PAYMENT]


def _purpose(case: Case, past: Past, policy: Policy) -> Purpose:
    step = standing.step_named(case, policy, past.step)
    return past.purpose if step is None else step.purpose


def _last(case: Case, step: Step) -> Past | None:
    return max((past for past in case.past if past.step == step.name), key=lambda past: past.cycle, default=None)
