"""A whole product per test, as real processes."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from relance.sandbox import practice, wiring
from relance.sandbox.practice import Practice

CHECKOUT = Path(__file__).resolve().parents[2]

World = Callable[..., "asynccontextmanager[Practice]"]


@pytest.fixture
def world() -> World:
    """`async with world(sender={"RELANCE_…": "…"}) as running:` starts everything with those variables."""

    @asynccontextmanager
    async def started(**overrides: dict[str, str]) -> AsyncIterator[Practice]:
        name = f"chaos-{os.getpid()}"
        pace = wiring.Pace(reconcile_gap_s=2.0, janitor_s=20.0)
        try:
            async with practice.running(CHECKOUT, name, pace=pace, overrides=overrides) as running:
                yield running
        finally:
            shutil.rmtree(CHECKOUT / ".relance" / name, ignore_errors=True)

    return started
