"""The grid page in a real browser: what a person types is an edit, what the product writes is seen."""

from __future__ import annotations

import pytest
from playwright.async_api import async_playwright, expect

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 60_000

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(ledger):
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        opened = await browser.new_page()
        opened.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        await opened.goto(f"{ledger.base}/sheet/ledger")
        yield opened
        await browser.close()


async def test_a_person_types_chooses_and_sees_the_product_write(ledger, page):
    await page.locator("td", has_text="Ana Verdier").click()
    await page.keyboard.type("Ana Verdier-Roux")
    await page.keyboard.press("Tab")
    await page.keyboard.type("1500,5")
    await page.keyboard.press("Enter")
    await page.locator(".chip", has_text="Relancé").click()
    await page.locator(".choices li", has_text="Payé").click()
    await expect(page.locator(".chip", has_text="Payé")).to_have_count(1)
    assert ledger.rows()[1][1:3] == ["Ana Verdier-Roux", 1500.5]
    assert ledger.rows()[2][4] == "Payé"
    ledger.control("edit", id="ledger", tab="Suivi", cell="F4", value="Vu")
    await expect(page.locator("td.changed", has_text="Vu")).to_be_visible()


async def test_the_other_tab_is_one_click_away(page):
    await page.get_by_role("tab", name="L'onglet d'à côté").click()
    await expect(page.locator("td", has_text="pilote")).to_be_visible()
