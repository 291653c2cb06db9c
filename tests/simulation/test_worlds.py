"""A hundred small worlds, disturbed in every way we know, and not one broken rule."""

from __future__ import annotations

import pytest

from relance.sandbox.simulation import run
from relance.sandbox.simulation.run import Size

SMALL = Size(customers=20, days=150)


@pytest.mark.parametrize("first", range(1, 101, 10), ids=lambda first: f"seeds {first} to {first + 9}")
def test_no_rule_is_broken(first):
    bad = run.first_bad(range(first, first + 10), SMALL)
    assert bad is None, (bad.seed, bad.violations)


def test_the_same_seed_plays_the_same_world():
    assert run.simulate(7, SMALL) == run.simulate(7, SMALL)


def test_the_worlds_are_not_empty():
    """A simulator that sends nothing breaks no rule either."""
    report = run.simulate(3, Size(customers=60, days=200))
    assert report.counts["sent"] > 100
    assert any(cause.startswith("refused at click") for cause in report.counts)
