"""Takes a bubble's photo or document off the page, within a size, in slices."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from typing import Any

from relance.domain import hearing
from relance.domain.errors import MediaRefused, PageStuck
from relance.sender.whatsapp import bubble_elements, elements, reading
from relance.sender.whatsapp.tab import Tab

SLICE_BYTES = 2 * 1024 * 1024
"""Per crossing from the browser: base64 of it is held twice in memory for a moment."""

SHOWN_OF_ALBUM = 4
"""Photos of an album that its bubble shows; the others are in the viewer only."""

UNKNOWN = "application/octet-stream"


async def fetched(page: Tab, key: str, *, at_most: int) -> tuple[bytes, str]:
    """Bytes and MIME type, as the one who sent it named them: nothing is trusted yet.

    Raises PageStuck when WhatsApp did not fetch it in time, MediaRefused when it is larger than `at_most` bytes.
    """
    row_key, _, number = key.partition("/")
    nth = int(number or 1) - 1
    seen = await reading.chat(page)
    at = seen.places.get(row_key) if row_key.startswith(hearing.DERIVED) else None
    about = {"spec": reading.CHAT, "key": row_key, "at": at}
    row = await page.until("row", **about, deadline_s=page.deadlines.step_s)
    handle = row.as_element() if row else None
    if handle is None:
        raise PageStuck("the bubble is not on the page any more")
    await page.reveal(handle)
    kind = next((bubble.media for bubble in seen.bubbles if bubble.key == key), None)
    if kind == "document":
        return await _saved(page, about, at_most=at_most)
    await _ask(page, about, min(nth, SHOWN_OF_ALBUM - 1))
    if nth < SHOWN_OF_ALBUM:
        return await _blob(page, about | {"nth": nth, "element": bubble_elements.PHOTO}, at_most=at_most)
    return await _beyond(page, about, nth, at_most=at_most)


async def _ask(page: Tab, about: dict[str, Any], nth: int) -> None:
    """Have WhatsApp fetch what it did not fetch by itself."""
    photo = about | {"nth": nth, "element": bubble_elements.PHOTO}
    download = about | {"element": bubble_elements.DOWNLOAD}
    if not await page.ask("isInRow", **photo) and await page.ask("isInRow", **download):
        await page.click_answer("inRow", **download, deadline_s=page.deadlines.step_s)
    came = await page.until("asked", popup=elements.POPUP_BUTTON, **photo, deadline_s=page.deadlines.step_s)
    if came is None or await came.json_value() == "there":
        return
    await page.click(elements.POPUP_BUTTON)
    raise PageStuck("WhatsApp says that the media is gone")


async def _blob(page: Tab, about: dict[str, Any], *, at_most: int) -> tuple[bytes, str]:
    if about["key"] is not None and not await page.ask("isInRow", **about):
        raise PageStuck("the media was not fetched by WhatsApp in time")
    weight = await page.ask("weight", **about)
    if weight["size"] > at_most:
        raise MediaRefused("the media is larger than what is kept")
    parts = []
    for start in range(0, weight["size"], SLICE_BYTES):
        part = await page.ask("slice", **about, **{"from": start, "to": start + SLICE_BYTES})
        parts.append(base64.b64decode(part))
    return b"".join(parts), weight["mime"] or UNKNOWN


async def _beyond(page: Tab, about: dict[str, Any], nth: int, *, at_most: int) -> tuple[bytes, str]:
    """A photo that the album's bubble does not show: in the viewer, from the last one shown."""
    limit = page.deadlines.step_s
    last = about | {"nth": SHOWN_OF_ALBUM - 1, "element": bubble_elements.PHOTO}
    await page.click_answer("inRow", **last, deadline_s=limit)
    viewer = bubble_elements.VIEWER_PHOTO
    await page.find(viewer)
    try:
        for _ in range(nth - SHOWN_OF_ALBUM + 1):
            before = await page.ask("attribute", element=viewer)
            await page.click(bubble_elements.VIEWER_NEXT)
            await page.until("attributeDiffers", element=viewer, before=before, deadline_s=limit)
        return await _blob(page, {"key": None, "element": viewer}, at_most=at_most)
    finally:
        await page.click(bubble_elements.VIEWER_CLOSE)
        await page.until("gone", element=viewer, deadline_s=limit)


async def _saved(page: Tab, about: dict[str, Any], *, at_most: int) -> tuple[bytes, str]:
    path, download = await page.saved_by(
        "inRow", **about, element=bubble_elements.DOCUMENT, deadline_s=page.deadlines.step_s
    )
    try:
        if path.stat().st_size > at_most:
            raise MediaRefused("the document is larger than what is kept")
        content = await asyncio.to_thread(path.read_bytes)
    finally:
        await download.delete()
    guessed, _ = mimetypes.guess_type(download.suggested_filename)
    return content, guessed or UNKNOWN
