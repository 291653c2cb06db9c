"""Every kind of message that customers send, on two builds as far apart as they get. About 60 s."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from relance.domain.errors import IdentityHidden, PageStuck
from tests.integration import whatsapp_world
from tests.integration.whatsapp_world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BUILDS = [("2024", "en"), ("2026b", "fr")]


def picture(seed: int) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (320, 240), (seed * 40 % 256, 90, 160)).save(drawn, "PNG")
    return drawn.getvalue()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def linked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with whatsapp_world.linked(tmp_path_factory.mktemp("kinds")) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module", params=BUILDS, ids="-".join)
async def world(linked: World, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    await linked.serve(*request.param)
    yield linked
    await linked.fault("clear")


async def opened(world: World, phone: str) -> None:
    await world.page.open_chat(phone, title=None)
    while not await world.page.is_synced():
        pass


async def read(world: World) -> list[tuple[bool, str, str | None]]:
    return [(each.outgoing, each.text, each.media) for each in await world.page.bubbles()]


async def test_a_quoted_reply_is_only_what_was_said_now(world: World) -> None:
    ana = world.somebody()
    await world.send(ana, "Votre solde : 12 €")
    [ours] = await world.journal(ana)
    await world.reply(ana, "c'est payé", quote=ours["id"])
    await opened(world, ana)
    assert (await read(world))[-1] == (False, "c'est payé", None)


async def test_what_nobody_wrote_is_not_read_as_a_message(world: World) -> None:
    ana = world.somebody()
    await world.post("notice", phone=ana, notice="encrypted")
    await world.reply(ana, "bonjour")
    await world.post("notice", phone=ana, notice="disappearing_on")
    await opened(world, ana)
    assert await read(world) == [(False, "bonjour", None)]


async def test_edited_and_deleted_messages_are_seen_as_such(world: World) -> None:
    ana = world.somebody()
    first = await world.reply(ana, "je paie demain")
    second = await world.reply(ana, "pardon")
    await world.post("edit", id=first, text="je conteste")
    await world.post("delete", id=second)
    await opened(world, ana)
    [said] = await world.page.bubbles()
    assert (said.text, said.edited) == ("je conteste", True)


async def test_an_album_gives_every_photo_also_those_it_does_not_show(world: World) -> None:
    ana = world.somebody()
    pictures = [picture(seed) for seed in range(6)]
    await world.reply(ana, album=pictures)
    await opened(world, ana)
    bubbles = await world.page.bubbles()
    assert [(each.outgoing, each.media) for each in bubbles] == [(False, "image")] * 6
    assert [(await world.page.fetch_media(each.key))[0] for each in bubbles] == pictures


async def test_a_photo_that_whatsapp_did_not_fetch_is_asked_for(world: World) -> None:
    ana = world.somebody()
    await world.reply(ana, media=("a.png", "image/png", picture(1)), state="lazy")
    await opened(world, ana)
    [photo] = await world.page.bubbles()
    assert photo.media == "image"
    assert (await world.page.fetch_media(photo.key))[0] == picture(1)


async def test_a_photo_that_is_gone_is_given_up_without_blocking_the_page(world: World) -> None:
    ana = world.somebody()
    await world.reply(ana, media=("a.png", "image/png", picture(2)), state="expired")
    await opened(world, ana)
    [photo] = await world.page.bubbles()
    with pytest.raises(PageStuck, match="gone"):
        await world.page.fetch_media(photo.key)
    assert await world.send(ana, "Bonjour") is not None


@pytest.mark.parametrize(
    ("kind", "mime", "media"), [("voice", "audio/ogg", "audio"), ("sticker", "image/webp", "other")]
)
async def test_voice_notes_and_stickers_are_known_for_what_they_are(
    world: World, kind: str, mime: str, media: str
) -> None:
    ana = world.somebody()
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), (1, 2, 3)).save(drawn, "WEBP")
    content = drawn.getvalue() if kind == "sticker" else b"OggS" + bytes(500)
    await world.reply(ana, media=("x", mime, content), kind=kind)
    await opened(world, ana)
    assert await read(world) == [(False, "", media)]


async def test_a_person_who_hides_his_number_is_not_written_to(world: World) -> None:
    hidden = world.somebody()
    await world.post("contact", number=hidden, name="Camille", saved=False, hides_number=True)
    await world.reply(hidden, "bonjour")
    with pytest.raises(IdentityHidden):
        await world.page.open_chat(hidden, title=None)
    assert await world.sent_to(hidden) == []


async def test_a_contact_called_like_another_persons_number_is_not_that_person(world: World) -> None:
    ana, other = world.somebody(), world.somebody()
    shown = await world.page.open_chat(ana, title=None)
    await world.post("contact", number=other, name=shown)
    await world.reply(other, "bonjour")
    assert not await world.page.open_listed(ana, title=shown)
    assert await world.send(ana, "Pour Ana", title=shown) is not None
    assert (await world.sent_to(ana), await world.sent_to(other)) == (["Pour Ana"], [])
