"""The driver against the sandbox page, judged by what its server accepted."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from relance.domain import delivery
from relance.domain.delivery import Finding, SessionState, Tick
from relance.domain.errors import ComposerMissing, NotOnWhatsApp, PageStuck, SettingsRejected, WrongChat
from relance.sender.whatsapp import browser, composing, opening
from tests.integration import whatsapp_world
from tests.integration.whatsapp_world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TEXT = (
    "Bonjour Ana,\n\nVotre voyage à *Lisbonne* 🌴 approche.\nSolde : 1\u202f234,56\u00a0€\nhttps://agence.example/p_1"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def linked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with whatsapp_world.linked(tmp_path_factory.mktemp("whatsapp")) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def world(linked: World) -> AsyncIterator[World]:
    yield linked
    await linked.fault("clear")


async def test_a_message_arrives_once_with_its_lines_and_is_seen_with_a_tick(world: World) -> None:
    ana = world.somebody()
    bubble = await world.send(ana, TEXT)
    assert await world.sent_to(ana) == [TEXT]
    assert bubble is not None
    assert bubble.outgoing
    assert bubble.tick is not None
    assert bubble.tick >= Tick.SENT


async def test_two_equal_texts_are_told_apart_by_the_baseline(world: World) -> None:
    ana = world.somebody()
    first = await world.send(ana, "Bonjour")
    assert first is not None
    before = await world.page.bubbles()
    assert delivery.look_for(before, baseline=first.key, body_hash=delivery.text_hash("Bonjour"))[0] is Finding.ABSENT
    second = await world.send(ana, "Bonjour")
    assert second is not None
    assert second.key != first.key
    assert await world.sent_to(ana) == ["Bonjour", "Bonjour"]


async def test_the_right_person_is_found_among_equal_names(world: World) -> None:
    people = [world.somebody() for _ in range(3)]
    for person in people:
        await world.post("contact", number=person, name="Marie Martin ✈️")
        await world.reply(person, "Bonjour")
    title = await world.page.open_chat(people[0], title=None)
    assert title == "Marie Martin"
    for person in (people[2], people[1]):
        await world.send(person, f"Pour {person}", title=title)
    assert [await world.sent_to(person) for person in people] == [[], [f"Pour {people[1]}"], [f"Pour {people[2]}"]]


async def test_a_chat_without_the_customers_number_is_refused(world: World) -> None:
    ana, other = world.somebody(), world.somebody()
    await world.page.open_chat(ana, title=None)
    assert not await opening.is_proven(world.page._tab, other)
    with pytest.raises(WrongChat):
        await world.page._prove(other)


async def test_nothing_is_clicked_after_another_chat_came_to_the_front(world: World) -> None:
    ana, other = world.somebody(), world.somebody()
    await world.reply(other, "Bonjour")
    other_title = await world.page.open_chat(other, title=None)
    await world.page.type_text("Brouillon")
    await world.page.open_chat(ana, title=None)
    await world.page.type_text("Pour Ana")
    assert await opening.known(world.page._tab, other, other_title)
    with pytest.raises(WrongChat):
        await world.page.poise()
    with pytest.raises(PageStuck):
        await world.page.click_send()
    assert await world.sent_to(ana) == await world.sent_to(other) == []


async def test_a_namesakes_chat_with_the_same_draft_is_not_clicked(world: World) -> None:
    zoe, eve = world.somebody(), world.somebody()
    for person in (zoe, eve):
        await world.post("contact", number=person, name="Inès Roux")
        await world.reply(person, "Bonjour")
    await world.page.open_chat(zoe, title=None)
    await world.page.type_text("Pour une seule")
    assert await opening.known(world.page._tab, eve, "Inès Roux")
    await composing.typed(world.page._tab, "Pour une seule", composing.TEXT)
    with pytest.raises(WrongChat):
        await world.page.poise()
    with pytest.raises(PageStuck):
        await world.page.click_send()
    assert await world.sent_to(zoe) == await world.sent_to(eve) == []


async def test_a_census_tells_signals_and_shape_and_nothing_of_what_was_said(world: World) -> None:
    zoe = world.somebody()
    await world.post("contact", number=zoe, name="Zoé Carré")
    await world.reply(zoe, "Mon passeport est 12AB34567")
    await world.send(zoe, "Merci beaucoup")
    found, shape = await world.page.census()
    answered = {each.element: each.answered for each in found}
    assert (answered["composer"], answered["qr"]) == ("footer", None)
    assert shape["marks"]["data-testid=conversation-header"] == 1
    told = str(shape) + str(found)
    for private in ("Zoé", "Carré", "Merci", "passeport", "12AB", zoe[1:], zoe[-4:], "blob:"):
        assert private not in told


async def test_a_number_without_whatsapp_is_said_and_the_page_goes_on(world: World) -> None:
    absent = world.somebody()
    await world.fault("not_on_whatsapp", phone=absent)
    with pytest.raises(NotOnWhatsApp):
        await world.page.open_chat(absent, title=None)
    with pytest.raises(NotOnWhatsApp):
        await world.page.open_chat("+33123", title=None)
    assert await world.send(world.somebody(), "Bonjour") is not None


async def test_a_leftover_draft_is_not_sent_in_front_of_the_text(world: World) -> None:
    ana = world.somebody()
    await world.page.open_chat(ana, title=None)
    await world.page.type_text("Ancien\nbrouillon")
    await world.restart_page()
    await world.send(ana, "Nouveau")
    assert await world.sent_to(ana) == ["Nouveau"]


async def test_a_message_clicked_offline_waits_under_a_clock_and_leaves_once(world: World) -> None:
    ana = world.somebody()
    page = world.page
    await page.open_chat(ana, title=None)
    await page.type_text("Bonjour")
    await world.fault("offline")
    await page.poise()
    await page.click_send()
    hashed = delivery.text_hash("Bonjour")
    assert await page.wait_new_bubble(baseline=None, body_hash=hashed, deadline_s=0.5) is None
    finding, waiting = delivery.look_for(await page.bubbles(), baseline=None, body_hash=hashed)
    assert finding is Finding.UNDER_CLOCK
    assert not await page.is_synced()
    assert await page.state() is SessionState.OFFLINE
    await world.fault("clear")
    sent = await page.wait_new_bubble(baseline=None, body_hash=hashed, deadline_s=whatsapp_world.READY_S)
    assert sent is not None
    assert waiting is not None
    assert sent.key == waiting.key
    assert await world.sent_to(ana) == ["Bonjour"]


async def test_an_accepted_message_whose_tick_is_withheld_reads_as_under_a_clock_after_a_restart(world: World) -> None:
    ana = world.somebody()
    page = world.page
    await page.open_chat(ana, title=None)
    await page.type_text("Bonjour")
    await world.fault("hold_acks", on=True)
    await page.poise()
    await page.click_send()
    hashed = delivery.text_hash("Bonjour")
    assert await page.wait_new_bubble(baseline=None, body_hash=hashed, deadline_s=0.5) is None
    await world.restart_page()
    await page.open_chat(ana, title=None)
    await world.fault("hold_acks", on=False)
    assert await page.wait_new_bubble(baseline=None, body_hash=hashed, deadline_s=whatsapp_world.READY_S) is not None
    assert await world.sent_to(ana) == ["Bonjour"]


async def test_a_chat_whose_history_is_late_is_not_synced(world: World) -> None:
    ana = world.somebody()
    await world.reply(ana, "Bonjour")
    await world.fault("slow_history", seconds=2)
    await world.page.open_chat(ana, title=None)
    assert not await world.page.is_synced()
    await world.page._tab.until("gone", element=whatsapp_world.chat_elements.HISTORY_LOADING, deadline_s=20)
    assert await world.page.is_synced()
    assert [bubble.text for bubble in await world.page.bubbles()] == ["Bonjour"]


async def test_photos_and_documents_come_with_their_bytes(world: World) -> None:
    ana = world.somebody()
    drawn = io.BytesIO()
    Image.effect_noise((320, 240), 60).save(drawn, "PNG")
    pdf = b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"\n%%EOF"
    await world.reply(ana, media=("passeport.png", "image/png", drawn.getvalue()))
    await world.reply(ana, "voici", media=("visa.pdf", "application/pdf", pdf))
    await world.page.open_chat(ana, title=None)
    await world.page._tab.until("gone", element=whatsapp_world.chat_elements.HISTORY_LOADING, deadline_s=20)
    photo, document = await world.page.bubbles()
    assert (photo.media, document.media, document.text) == ("image", "document", "voici")
    assert not photo.outgoing
    assert await world.page.fetch_media(photo.key) == (drawn.getvalue(), "image/png")
    assert await world.page.fetch_media(document.key) == (pdf, "application/pdf")


async def test_unread_chats_are_listed_and_open_with_their_number(world: World) -> None:
    await world.page.open_chat(world.somebody(), title=None)
    ana, zoe = world.somebody(), world.somebody()
    await world.post("contact", number=zoe, name="Zoé Carré")
    await world.reply(ana, "Je paie demain")
    await world.reply(zoe, "Bonjour")
    await world.page._tab.until("chatsDiffer", spec=opening.CHATS, before="", deadline_s=20)
    unread = await world.page.unread()
    assert unread[0] == "Zoé Carré"
    assert opening.digits(unread[1]) == ana[1:]
    assert await world.page.open_listed(zoe, title=unread[0])
    assert await world.page.open_listed(ana, title=unread[1])
    assert not await world.page.open_listed(ana, title="Zoé Carré")
    assert not await world.page.open_listed(world.somebody(), title="Personne")


async def test_a_long_list_of_chats_is_read_to_its_end(world: World) -> None:
    people = [world.somebody() for _ in range(40)]
    for person in people:
        await world.reply(person, "Bonjour")
    await world.restart_page()
    digits = {opening.digits(title) for title in await world.page.chat_titles()}
    assert {person[1:] for person in people} <= digits
    assert len(await world.page.unread()) >= 40
    assert await world.page.open_listed(people[0], title=await world.page.open_chat(people[0], title=None))


async def test_rows_that_the_page_keeps_empty_out_of_sight_are_read_all_the_same(world: World) -> None:
    ana = world.somebody()
    for number in range(30):
        await world.reply(ana, f"Message {number}")
    await world.page.open_chat(ana, title=None)
    await world.page._tab.until("gone", element=whatsapp_world.chat_elements.HISTORY_LOADING, deadline_s=20)
    await world.page._tab.page.evaluate(
        """() => {
          const watcher = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
            target.kept ??= [...target.childNodes];
            if (!isIntersecting) target.style.height = `${target.offsetHeight}px`;
            target.replaceChildren(...(isIntersecting ? target.kept : []));
          }));
          document.querySelectorAll("[data-id]").forEach((row) => watcher.observe(row));
        }"""
    )
    await world.page._tab.page.wait_for_function("() => document.querySelector('[data-id]').childNodes.length === 0")
    assert [bubble.text for bubble in await world.page.bubbles()] == [f"Message {n}" for n in range(30)]


async def test_a_long_bubble_is_opened_before_it_is_read(world: World) -> None:
    ana = world.somebody()
    await world.reply(ana, "Bonjour " * 50)
    await world.page.open_chat(ana, title=None)
    await world.page._tab.until("gone", element=whatsapp_world.chat_elements.HISTORY_LOADING, deadline_s=20)
    await world.page._tab.page.evaluate(
        """() => {
          const text = document.querySelector("[data-testid=selectable-text]");
          const whole = text.textContent;
          const more = Object.assign(document.createElement("div"), { textContent: "Lire la suite" });
          more.setAttribute("role", "button");
          more.onclick = () => { text.textContent = whole; more.remove(); };
          text.textContent = whole.slice(0, 40);
          text.after(more);
        }"""
    )
    assert [delivery.normalised(bubble.text) for bubble in await world.page.bubbles()] == [("Bonjour " * 50).strip()]


async def test_a_chat_without_a_composer_is_a_suspected_restriction(world: World) -> None:
    await world.fault("restricted", number=whatsapp_world.SENDER, on=True)
    with pytest.raises(ComposerMissing):
        await world.page.open_chat(world.somebody(), title=None)
    assert await world.page.state() is SessionState.RESTRICTED


async def test_the_news_dialog_does_not_swallow_the_click(world: World) -> None:
    ana = world.somebody()
    await world.page.open_chat(ana, title=None)
    await world.fault("dialog", dialog="whats_new")
    assert await world.send(ana, "Bonjour") is not None
    assert await world.sent_to(ana) == ["Bonjour"]


LOSSES = {
    "test-ids": [("[data-testid]", "data-testid")],
    "icons": [("[data-icon]", "data-icon")],
    "labels": [("[aria-label]", "aria-label")],
    "roles": [("[role]", "role")],
    "ids": [("#main, #side, #pane-side", "id")],
    "message-ids": [("[data-id]", "data-id")],
    "editor": [("[data-tab]", "data-tab"), ("[data-lexical-editor]", "data-lexical-editor")],
}


@pytest.mark.parametrize("lost", LOSSES.values(), ids=LOSSES.keys())
async def test_losing_a_whole_kind_of_signals_changes_nothing(world: World, lost: list[tuple[str, str]]) -> None:
    ana, zoe = world.somebody(), world.somebody()
    await world.post("contact", number=zoe, name="Zoé Carré")
    await world.reply(zoe, "Bonjour")
    await world.lose(*lost)
    try:
        bubble = await world.send(ana, TEXT)
        assert bubble is not None
        assert await world.sent_to(ana) == [TEXT]
        assert "Zoé Carré" in await world.page.unread()
        assert await world.send(zoe, "Merci", title=await world.page.open_chat(zoe, title=None)) is not None
        assert [(b.outgoing, b.text, b.media) for b in await world.page.bubbles()][-1] == (True, "Merci", None)
        assert (await world.page.bubbles())[0].outgoing is False
        assert await world.page.is_synced()
        assert not any([await world.shows(css) for css, _ in lost])
    finally:
        await world.lose()


async def test_a_logged_out_number_says_so_and_shows_a_code_again(world: World) -> None:
    await world.fault("logout", number=whatsapp_world.SENDER)
    await world.page._tab.until("attributeDiffers", element=whatsapp_world.elements.QR, before=None, deadline_s=20)
    assert await world.page.wait_ready(20) is SessionState.LOGGED_OUT
    assert await world.page.qr_payload()


async def test_without_a_browser_the_owner_is_told_what_to_install(tmp_path: Path) -> None:
    missing = tmp_path / "chromium"
    with pytest.raises(SettingsRejected, match="Chromium est introuvable"):
        async with browser.launched(
            tmp_path / "profile", executable=str(missing), headless=True, base_url="http://127.0.0.1:1", sandbox=False
        ):
            raise AssertionError("it started")
