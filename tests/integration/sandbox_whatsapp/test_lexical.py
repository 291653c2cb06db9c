"""The driver's typing against the real npm `lexical`, installed for this run. About 40 s and a package registry."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from relance.sender.chat_page import Paper
from tests.integration import whatsapp_world
from tests.integration.whatsapp_world import World

pytestmark = [pytest.mark.full, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PACKAGES = ("lexical@0.52.0", "@lexical/plain-text@0.52.0")
INSTALL = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", *PACKAGES)
INSTALL_S = 240

TEXT = (
    "Bonjour Ana,\n\nVotre voyage à *Lisbonne* 🌴 approche.\nSolde : 1\u202f234,56\u00a0€\nhttps://agence.example/p_1"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    directory: Path = tmp_path_factory.mktemp("lexical")
    subprocess.run(INSTALL, cwd=directory, check=True, capture_output=True, timeout=INSTALL_S)  # noqa: ASYNC221
    async with whatsapp_world.linked(directory, lexical=directory / "node_modules") as world:
        yield world


async def test_lines_links_and_emoji_are_typed_read_back_and_sent_as_they_are(world: World) -> None:
    ana = world.somebody()
    assert await world.send(ana, TEXT) is not None
    assert await world.sent_to(ana) == [TEXT]


async def test_a_draft_is_cleared_before_the_text(world: World) -> None:
    ana = world.somebody()
    await world.page.open_chat(ana, title=None)
    await world.page.type_text("Ancien\n\nbrouillon 🌴")
    await world.restart_page()
    await world.send(ana, "Nouveau")
    assert await world.sent_to(ana) == ["Nouveau"]


async def test_what_a_script_writes_into_the_box_is_not_sent(world: World) -> None:
    ana = world.somebody()
    await world.page.open_chat(ana, title=None)
    await world.page.type_text("vrai")
    box = world.page._tab.page.locator("footer [contenteditable]")
    await box.evaluate("box => { box.firstChild.textContent = 'faux' }")
    assert (await world.page.type_text(" ami")).strip() == "vrai ami"
    await world.page.poise()
    await world.page.click_send()
    await world.page._tab.page.wait_for_function(
        "() => !document.querySelector('footer [contenteditable]').textContent"
    )
    assert await world.sent_to(ana) == ["vrai ami"]


async def test_a_caption_is_typed_into_a_second_editor_over_the_first(world: World) -> None:
    ana = world.somebody()
    assert await world.send(ana, TEXT, paper=Paper("facture.pdf", "application/pdf", b"%PDF-1.7 facture")) is not None
    assert await world.sent_to(ana) == [TEXT]
