"""Whether two spellings may name one person. It only ever warns: a machine rejects nobody for their name."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from relance.domain import accents

CERTAIN_ENOUGH = 0.85

# What Doc 9303 part 3 section 6 writes for letters that lose more than an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa", "þ": "th", "đ": "d", "ð": "d", "ł": "l", "ı": "i"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_TITLES = frozenset("m mr mme mlle mrs ms miss monsieur madame mademoiselle dr shri smt kumari".split())  # noqa: SIM905
_PARTICLES = frozenset("de du des la le les van der den von zu bin ibn al el da do dos di".split())  # noqa: SIM905


def similarity(ours: str, theirs: str) -> float:
    """From 0 to 1, whatever the order of the words; initials, particles and titles count for little."""
    return max(_compared(a, b) for a in _plain(ours) for b in _plain(theirs))


def is_same(ours: str, theirs: str) -> bool:
    return similarity(ours, theirs) >= CERTAIN_ENOUGH


def _plain(name: str) -> set[tuple[str, ...]]:
    """The words of a name, in each way that its letters may be written in plain ones."""
    low = name.casefold()
    return {_words(low.translate(_LETTERS)), _words(low.translate(_GERMAN).translate(_LETTERS))}


def _words(text: str) -> tuple[str, ...]:
    bare = accents.dropped(text)
    words = [word for word in re.split(r"[^a-z0-9]+", bare.replace("'", "").replace("’", "")) if word]
    kept = [word for word in words if word not in _TITLES and word not in _PARTICLES]
    return tuple(kept or words)


def _compared(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    if not ours or not theirs:
        return 0.0
    joined = fuzz.token_sort_ratio(" ".join(ours), " ".join(theirs)) / 100
    glued = (
        max(
            JaroWinkler.similarity("".join(sorted(ours)), "".join(sorted(theirs))) if len(ours) != len(theirs) else 0.0,
            joined,
        )
        if "".join(sorted("".join(ours))) == "".join(sorted("".join(theirs)))
        else joined
    )
    short, long = sorted((ours, theirs), key=len)
    return max(glued, _paired(short, long))


def _paired(short: tuple[str, ...], long: tuple[str, ...]) -> float:
    """Each word of the shorter name with its best partner in the longer: further given names are often left out."""
    left, total, weight = list(long), 0.0, 0
    for word in sorted(short, key=len, reverse=True):
        best = max(left, key=lambda other: _alike(word, other), default=None)
        if best is None:
            break
        total += _alike(word, best) * len(word)
        weight += len(word)
        left.remove(best)
    if not weight:
        return 0.0
    # One word alone, a first name shared by thousands, proves little.
    return total / weight * (1.0 if len(short) > 1 or len(long) == 1 else 0.8)


def _alike(ours: str, theirs: str) -> float:
    if len(ours) == 1 or len(theirs) == 1:
        return 0.9 if ours[0] == theirs[0] else 0.0
    ratio = float(JaroWinkler.similarity(ours, theirs))
    return ratio if ratio >= 0.8 else ratio / 2
