"""Reads the open chat into bubbles, one look at the page for all of them.

Fails closed: a bubble whose direction cannot be told, or traces of bubbles without a bubble, raise PageStuck, for a
chat that reads as empty would make the sender type again.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from relance.domain.delivery import Bubble, Tick
from relance.domain.errors import PageStuck
from relance.sender.whatsapp import elements, tab
from relance.sender.whatsapp.tab import Tab

CHAT = {
    "pane": elements.MESSAGES,
    "row": elements.BUBBLE_ROW,
    "key": elements.BUBBLE_KEY,
    "line": elements.BUBBLE_LINE,
    "bubble": elements.BUBBLE,
    "tick": elements.TICK,
    "direction": elements.DIRECTION,
    "text": elements.BUBBLE_TEXT,
    "more": elements.BUBBLE_MORE,
    "quote": elements.BUBBLE_QUOTE,
    "media": elements.BUBBLE_MEDIA,
}

MOST_LONG_BUBBLES = 20
"""Bubbles cut by "Lire la suite" that are opened in one reading."""


async def chat(page: Tab) -> tuple[tuple[Bubble, ...], str]:
    """The open chat's bubbles in order, and a shape that `until_changed` takes."""
    seen = await page.ask("wholeChat", spec=CHAT)
    for _ in range(MOST_LONG_BUBBLES):
        cut = next((row["key"] for row in seen["rows"] if row["isCut"] and row["key"]), None)
        if cut is None or not await page.click_answer(
            "inRow", spec=CHAT, key=cut, element=elements.BUBBLE_MORE, deadline_s=page.deadlines.step_s
        ):
            break
        seen = await page.ask("wholeChat", spec=CHAT)
    count_hits(seen["hits"], CHAT.values())
    if seen["isUnreadable"]:
        raise PageStuck("the chat's bubbles cannot be read")
    return bubbles_of(seen["rows"]), seen["shape"]


async def until_changed(page: Tab, shape: str, *, deadline_s: float) -> None:
    await page.until("chatDiffers", spec=CHAT, seen=shape, deadline_s=deadline_s)


def bubbles_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Bubble, ...]:
    """Parse what the page said; rows without text, media or tick are the chat's own notices."""
    talk = [row for row in rows if row["text"] or row["media"] or row["tick"]]
    if any(row["direction"] is None for row in talk):
        raise PageStuck("who wrote a bubble cannot be told")
    if any(row["isCut"] and row["direction"] == "out" for row in talk):
        raise PageStuck("a long bubble of ours could not be opened")
    namesakes: Counter[str] = Counter()
    return tuple(_bubble(row, namesakes) for row in talk)


async def media(page: Tab, key: str) -> tuple[bytes, str]:
    """Bytes and MIME type of a bubble's photo or document, as the sender of it named them: nothing is trusted yet."""
    row = await page.until("row", spec=CHAT, key=key, deadline_s=page.deadlines.step_s)
    handle = row.as_element() if row else None
    if handle is None:
        raise PageStuck("the bubble is not on the page any more")
    await page.reveal(handle)
    bubbles, _ = await chat(page)
    kind = next((bubble.media for bubble in bubbles if bubble.key == key), None)
    if kind == "image":
        return await _photo(page, key)
    return await _document(page, key)


def count_hits(hits: Mapping[str, Mapping[str, int]], wanted: Any) -> None:
    """One hit per reading and signal: a chat of sixty bubbles says no more than one of two."""
    by_name = {element.name: element for element in wanted}
    for name, winners in hits.items():
        tab.count(by_name[name], max(int(index) for index in winners))


def _bubble(row: Mapping[str, Any], namesakes: Counter[str]) -> Bubble:
    is_ours = row["direction"] == "out"
    return Bubble(
        key=row["key"] or _derived_key(row, namesakes),
        outgoing=is_ours,
        text=row["text"],
        tick=Tick(int(row["tick"])) if row["tick"] is not None else None,
        media=row["media"],
    )


def _derived_key(row: Mapping[str, Any], namesakes: Counter[str]) -> str:
    """For builds without message ids: date line, direction, text, and the order among equal ones."""
    said = "\n".join((row["line"] or "", row["direction"], row["text"]))
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    namesakes[digest] += 1
    return f"{digest}-{namesakes[digest]}"


async def _photo(page: Tab, key: str) -> tuple[bytes, str]:
    where = {"spec": CHAT, "key": key}
    if await page.ask("isInRow", **where, element=elements.PHOTO_DOWNLOAD):
        await page.click_answer("inRow", **where, element=elements.PHOTO_DOWNLOAD, deadline_s=page.deadlines.step_s)
    if await page.until("inRow", **where, element=elements.PHOTO, deadline_s=page.deadlines.step_s) is None:
        raise PageStuck("the photo was not fetched by WhatsApp in time")
    read = await page.ask("blob", **where, element=elements.PHOTO)
    return base64.b64decode(read["base64"]), read["mime"] or "application/octet-stream"


async def _document(page: Tab, key: str) -> tuple[bytes, str]:
    path, download = await page.saved_by(
        "inRow", spec=CHAT, key=key, element=elements.DOCUMENT, deadline_s=page.deadlines.step_s
    )
    content = path.read_bytes()
    await download.delete()
    guessed, _ = mimetypes.guess_type(download.suggested_filename)
    return content, guessed or "application/octet-stream"
