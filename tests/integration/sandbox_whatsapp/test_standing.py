"""What WhatsApp may hold against a number, and what stands in place of the client. About 40 s."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.unit.sandbox_whatsapp.chromium import Desk
from tests.unit.sandbox_whatsapp.conftest import AGENCY

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def fault(desk: Desk, kind: str, **more: Any) -> None:
    await desk.sandbox.control("fault", kind=kind, **more)


@pytest_asyncio.fixture(loop_scope="module")
async def unlinked(desk: Desk) -> AsyncIterator[Page]:
    """A computer that was never linked."""
    browser = desk.context.browser
    assert browser is not None
    async with await browser.new_context() as context:
        page = await context.new_page()
        await page.goto(desk.base)
        yield page


SCREENS = {
    "app_lock": "WhatsApp est verrouillé",
    "expired": "n’est plus prise en charge",
    "checkpoint": "Vérifiez que c’est bien vous",
    "unsupported": "fonctionne avec Google Chrome",
    "database": "Une erreur de base de données",
}


@pytest.mark.parametrize(("screen", "sentence"), SCREENS.items(), ids=SCREENS)
async def test_a_screen_stands_in_place_of_the_client_until_it_is_cleared(
    desk: Desk, screen: str, sentence: str
) -> None:
    await fault(desk, "screen", screen=screen)
    await expect(desk.page.get_by_text(sentence)).to_be_visible()
    assert await desk.page.locator("#pane-side").count() == 0
    if screen == "expired":
        await desk.page.get_by_role("button", name="Mettre à jour").click()
        await expect(desk.page.get_by_text(sentence)).to_be_visible()
    await fault(desk, "screen", screen=None)
    await desk.page.wait_for_selector("#pane-side")


async def test_the_lock_opens_with_its_password_only(desk: Desk) -> None:
    await fault(desk, "screen", screen="app_lock", password="sésame")
    box = desk.page.locator("input[type=password]")
    await box.fill("ouvre-toi")
    await desk.page.get_by_role("button", name="Déverrouiller").click()
    await expect(box).to_have_value("ouvre-toi")
    await box.fill("sésame")
    await desk.page.get_by_role("button", name="Déverrouiller").click()
    await desk.page.wait_for_selector("#pane-side")


async def test_a_capped_number_writes_only_where_somebody_answered_and_the_server_holds_to_it(
    desk: Desk, customer: str
) -> None:
    await desk.sandbox.control("reply", **{"from": customer, "text": "Bonjour"})
    await fault(desk, "restricted", number=AGENCY, how="capped")
    await desk.open_chat(customer)
    stranger = f"+3363998{int(customer[-4:]) + 900:04d}"
    await desk.page.goto(f"{desk.base}/send?phone={stranger[1:]}")
    await expect(desk.page.locator("[data-testid=new-chat-capped-bar]")).to_contain_text("limite de nouvelles")
    assert await desk.page.locator("#main footer").count() == 0
    token = str(await desk.page.evaluate("localStorage['device-token']"))
    device = await desk.sandbox.connect(token, tab="other", take=True)
    await device.hear("ready")
    await device.say("send", id="X1", to=stranger, text="quand même")
    assert (await device.hear("refused"))["id"] == "X1"
    assert [entry for entry in await desk.sandbox.journal() if entry["to"] == stranger] == []
    await device.socket.close()


@pytest.mark.parametrize(
    ("banner", "sentence"),
    [("warning", "bientôt être limité"), ("capping", "limite mensuelle"), ("rate", "trop de messages")],
)
async def test_what_is_held_against_the_number_is_shown_and_survives_a_reload(
    desk: Desk, banner: str, sentence: str
) -> None:
    await desk.open("/")
    await fault(desk, "banner", number=AGENCY, banner=banner)
    await expect(desk.page.get_by_text(sentence).last).to_be_visible()
    await desk.page.reload()
    await expect(desk.page.get_by_text(sentence).last).to_be_visible()
    assert await desk.page.locator("[role=dialog]").count() == (1 if banner == "rate" else 0)


def popup_of(page: Page) -> Locator:
    return page.locator('[data-animate-modal-popup="true"]')


@pytest.mark.parametrize(
    ("lang", "phone", "sentence", "has_label"),
    [
        ("fr", "336", "partagé via une URL", False),
        ("en", "336", "Phone number shared via url is invalid.", True),
        ("es", "336", "no es válido", False),
        ("ar", "336", "غير صحيح", True),
        ("es", "33639980199", "no está en WhatsApp", True),
        ("ar", "33639980199", "غير مسجل", False),
    ],
)
async def test_bad_numbers_are_refused_in_four_languages_with_and_without_a_label(
    desk: Desk, lang: str, phone: str, sentence: str, has_label: bool
) -> None:
    await fault(desk, "not_on_whatsapp", phone="+33639980199")
    await fault(desk, "popup", lang=lang, label=has_label)
    await desk.page.goto(f"{desk.base}/send?phone={phone}")
    shown = popup_of(desk.page).filter(has_text=sentence)
    await expect(shown).to_be_visible()
    assert (await shown.get_attribute("aria-label") is not None) is has_label


async def test_a_phone_is_linked_by_code_and_early_clicks_are_swallowed(desk: Desk, unlinked: Page) -> None:
    await unlinked.wait_for_selector('div[data-ref^="2@"] canvas')
    await unlinked.get_by_role("button", name="numéro de téléphone").click()
    box = unlinked.get_by_label("Saisissez votre numéro")
    assert await box.input_value() == "+33 "
    await box.fill("+12")
    await unlinked.get_by_role("button", name="Suivant").click()
    await expect(unlinked.get_by_role("alert")).to_have_text("Numéro de téléphone incorrect.")
    await box.fill(AGENCY)
    await unlinked.get_by_role("button", name="Suivant").click()
    shown = unlinked.locator("[aria-details=link-device-phone-number-code-screen-instructions]")
    await expect(shown.locator(".letter")).to_have_count(8)
    code = "".join((await shown.inner_text()).split())
    owner = await desk.context.new_page()
    await owner.goto(f"{desk.base}/owner")
    await owner.get_by_label("Code d’association").fill("AAAA-AAAA")
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_text("Ce code n’est pas affiché")).to_be_visible()
    await owner.get_by_label("Code d’association").fill(code.lower())
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_text("Appareil associé.")).to_be_visible()
    await owner.close()
    await unlinked.wait_for_selector("#pane-side")


async def test_too_many_attempts_refuse_every_link(desk: Desk, unlinked: Page) -> None:
    await unlinked.wait_for_selector('div[data-ref^="2@"] canvas')
    await fault(desk, "link_refused", on=True)
    await unlinked.reload()
    await expect(unlinked.get_by_text("Trop de tentatives")).to_be_visible()
    assert await unlinked.locator("div[data-ref^='2@']").count() == 0
    await unlinked.get_by_role("button", name="numéro de téléphone").dispatch_event("click")
    assert await unlinked.get_by_label("Saisissez votre numéro").count() == 0


async def test_the_menu_logs_out_after_asking(desk: Desk, unlinked: Page) -> None:
    await unlinked.wait_for_selector('div[data-ref^="2@"] canvas')
    assert (await desk.sandbox.control("pair", number=AGENCY))["linked"] == 1
    await unlinked.wait_for_selector("#pane-side")
    await unlinked.get_by_label("Menu").first.click()
    await unlinked.get_by_role("menuitem", name="Se déconnecter").click()
    await unlinked.get_by_role("button", name="Se déconnecter").click()
    await expect(unlinked.get_by_text("Vous avez été déconnecté")).to_be_visible()
    await desk.link()


@pytest.mark.parametrize(
    ("how", "sees"),
    [("lost", "div[data-ref^='2@'] canvas"), ("corrupt", "text=Une erreur de base de données")],
)
async def test_a_browser_may_lose_its_login_while_the_phone_still_shows_it(
    desk: Desk, unlinked: Page, how: str, sees: str
) -> None:
    await unlinked.wait_for_selector('div[data-ref^="2@"] canvas')
    await desk.sandbox.control("pair", number=AGENCY)
    await unlinked.wait_for_selector("#pane-side")
    await desk.page.goto("about:blank")
    await fault(desk, "session", how=how)
    await unlinked.wait_for_selector(sees)
    told = await (await desk.sandbox.client.get("/control/accounts")).json()
    assert told["accounts"][0]["linked"]
    await desk.open("/")
