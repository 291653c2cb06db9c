from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import calendar
from relance.domain.errors import SettingsRejected

HOURS = calendar.parse_hours(calendar.DEFAULT_HOURS)
PARIS = {"zone": "Europe/Paris", "country": "FR", "hours": HOURS}
ZONES = [
    "Europe/Paris",
    "Asia/Kolkata",
    "America/Montreal",
    "Pacific/Auckland",
    "Africa/Casablanca",
    "America/St_Johns",
]


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        pytest.param(paris(2026, 11, 24, 10, 30), paris(2026, 11, 24, 10, 30), id="a Tuesday morning stays"),
        pytest.param(paris(2026, 11, 24, 6, 0), paris(2026, 11, 24, 8, 0), id="before opening waits for it"),
        pytest.param(paris(2026, 11, 24, 20, 0), paris(2026, 11, 25, 8, 0), id="closing time is outside"),
        pytest.param(paris(2026, 11, 22, 10, 30), paris(2026, 11, 23, 10, 30), id="Sunday goes to Monday, same hour"),
        pytest.param(paris(2026, 11, 28, 12, 0), paris(2026, 11, 30, 12, 0), id="Saturday noon goes to Monday noon"),
        pytest.param(paris(2026, 12, 25, 9, 30), paris(2026, 12, 26, 9, 30), id="Christmas goes to Saturday morning"),
        pytest.param(paris(2026, 3, 28, 15, 0), paris(2026, 3, 30, 15, 0), id="same civil hour over the spring change"),
    ],
)
def test_the_next_allowed_slot_keeps_the_civil_hour_when_it_can(asked, allowed):
    assert calendar.next_allowed(asked, **PARIS) == allowed


def test_what_is_late_leaves_when_the_hours_open_rather_than_at_the_hour_it_is_now():
    assert calendar.next_opening(paris(2026, 11, 22, 17, 0), **PARIS) == paris(2026, 11, 23, 8, 0)


def test_the_window_of_an_allowed_instant_has_an_end():
    assert calendar.window_end(paris(2026, 11, 28, 9, 0), **PARIS) == paris(2026, 11, 28, 12, 0)


def test_always_means_day_night_and_holidays():
    christmas = paris(2026, 12, 25, 3, 0)
    always = calendar.parse_hours("always")
    assert calendar.is_allowed(christmas, zone="Europe/Paris", country="FR", hours=always)
    assert calendar.window_end(christmas, zone="Europe/Paris", country="FR", hours=always) == paris(2026, 12, 26)


def test_holidays_are_those_of_the_recipient_country():
    diwali = datetime(2026, 8, 15, 5, 0, tzinfo=UTC)  # Independence Day, a Saturday
    assert calendar.is_holiday(date(2026, 8, 15), "IN")
    assert not calendar.is_allowed(
        diwali, zone="Asia/Kolkata", country="IN", hours=calendar.parse_hours("Mon-Sun 08:00-20:00")
    )
    assert not calendar.is_holiday(date(2026, 12, 25), "XX")


@pytest.mark.parametrize(
    "text", ["Lun-Ven 08:00-20:00", "Mon-Fri 20:00-08:00", "Fri-Mon 08:00-20:00", "Mon 8h-20h", ""]
)
def test_hours_that_cannot_be_read_are_refused_with_a_sentence(text):
    with pytest.raises(SettingsRejected, match="heures autorisées"):
        calendar.parse_hours(text)


@given(
    instant=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    country=st.sampled_from(["FR", "IN", "CA", "NZ", "XX"]),
)
def test_a_slot_is_never_earlier_always_allowed_and_stable(instant, zone, country):
    asked = {"zone": zone, "country": country, "hours": HOURS}
    for slot in (calendar.next_allowed(instant, **asked), calendar.next_opening(instant, **asked)):
        assert slot >= instant
        assert slot - instant < timedelta(days=8)
        assert calendar.is_allowed(slot, **asked)
        assert calendar.window_end(slot, **asked) > slot
        local = slot.astimezone(ZoneInfo(zone))
        assert local.weekday() != 6
        assert time(8) <= local.time() < time(20)
