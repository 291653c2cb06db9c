"""Whole lives of items, with outages, moved dates and payments at any point: what must never happen does not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain import calendar, objections, sequence, standing
from relance.domain.receivable import HoldReason
from relance.domain.sequence import Verdict
from relance.domain.standing import Fate, Past
from relance.domain.steps import BY_NAME, Purpose
from tests.unit.scheduling.cases import POLICY, facture, held, paid, sent, voyage

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)

items = st.one_of(
    st.integers(-60, 40).map(lambda late: facture(late, now=START)),
    st.integers(1, 70).map(lambda left: voyage(left, now=START)),
)
# What happens before each look: hours that pass (outages included), and perhaps something the owner did.
happenings = st.lists(
    st.tuples(st.floats(0.1, 200.0), st.sampled_from(["", "", "", "move", "pay", "unpay", "hold", "lift"])),
    max_size=40,
)


def happen(case, what, now):
    row = case.receivable
    match what:
        case "move":
            shifted = {
                name: day + timedelta(days=9) for name in ("due_on", "departs_on") if (day := getattr(row, name))
            }
            return replace(case, receivable=replace(row, **shifted))
        case "pay":
            return paid(case, now)
        case "unpay":
            return replace(case, receivable=replace(row, status="pending", paid_at=None))
        case "hold":
            return held(case, HoldReason.PAUSE, now + timedelta(days=5))
        case "lift":
            return replace(case, holds=())
    return case


def live(case, story):
    """Every message that leaves, with the case as it was: [(instant, case, decision)]."""
    now, left = START, []
    for hours, what in story:
        now += timedelta(hours=hours)
        case = happen(case, what, now)
        decision = sequence.decide(case, POLICY, now)
        if decision.verdict is not Verdict.SEND:
            assert decision.blockers
            continue
        left.append((now, case, decision))
        for step in decision.skipped:
            case = replace(case, past=(*case.past, Past(step.name, 1, Fate.SKIPPED, now)))
        case = sent(case, decision.step, now, cycle=decision.cycle)
    return left


@given(items, happenings)
@settings(max_examples=300, deadline=None)
def test_no_life_breaks_a_promise(case, story):
    left = live(case, story)
    payments = [now for now, _, decision in left if BY_NAME[decision.step].purpose is Purpose.PAYMENT]
    assert all(b - a >= timedelta(hours=72) for a, b in itertools.pairwise(payments))
    keys = [(decision.step, decision.cycle) for _, _, decision in left]
    assert len(keys) == len(set(keys))
    for now, then, decision in left:
        step = BY_NAME[decision.step]
        assert (step.purpose is Purpose.PAYMENT) == (then.receivable.status != "paid")
        assert not objections.against(then, step.purpose, POLICY, now)
        assert calendar.is_allowed(now, zone="Europe/Paris", country="FR", hours=POLICY.hours)
        if step.purpose is Purpose.PAYMENT:
            assert standing.is_true(then, step, now)


@given(items, happenings)
@settings(max_examples=150, deadline=None)
def test_levels_are_climbed_in_order(case, story):
    order = list(BY_NAME)
    names = [decision.step for _, _, decision in live(case, story)]
    steps = [name for name in names if BY_NAME[name].purpose is Purpose.PAYMENT]
    assert [order.index(step) for step in steps] == sorted(order.index(step) for step in steps)


@given(st.integers(-6, 60), st.floats(0, 24 * 20))
@settings(max_examples=100, deadline=None)
def test_a_due_step_is_never_silently_lost(days_late, outage_h):
    """However long the outage, the first look in open hours sends something, or says why not and tells a person."""
    now = calendar.next_opening(
        START + timedelta(hours=outage_h), zone="Europe/Paris", country="FR", hours=POLICY.hours
    )
    now = max(now, calendar.at_civil(now.date(), POLICY.send_at, "Europe/Paris"))
    decision = sequence.decide(facture(days_late, now=START), POLICY, now)
    assert decision.verdict is Verdict.SEND or decision.task or decision.next_at is not None
