"""Reads the open chat into bubbles, one look at the page for all of them.

Fails closed: a bubble whose direction cannot be told, or marks of messages that no bubble holds, raise PageStuck, for a
chat that reads as empty would make the sender type again. What became of a bubble of ours that somebody edited or
deleted cannot be proved: it reads as one without words, which `delivery.look_for` does not take for absence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from relance.domain import hearing
from relance.domain.delivery import Bubble, Tick
from relance.domain.errors import PageStuck
from relance.sender.whatsapp import bubble_elements, chat_elements, tab
from relance.sender.whatsapp.tab import Tab

CHAT = {
    "header": chat_elements.HEADER,
    "pane": chat_elements.MESSAGES,
    "row": bubble_elements.ROW,
    "key": bubble_elements.KEY,
    "line": bubble_elements.LINE,
    "time": bubble_elements.TIME,
    "tick": bubble_elements.TICK,
    "direction": bubble_elements.DIRECTION,
    "text": bubble_elements.TEXT,
    "more": bubble_elements.MORE,
    "quote": bubble_elements.QUOTE,
    "deleted": bubble_elements.DELETED,
    "edited": bubble_elements.EDITED,
    "media": bubble_elements.MEDIA,
    "photo": bubble_elements.PHOTO,
    "albumMore": bubble_elements.ALBUM_MORE,
    "author": bubble_elements.AUTHOR,
}

MOST_LONG_BUBBLES = 20
"""Bubbles cut by "Lire la suite" that are opened in one reading."""


@dataclass(frozen=True, slots=True)
class Seen:
    title: str | None
    bubbles: tuple[Bubble, ...]
    shape: str
    places: Mapping[str, int]  # row on the page of each bubble


async def chat(page: Tab) -> Seen:
    """The open chat's bubbles in order; `shape` is what `until_changed` takes."""
    seen = await page.ask("wholeChat", spec=CHAT)
    for _ in range(MOST_LONG_BUBBLES):
        cut = next((row["key"] for row in seen["rows"] if row["isCut"] and row["key"]), None)
        if cut is None:
            break
        # Where it goes away meanwhile, the page has drawn the row anew; one that stays cut is refused below.
        with suppress(PageStuck):
            await page.click_answer("inRow", spec=CHAT, key=cut, element=bubble_elements.MORE, deadline_s=0)
        seen = await page.ask("wholeChat", spec=CHAT)
    count_hits(seen["hits"], CHAT.values())
    if seen["isUnreadable"]:
        raise PageStuck("the chat's bubbles cannot be read")
    placed = bubbles_of(seen["rows"])
    return Seen(seen["title"], tuple(b for b, _ in placed), seen["shape"], {b.key: at for b, at in placed})


async def until_changed(page: Tab, shape: str, *, deadline_s: float) -> None:
    await page.until("chatDiffers", spec=CHAT, seen=shape, deadline_s=deadline_s)


def bubbles_of(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[Bubble, int], ...]:
    """Parse what the page said, each with its place; what bears no mark of a message is the chat's own notice."""
    talk = [(row, at) for at, row in enumerate(rows) if _is_message(row)]
    if any(row["direction"] is None for row, _ in talk):
        raise PageStuck("who wrote a bubble cannot be told")
    if any(row["isCut"] and row["direction"] == "out" for row, _ in talk):
        raise PageStuck("a long bubble of ours could not be opened")
    namesakes: Counter[str] = Counter()
    return tuple((bubble, at) for row, at in talk for bubble in _bubbles(row, namesakes))


def count_hits(hits: Mapping[str, Mapping[str, int]], wanted: Any) -> None:
    """One hit per reading and signal: a chat of sixty bubbles says no more than one of two."""
    by_name = {element.name: element for element in wanted}
    for name, winners in hits.items():
        tab.count(by_name[name], max(int(index) for index in winners))


def _is_message(row: Mapping[str, Any]) -> bool:
    is_marked = any(row[mark] is not None for mark in ("line", "time", "tick", "author"))
    if row["direction"] == "in" and row["isDeleted"]:
        return False
    return is_marked or row["media"] is not None


def _bubbles(row: Mapping[str, Any], namesakes: Counter[str]) -> tuple[Bubble, ...]:
    """One bubble; of an album one for each photo, the words with the first. What is of no known kind is "other"."""
    is_ours = row["direction"] == "out"
    key = row["key"] or _derived_key(row, namesakes)
    first = Bubble(
        key=key,
        outgoing=is_ours,
        text="" if row["isDeleted"] or (is_ours and row["isEdited"]) else row["text"],
        tick=Tick(int(row["tick"])) if row["tick"] is not None else None,
        media=row["media"] or (None if is_ours or row["text"] else "other"),
        edited=bool(row["isEdited"]),
    )
    if is_ours or row["media"] != "image":
        return (first,)
    others = (Bubble(f"{key}/{nth + 1}", False, "", None, "image") for nth in range(1, row["photos"]))
    return (first, *others)


def _derived_key(row: Mapping[str, Any], namesakes: Counter[str]) -> str:
    """For builds without message ids: date line, direction, text, and the order among equal ones."""
    said = "\n".join((row["line"] or "", row["direction"], row["text"]))
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    namesakes[digest] += 1
    return f"{hearing.DERIVED}{digest}-{namesakes[digest]}"
