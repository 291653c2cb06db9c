"""The decision about one item: what leaves now, what waits and for what, what never will.

Pure and total: the same case and instant give the same decision, and every case gives one. Called by the scheduler's
plan at each turn, and by `relance plan` over simulated days.

A step is due when its instant has come and it is not yet decided, never "today equals its date": an outage loses
nothing. Of several due steps at most one leaves, the latest whose text is still true; the others are skipped on
record. After a message was sent, a date that moves never jumps a level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from relance.domain import calendar, decision, objections, settled, standing, timing
from relance.domain.decision import FAILED as FAILED
from relance.domain.decision import SKIPPED_STALE as SKIPPED_STALE
from relance.domain.decision import Decision as Decision
from relance.domain.decision import Verdict as Verdict
from relance.domain.decision import refused as refused
from relance.domain.decision import waits_its_turn as waits_its_turn
from relance.domain.receivable import Status
from relance.domain.standing import MAY_HAVE_LEFT, Case, Fate, Past
from relance.domain.steps import Anchor, End, Mode, Policy, Purpose, Step


def decide(case: Case, policy: Policy, now: datetime) -> Decision:
    policy = policy.of(case.receivable.ledger_id)
    if case.receivable.status is Status.CANCELLED:
        return decision.finished("cancelled")
    if case.receivable.status is Status.PAID:
        return settled.decide(case, policy, now)
    return _before_payment(case, policy, now)


def carrier(due: Iterable[tuple[Case, Step]]) -> int:
    """Which of several due items of one person decides the step: the one whose date comes first."""

    def age(pair: tuple[int, tuple[Case, Step]]) -> tuple[str, int]:
        _, (case, step) = pair
        day = standing.anchor_day(case, step) or case.receivable.due_on
        return (day.isoformat() if day else "9999", case.receivable.id)

    return min(enumerate(due), key=age)[0]


def _before_payment(case: Case, policy: Policy, now: datetime) -> Decision:
    decided = _payment_past(case, policy)
    waiting = standing.pending(decided)
    if waiting is not None:
        return decision.in_flight(waiting)
    remaining = _remaining(case, decided, policy)
    if not remaining or sum(past.fate in MAY_HAVE_LEFT for past in decided) >= policy.max_sends:
        return _ladder_ended(case, policy, now)
    instants = {step.key: standing.falls_at(case, step, policy) for step in remaining}
    if None in instants.values():
        barred = objections.against(case, Purpose.PAYMENT, policy, now)
        return Decision(Verdict.BLOCKED, blockers=tuple(dict.fromkeys((*barred, "bad_row"))))
    come = _come(case, [step for step in remaining if (instants[step.key] or now) <= now], now)
    due = _latest_valid(case, come, decided, policy=policy, now=now)
    if due is None and len(come) == len(remaining):
        return _nothing_fits(case, come, policy, now)
    if due is None:
        due, come = remaining[len(come)], []
    elif _is_too_old(case, decided, policy, now):
        barred = objections.against(case, Purpose.PAYMENT, policy, now)
        return Decision(Verdict.BLOCKED, due.name, due.cycle, blockers=(*barred, "too_old"), task="too_old")
    made = timing.timed(case, due, instants[due.key] or now, policy=policy, now=now)
    return replace(made, skipped=tuple(come[: come.index(due)])) if made.verdict is Verdict.SEND else made


def _payment_past(case: Case, policy: Policy) -> list[Past]:
    """Payment steps that were decided, those of an earlier sequence included: what was sent counts as sent."""
    sequence = standing.sequence_of(case, policy)
    decided = []
    for past in case.past:
        step = sequence.step(past.step)
        if (past.purpose if step is None else step.purpose) is Purpose.PAYMENT:
            decided.append(past)
    return decided


def _remaining(case: Case, decided: Sequence[Past], policy: Policy) -> list[Step]:
    """Steps after the last decided one: levels are climbed, never descended."""
    rungs = standing.sequence_of(case, policy).rungs
    taken = {(past.step, past.cycle) for past in decided}
    names = {rung.name for rung in rungs}
    # A step this sequence does not know was another version's: everything that fell before it is behind.
    elsewhere = max((past.planned_at for past in decided if past.step not in names), default=None)
    last = -1
    for index, rung in enumerate(rungs):
        is_done = rung.mode is Mode.TASK and rung.key in case.approved
        falls = None if elsewhere is None else standing.falls_at(case, rung, policy)
        if rung.key in taken or is_done or (falls is not None and elsewhere is not None and falls <= elsewhere):
            last = index
    return list(rungs[last + 1 :])


def _come(case: Case, fallen: Sequence[Step], now: datetime) -> list[Step]:
    """A step counted from the one before it has not come while that one may still leave."""
    come: list[Step] = []
    for step in fallen:
        waits_for_previous = step.anchor is Anchor.PREVIOUS or step.cycle > 1
        if waits_for_previous and come and standing.is_true(case, come[-1], now) and standing.meets(case, come[-1]):
            break
        come.append(step)
    return come


def _latest_valid(
    case: Case, come: Sequence[Step], decided: Sequence[Past], *, policy: Policy, now: datetime
) -> Step | None:
    sent = [past for past in decided if past.fate is Fate.SENT]
    valid = [step for step in come if standing.is_true(case, step, now) and standing.meets(case, step)]
    valid = [step for step in valid if sent or step.is_entry]
    if not valid:
        return None
    return valid[0] if sent and _has_moved(case, sent[-1], policy) else valid[-1]


def _has_moved(case: Case, last: Past, policy: Policy) -> bool:
    step = standing.step_named(case, policy, last.step, last.cycle)
    return step is None or standing.falls_at(case, step, policy) != last.planned_at


def _nothing_fits(case: Case, come: Sequence[Step], policy: Policy, now: datetime) -> Decision:
    """Every step has come and none may leave: a cell may still change, or it is a person's turn."""
    barred = objections.against(case, Purpose.PAYMENT, policy, now)
    if any(standing.is_true(case, step, now) and not standing.meets(case, step) for step in come):
        return Decision(Verdict.BLOCKED, blockers=(*barred, "condition"), next_step=come[-1].name)
    return Decision(Verdict.FINISHED, blockers=(*barred, SKIPPED_STALE), task="steps_missed")


def _is_too_old(case: Case, decided: Sequence[Past], policy: Policy, now: datetime) -> bool:
    due_on = case.receivable.due_on
    if due_on is None or any(past.fate is Fate.SENT for past in decided):
        return False
    return calendar.civil_day(now, case.zone) > due_on + timedelta(days=policy.oldest_debt_days)


def _ladder_ended(case: Case, policy: Policy, now: datetime) -> Decision:
    last = case.contact.last_payment_at
    if last is not None and now < last + policy.min_interval:
        return Decision(Verdict.WAIT, blockers=("last_step_sent",), next_at=last + policy.min_interval)
    task = "sequence_finished" if standing.sequence_of(case, policy).end is End.TELL else None
    return decision.finished("sequence_finished", task)
