"""How often a workbook is read, how long we wait after a failure, and how many calls a minute leave."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from relance.domain.errors import LedgerClosed, LedgerUnreachable
from relance.ledger_sync import poll
from relance.ledger_sync.ledgers.quota import Bucket
from relance.ledger_sync.poll import Pace

PACE = Pace(10, 60, time(7), time(21))
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("at", "seconds"),
    [("06:59", 60), ("07:00", 10), ("20:59", 10), ("21:00", 60), ("03:00", 60)],
)
def test_a_workbook_is_read_often_while_people_edit_it_and_rarely_at_night(at: str, seconds: float) -> None:
    now = datetime.combine(datetime(2026, 11, 23).date(), time.fromisoformat(at), PARIS)
    assert PACE.interval_s(now.astimezone(UTC), PARIS) == seconds


def test_waits_double_up_to_a_cap_and_are_spread() -> None:
    failure = LedgerUnreachable("Google a répondu 503.")
    waits = [poll.wait_s(failure, count, 10, chance=1.0) for count in (1, 2, 3, 4, 50)]
    assert waits == [20, 40, 80, poll.LONGEST_WAIT_S, poll.LONGEST_WAIT_S]
    assert poll.wait_s(failure, 1, 10, chance=0.5) == 10


def test_a_wait_that_google_asks_for_is_kept() -> None:
    failure = LedgerUnreachable("Google demande de ralentir.", retry_after_s=75)
    assert poll.wait_s(failure, 1, 10, chance=0.5) == 75


def test_what_needs_a_person_is_asked_for_seldom() -> None:
    closed = LedgerClosed("Google refuse l'accès.")
    assert poll.wait_s(closed, 9, 10, chance=1.0) == poll.CLOSED_WAIT_S


class Time:
    """A steady clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_no_minute_sees_more_calls_than_google_allows() -> None:
    clock = Time()
    bucket = Bucket(60, monotonic=clock.monotonic, sleep=clock.sleep)
    calls = []
    for _ in range(400):
        await bucket.take()
        calls.append(clock.now)
    assert max(sum(1 for other in calls if at <= other < at + 60) for at in calls) <= 60
    assert calls[-1] - calls[0] < 800


async def test_a_bucket_that_rested_lets_a_burst_through_at_once() -> None:
    clock = Time()
    bucket = Bucket(60, monotonic=clock.monotonic, sleep=clock.sleep)
    began = clock.now
    for _ in range(30):
        await bucket.take()
    assert clock.now == began


async def test_no_limit_never_waits() -> None:
    clock = Time()
    bucket = Bucket(0, monotonic=clock.monotonic, sleep=clock.sleep)
    for _ in range(1_000):
        await bucket.take()
    assert clock.now == 1_000.0
