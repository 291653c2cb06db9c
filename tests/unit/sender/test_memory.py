"""What a host remembers beside a profile, when a browser is worn, and what looks like a restriction."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from relance.domain import restoration, suspicion
from relance.domain.restoration import Beat
from relance.domain.suspicion import Sign, Signs
from relance.sender import memory, profile, wear
from relance.sender.memory import Memory
from relance.sender.wear import HOUR_S, Limits

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("remembered", "found", "expected"),
    [
        (None, None, False),
        (None, Beat(4, NOON - 30 * MINUTE), False),
        (None, Beat(4, NOON - 90 * MINUTE), True),
        (Beat(4, NOON - 90 * MINUTE), Beat(4, NOON - 90 * MINUTE), False),
        (Beat(4, NOON - 90 * MINUTE), Beat(6, NOON - 20 * MINUTE), False),
        (Beat(4, NOON), Beat(4, NOON - MINUTE), True),
        (Beat(4, NOON), Beat(3, NOON + MINUTE), True),
        (Beat(4, NOON), None, True),
    ],
    ids=[
        "a new number", "a new profile", "a new profile after a long silence", "a plain outage", "held elsewhere since",
        "an older heartbeat", "an older epoch", "an empty database",
    ],
)  # fmt: skip
def test_a_database_that_forgot_a_heartbeat_was_put_back(remembered, found, expected):
    assert restoration.was_put_back(remembered, found, now=NOON) is expected


def test_a_memory_survives_and_a_spoilt_one_is_none(tmp_path):
    kept = Memory(1000.5, Beat(7, NOON))
    memory.write(tmp_path / "agence-1", kept)
    assert memory.read(tmp_path / "agence-1") == kept
    (tmp_path / "agence-1" / memory.NAME).write_text('{"born": 1')
    assert memory.read(tmp_path / "agence-1") is None


def test_a_profile_that_was_used_before_anybody_remembered_is_as_old_as_the_number(tmp_path):
    assert memory.birth(tmp_path, None).age_s < 60
    (tmp_path / memory.USED).mkdir()
    assert memory.birth(tmp_path, None).age_s > 1e9
    assert memory.birth(tmp_path, Memory(5.0, Beat(1, NOON))).at == 5.0


@pytest.mark.parametrize(
    ("age_h", "memory_mb", "hour", "expected"),
    [
        (20, 100, 3, "nightly"),
        (20, 100, 4, None),
        (2, 100, 3, None),
        (2, 900, 15, "memory"),
        (0.1, 900, 15, None),
    ],
    ids=["at night", "by day", "started this evening", "too large", "large from the start"],
)
def test_a_browser_is_worn_once_a_night_or_when_it_is_large(age_h, memory_mb, hour, expected):
    limits = Limits(memory_bytes=800, settled_s=900, hour=3)
    assert wear.reason(limits, age_s=age_h * HOUR_S, memory_bytes=memory_mb, hour=hour) == expected


def test_a_browser_occupies_what_its_processes_occupy(tmp_path):
    assert profile.memory_bytes(tmp_path) == 0
    (tmp_path / "SingletonLock").symlink_to(f"{os.uname().nodename}-{os.getpid()}")
    assert profile.memory_bytes(tmp_path) > 1_000_000


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (Signs(refused=1, clocks=1, sent=9, delivered=0), None),
        (Signs(refused=2, clocks=0, sent=0, delivered=0), Sign.REFUSED),
        (Signs(refused=0, clocks=2, sent=0, delivered=0), Sign.CLOCKS),
        (Signs(refused=0, clocks=0, sent=10, delivered=6), Sign.UNDELIVERED),
        (Signs(refused=0, clocks=0, sent=10, delivered=7), None),
    ],
    ids=["one of each", "two refused", "two clocks", "few delivered", "enough delivered"],
)
def test_one_trouble_is_a_persons_and_several_are_the_numbers(signs, expected):
    assert suspicion.suspicion(signs) == expected
