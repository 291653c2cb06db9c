"""Codes that turn, expire and are asked for again, on a server whose minutes are seconds. About 10 s."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.unit.sandbox_whatsapp.chromium import CHROMIUM, FLAGS
from tests.unit.sandbox_whatsapp.conftest import AGENCY, Sandbox, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hurried(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Sandbox, Page]]:
    directory: Path = tmp_path_factory.mktemp("linking")
    pace = {"qr_rotation_s": 0.5, "qr_total_s": 1, "link_code_s": 0.5}
    async with async_playwright() as playwright, serving(directory, **pace) as sandbox:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield sandbox, await browser.new_page()
        await browser.close()


async def test_the_qr_code_stops_turning_under_a_cover_until_it_is_asked_for_again(
    hurried: tuple[Sandbox, Page],
) -> None:
    sandbox, page = hurried
    await page.goto(str(sandbox.client.make_url("/")))
    holder = page.locator("div[data-ref^='2@']")
    cover = page.get_by_role("button", name="Recharger le code QR")
    await expect(cover).to_be_visible()
    over = await holder.get_attribute("data-ref")
    assert await sandbox.control("pair", number=AGENCY, ref=over) == {"linked": 0}
    await cover.click()
    await expect(cover).to_have_count(0)
    assert await holder.get_attribute("data-ref") != over


async def test_a_link_code_is_worth_nothing_once_it_has_expired(hurried: tuple[Sandbox, Page]) -> None:
    sandbox, page = hurried
    await page.goto(str(sandbox.client.make_url("/")))
    await page.wait_for_selector('div[data-ref^="2@"] canvas')
    await page.get_by_role("button", name="numéro de téléphone").click()
    await page.get_by_label("Saisissez votre numéro").fill(AGENCY)
    await page.get_by_role("button", name="Suivant").click()
    shown = page.locator("[aria-details=link-device-phone-number-code-screen-instructions]")
    await expect(page.get_by_role("alert")).to_have_text("Ce code a expiré. Demandez-en un autre.")
    code = "".join((await shown.inner_text()).split())
    assert (await sandbox.control("link_code", number=AGENCY, code=code))["linked"] == 0
