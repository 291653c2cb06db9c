"""What customers send, and how the page shows it: quotes, albums, what was edited, deleted or is gone. About 20 s."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from tests.unit.sandbox_whatsapp.chromium import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def media(name: str, content: bytes = b"", mime: str = "image/png", **more: Any) -> dict[str, Any]:
    if not content:
        drawn = io.BytesIO()
        Image.effect_noise((60, 40), 50).save(drawn, "PNG")
        content = drawn.getvalue()
    return {"name": name, "mime": mime, "base64": base64.b64encode(content).decode(), **more}


async def reply(desk: Desk, customer: str, **said: Any) -> dict[str, Any]:
    return await desk.sandbox.control("reply", **{"from": customer, **said})


async def opened(desk: Desk, customer: str) -> Locator:
    await desk.open_chat(customer)
    return desk.page.locator("[data-testid^=conv-msg-]")


async def test_a_quoted_reply_holds_both_texts(desk: Desk, customer: str) -> None:
    asked = await reply(desk, customer, text="Combien ?")
    await reply(desk, customer, text="Je demandais cela", quote=asked["id"])
    rows = await opened(desk, customer)
    await expect(rows.last.locator("[data-testid=quoted-message]")).to_contain_text("Combien ?")
    await expect(rows.last.locator("[data-testid=selectable-text]")).to_have_text("Je demandais cela")


async def test_an_album_is_one_row_with_four_thumbs_and_the_rest_in_the_viewer(desk: Desk, customer: str) -> None:
    sent = await reply(desk, customer, album=[media(f"p{n}.png") for n in range(5)])
    assert len(sent["album"]) == 5
    rows = await opened(desk, customer)
    await expect(rows).to_have_count(1)
    await expect(rows.locator("img[src^='blob:']")).to_have_count(4)
    await expect(rows).to_contain_text("+1")
    await rows.locator("[data-testid=image-thumb]").first.click()
    viewer = desk.page.locator("[data-testid=media-viewer-modal]")
    for _ in range(4):
        await viewer.get_by_label("Suivant").click()
    async with desk.page.expect_download() as downloading:
        await viewer.get_by_label("Télécharger").click()
    assert (await downloading.value).suggested_filename == "p4.png"
    await viewer.get_by_label("Fermer").click()
    await expect(viewer).to_have_count(0)


async def test_a_photo_waits_to_be_asked_for_or_is_gone(desk: Desk, customer: str) -> None:
    await reply(desk, customer, media=media("a.png", state="lazy"))
    await reply(desk, customer, media=media("b.png", state="expired"))
    rows = await opened(desk, customer)
    ask = rows.locator("[data-testid=media-state-download]")
    await expect(ask).to_have_count(2)
    await ask.first.click()
    await expect(rows.locator("img[src^='blob:']")).to_have_count(1)
    await ask.click()
    await desk.page.locator("[role=dialog]", has_text="n’est plus disponible").get_by_role("button").click()
    await expect(rows.locator("img[src^='blob:']")).to_have_count(1)


async def test_stickers_and_voice_notes_are_neither_photos_nor_texts(desk: Desk, customer: str) -> None:
    await reply(desk, customer, media=media("s.webp", kind="sticker"))
    await reply(desk, customer, media=media("v.ogg", b"OggS", "audio/ogg"))
    rows = await opened(desk, customer)
    await expect(rows.first.locator("[data-testid=sticker] img")).to_be_visible()
    await expect(rows.last.get_by_label("Lire le message vocal")).to_be_visible()
    assert await rows.locator("[data-testid=selectable-text]").count() == 0


async def test_an_edited_message_says_so_and_a_deleted_one_leaves_a_trace(desk: Desk, customer: str) -> None:
    first = await reply(desk, customer, text="J'ai payé hier")
    second = await reply(desk, customer, text="oups")
    rows = await opened(desk, customer)
    await expect(rows).to_have_count(2)
    await desk.sandbox.control("edit", id=first["id"], text="Je paie demain")
    await expect(rows.first.locator("[data-testid=selectable-text]")).to_have_text("Je paie demain")
    await expect(rows.first).to_contain_text("Modifié")
    await desk.sandbox.control("delete", id=second["id"])
    await expect(rows.last).to_contain_text("Ce message a été supprimé.")
    assert await rows.last.get_attribute("data-id") == second["id"]


async def test_a_disappearing_message_goes_without_a_trace_but_the_journal_keeps_it(desk: Desk, customer: str) -> None:
    first = await reply(desk, customer, text="éphémère")
    await reply(desk, customer, text="reste")
    rows = await opened(desk, customer)
    await expect(rows).to_have_count(2)
    await desk.sandbox.control("delete", id=first["id"], trace=False)
    await expect(rows).to_have_count(1)
    await desk.page.reload()
    rows = await opened(desk, customer)
    await expect(rows).to_have_count(1)
    told = [entry["text"] for entry in await desk.sandbox.journal() if entry["from"] == customer]
    assert told == ["éphémère", "reste"]


async def test_the_chats_own_notices_have_an_id_and_no_author(desk: Desk, customer: str) -> None:
    await desk.sandbox.control("notice", phone=customer, notice="disappearing_on")
    await desk.open_chat(customer)
    row = desk.page.locator("#main [data-id]")
    await expect(row).to_have_text("Vous avez activé les messages éphémères.")
    assert await row.locator("[aria-label], [data-testid]").count() == 0


@pytest.mark.parametrize(
    ("asked", "hour", "date"),
    [
        ({"lang": "fr"}, r"\[\d\d:\d\d, ", r"\d\d/\d\d/\d{4}\]"),
        ({"lang": "en", "hours": 12, "dates": "mdy"}, r"\[\d?\d:\d\d\s[ap]m, ", r"\d?\d/\d?\d/\d{4}\]"),
    ],
    ids=["fr", "en, 12 h, mm/dd"],
)
async def test_hours_and_dates_follow_the_account(
    desk: Desk, customer: str, asked: dict[str, Any], hour: str, date: str
) -> None:
    await desk.sandbox.control("profile", **asked)
    await reply(desk, customer, text="Bonjour")
    await opened(desk, customer)
    line = await desk.page.locator("[data-pre-plain-text]").get_attribute("data-pre-plain-text")
    assert line is not None
    assert re.match(hour + date, line), line


async def test_arabic_is_written_from_right_to_left(desk: Desk, customer: str) -> None:
    await reply(desk, customer, text="سأدفع غدا")
    rows = await opened(desk, customer)
    assert await rows.locator("[data-testid=selectable-text]").get_attribute("dir") == "rtl"
