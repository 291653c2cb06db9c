"""One server and one Chromium per module; a test takes another build or another customer, not another world."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.unit.sandbox_whatsapp.chromium import CHROMIUM, FLAGS, Desk
from tests.unit.sandbox_whatsapp.conftest import Sandbox, serving

_customers = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with async_playwright() as playwright, serving(tmp_path_factory.mktemp("page")) as sandbox:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context()
        desk = Desk(sandbox, context, await context.new_page())
        await desk.link()
        yield desk
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared: Desk) -> AsyncIterator[Desk]:
    """The linked page as `2026a` in French; whatever a test broke is mended after it."""
    shared.errors.clear()
    yield shared
    await shared.sandbox.control("fault", kind="clear")
    await shared.sandbox.control("profile", profile="2026a", lang="fr", churn=0, seed=1)
    assert shared.errors == []


@pytest.fixture
def sandbox(desk: Desk) -> Sandbox:
    return desk.sandbox


@pytest.fixture
def customer() -> str:
    """Somebody nobody has written to."""
    return f"+3363998{next(_customers) + 5000:04d}"
