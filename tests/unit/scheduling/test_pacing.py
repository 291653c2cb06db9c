from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from relance.domain import pacing
from relance.domain.pacing import Budget, Pace
from tests.unit.scheduling.cases import TUESDAY

PACE = Pace(daily_cap=2)
TODAY = TUESDAY.date()


@given(st.integers())
def test_a_pause_stays_within_its_bounds(seed):
    pause = pacing.gap(random.Random(seed), PACE)
    assert PACE.shortest <= pause <= PACE.longest


def test_pauses_differ():
    source = random.Random(1)
    assert len({pacing.gap(source, PACE) for _ in range(20)}) > 15


def test_a_number_rests_until_its_pause_is_over():
    budget = pacing.spend(None, now=TUESDAY, today=TODAY, pause=timedelta(seconds=30))
    assert not pacing.may_speak(budget, now=TUESDAY + timedelta(seconds=29))
    assert pacing.may_speak(budget, now=TUESDAY + timedelta(seconds=30))


def test_the_daily_cap_holds_until_tomorrow():
    spent = Budget(TODAY, 2, TUESDAY)
    assert not pacing.has_room(spent, PACE, today=TODAY)
    assert pacing.has_room(spent, PACE, today=TODAY + timedelta(days=1))


def test_a_clock_set_back_opens_no_second_budget():
    spent = Budget(TODAY, 2, TUESDAY)
    yesterday = date(2026, 11, 23)
    assert not pacing.has_room(spent, PACE, today=yesterday)
    assert pacing.spend(spent, now=TUESDAY, today=yesterday, pause=timedelta(0)).local_day == TODAY


def test_a_message_that_came_back_costs_a_pause_and_no_second_turn():
    spent = Budget(TODAY, 2, TUESDAY)
    again = pacing.spend(spent, now=TUESDAY, today=TODAY, pause=timedelta(seconds=30), is_again=True)
    assert again == Budget(TODAY, 2, TUESDAY + timedelta(seconds=30))
