"""What an element is known by: independent signals, best first. Only `*elements.py` make any."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    name: str
    css: str
    seen: str  # month of the last public report (or our own look) in which it worked
    text: str = ""  # regular expression that the element's text or accessible name must match
    area: str = ""  # where its centre must be: list, chat, drawer (across), head, foot (down); "" anywhere
    pick: str = "first"  # which of several: first, last, leftmost, rightmost, lowest, topmost
    read: str = ""  # attribute to read; "text", or "side" for the place of the bubble, when not an attribute
    means: tuple[tuple[str, str], ...] = ()  # (regular expression on what was read, what it means)


@dataclass(frozen=True, slots=True)
class Element:
    name: str
    signals: tuple[Signal, ...]


def element(name: str, *signals: Signal) -> Element:
    return Element(name, signals)
