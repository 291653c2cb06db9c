"""Brings a chat's spelling to the words that rules know, and remembers where each word stood in the message.

Without accents, lower case, words one space apart; SMS spellings, glued words and typing errors undone. Nobody guesses
the language of four words: all are read together.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from relance.domain import accents, vocabulary

KEYS = frozenset(vocabulary.KEYS)
KNOWN = KEYS | vocabulary.ORDINARY
# Two errors are forgiven in long words only: shorter ones have too many neighbours ("mari" is not "mardi").
SHORTEST_MENDED, TWO_ERRORS_FROM, SHORTEST_PARTED = 4, 8, 6
LONGEST_READ = 2_000
"""Characters: more is no short answer, and what follows could only blur its meaning."""

_TOKEN = re.compile(r"[\w€$£₹%°]+(?:(?<=\d)[.,:/-](?=\d)[\w€$£₹%]+)*")
_BREAK = re.compile(r"[.!?;,\n…¿¡()]| [-–—] ")
_TURNS = frozenset({"mais", "but", "lekin", "magar", "pero", "however", "sauf", "pourtant", "cependant"})
_DIGIT_LETTERS = str.maketrans("013457", "oieast")


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is all words; `clauses` the same, cut at punctuation and at words that turn a sentence."""

    text: str
    clauses: tuple[str, ...]
    asks: bool
    raw: frozenset[str]  # the words as they stood, before anything was mended
    places: tuple[tuple[int, int, int], ...]  # (where a word begins in `text`, where it began and ended in the message)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where in the message the words between two places of `text` stood."""
        within = [(begin, stop) for at, begin, stop in self.places if start <= at < end]
        return (within[0][0], within[-1][1]) if within else None


def read(message: str) -> Words:
    text = unicodedata.normalize("NFC", message)[:LONGEST_READ]
    for emoji, word in vocabulary.EMOJI.items():
        if emoji in text:
            # As many characters as before would keep places exact; a word apart is worth more than an exact place.
            text = text.replace(emoji, f" {word} ")
    clauses: list[list[str]] = [[]]
    places: list[tuple[int, int, int]] = []
    raw: set[str] = set()
    length = last_end = 0
    for token in _TOKEN.finditer(text):
        folded = fold(token[0])
        raw.add(folded)
        if _BREAK.search(text, last_end, token.start()) or folded in _TURNS:
            clauses.append([])
        last_end = token.end()
        if folded in {"est", "etait"} and clauses[-1][-2:] == ["c", "est"]:
            continue
        for word in (vocabulary.ACCENTED.get(token[0].lower()) or meant(folded)).split():
            clauses[-1].append(word)
            places.append((length, token.start(), token.end()))
            length += len(word) + 1
    said = tuple(" ".join(clause) for clause in clauses if clause)
    return Words(" ".join(said), said, "?" in text or "？" in text, frozenset(raw), tuple(places))


def fold(token: str) -> str:
    """Lower case, without accents; a letter held down counts once."""
    plain = accents.dropped(token.lower())
    return re.sub(r"([a-z])\1{2,}", r"\1", plain)


@lru_cache(maxsize=20_000)
def meant(token: str) -> str:
    """What a word stands for: itself, its usual spelling, or the one word of the rules that it nearly is."""
    if token in vocabulary.SPELLINGS:
        return vocabulary.SPELLINGS[token]
    if token in KNOWN or len(token) < SHORTEST_MENDED:
        return token
    if not token.isalpha():
        lettered = token.translate(_DIGIT_LETTERS)
        return lettered if lettered in KEYS and not token[0].isdigit() else token
    return _unglued(token) or mended(token, 1) or _parted(token) or mended(token, 2) or token


def mended(token: str, limit: int) -> str | None:
    """The nearest word that rules lean on, within so many typing errors; two only in long words."""
    if limit > 1 and len(token) < TWO_ERRORS_FROM:
        return None
    near = [
        (distance, word[0] != token[0], abs(len(word) - len(token)), rank)
        for rank, word in enumerate(vocabulary.KEYS)
        if len(word) >= SHORTEST_MENDED
        and abs(len(word) - len(token)) <= limit
        and (distance := OSA.distance(token, word, score_cutoff=limit)) <= limit
        and (word not in vocabulary.NEVER_GUESSED or sorted(word) == sorted(token))
        and (distance < 2 or len(word) >= TWO_ERRORS_FROM - 1)
    ]
    return vocabulary.KEYS[min(near)[-1]] if near else None


def _parted(token: str) -> str | None:
    """Two words whose space was lost, or mistyped as a letter: « numerosvp », « recevoirxde »."""
    for cut in range(2, len(token) - 1):
        head = token[:cut]
        if head not in KNOWN:
            continue
        for rest in (token[cut:], token[cut + 1 :]):
            if rest in KNOWN and len(rest) >= 2 and max(len(head), len(rest)) >= SHORTEST_PARTED:
                return f"{head} {rest}"
    return None


def _unglued(token: str) -> str | None:
    """« jpaye », « menvoyez », « cpayé »: a small word lost its apostrophe or its vowel."""
    head, rest = token[0], token[1:]
    if head == "j" and len(rest) >= 3 and (rest in KNOWN or rest in vocabulary.SPELLINGS):
        return f"je {meant(rest)}"
    if head == "j" and rest.startswith(("t", "v", "l", "m")) and rest[1:] in KEYS:
        return f"je {rest[0]} {rest[1:]}"
    if head in "mtldns" and len(rest) >= 5 and rest in KEYS and rest[0] in "aeiouh":
        return f"{head} {rest}"
    if head == "c" and rest in {"paye", "regle", "fait", "bon", "vire"}:
        return f"c est {rest}"
    return None
