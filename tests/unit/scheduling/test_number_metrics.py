"""What Prometheus is told of numbers."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import REGISTRY

from relance.domain.pacing import Budget, Pace
from relance.scheduler import metrics
from relance.store.number_orders import Spending
from tests.unit.scheduling.cases import TUESDAY


def told(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"relance_number_{name}", {"number_id": "77"})


def test_a_number_is_told_with_the_cap_that_holds_today():
    budget = Budget(TUESDAY.date(), 3, TUESDAY, days_spoken=2, recent=(TUESDAY - timedelta(hours=2), TUESDAY))
    metrics.tell_number(Spending(77, True, "Europe/Paris", budget), Pace(), TUESDAY)
    assert [told("enabled"), told("daily_sent"), told("daily_cap"), told("hourly_sent")] == [1, 3, 20, 1]


def test_a_number_that_never_spoke_has_spent_nothing():
    metrics.tell_number(Spending(77, False, "UTC", None), Pace(daily_cap=7), TUESDAY)
    assert [told("enabled"), told("daily_sent"), told("daily_cap"), told("hourly_sent")] == [0, 0, 7, 0]
