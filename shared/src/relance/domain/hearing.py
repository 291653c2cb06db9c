"""Which bubbles of a chat are news, and which customers an unknown name may be.

A bubble is known by its key. Some builds of the page give none, and an update may take them away: bubbles then bear
keys derived from their words, and are put beside the words stored last instead. An edited message is news once more,
for its new words may say the contrary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from relance.domain import accents, delivery
from relance.domain.delivery import Bubble

DERIVED = "~"
"""How a key begins that is not the page's own."""

_WORD = re.compile(r"[^\W\d_]{3,}")


def edit_key(bubble: Bubble) -> str:
    """The key of what an edited message says now."""
    return f"{bubble.key}#{delivery.text_hash(bubble.text)[:12]}"


def news(
    bubbles: Sequence[Bubble], *, history_until: str | None, stored: Mapping[str, str]
) -> tuple[tuple[str, Bubble], ...]:
    """Incoming bubbles to store, each with its key. `stored`: text hash by key, in the order of storing."""
    later = _after(bubbles, history_until)
    incoming = [bubble for bubble in later if not bubble.outgoing]
    if _speaks_otherwise(incoming, stored, history_until):
        incoming = _unplaced(bubbles, stored)
        return tuple((bubble.key, bubble) for bubble in incoming)
    return tuple(_keyed(bubble, stored) for bubble in incoming if not _is_known(bubble, stored))


def likely_first(names: Mapping[int, str], titles: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Customers whose name shares a word with one of the titles, and the others."""
    shown = {word for title in titles for word in _words(title)}
    likely = tuple(customer for customer, name in names.items() if shown & _words(name))
    return likely, tuple(customer for customer in names if customer not in likely)


def _is_known(bubble: Bubble, stored: Mapping[str, str]) -> bool:
    if bubble.key not in stored:
        return False
    if not bubble.edited or stored[bubble.key] == delivery.text_hash(bubble.text):
        return True
    return edit_key(bubble) in stored


def _keyed(bubble: Bubble, stored: Mapping[str, str]) -> tuple[str, Bubble]:
    return (edit_key(bubble) if bubble.key in stored else bubble.key), bubble


def _after(bubbles: Sequence[Bubble], key: str | None) -> Sequence[Bubble]:
    """Bubbles after that one; all of them when it is not shown any more."""
    place = next((i for i, bubble in enumerate(bubbles) if bubble.key == key), -1)
    return bubbles[place + 1 :]


def _speaks_otherwise(incoming: Sequence[Bubble], stored: Mapping[str, str], history_until: str | None) -> bool:
    """Whether the page gives keys of another kind than those that are remembered."""
    remembered = [*stored, *([history_until] if history_until else [])]
    if not remembered or not incoming or any(bubble.key in stored for bubble in incoming):
        return False
    was_derived = remembered[-1].startswith(DERIVED)
    return all(bubble.key.startswith(DERIVED) is not was_derived for bubble in incoming)


def _unplaced(bubbles: Sequence[Bubble], stored: Mapping[str, str]) -> list[Bubble]:
    """What comes after the words stored last; without them, what the customer said since we last spoke."""
    hashes = list(stored.values())
    incoming = [bubble for bubble in bubbles if not bubble.outgoing]
    said = [delivery.text_hash(bubble.text) for bubble in incoming]
    for place in range(len(said) - 1, -1, -1):
        depth = min(place + 1, len(hashes), 3)
        # Stored at one instant they have no order among themselves.
        if depth and sorted(said[place - depth + 1 : place + 1]) == sorted(hashes[-depth:]):
            return incoming[place + 1 :]
    ours = next((i for i in range(len(bubbles) - 1, -1, -1) if bubbles[i].outgoing), -1)
    return [bubble for bubble in bubbles[ours + 1 :] if not bubble.outgoing]


def _words(name: str) -> set[str]:
    plain = accents.dropped(name)
    return set(_WORD.findall(plain.casefold()))
