"""What each look at the chat makes of a message, purely."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relance.domain import sending
from relance.domain.delivery import Finding
from relance.domain.sending import Conclusion, Course, JobState


def concluded(finding: Finding, *, is_synced: bool = True, absent_for_s: float | None = None, attempt: int = 1):
    return sending.conclude(finding, is_synced=is_synced, absent_for_s=absent_for_s, gap_s=20, attempt=attempt)


@pytest.mark.parametrize("state", list(JobState), ids=str)
def test_only_a_published_message_is_typed(state):
    assert (sending.course(state) is Course.SEND) == (state is JobState.PUBLISHED)


@pytest.mark.parametrize("finding", list(Finding), ids=lambda f: f.value)
def test_without_the_barrier_nothing_is_concluded(finding):
    assert concluded(finding, is_synced=False, absent_for_s=999).state is JobState.UNKNOWN


@pytest.mark.parametrize(
    ("absent_for_s", "attempt", "expected"),
    [
        (None, 1, Conclusion(JobState.UNKNOWN, "absent_once")),
        (19.9, 1, Conclusion(JobState.UNKNOWN, "absent_once")),
        (20, 1, Conclusion(JobState.DUE, "absent")),
        (20, 2, Conclusion(JobState.DUE, "absent")),
        (20, 3, Conclusion(JobState.REVIEW, "absent")),
    ],
    ids=["first look", "too soon", "second look", "second attempt", "third attempt"],
)
def test_absence_needs_two_looks_and_has_three_attempts(absent_for_s, attempt, expected):
    assert concluded(Finding.ABSENT, absent_for_s=absent_for_s, attempt=attempt) == expected


def test_a_tick_behind_the_barrier_is_proof():
    assert concluded(Finding.SENT).state is JobState.SENT


def test_hours_and_the_emergency_stop_give_back_and_everything_else_cancels():
    assert sending.refused("hours") == Conclusion(JobState.DUE, "hours")
    assert sending.refused("stopped") == Conclusion(JobState.DUE, "stopped")
    assert sending.refused("paid") == Conclusion(JobState.CANCELLED, "paid")


def test_looks_grow_rarer_up_to_five_minutes():
    clock = Conclusion(JobState.UNKNOWN, "clock")
    assert [sending.next_look_s(clock, looks=n, gap_s=20) for n in (1, 2, 3, 20)] == [5, 10, 20, 300]


def test_a_chat_that_does_not_open_rests_longer_each_time_then_a_person_is_asked():
    minutes = [sending.not_opened(n, "page").rest for n in (1, 2, 3, 4)]
    assert minutes == [timedelta(minutes=0.5), timedelta(minutes=2.5), timedelta(minutes=12.5), timedelta(minutes=62.5)]
    assert sending.not_opened(5, "page") == Conclusion(JobState.REVIEW, "page")


@pytest.mark.parametrize(
    ("reason", "looks", "unproved_s", "state"),
    [
        ("unprovable", 3, 900, JobState.REVIEW),
        ("clock", 9, 900, JobState.REVIEW),
        ("unprovable", 2, 9000, JobState.UNKNOWN),
        ("unprovable", 30, 899, JobState.UNKNOWN),
        ("absent_once", 30, 9000, JobState.UNKNOWN),
    ],
    ids=["looked at for long", "under a clock", "hardly looked at", "too soon", "ends by itself"],
)
def test_no_doubt_lasts_for_ever(reason, looks, unproved_s, state):
    found = Conclusion(JobState.UNKNOWN, reason)
    assert sending.bounded(found, looks=looks, unproved_s=unproved_s, give_up_s=900) == Conclusion(state, reason)
