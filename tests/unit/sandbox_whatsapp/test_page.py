"""The look-alike page in a real Chromium: where it must be as hard on a driver as the real one."""

import base64
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, async_playwright, expect

from .chromium import CHROMIUM, FLAGS, Desk
from .conftest import ANA, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

KARIM = "+33639980102"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serving(tmp_path) as sandbox, await browser.new_context() as context:
        desk = Desk(sandbox, context, await context.new_page())
        await desk.link()
        yield desk
        assert desk.errors == []


async def test_enter_sends_and_shift_enter_breaks_the_line(desk: Desk) -> None:
    await desk.open_chat(ANA)
    await desk.page.keyboard.type("Bonjour Ana")
    await desk.page.keyboard.press("Shift+Enter")
    await desk.page.keyboard.insert_text("à bientôt 🌴")
    await desk.page.keyboard.press("Enter")
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    [entry] = await desk.sandbox.journal()
    assert (entry["to"], entry["text"]) == (ANA, "Bonjour Ana\nà bientôt 🌴")
    shown = await desk.page.locator("[data-testid=selectable-text]").inner_text()
    assert shown == "Bonjour Ana\nà bientôt 🌴"


async def test_what_a_script_writes_into_the_composer_is_undone(desk: Desk) -> None:
    box = await desk.open_chat(ANA, "vrai")
    await expect(box).to_have_text("vrai")
    await box.evaluate("box => { box.innerHTML = '<p>faux</p>'; box.dispatchEvent(new InputEvent('input')) }")
    await expect(box).to_have_text("vrai")
    await desk.page.evaluate("document.querySelector('[aria-label=Envoyer]').click()")
    await expect(box).to_have_text("vrai")
    assert await desk.sandbox.journal() == []


async def test_the_composer_is_emptied_and_filled_like_a_persons(desk: Desk) -> None:
    box = await desk.open_chat(ANA)
    await expect(desk.page.get_by_label("Message vocal")).to_be_visible()
    await desk.page.keyboard.type("brouillon")
    await box.fill("")
    await expect(box).to_have_text("")
    await box.fill("Bonjour")
    await desk.page.keyboard.type(" Anna")
    await desk.page.keyboard.press("Backspace")
    await desk.page.keyboard.press("Backspace")
    await desk.page.keyboard.type("a")
    await expect(box).to_have_text("Bonjour Ana")
    await desk.page.keyboard.press("Home")
    await desk.page.keyboard.type("* ")
    await expect(box).to_have_text("* Bonjour Ana")
    await desk.page.keyboard.press("Control+a")
    await desk.page.keyboard.type("Fin")
    await expect(box).to_have_text("Fin")
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    assert [entry["text"] for entry in await desk.sandbox.journal()] == ["Fin"]


async def test_a_draft_stays_with_its_chat_and_comes_before_a_links_text(desk: Desk) -> None:
    await desk.open_chat(ANA, "oubli%C3%A9%20")
    await expect(desk.page.locator("footer [role=textbox]")).to_have_text("oublié ")
    assert await (await desk.open_chat(KARIM)).inner_text() == "\n"
    box = await desk.open_chat(ANA, "nouveau")
    await expect(box).to_have_text("oublié nouveau")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/send?phone=33639980199", "Le numéro de téléphone +33639980199 n'est pas sur WhatsApp."),
        ("/send?phone=336", "Le numéro de téléphone partagé via une URL n'est pas valide."),
        ("/send?phone=336&lang=en", "Phone number shared via url is invalid."),
    ],
    ids=["not on WhatsApp", "not a number", "in English"],
)
async def test_a_bad_number_is_refused_by_a_popup(desk: Desk, path: str, sentence: str) -> None:
    await desk.sandbox.control("fault", kind="not_on_whatsapp", phone="+33639980199")
    page = await desk.open(path)
    popup = page.locator('[data-animate-modal-popup="true"]', has_text=sentence)
    await popup.get_by_role("button").click()
    await expect(popup).to_have_count(0)
    assert await page.locator("#main").count() == 0


async def test_a_reply_shows_a_badge_then_its_text_and_photo(desk: Desk) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(picture, "JPEG")
    photo = {"name": "p.jpg", "mime": "image/jpeg", "base64": base64.b64encode(picture.getvalue()).decode()}
    await desk.sandbox.control("contact", number=ANA, name="Ana Martel 🌴")
    await desk.sandbox.control("reply", **{"from": ANA, "text": "Voici mon passeport"})
    await desk.sandbox.control("reply", **{"from": ANA, "media": photo})
    badge = desk.page.locator("[data-testid=icon-unread-count]")
    await expect(badge).to_have_text("2")
    await expect(desk.page).to_have_title("(1) WhatsApp")
    await desk.page.get_by_title("Ana Martel 🌴", exact=True).click()
    await expect(desk.page.locator("[data-testid=conversation-info-header]")).to_have_text("Ana Martel")
    await expect(desk.page.locator("[data-testid=selectable-text]")).to_have_text("Voici mon passeport")
    image = desk.page.locator('#main img[src^="blob:"]')
    size = "async image => (await (await fetch(image.src)).arrayBuffer()).byteLength"
    assert await image.evaluate(size) == len(picture.getvalue())
    await expect(badge).to_have_count(0)
    await expect(desk.page).to_have_title("WhatsApp")


async def test_a_chat_says_that_its_history_is_not_loaded_yet(desk: Desk) -> None:
    await desk.sandbox.control("reply", **{"from": ANA, "text": "ancien"})
    await desk.sandbox.control("fault", kind="slow_history", seconds=1)
    await desk.page.locator("#pane-side [role=listitem]").click()
    await expect(desk.page.locator("#main [role=progressbar]")).to_be_visible()
    assert await desk.page.locator("#main [role=application]").get_attribute("aria-busy") == "true"
    await expect(desk.page.locator("[data-testid=selectable-text]")).to_have_text("ancien")
    await expect(desk.page.locator("#main [role=progressbar]")).to_have_count(0)


async def test_search_finds_late_under_a_section_header_and_only_real_clicks_open(desk: Desk) -> None:
    for number, name in ((ANA, "Ana Martel"), (KARIM, "Karim Belhadj")):
        await desk.sandbox.control("contact", number=number, name=name)
        await desk.sandbox.control("reply", **{"from": number, "text": "Bonjour"})
    await desk.page.locator('input[data-tab="3"]').fill("kàrim")
    rows = desk.page.locator("#pane-side [role=listitem]")
    await expect(rows.filter(has_text="Discussions")).to_be_visible()
    await expect(rows).to_have_count(2)
    found = rows.filter(has_text="Karim Belhadj")
    await found.evaluate("row => row.click()")
    assert await desk.page.locator("#main").count() == 0
    await found.click()
    await expect(desk.page.locator("[data-testid=conversation-info-header]")).to_have_text("Karim Belhadj")


async def test_a_long_list_holds_few_rows(desk: Desk) -> None:
    for i in range(40):
        await desk.sandbox.control("reply", **{"from": f"+336399802{i:02d}", "text": f"message {i}"})
    rows = desk.page.locator("#pane-side [role=listitem]")
    await expect(rows.filter(has_text="message 39")).to_be_visible()
    assert await rows.count() <= 25
    await desk.page.locator("#pane-side").evaluate("pane => pane.scrollTo(0, pane.scrollHeight)")
    await expect(rows.filter(has_text="message 0")).to_be_visible()


async def test_a_restricted_account_has_no_composer(desk: Desk) -> None:
    await desk.open_chat(ANA)
    await desk.sandbox.control("fault", kind="restricted", number="+33639980001", on=True)
    await expect(desk.page.locator("#main footer")).to_have_count(0)
    await desk.sandbox.control("fault", kind="clear")
    await expect(desk.page.locator("#main footer [role=textbox]")).to_be_visible()


async def test_a_second_tab_asks_before_it_takes_over(desk: Desk) -> None:
    second = await desk.context.new_page()
    await second.goto(desk.base)
    await second.get_by_role("button", name="Utiliser ici").click()
    await second.wait_for_selector("#pane-side")
    await expect(desk.page.get_by_role("button", name="Utiliser ici")).to_be_visible()


async def test_a_logout_brings_the_qr_code_back(desk: Desk) -> None:
    await desk.sandbox.control("fault", kind="logout")
    await desk.page.wait_for_selector('div[data-ref^="2@"] canvas[aria-label]')
    await expect(desk.page.get_by_text("Vous avez été déconnecté")).to_be_visible()


async def test_a_person_reads_and_answers_on_the_phone_page(desk: Desk) -> None:
    await desk.open_chat(ANA, "Bonjour Ana")
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    phone = await desk.context.new_page()
    await phone.goto(f"{desk.base}/phone/{ANA}")
    await expect(phone.locator(".bubble")).to_contain_text("Bonjour Ana")
    await expect(desk.tick("msg-dblcheck-ack")).to_be_visible()
    await phone.get_by_label("Message", exact=True).fill("J’ai payé")
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".mine .bubble")).to_contain_text("J’ai payé")
    await phone.locator("#file").set_input_files(
        {"name": "visa.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    await expect(desk.page.locator("[data-testid=document-thumb]")).to_contain_text("visa.pdf")
