"""When a demonstration begins, and how far its clock can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.cli import clock
from relance.domain.errors import SettingsRejected
from relance.sandbox import clockwork


# Loading a year of holidays takes most of a second the first time.
@settings(deadline=None, max_examples=60)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_every_day_of_the_story_is_a_working_day_whenever_the_demo_starts(now):
    opening = clockwork.opening(now).astimezone(clockwork.PARIS)
    assert opening > now
    assert (opening.weekday(), opening.hour) == (0, 10)
    for days in clockwork.STORY_DAYS:
        day = (opening + timedelta(days=days)).date()
        assert day.weekday() < 5
        assert day not in holidays.country_holidays("FR", years=day.year)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("+16d", timedelta(days=16)),
        ("16j", timedelta(days=16)),
        ("+49h", timedelta(hours=49)),
        ("+30m", timedelta(minutes=30)),
        ("+0s", timedelta(0)),
        (" +2w ", timedelta(weeks=2)),
    ],
)
def test_a_shift_is_read_as_people_write_it(text, shift):
    assert clock.parsed(text) == shift


@pytest.mark.parametrize("text", ["demain", "16", "+d", "-3d", "+1d2h", ""])
def test_a_shift_that_cannot_be_is_refused_with_an_example(text):
    with pytest.raises(SettingsRejected, match=r"\+16d|ne recule pas"):
        clock.parsed(text)
