"""What a chat shows about a message of ours, and what may be concluded from it.

The sender reads the chat into `Bubble`s and asks `look_for` whether a job's text is there. Conclusions are drawn only
from what comes after the baseline, the last outgoing bubble when the job was claimed: two reminders may have the same
text. The page must have passed the sync barrier before its bubbles are read, or absence proves nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum


class SessionState(StrEnum):
    """Where a number stands with WhatsApp (product §4)."""

    UNPAIRED = "unpaired"  # a QR code waits for the owner's phone
    CONNECTING = "connecting"  # the page is loading
    CONNECTED = "connected"
    THROTTLED = "throttled"  # a rate or new-chat limit is shown
    OFFLINE = "offline"  # the page lost its connection and tries again by itself
    LOGGED_OUT = "logged_out"  # was linked; must be paired again
    RESTRICTED = "restricted"  # suspected restriction; nobody sends until a person has looked


class Tick(IntEnum):
    """WhatsApp's own scale for what happened to an outgoing message."""

    FAILED = -1
    CLOCK = 0
    SENT = 1
    DELIVERED = 2
    READ = 3


@dataclass(frozen=True, slots=True)
class Bubble:
    key: str  # survives a reload of the page
    outgoing: bool
    text: str
    tick: Tick | None  # None: an incoming message, or no mark was recognised
    media: str | None  # None, "image", "document", "audio" or "other"
    edited: bool = False  # its words are not those it came with


class Finding(Enum):
    SENT = "sent"
    UNDER_CLOCK = "under_clock"
    ABSENT = "absent"
    FAILED = "failed"
    UNPROVABLE = "unprovable"
    """The baseline is not among the bubbles, or one after it cannot be read: as if the barrier had not been passed."""


_FORMATTING = re.compile(r"[*_~`]")
_LIST_MARK = re.compile(r"^(?:[-•>] ?)+")
_BLANKS = re.compile(r"\s+")


def normalised(text: str) -> str:
    """What is compared, without what WhatsApp redraws: blanks, formatting and list marks, empty lines."""
    lines = (_normalised_line(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def text_hash(text: str) -> str:
    """Hexadecimal sha256 of the normalised text."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


def last_outgoing(bubbles: Sequence[Bubble]) -> str | None:
    """The baseline: key of our last bubble, None when we never wrote in this chat."""
    return next((bubble.key for bubble in reversed(bubbles) if bubble.outgoing), None)


def lacks_history(bubbles: Sequence[Bubble], *, wrote_before: bool) -> bool:
    """Whether the chat was not loaded, whatever the barrier says.

    `wrote_before`: we wrote there before this browser profile was made. Until that history has come, the chat looks
    like one in which nothing was ever said, and a baseline noted in it would be none.
    """
    return wrote_before and last_outgoing(bubbles) is None


def look_for(
    bubbles: Sequence[Bubble], *, baseline: str | None, body_hash: str, media: str | None = None
) -> tuple[Finding, Bubble | None]:
    """Say whether our text stands after the baseline, and under which tick; with its file when `media` names one.

    Without a baseline the whole chat counts: an empty chat then reads as ABSENT, which is proof only on a profile that
    has not been lost since the claim.
    """
    later = _after(bubbles, baseline)
    if later is None:
        return Finding.UNPROVABLE, None
    said = [bubble for bubble in later if bubble.outgoing and text_hash(bubble.text) == body_hash]
    ours = [bubble for bubble in said if media in (None, bubble.media)]
    if said and not ours:
        return Finding.UNPROVABLE, None
    for finding, ticks in _BY_STRENGTH:
        found = next((bubble for bubble in ours if bubble.tick in ticks), None)
        if found is not None:
            return finding, found
    if any(bubble.outgoing and not bubble.text and bubble.media is None for bubble in later):
        return Finding.UNPROVABLE, None
    return Finding.ABSENT, None


def look_for_forgotten(
    bubbles: Sequence[Bubble], *, known: Collection[str], body_hash: str
) -> tuple[Finding, Bubble | None]:
    """`look_for` when the database was put back: what it has forgotten stands after the last bubble that it knows.

    UNPROVABLE: something of ours stands there that it does not know and that is not this text, or the chat shows
    nothing of what it knows. Another text may be the same reminder, written on another day.
    """
    places = [place for place, bubble in enumerate(bubbles) if bubble.key in known]
    later = [bubble for bubble in bubbles[places[-1] + 1 if places else 0 :] if bubble.outgoing]
    if not later:
        return (Finding.ABSENT if places or not known else Finding.UNPROVABLE), None
    found = next((b for b in later if b.tick in _BY_STRENGTH[0][1] and text_hash(b.text) == body_hash), None)
    return (Finding.UNPROVABLE if found is None else Finding.SENT), found


_BY_STRENGTH: tuple[tuple[Finding, frozenset[Tick | None]], ...] = (
    (Finding.SENT, frozenset({Tick.SENT, Tick.DELIVERED, Tick.READ})),
    (Finding.UNDER_CLOCK, frozenset({Tick.CLOCK})),
    (Finding.UNPROVABLE, frozenset({None})),
    (Finding.FAILED, frozenset({Tick.FAILED})),
)


def _after(bubbles: Sequence[Bubble], baseline: str | None) -> Sequence[Bubble] | None:
    if baseline is None:
        return bubbles
    position = next((i for i, bubble in enumerate(bubbles) if bubble.key == baseline), None)
    return None if position is None else bubbles[position + 1 :]


def _normalised_line(line: str) -> str:
    visible = "".join(c for c in unicodedata.normalize("NFC", line) if not _is_invisible(c))
    plain = _BLANKS.sub(" ", _FORMATTING.sub("", visible)).strip()
    return _LIST_MARK.sub("", plain).strip()


def _is_invisible(character: str) -> bool:
    """Direction marks, joiners and variation selectors: present or not according to who drew the emoji."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"
