"""The driver on every build of the page: four kinds of markup, two languages, churn, and any signal lost.

About 15 s a story on a busy machine. Without --full: one story for each build, and the losses on the default one.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Collection
from functools import cache

import pytest
import pytest_asyncio
from PIL import Image

from relance.sender.chat_page import Paper
from relance.sender.whatsapp.census import CATALOGUE
from tests.integration import whatsapp_world
from tests.integration.whatsapp_world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BUILDS = [(profile, lang) for profile in ("2024", "2025", "2026a", "2026b") for lang in ("fr", "en")]
TEXT = "Bonjour Ana,\n\nSolde : *1\u202f234,56\u00a0€* 🌴\nhttps://agence.example/p_1"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"\n%%EOF"
MOST_SIGNALS = max(len(element.signals) for element in CATALOGUE)


@cache
def photo() -> bytes:
    drawn = io.BytesIO()
    Image.effect_noise((320, 240), 60).save(drawn, "PNG")
    return drawn.getvalue()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def linked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with whatsapp_world.linked(tmp_path_factory.mktemp("builds")) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def world(linked: World) -> AsyncIterator[World]:
    yield linked
    linked.page._tab.deaf_to = frozenset()
    await linked.fault("clear")


async def story(world: World) -> None:
    """A stranger and a saved contact are written to, with and without a file; one of two namesakes answers."""
    ana, zoe, eve = world.somebody(), world.somebody(), world.somebody()
    for namesake in (zoe, eve):
        await world.post("contact", number=namesake, name="Zoé Carré ✈️")
    assert await world.send(ana, TEXT) is not None
    assert await world.sent_to(ana) == [TEXT]
    await world.reply(zoe, "Voici", media=("visa.pdf", "application/pdf", PDF))
    await world.reply(eve, "Coucou")
    await _until_unread(world, "Zoé Carré")
    assert await world.page.open_listed(zoe, title="Zoé Carré")
    await _until_synced(world)
    [visa] = await world.page.bubbles()
    assert (visa.outgoing, visa.text, visa.media) == (False, "Voici", "document")
    assert (await world.page.fetch_media(visa.key))[0] == PDF
    assert await world.send(zoe, "Votre facture", title="Zoé Carré", paper=PAPER) is not None
    assert await world.send(zoe, "Votre code", title="Zoé Carré", paper=CODE()) is not None
    sent = [(entry["text"], entry["media_sha256"]) for entry in await world.journal(zoe)]
    assert sent == [("Votre facture", _digest(PDF)), ("Votre code", _digest(photo()))]
    assert await world.sent_to(eve) == []
    # A photo is drawn a moment after its bubble.
    async with asyncio.timeout(whatsapp_world.READY_S):
        while await _kinds(world) != [(False, "document"), (True, "document"), (True, "image")]:
            pass


PAPER = Paper("facture.pdf", "application/pdf", PDF)


def CODE() -> Paper:  # noqa: N802
    return Paper("payer.png", "image/png", photo())


@pytest.mark.parametrize(("profile", "lang"), BUILDS)
async def test_every_build_is_read_and_written_to(world: World, profile: str, lang: str) -> None:
    await world.serve(profile, lang)
    await story(world)


@pytest.mark.parametrize("nth", range(MOST_SIGNALS))
async def test_losing_one_signal_of_every_element_at_once_changes_nothing(world: World, nth: int) -> None:
    await world.serve("2026a", "fr")
    world.page._tab.deaf_to = _nth_signals(nth)
    await story(world)


@pytest.mark.full
@pytest.mark.parametrize("nth", range(MOST_SIGNALS))
@pytest.mark.parametrize(("profile", "lang"), BUILDS)
async def test_losing_one_signal_of_every_element_changes_nothing_on_any_build(
    world: World, profile: str, lang: str, nth: int
) -> None:
    await world.serve(profile, lang)
    world.page._tab.deaf_to = _nth_signals(nth)
    await story(world)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("profile", "lang"), BUILDS)
async def test_what_a_new_build_renames_or_takes_away_changes_nothing(
    world: World, profile: str, lang: str, seed: int
) -> None:
    await world.serve(profile, lang, churn=6, seed=seed)
    await story(world)


def _nth_signals(nth: int) -> Collection[tuple[str, str]]:
    return {(each.name, each.signals[nth].name) for each in CATALOGUE if nth < len(each.signals)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def _kinds(world: World) -> list[tuple[bool, str | None]]:
    return [(bubble.outgoing, bubble.media) for bubble in await world.page.bubbles()]


async def _until_unread(world: World, title: str) -> None:
    while title not in await world.page.unread():
        pass


async def _until_synced(world: World) -> None:
    while not await world.page.is_synced():
        pass
