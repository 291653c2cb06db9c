from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import pacing
from relance.domain.pacing import Budget, Limit, Pace
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
    assert (again.sent, again.next_at) == (2, TUESDAY + timedelta(seconds=30))


def test_a_young_number_climbs_a_ramp_by_the_days_on_which_it_spoke():
    pace = Pace()
    budget, caps, day = None, [], TODAY
    for _ in range(10):
        caps.append(pacing.warmed(pace, budget, today=day).daily_cap)
        budget = pacing.spend(budget, now=TUESDAY, today=day, pause=timedelta(0))
        day += timedelta(days=3)
    assert caps == [10, 10, 20, 20, 30, 30, 40, 40, 60, 60]


def test_days_of_silence_do_not_warm_a_number():
    budget = pacing.spend(None, now=TUESDAY, today=TODAY, pause=timedelta(0))
    assert pacing.warmed(Pace(), budget, today=TODAY + timedelta(days=90)).daily_cap == 10


def test_the_ramp_never_lifts_a_cap_that_an_owner_lowered():
    assert pacing.warmed(Pace(daily_cap=4), None, today=TODAY).daily_cap == 4
    assert pacing.warmed(Pace(ramp=()), None, today=TODAY).daily_cap == 60


def test_a_message_that_was_cancelled_gives_its_turn_back():
    spent = Budget(TODAY, 2, TUESDAY, first_contacts=1)
    back = pacing.given_back(spent, messages=1, first_contacts=1)
    assert (back.sent, back.first_contacts) == (1, 0)
    assert pacing.has_room(back, PACE, today=TODAY)


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (None, None),
        (Budget(TODAY, 1, TUESDAY + timedelta(seconds=5)), Limit.PAUSE),
        (Budget(TODAY, 1, TUESDAY, recent=(TUESDAY,) * 20), Limit.HOUR),
        (Budget(TODAY, 2, TUESDAY + timedelta(seconds=5), recent=(TUESDAY,) * 20), Limit.DAY),
    ],
    ids=["nothing", "pause", "hour", "day"],
)
def test_the_limit_that_lasts_longest_is_the_one_that_is_said(budget, expected):
    assert pacing.limit(budget, PACE, now=TUESDAY, today=TODAY) == expected


ACT = st.tuples(
    st.timedeltas(timedelta(minutes=-90), timedelta(minutes=90)),  # how product time moves before it
    st.booleans(),  # to a stranger
    st.booleans(),  # cancelled before it left
)


@given(st.lists(ACT, max_size=80), st.integers())
def test_whatever_happens_no_cap_is_passed(acts, seed):
    """Releases, cancellations and a clock that moves either way: caps, hours, strangers and spacing hold."""
    pace = Pace(daily_cap=6, hourly_cap=3, first_contacts=2, ramp=(4,), ramp_days=1)
    chance, now, budget = random.Random(seed), TUESDAY, None
    left: list[tuple[datetime, date, bool]] = []
    for move, is_stranger, is_cancelled in acts:
        now += move
        today = now.date()
        allowed = pacing.turn(budget, pacing.warmed(pace, budget, today=today), now=now, today=today)
        if allowed is None or not allowed.takes_more or (is_stranger and not allowed.takes_strangers):
            continue
        budget = pacing.spend(
            budget, now=now, today=today, pause=pacing.gap(chance, pace), is_first_contact=is_stranger
        )
        if is_cancelled:
            budget = pacing.given_back(budget, messages=1, first_contacts=int(is_stranger))
            continue
        assert all(abs(now - at) >= pace.shortest for at, _, _ in left)
        left.append((now, budget.local_day, is_stranger))
    for at, day, _ in left:
        that_day = [stranger for _, other, stranger in left if other == day]
        assert len([other for other, _, _ in left if at <= other < at + pacing.HOUR]) <= pace.hourly_cap
        assert len(that_day) <= pace.daily_cap
        assert sum(that_day) <= pace.first_contacts
