"""Puts words, or a file with words, before the send button of the open chat; and takes them away again.

The editor keeps its own state, draws late, and keeps a draft for each chat, which it would send in front of new words.
Over a file the page lays a second box with the same marks: everything here is top-most, by a hit test.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from relance.domain import delivery
from relance.domain.errors import PageStuck
from relance.sender.chat_page import Paper
from relance.sender.whatsapp import chat_elements
from relance.sender.whatsapp.signals import Element
from relance.sender.whatsapp.tab import Tab


@dataclass(frozen=True, slots=True)
class Place:
    """Where words are typed, and what sends them."""

    box: Element
    send: Element


@dataclass(frozen=True, slots=True)
class Draft:
    said: str
    place: Place


TEXT = Place(chat_elements.COMPOSER, chat_elements.SEND)
CAPTION = Place(chat_elements.CAPTION, chat_elements.PREVIEW_SEND)

MENU_S = 5.0
"""For the attach menu to mount its file fields: some builds do it late, some never; then its items are clicked."""


async def typed(tab: Tab, text: str, place: Place) -> Draft:
    """Type line by line; what the box holds, once it says the text or step_s has passed."""
    ends = time.monotonic() + tab.deadlines.step_s
    await _focus(tab, place.box)
    for position, line in enumerate(text.splitlines()):
        if position:
            await tab.press("Shift+Enter")
        if line:
            await tab.insert(line)
    wanted = delivery.text_hash(text)
    while delivery.text_hash(said := await _said(tab, place.box)) != wanted and time.monotonic() < ends:
        await _until_differs(tab, place.box, said, ends)
    return Draft(said, place)


async def cleared(tab: Tab) -> None:
    """Raises PageStuck when something stays in the composer."""
    ends = time.monotonic() + tab.deadlines.step_s
    while (said := await _said(tab, TEXT.box)).strip():
        if time.monotonic() >= ends:
            raise PageStuck("the draft could not be cleared")
        await _focus(tab, TEXT.box)
        await tab.press("Control+A")
        await tab.press("Delete")
        await _until_differs(tab, TEXT.box, said, ends)


async def attached(tab: Tab, paper: Paper, caption: str) -> Draft:
    """A photo by the field that takes videos too (its neighbour makes stickers), anything else as a document."""
    is_photo = paper.media == "image"
    field = chat_elements.PHOTO_INPUT if is_photo else chat_elements.DOCUMENT_INPUT
    if not await tab.put_file(field, paper, deadline_s=0):
        await tab.click(chat_elements.ATTACH)
        if not await tab.put_file(field, paper, deadline_s=MENU_S):
            await tab.choose_file(chat_elements.PHOTO_ITEM if is_photo else chat_elements.DOCUMENT_ITEM, paper)
    await tab.find(chat_elements.CAPTION)
    return await typed(tab, caption, CAPTION)


async def put_away(tab: Tab) -> None:
    """Close a preview that an earlier try left open, without sending what is in it."""
    ends = time.monotonic() + tab.deadlines.step_s
    while (await tab.ask("said", element=chat_elements.CAPTION, top=True)) is not None:
        if time.monotonic() >= ends:
            raise PageStuck("the preview of a file could not be closed")
        await tab.click(chat_elements.PREVIEW_CLOSE)
        seen = await tab.any_of(chat_elements.DISCARD, deadline_s=MENU_S)
        if seen is chat_elements.DISCARD:
            await tab.click(chat_elements.DISCARD)
        await tab.until("gone", element=chat_elements.CAPTION, deadline_s=MENU_S)


async def _focus(tab: Tab, box: Element) -> None:
    await tab.click(box)
    if not await tab.until("focused", element=box, deadline_s=tab.deadlines.step_s):
        raise PageStuck("the composer did not take the focus")


async def _said(tab: Tab, box: Element) -> str:
    said = await tab.ask("said", element=box, top=box is chat_elements.CAPTION)
    if said is None:
        raise PageStuck("the composer went away")
    text: str = said["text"]
    return text


async def _until_differs(tab: Tab, box: Element, said: str, ends: float) -> None:
    await tab.until("saidDiffers", element=box, before=said, deadline_s=max(0.0, ends - time.monotonic()))
