"""Takes a bubble's photo, document or voice note off the page, within a size, in slices."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from typing import Any

from relance.domain import hearing
from relance.domain.errors import MediaRefused, PageStuck
from relance.sender.whatsapp import bubble_elements, reading
from relance.sender.whatsapp.signals import Element
from relance.sender.whatsapp.tab import Tab

SLICE_BYTES = 2 * 1024 * 1024
"""Per crossing from the browser: base64 of it is held twice in memory for a moment."""

UNKNOWN = "application/octet-stream"


async def fetched(page: Tab, key: str, *, at_most: int) -> tuple[bytes, str]:
    """Bytes and MIME type, as the one who sent it named them: nothing is trusted yet.

    Raises PageStuck when WhatsApp did not fetch it in time, MediaRefused when it is larger than `at_most` bytes.
    """
    row_key, _, nth = key.partition("/")
    seen = await reading.chat(page)
    about = {"spec": reading.CHAT, "key": row_key, "nth": int(nth or 1) - 1, "at": None}
    if row_key.startswith(hearing.DERIVED):
        about["at"] = seen.places.get(row_key)
    row = await page.until("row", **_row(about), deadline_s=page.deadlines.step_s)
    handle = row.as_element() if row else None
    if handle is None:
        raise PageStuck("the bubble is not on the page any more")
    await page.reveal(handle)
    kind = next((bubble.media for bubble in seen.bubbles if bubble.key == key), None)
    if kind == "document":
        return await _saved(page, about, at_most=at_most)
    return await _blob(
        page, about, bubble_elements.VOICE if kind == "audio" else bubble_elements.PHOTO, at_most=at_most
    )


async def _blob(page: Tab, about: dict[str, Any], element: Element, *, at_most: int) -> tuple[bytes, str]:
    limit = page.deadlines.step_s
    if await page.ask("isInRow", **about, element=bubble_elements.DOWNLOAD):
        await page.click_answer("inRow", **about, element=bubble_elements.DOWNLOAD, deadline_s=limit)
    if await page.until("inRow", **about, element=element, deadline_s=limit) is None:
        raise PageStuck("the media was not fetched by WhatsApp in time")
    weight = await page.ask("weight", **about, element=element)
    if weight["size"] > at_most:
        raise MediaRefused("the media is larger than what is kept")
    parts = []
    for start in range(0, weight["size"], SLICE_BYTES):
        part = await page.ask("slice", **about, element=element, **{"from": start, "to": start + SLICE_BYTES})
        parts.append(base64.b64decode(part))
    return b"".join(parts), weight["mime"] or UNKNOWN


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


def _row(about: dict[str, Any]) -> dict[str, Any]:
    return {name: about[name] for name in ("spec", "key", "at")}
