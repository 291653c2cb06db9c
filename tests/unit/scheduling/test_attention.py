"""The instant at which a decision is looked at again is never too late, whatever the item and its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain import attention, sequence
from relance.domain.receivable import HoldReason
from relance.domain.sequence import Verdict
from relance.domain.standing import Documents, Fate
from tests.unit.scheduling.cases import POLICY, TUESDAY, facture, held, paid, sent, voyage

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
HOURS = st.floats(0.5, 24 * 25)


@st.composite
def cases(draw):
    case = draw(
        st.one_of(
            st.integers(-60, 80).map(lambda late: facture(late, now=START)),
            st.integers(-5, 90).map(lambda left: voyage(left, now=START)),
        )
    )
    names = ["facture_1", "facture_2"] if case.receivable.departs_on is None else ["voyage_j30", "voyage_j15"]
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=2)):
        case = sent(case, name, START - timedelta(hours=draw(HOURS)))
    if draw(st.booleans()):
        case = held(case, draw(st.sampled_from(list(HoldReason))), START + timedelta(hours=draw(HOURS)))
    if draw(st.integers(0, 3)) == 0:
        case = paid(case, START - timedelta(minutes=draw(st.integers(0, 6000))))
    if draw(st.integers(0, 3)) == 0:
        day = START.date() + timedelta(days=draw(st.integers(-2, 20)))
        case = replace(case, receivable=replace(case.receivable, paused_until=day))
    if draw(st.integers(0, 3)) == 0:
        case = replace(case, documents=Documents(("pan/1",), START - timedelta(hours=draw(HOURS))))
    return case


def what(decision):
    """What an operator would notice; the hour of the day in the reasons of a blocked item is not."""
    return decision.verdict, decision.step, decision.task


@given(cases(), st.lists(st.floats(0, 1), min_size=1, max_size=8))
@settings(max_examples=400, deadline=None)
def test_until_the_next_look_nothing_is_decided_otherwise(case, shares):
    decision = sequence.decide(case, POLICY, START)
    look = attention.next_look(case, decision, POLICY, START)
    assert look is None or look > START
    if decision.verdict is Verdict.SEND:
        return
    until = (look or START + timedelta(days=400)) - START
    for share in shares:
        at = START + until * share * 0.999
        assert what(sequence.decide(case, POLICY, at)) == what(decision), at


def test_what_is_over_is_not_looked_at_again():
    case = facture(200)
    decision = sequence.decide(case, POLICY, TUESDAY)
    assert attention.next_look(case, replace(decision, verdict=Verdict.FINISHED), POLICY, TUESDAY) is None


def test_people_behind_a_spent_cap_are_not_looked_at_again_and_again():
    """Their messages wait, and every step of those leaves a mark: time alone changes nothing about them."""
    case = sent(facture(2), "facture_2", TUESDAY, fate=Fate.PENDING)
    decision = sequence.decide(case, POLICY, TUESDAY)
    assert decision.blockers == ("in_flight",)
    look = attention.next_look(case, decision, POLICY, TUESDAY)
    assert look is None or look >= TUESDAY + timedelta(days=1)
    assert attention.next_look(case, sequence.refused(decision, "in_flight"), POLICY, TUESDAY) is not None


def test_what_could_not_be_made_is_tried_again_soon():
    case = facture(2)
    decision = sequence.refused(sequence.decide(case, POLICY, TUESDAY), "text_refused")
    assert attention.next_look(case, decision, POLICY, TUESDAY) == TUESDAY + attention.RETRY
