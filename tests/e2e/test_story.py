"""The whole product tells its story, on both kinds of ledger; what it leaves in its logs names nobody."""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path

import aiohttp
import pytest

from relance.sandbox import practice, samples, story, wiring
from relance.sandbox.wiring import Backend

pytestmark = [pytest.mark.product, pytest.mark.timeout(600)]
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("backend", list(Backend))
async def test_the_story_comes_true_and_the_logs_name_nobody(backend):
    name = f"story-{os.getpid()}"
    try:
        async with practice.running(CHECKOUT, name, backend=backend) as world:
            outcome = await story.play(world, say=print)
            exposed = "\n".join([await metrics_of(world), *(p.read_text() for p in world.home.logs.glob("*.log"))])
    finally:
        shutil.rmtree(CHECKOUT / ".relance" / name, ignore_errors=True)
    assert outcome.report()["missing"] == outcome.report()["unexpected"] == outcome.report()["wrong"] == []
    assert outcome.is_good
    assert [canary for canary in canaries() if re.search(canary, exposed)] == []


def canaries() -> list[str]:
    """Names, numbers in any grouping, and phrases of messages: none may be in a log line or a metric."""
    people = samples.people(date(2026, 11, 23))
    phones = [r"[ .-]?".join(phone.removeprefix("+")[-8:]) for phone in people]
    texts = ["Bonjour", "j'ai payé", "Votre départ", "passeport.jpg", samples.STORY_INVOICE, samples.STORY_DESTINATION]
    return [re.escape(name) for name in people.values()] + phones + [re.escape(text) for text in texts]


async def metrics_of(world: practice.Practice) -> str:
    pages = []
    async with aiohttp.ClientSession() as http:
        for service in wiring.SERVICES:
            async with http.get(world.addresses.url(service) + "/metrics") as answer:
                pages.append(await answer.text())
            async with http.get(world.addresses.url(service) + "/health/ready") as answer:
                assert answer.status == 200, await answer.text()
    return "\n".join(pages)
