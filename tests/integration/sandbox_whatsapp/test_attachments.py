"""Sending files as the real page does it: late inputs, the sticker trap, a composer behind the preview. About 20 s."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import FilePayload, expect

from tests.unit.sandbox_whatsapp.chromium import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PDF = FilePayload(name="facture.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 facture")
SEND = "Envoyer 1 élément sélectionné"


def picture() -> FilePayload:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(drawn, "PNG")
    return FilePayload(name="qr.png", mimeType="image/png", buffer=drawn.getvalue())


async def accepted(desk: Desk, customer: str) -> list[tuple[Any, ...]]:
    entries = [entry for entry in await desk.sandbox.journal() if entry["to"] == customer]
    return [(entry["text"], entry["media_kind"], entry["media_name"]) for entry in entries]


async def open_menu(desk: Desk, customer: str) -> None:
    await desk.open_chat(customer)
    await desk.page.get_by_label("Joindre").click()


async def test_a_document_goes_through_its_preview_with_a_caption(desk: Desk, customer: str) -> None:
    await open_menu(desk, customer)
    assert await desk.page.locator("input[type=file]").count() == 0
    await desk.page.locator("input[type=file][accept='*']").set_input_files(PDF)
    caption = desk.page.get_by_label("Ajoutez une légende")
    await caption.fill("Votre facture")
    await expect(caption).to_have_text("Votre facture")
    await desk.page.get_by_label(SEND).click()
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    await expect(desk.page.locator("[data-testid=media-caption-input-container]")).to_have_count(0)
    assert await accepted(desk, customer) == [("Votre facture", "document", "facture.pdf")]
    await expect(desk.page.locator("[data-testid=document-thumb]")).to_contain_text("facture.pdf")


async def test_the_first_input_that_takes_images_makes_a_sticker_of_them(desk: Desk, customer: str) -> None:
    await open_menu(desk, customer)
    await desk.page.locator("input[type=file][accept*=image]").last.wait_for(state="attached")
    await expect(desk.page.locator("input[type=file]")).to_have_count(3)
    kinds = await desk.page.locator("input[type=file]").evaluate_all("all => all.map((input) => input.accept)")
    assert "video" in kinds[1]
    await desk.page.locator("input[type=file]:not([accept*=video])[accept*=image]").set_input_files(picture())
    await expect(desk.page.locator("[data-testid=sticker]")).to_be_visible()
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    assert await accepted(desk, customer) == [("", "sticker", "qr.png")]


async def test_the_composer_stays_behind_the_preview_and_keeps_its_draft(desk: Desk, customer: str) -> None:
    await open_menu(desk, customer)
    await desk.page.locator("input[type=file][accept*=video]").set_input_files(picture())
    await expect(desk.page.locator(".preview img")).to_be_visible()
    assert await desk.page.locator("[contenteditable][data-tab='10']").count() == 2
    hit = "box => document.elementFromPoint(...['x', 'y'].map((side) => box.getBoundingClientRect()[side] + 5))"
    behind = desk.page.locator("footer [contenteditable]")
    assert not await behind.evaluate(f"box => box.contains(({hit})(box))")
    await desk.page.keyboard.press("Escape")
    await desk.page.get_by_role("button", name="Retour à la sélection").click()
    await expect(desk.page.locator(".preview img")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await desk.page.get_by_role("button", name="Supprimer", exact=True).click()
    await expect(desk.page.locator(".preview")).to_have_count(0)
    assert await accepted(desk, customer) == []


async def test_the_newest_build_has_no_inputs_but_the_systems_file_chooser(desk: Desk, customer: str) -> None:
    await desk.sandbox.control("profile", profile="2026b")
    await desk.page.goto(f"{desk.base}/send?phone={customer[1:]}")
    await desk.page.get_by_label("Joindre").click()
    item = desk.page.get_by_role("menuitem", name="Document")
    async with desk.page.expect_file_chooser() as choosing:
        await item.click()
    assert await desk.page.locator("input[type=file]").count() == 0
    await (await choosing.value).set_files(PDF)
    await desk.page.get_by_label(SEND).click()
    await expect(desk.page.locator("#main .ic-delivered")).to_be_visible()
    assert await accepted(desk, customer) == [("", "document", "facture.pdf")]


async def test_a_file_clicked_offline_waits_under_a_clock_and_leaves_once(desk: Desk, customer: str) -> None:
    await open_menu(desk, customer)
    await desk.page.locator("input[type=file][accept='*']").set_input_files(PDF)
    await desk.sandbox.control("fault", kind="offline")
    await desk.page.get_by_label(SEND).click()
    await expect(desk.tick("msg-time")).to_be_visible()
    await desk.page.reload()
    await expect(desk.page.get_by_text("Ordinateur non connecté")).to_be_visible()
    assert await accepted(desk, customer) == []
    await desk.sandbox.control("fault", kind="clear")
    await desk.open_chat(customer)
    await expect(desk.tick("msg-dblcheck")).to_be_visible()
    assert await accepted(desk, customer) == [("", "document", "facture.pdf")]


async def test_a_slow_upload_keeps_the_clock(desk: Desk, customer: str) -> None:
    await desk.sandbox.control("fault", kind="slow_upload", seconds=1)
    await open_menu(desk, customer)
    await desk.page.locator("input[type=file][accept='*']").set_input_files(PDF)
    await desk.page.get_by_label(SEND).click()
    await expect(desk.tick("msg-time")).to_be_visible()
    assert await accepted(desk, customer) == []
    await expect(desk.tick("msg-dblcheck")).to_be_visible()


async def test_a_message_that_the_server_refuses_shows_an_error(desk: Desk, customer: str) -> None:
    await desk.open_chat(customer, "Bonjour")
    await desk.sandbox.control("fault", kind="refuse", n=1)
    await desk.page.get_by_label("Envoyer").click()
    await expect(desk.tick("alert-message")).to_be_visible()
    assert await accepted(desk, customer) == []
