"""A browser in trouble: slow, frozen, leaking, full, killed, without a server, things that happen mid-send. 40 s."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest
from playwright.async_api import Error, expect

from tests.unit.sandbox_whatsapp.chromium import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def fault(desk: Desk, kind: str, **more: Any) -> None:
    await desk.sandbox.control("fault", kind=kind, **more)


async def accepted(desk: Desk, customer: str) -> list[str]:
    return [entry["text"] for entry in await desk.sandbox.journal() if entry["to"] == customer]


async def test_loading_stands_at_99_percent(desk: Desk) -> None:
    await fault(desk, "loading", seconds=1.5)
    began = time.monotonic()
    await desk.page.goto(desk.base)
    await expect(desk.page.get_by_text("Chargement de vos discussions")).to_be_visible()
    await expect(desk.page.locator("progress")).to_have_js_property("value", 99)
    await desk.page.wait_for_selector("#pane-side")
    assert time.monotonic() - began >= 1.5


async def test_a_frozen_page_answers_again_afterwards(desk: Desk) -> None:
    await desk.open("/")
    await desk.page.wait_for_selector("#pane-side")
    began = time.monotonic()
    await fault(desk, "freeze", seconds=1.5)
    await desk.page.evaluate("1")
    await desk.page.wait_for_function("() => true")
    assert time.monotonic() - began >= 1
    await expect(desk.page.locator("#pane-side")).to_be_visible()


async def test_a_slow_thread_takes_its_share_of_time(desk: Desk) -> None:
    await desk.open("/")
    await desk.page.wait_for_selector("#pane-side")
    share = """async () => {
      let ran = 0;
      const until = performance.now() + 1500;
      while (performance.now() < until) {
        await new Promise((done) => setTimeout(done, 5));
        ran += 1;
      }
      return ran;
    }"""
    free = await desk.page.evaluate(share)
    await fault(desk, "slow_cpu", factor=5)
    assert min([await desk.page.evaluate(share) for _ in range(3)]) < free / 2


async def test_input_lag_delays_what_the_composer_shows(desk: Desk, customer: str) -> None:
    await fault(desk, "input_lag", ms=600)
    box = await desk.open_chat(customer)
    await desk.page.keyboard.insert_text("Bonjour")
    assert await box.inner_text() == "\n"
    await expect(box).to_have_text("Bonjour")


async def test_a_leaking_page_grows(desk: Desk) -> None:
    await desk.open("/")
    await fault(desk, "leak", mb_per_s=20)
    session = await desk.context.new_cdp_session(desk.page)

    async def kept() -> float:
        return float((await session.send("Runtime.getHeapUsage")).get("backingStorageSize", 0))

    before = await kept()
    for _ in range(60):
        await desk.page.wait_for_timeout(500)
        if await kept() - before > 40e6:
            return
    raise AssertionError("it did not grow")


async def test_without_storage_nothing_is_sent_and_the_page_says_so(desk: Desk, customer: str) -> None:
    await fault(desk, "storage_full", on=True)
    await desk.open_chat(customer)
    await desk.page.keyboard.type("Bonjour")
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.locator("[role=dialog]")).to_contain_text("espace de stockage")
    assert await accepted(desk, customer) == []


async def test_a_grown_account_is_the_same_for_the_same_seed_and_draws_few_rows(desk: Desk) -> None:
    before = len(await desk.sandbox.journal())
    await desk.sandbox.control("grow", chats=300, messages=2, seed=4)
    grown = await desk.sandbox.journal(since=before)
    assert len(grown) == 600
    await desk.sandbox.control("grow", chats=2, messages=2, seed=4)
    again = (await desk.sandbox.journal(since=before + 600))[:4]
    assert [entry["text"] for entry in again] == [entry["text"] for entry in grown[:4]]
    await desk.open("/")
    await desk.page.wait_for_selector("#pane-side [role=listitem]")
    assert await desk.page.locator("#pane-side [role=listitem]").count() <= 25
    assert int(await desk.page.locator("[aria-rowcount]").get_attribute("aria-rowcount") or 0) >= 300


@pytest.mark.parametrize(
    ("moment", "arrives"),
    [("typed", False), ("sending", False), ("recorded", True)],
    ids=["typed", "clicked", "recorded"],
)
async def test_a_reload_in_the_middle_of_a_send_loses_it_or_sends_it_once(
    desk: Desk, customer: str, moment: str, arrives: bool
) -> None:
    await fault(desk, "ambush", on=moment, act="reload")
    box = await desk.open_chat(customer)
    async with desk.page.expect_event("framenavigated"):
        await desk.page.keyboard.type("B")
        if moment != "typed":
            await expect(box).to_have_text("B")
            await desk.page.get_by_label("Envoyer").click()
    await desk.page.wait_for_selector("#pane-side")
    await desk.open_chat(customer)
    await expect(desk.tick("msg-dblcheck")).to_have_count(1 if arrives else 0)
    assert await accepted(desk, customer) == (["B"] if arrives else [])


@pytest.mark.parametrize("act", ["dialog", "leave", "freeze", "offline"])
async def test_something_happens_once_while_somebody_types(desk: Desk, customer: str, act: str) -> None:
    other = f"+3363998{int(customer[-4:]) + 700:04d}"
    await desk.sandbox.control("reply", **{"from": other, "text": "Bonjour"})
    await fault(desk, "ambush", on="typed", act=act)
    await desk.open_chat(customer)
    await desk.page.keyboard.type("a")
    seen = {
        "dialog": desk.page.get_by_role("button", name="Continuer"),
        "leave": desk.page.locator("#main", has_text="Bonjour"),
        "freeze": desk.page.get_by_label("Envoyer"),
        "offline": desk.page.get_by_text("Ordinateur non connecté"),
    }[act]
    await expect(seen).to_be_visible()


async def test_a_killed_renderer_leaves_the_login_and_the_outbox(desk: Desk, customer: str) -> None:
    await desk.open_chat(customer, "Bonjour")
    await fault(desk, "offline")
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("msg-time")).to_be_visible()
    page = desk.page
    session = await desk.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(session.send("Page.crash"), 5)
    desk.page = await desk.context.new_page()
    await page.close()
    await fault(desk, "clear")
    await desk.open_chat(customer)
    await expect(desk.tick("msg-dblcheck")).to_have_count(1)
    assert await accepted(desk, customer) == ["Bonjour"]


async def test_the_service_worker_opens_the_page_without_its_server(desk: Desk) -> None:
    await desk.open("/")
    await desk.page.wait_for_selector("#pane-side")
    await desk.page.wait_for_function("() => navigator.serviceWorker.controller")
    await desk.page.reload()
    await desk.page.wait_for_selector("#pane-side")
    await desk.context.set_offline(True)
    try:
        await desk.page.reload()
        await expect(desk.page.get_by_text("Ordinateur non connecté")).to_be_visible()
        await expect(desk.page.locator("#pane-side")).to_be_visible()
    finally:
        await desk.context.set_offline(False)


async def test_a_script_without_the_pages_nonce_does_not_run(desk: Desk) -> None:
    await desk.open("/")
    with pytest.raises(Error, match="Content Security Policy"):
        await desk.page.add_script_tag(content="window.injected = true")
    assert await desk.page.evaluate("window.injected") is None
    desk.errors.clear()
