"""What every transport promises a send: WhatsApp Web on the sandbox page, the Cloud API on its stand-in, and nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from relance.domain import delivery
from relance.domain.delivery import Bubble, Finding, SessionState, Tick
from relance.sender.chat_page import ChatPage
from relance.sender.null_page import NullPage
from tests.conftest import fresh
from tests.fakes import cloud_world
from tests.integration import whatsapp_world

pytestmark = [pytest.mark.servers, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TEXT = "Bonjour Ana,\n\nVotre voyage à Lisbonne 🌴 approche.\nSolde : 1 234,56 €"
DEADLINE_S = 60.0


@dataclass
class Room:
    """A transport, and the other end of it."""

    page: ChatPage
    somebody: Callable[[], Awaitable[str]]
    arrived: Callable[[str], Awaitable[list[str]]]
    restart: Callable[[], Awaitable[ChatPage]]
    writes: Callable[[str, str], Awaitable[None]] | None

    async def send(self, phone: str, text: str) -> tuple[str | None, Bubble | None]:
        """As `deliver.send` does, without the database; the baseline and the proof."""
        page = self.page
        await page.open_chat(phone, title=None)
        baseline = delivery.last_outgoing(await page.bubbles())
        await page.clear_draft()
        assert delivery.text_hash(await page.type_text(text)) == delivery.text_hash(text)
        await page.poise()
        await page.click_send()
        body_hash = delivery.text_hash(text)
        return baseline, await page.wait_new_bubble(baseline=baseline, body_hash=body_hash, deadline_s=DEADLINE_S)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["whatsapp_web", "cloud_api", "null"])
async def room(request, tmp_path_factory, postgres_server) -> AsyncIterator[Room]:
    directory = tmp_path_factory.mktemp("transport")
    async with AsyncExitStack() as stack:
        made = await MAKERS[request.param](stack, directory, postgres_server)
        yield made


async def web_room(stack, directory: Path, _server) -> Room:
    world = await stack.enter_async_context(whatsapp_world.linked(directory))

    async def somebody() -> str:
        return world.somebody()

    async def restart() -> ChatPage:
        await world.restart_page()
        return world.page

    async def writes(phone: str, text: str) -> None:
        await world.reply(phone, text)

    return Room(world.page, somebody, world.sent_to, restart, writes)


async def cloud_room(stack, _directory: Path, server) -> Room:
    world = await stack.enter_async_context(cloud_world.opened(await stack.enter_async_context(fresh(server))))

    async def arrived(phone: str) -> list[str]:
        return world.arrived(phone)

    async def restart() -> ChatPage:
        return await stack.enter_async_context(world.page())

    return Room(await restart(), world.somebody, arrived, restart, world.writes)


async def null_room(_stack, directory: Path, _server) -> Room:
    numbers = iter(range(1000, 2000))

    async def somebody() -> str:
        return f"+3363998{next(numbers)}"

    async def arrived(phone: str) -> list[str]:
        page = NullPage(directory / "journal")
        await page.open_chat(phone, title=None)
        return [bubble.text for bubble in await page.bubbles()]

    async def restart() -> ChatPage:
        return NullPage(directory / "journal")

    return Room(await restart(), somebody, arrived, restart, None)


MAKERS = {"whatsapp_web": web_room, "cloud_api": cloud_room, "null": null_room}


async def test_what_is_typed_and_clicked_arrives_once_and_is_proved(room: Room) -> None:
    ana = await room.somebody()
    _, bubble = await room.send(ana, TEXT)
    assert bubble is not None
    assert bubble.outgoing
    assert bubble.tick in {Tick.SENT, Tick.DELIVERED, Tick.READ}
    assert await room.arrived(ana) == [TEXT]


async def test_nothing_leaves_before_the_click(room: Room) -> None:
    ana = await room.somebody()
    await room.page.open_chat(ana, title=None)
    await room.page.type_text(TEXT)
    await room.page.poise()
    assert await room.arrived(ana) == []
    await room.page.clear_draft()
    _, bubble = await room.send(ana, "Autre chose")
    assert bubble is not None
    assert await room.arrived(ana) == ["Autre chose"]


async def test_two_equal_texts_are_told_apart_by_the_baseline(room: Room) -> None:
    ana, wanted = await room.somebody(), delivery.text_hash("Bonjour")
    _, first = await room.send(ana, "Bonjour")
    assert first is not None
    absent = delivery.look_for(await room.page.bubbles(), baseline=first.key, body_hash=wanted)
    assert absent == (Finding.ABSENT, None)
    baseline, second = await room.send(ana, "Bonjour")
    assert second is not None
    assert (baseline, second.key == first.key) == (first.key, False)
    assert await room.arrived(ana) == ["Bonjour", "Bonjour"]


async def test_after_a_restart_what_left_is_found_again(room: Room) -> None:
    ana = await room.somebody()
    baseline, sent = await room.send(ana, TEXT)
    assert sent is not None
    room.page = await room.restart()
    await room.page.open_chat(ana, title=None)
    found, bubble = delivery.look_for(await room.page.bubbles(), baseline=baseline, body_hash=delivery.text_hash(TEXT))
    assert found is Finding.SENT
    assert bubble is not None
    assert bubble.key == sent.key
    assert await room.page.is_synced()


async def test_a_draft_is_its_own_chat_s_and_no_other_s(room: Room) -> None:
    ana, ben = await room.somebody(), await room.somebody()
    await room.page.open_chat(ana, title=None)
    await room.page.type_text("Pour Ana seulement")
    _, bubble = await room.send(ben, TEXT)
    assert bubble is not None
    assert (await room.arrived(ana), await room.arrived(ben)) == ([], [TEXT])
    await room.page.open_chat(ana, title=None)
    await room.page.clear_draft()


async def test_a_chat_is_known_again_by_the_title_it_was_opened_under(room: Room) -> None:
    ana = await room.somebody()
    await room.send(ana, TEXT)
    title = await room.page.open_chat(ana, title=None)
    assert await room.page.open_chat(ana, title=title) == title
    assert await room.page.open_listed(ana, title=title)


async def test_what_a_customer_writes_is_unread_until_it_is_opened_and_stored(room: Room) -> None:
    if room.writes is None:
        pytest.skip("nobody answers here")
    ana = await room.somebody()
    title = await room.page.open_chat(ana, title=None)
    await room.send(await room.somebody(), TEXT)
    await room.writes(ana, "J'ai payé hier")
    while title not in await room.page.unread():
        pass
    assert await room.page.open_listed(ana, title=title)
    *_, last = await room.page.bubbles()
    assert (last.outgoing, last.text, last.tick) == (False, "J'ai payé hier", None)


async def test_the_transport_says_that_it_is_connected(room: Room) -> None:
    assert await room.page.wait_ready(DEADLINE_S) is SessionState.CONNECTED
    assert await room.page.qr_payload() is None
