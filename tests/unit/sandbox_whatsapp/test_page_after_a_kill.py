"""What the page still knows after its browser was killed: the duplicate traps that a sender must not fall into."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from .chromium import Computer, computer
from .conftest import ANA, Sandbox

pytestmark = pytest.mark.browser


@pytest.fixture
async def machine(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Computer]:
    async with async_playwright() as playwright, computer(sandbox, tmp_path / "profile", playwright) as made:
        await made.desk.link()
        yield made
        assert made.desk.errors == []


async def test_the_login_survives_a_reload_and_a_killed_browser(machine: Computer) -> None:
    desk = machine.desk
    await desk.page.reload()
    await desk.page.wait_for_selector("#pane-side")
    desk = await machine.kill_and_restart()
    page = await desk.open("/")
    await page.wait_for_selector("#pane-side")
    assert await page.evaluate("localStorage['last-wid']") == '"33639980001:7@c.us"'


async def test_a_message_clicked_offline_leaves_later_once_even_after_a_killed_browser(machine: Computer) -> None:
    desk = machine.desk
    await desk.open_chat(ANA, "Bonjour")
    await desk.sandbox.control("fault", kind="offline")
    await expect(desk.page.get_by_text("Ordinateur non connecté")).to_be_visible()
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("msg-time")).to_be_visible()
    desk = await machine.kill_and_restart()
    page = await desk.open("/")
    await expect(page.get_by_text("Ordinateur non connecté")).to_be_visible()
    await expect(page.locator('#pane-side [data-icon="msg-time"]')).to_be_visible()
    assert await desk.sandbox.journal() == []
    await desk.sandbox.control("fault", kind="clear")
    await expect(page.locator('#pane-side [data-icon="msg-dblcheck"]')).to_be_visible()
    await page.reload()
    await page.locator("#pane-side [role=listitem]").click()
    await expect(desk.tick("msg-dblcheck")).to_have_count(1)
    assert [entry["text"] for entry in await desk.sandbox.journal()] == ["Bonjour"]


async def test_a_killed_browser_finds_the_tick_that_was_withheld_from_it(machine: Computer) -> None:
    desk = machine.desk
    await desk.sandbox.control("fault", kind="hold_acks", on=True)
    await desk.open_chat(ANA, "Bonjour")
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("msg-time")).to_be_visible()
    [accepted] = await desk.sandbox.journal()
    desk = await machine.kill_and_restart()
    await desk.open_chat(ANA)
    await expect(desk.tick("msg-time")).to_be_visible()
    await desk.sandbox.control("fault", kind="clear")
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    row = desk.page.locator(f'[data-testid="conv-msg-{accepted["id"]}"]')
    await expect(row).to_have_attribute("data-id", accepted["id"])
    assert len(await desk.sandbox.journal()) == 1


async def test_a_draft_is_still_there_after_a_kill(machine: Computer) -> None:
    box = await machine.desk.open_chat(ANA)
    await machine.desk.page.keyboard.type("Bonjour A")
    await expect(box).to_have_text("Bonjour A")
    desk = await machine.kill_and_restart()
    await expect(await desk.open_chat(ANA)).to_have_text("Bonjour A")
