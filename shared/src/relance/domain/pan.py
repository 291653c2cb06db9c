"""India's Permanent Account Number: found among words that a machine read, repaired by position, judged.

Five letters, four digits, a letter. The fourth letter says what holds it, the fifth begins the holder's surname, the
last is a check letter whose algorithm is not published: nothing here proves a number, it only looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PERSON = "P"
# Association, body of individuals, company, firm, government, family, artificial person, local authority, trust.
_HOLDERS = "ABCFGHJLPT"
_PATTERN = re.compile(rf"[A-Z]{{3}}[{_HOLDERS}][A-Z](?!0000)[0-9]{{4}}[A-Z]")
_TO_DIGIT = str.maketrans("OQDILZSBGTA", "00011258674")
_TO_LETTER = str.maketrans("0125678", "OIZSGTB")
_SHAPE = "LLLLLDDDDL"


def found_in(words: Iterable[str]) -> str | None:
    """The number that these words hold; None when they hold none, or two that differ."""
    exact, repaired = set(), set()
    for word in words:
        plain = re.sub(r"[^A-Z0-9]", "", word.upper())
        for start in range(max(0, len(plain) - 9)):
            piece = plain[start : start + 10]
            if _PATTERN.fullmatch(piece):
                exact.add(piece)
            elif len(plain) == 10 and (mended := by_position(piece)) is not None:
                repaired.add(mended)
    choice = exact or repaired
    return choice.pop() if len(choice) == 1 else None


def by_position(text: str) -> str | None:
    """Letters where letters stand and digits where digits do; None when that makes no number, or mends over two."""
    if len(text) != len(_SHAPE):
        return None
    mended = "".join(
        char.translate(_TO_LETTER if shape == "L" else _TO_DIGIT) for char, shape in zip(text, _SHAPE, strict=True)
    )
    changed = sum(a != b for a, b in zip(text, mended, strict=True))
    return mended if changed <= 2 and _PATTERN.fullmatch(mended) else None


def is_a_person(number: str) -> bool:
    return number[3] == PERSON


def fits_surname(number: str, surname: str) -> bool:
    """Only worth a warning: single names, marriage and the order of names break it honestly."""
    return any(part[:1] == number[4] for part in surname.upper().split())
