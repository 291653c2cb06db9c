"""What `relance doctor` prints of a live page: which signals still answer, and its shape; no content.

Everything here may be shared: counts, names of our own elements, and marks that developers wrote. Labels, texts,
addresses and whatever else could name a person are cut in the page, before they reach this process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relance.sender.whatsapp import bubble_elements, chat_elements, elements
from relance.sender.whatsapp.signals import Element
from relance.sender.whatsapp.tab import Tab

CATALOGUE: tuple[Element, ...] = tuple(
    found
    for module in (elements, chat_elements, bubble_elements)
    for found in vars(module).values()
    if isinstance(found, Element)
)


@dataclass(frozen=True, slots=True)
class SignalCount:
    name: str
    matches: int
    shown: int


@dataclass(frozen=True, slots=True)
class Found:
    element: str
    answered: str | None  # the signal that finds the element now; None: none does
    signals: tuple[SignalCount, ...]


async def counted(tab: Tab) -> tuple[Found, ...]:
    """Hits and misses of every signal of every element. What belongs to another screen than this one is missed too."""
    seen = await tab.ask("census", elements=list(CATALOGUE))
    return tuple(_found(element, said) for element, said in zip(CATALOGUE, seen, strict=True))


async def skeleton(tab: Tab) -> dict[str, Any]:
    """Structure only: `outline` as indented lines, `marks` as counts, `is_cut` when the page was too long."""
    seen = await tab.ask("skeleton", plain=list(elements.PLAIN), bare=list(elements.BARE))
    outline = [f"{'  ' * line['depth']}{line['said']}{_times(line['times'])}" for line in seen["lines"]]
    return {"outline": outline, "marks": dict(sorted(seen["marks"].items())), "is_cut": seen["isCut"]}


def _found(element: Element, said: dict[str, Any]) -> Found:
    signals = tuple(SignalCount(each["name"], each["matches"], each["shown"]) for each in said["signals"])
    answered = None if said["answers"] is None else element.signals[said["answers"]].name
    return Found(element.name, answered, signals)


def _times(count: int) -> str:
    return "" if count == 1 else f" ×{count}"
