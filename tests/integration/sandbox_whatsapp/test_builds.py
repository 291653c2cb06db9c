"""The builds of the page: four kinds of markup, two languages, and churn. About 25 s."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.unit.sandbox_whatsapp.chromium import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MARKS = (
    "[data-testid]",
    "[data-icon]",
    "#main [data-id]",
    ".message-out",
    ".selectable-text",
    "#main [role=row]",
    "svg title",
)
OF_PROFILE = {
    "2024": [False, True, True, True, True, True, False],
    "2025": [False, True, True, True, True, True, False],
    "2026a": [True, True, True, False, False, True, False],
    "2026b": [True, False, False, False, False, False, True],
}
SEND = {"fr": "Envoyer", "en": "Send"}


async def send(desk: Desk, customer: str, text: str) -> Page:
    """What a person does; told by nothing that a build changes but the send button's place."""
    await desk.page.goto(f"{desk.base}/send?phone={customer[1:]}&text={text}")
    await desk.page.wait_for_function("() => document.activeElement.closest('footer')")
    await desk.page.locator("footer :is(button, [role=button])").last.click()
    await desk.page.wait_for_function("() => document.querySelectorAll('footer p br').length === 1")
    return desk.page


@pytest.mark.parametrize("lang", SEND)
@pytest.mark.parametrize("profile", OF_PROFILE)
async def test_each_build_has_its_own_marks_and_takes_a_message(
    desk: Desk, customer: str, profile: str, lang: str
) -> None:
    await desk.sandbox.control("profile", profile=profile, lang=lang)
    page = await send(desk, customer, "Bonjour")
    await expect(page.locator("#main .ic-delivered")).to_be_attached()
    assert [entry["text"] for entry in await desk.sandbox.journal() if entry["to"] == customer] == ["Bonjour"]
    found = [
        await page.locator(css).evaluate_all("all => all.some((e) => !e.closest('[contenteditable]'))") for css in MARKS
    ]
    assert found == OF_PROFILE[profile]
    author = {"fr": "Vous :", "en": "You:"}[lang]
    assert await page.locator("#main span[aria-label$=':']").first.get_attribute("aria-label") == author


@pytest.mark.parametrize(
    ("profile", "start"),
    [("2024", "true_{digits}@c.us_"), ("2025", "true_"), ("2026a", "")],
)
async def test_message_ids_are_those_of_their_time(desk: Desk, customer: str, profile: str, start: str) -> None:
    await desk.sandbox.control("profile", profile=profile)
    page = await send(desk, customer, "Bonjour")
    shown_id = await page.locator("#main [data-id]").get_attribute("data-id")
    [accepted] = [entry["id"] for entry in await desk.sandbox.journal() if entry["to"] == customer]
    assert shown_id is not None
    assert shown_id.startswith(start.format(digits=customer[1:]))
    assert shown_id.endswith(accepted)
    assert (customer[1:] in shown_id) is (profile == "2024")


async def churned(desk: Desk, customer: str, **asked: Any) -> tuple[list[Any], str]:
    """What the console says was changed, and the page's markup."""
    await desk.sandbox.control("profile", **asked)
    async with desk.page.expect_console_message(lambda said: said.text.startswith("churn")) as hearing:
        await send(desk, customer, "Bonjour")
    said = (await hearing.value).text
    return json.loads(said.removeprefix("churn ")), await desk.page.content()


async def test_churn_takes_or_renames_as_many_attributes_as_asked_and_the_same_for_the_same_seed(
    desk: Desk, customer: str
) -> None:
    first, _ = await churned(desk, customer, churn=40, seed=5)
    again, content = await churned(desk, customer, churn=40, seed=5)
    other, _ = await churned(desk, customer, churn=40, seed=6)
    assert first == again != other
    assert len(first) == 40
    assert "removed" in {change for _, change in first}
    renamed = [change for _, change in first if change != "removed"]
    assert any(change in content for change in renamed)
    assert len([entry for entry in await desk.sandbox.journal() if entry["to"] == customer]) == 3


async def test_open_pages_reload_when_the_new_build_is_to_be_seen_at_once(desk: Desk) -> None:
    await desk.open("/")
    await desk.page.wait_for_selector("#pane-side [role=list]")
    await desk.sandbox.control("profile", profile="2024", lang="en", reload=True)
    await desk.page.wait_for_selector("#pane-side [role=grid][aria-label='Chat list']")


@pytest.mark.parametrize(
    "asked", [{"profile": "2019"}, {"lang": "de"}, {"churn": -1}], ids=["profile", "lang", "churn"]
)
async def test_a_build_that_does_not_exist_is_refused(desk: Desk, asked: dict[str, Any]) -> None:
    answer = await desk.sandbox.client.post("/control/profile", json=asked)
    assert answer.status == 400
    assert (await answer.json())["error"].startswith(next(iter(asked)))


@pytest.mark.parametrize(("profile", "takes_keys"), [("2024", True), ("2025", True), ("2026a", True), ("2026b", False)])
async def test_a_search_set_at_once_filters_in_every_build_and_keystrokes_in_most(
    desk: Desk, customer: str, profile: str, takes_keys: bool
) -> None:
    other = f"+3363998{int(customer[-4:]) + 1500:04d}"
    for number, name in ((customer, f"Zoé {customer[-4:]}"), (other, "Ana Martel")):
        await desk.sandbox.control("contact", number=number, name=name)
        await desk.sandbox.control("reply", **{"from": number, "text": "Bonjour"})
    await desk.sandbox.control("profile", profile=profile)
    await desk.page.goto(desk.base)
    ana = desk.page.locator("#pane-side [role=listitem]", has_text="Ana Martel")
    await expect(ana.first).to_be_visible()
    search = desk.page.locator("#side [data-tab='3']")
    await search.fill(customer[-4:])
    await expect(ana).to_have_count(0)
    await desk.page.keyboard.press("Escape")
    await expect(ana.first).to_be_visible()
    await search.press_sequentially(customer[-4:])
    if takes_keys:
        await expect(ana).to_have_count(0)
    else:
        await expect(search).to_have_value(customer[-4:])
        await desk.page.wait_for_timeout(600)
        assert await ana.count() > 0
