"""Lists that draw only what is near, search, names that are not numbers, and ticks. About 25 s."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.async_api import expect

from relance.sandbox.whatsapp import numbers
from tests.unit.sandbox_whatsapp.chromium import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

_crowd = itertools.count(6000)


async def reply(desk: Desk, customer: str, text: str) -> None:
    await desk.sandbox.control("reply", **{"from": customer, "text": text})


async def test_rows_far_from_sight_keep_their_id_and_height_and_lose_their_text(desk: Desk, customer: str) -> None:
    for number in range(40):
        await reply(desk, customer, f"Message {number}\n" * 3)
    await desk.open_chat(customer)
    rows = desk.page.locator("[data-testid^=conv-msg-]")
    await expect(rows).to_have_count(40)
    await expect(rows.first).to_be_empty()
    await expect(rows.last).to_contain_text("Message 39")
    tall = "row => row.getBoundingClientRect().height"
    before = await rows.first.evaluate(tall)
    await rows.first.evaluate("row => row.scrollIntoView()")
    await expect(rows.first).to_contain_text("Message 0")
    assert await rows.first.evaluate(tall) == before
    await expect(rows.last).to_be_empty()


async def test_a_handle_on_a_row_of_the_list_may_hold_another_chat_after_a_search(desk: Desk, customer: str) -> None:
    await desk.sandbox.control("contact", number=customer, name="Zoé Carré")
    await reply(desk, customer, "Bonjour")
    for _ in range(30):
        await reply(desk, f"+3363998{next(_crowd)}", "Autre")
    await desk.open("/")
    await desk.page.locator("#pane-side [role=listitem]", has_text="Autre").first.wait_for()
    handles = await desk.page.locator("#pane-side [role=listitem]").element_handles()
    texts = [await handle.inner_text() for handle in handles]
    await desk.page.locator("input[data-tab='3']").fill("Carré")
    await expect(desk.page.locator("#pane-side [role=listitem]")).to_have_count(2)
    held = [await handle.inner_text() for handle in handles if await handle.evaluate("row => row.isConnected")]
    assert any("Zoé Carré" in text for text in held)
    assert not any("Zoé Carré" in text for text in texts)


async def test_search_also_finds_words_in_messages_of_other_people(desk: Desk, customer: str) -> None:
    other = f"+3363998{next(_crowd)}"
    await desk.sandbox.control("contact", number=customer, name="Inès Roux")
    await desk.sandbox.control("contact", number=other, name="Inès Rouxel")
    await reply(desk, customer, "Bonjour")
    await reply(desk, other, "Bonjour")
    third = f"+3363998{next(_crowd)}"
    await reply(desk, third, "Je suis le mari d'Inès Roux")
    await desk.open("/")
    await desk.page.locator("input[data-tab='3']").fill("Inès Roux")
    rows = desk.page.locator("#pane-side [role=listitem]")
    await expect(rows.filter(has_text="Messages")).to_have_count(1)
    tops = await rows.evaluate_all(
        "all => all.map((e) => [e.getBoundingClientRect().top, e.innerText.split('\\n')[1] ?? e.innerText])"
    )
    assert [text.strip("\u202a\u202c") for _, text in sorted(tops)][1:3] == ["Inès Rouxel", "Inès Roux"]
    assert len(tops) == 5


@pytest.mark.parametrize(
    ("contact", "title", "shows_number"),
    [
        ({"saved": True}, "Ana Martel", True),
        ({"saved": False}, None, True),
        ({"saved": False, "username": "ana.martel"}, "@ana.martel", True),
        ({"saved": False, "hides_number": True}, "~Ana Martel", False),
        ({"saved": True, "hides_number": True}, "Ana Martel", False),
    ],
    ids=["saved", "unsaved", "username", "privacy id", "saved privacy id"],
)
async def test_the_header_shows_one_name_and_the_drawer_the_number_if_there_is_one(
    desk: Desk, customer: str, contact: dict[str, Any], title: str | None, shows_number: bool
) -> None:
    await desk.sandbox.control("contact", number=customer, name="Ana Martel 🌴", **contact)
    await reply(desk, customer, "Bonjour")
    await desk.open_chat(customer)
    shown = desk.page.locator("[data-testid=conversation-info-header]")
    digits = customer[-4:-2] + "\u00a0" + customer[-2:]
    await expect(shown).to_contain_text(title or digits)
    assert await shown.locator("[title]").count() == 0
    await shown.click()
    drawer = desk.page.locator("[data-testid=contact-info-drawer]")
    await expect(drawer).to_be_visible()
    assert (digits in await drawer.inner_text()) is shows_number


async def test_ticks_may_come_in_any_order_and_never_go_back(desk: Desk, customer: str) -> None:
    await desk.sandbox.control("fault", kind="shuffle_ticks", seconds=0.6)
    await desk.open_chat(customer)
    for number in range(3):
        await desk.page.keyboard.type(f"Message {number}")
        await desk.page.keyboard.press("Enter")
    await expect(desk.tick("msg-dblcheck")).to_have_count(3)


async def test_a_discreet_reader_never_turns_the_ticks_blue(desk: Desk, customer: str) -> None:
    await desk.sandbox.control("fault", kind="no_receipts", phone=customer)
    await desk.open_chat(customer, "Bonjour")
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    await desk.sandbox.control("read", phone=customer)
    await reply(desk, customer, "lu")
    await expect(desk.page.locator("[data-testid=selectable-text]").last).to_have_text("lu")
    await expect(desk.tick("msg-dblcheck-ack")).to_have_count(0)


async def test_a_group_with_a_customers_name_is_told_by_its_header_and_has_no_number(desk: Desk, customer: str) -> None:
    friend = f"+3363998{next(_crowd)}"
    await desk.sandbox.control("contact", number=customer, name="Léa Petit")
    group = await desk.sandbox.control("group", name="Léa Petit", members=[customer, friend])
    await desk.sandbox.control("reply", **{"from": friend, "group": group["id"], "text": "Salut le groupe"})
    await reply(desk, customer, "Salut")
    await desk.open("/")
    rows = desk.page.locator("#pane-side [role=listitem]", has_text="Léa Petit")
    await expect(rows).to_have_count(2)
    await rows.filter(has_text="Salut le groupe").click()
    members = desk.page.locator("[data-testid=chat-subtitle] span")
    await expect(members).to_have_attribute("title", "Léa Petit, " + numbers.displayed(friend))
    author = desk.page.locator("[data-testid^=conv-msg-] span[aria-label]").first
    await expect(author).to_have_attribute("aria-label", f"{numbers.displayed(friend)} :")
    await desk.page.locator("[data-testid=conversation-info-header]").click()
    await expect(desk.page.locator("[data-testid=contact-info-drawer]")).to_contain_text("Infos du groupe")
    assert "+33" not in await desk.page.locator("[data-testid=contact-info-drawer]").inner_text()
