"""A machine-readable zone, from what an eye thought each character was to a holder whose check digits all agree.

A reading is taken only when it is certain: every check digit passes, the dates exist, and no character could as well be
another one that no check digit can tell apart. A few characters may be repaired, and only when exactly one repair
satisfies the check digit: two that do are a doubt, and a doubt is a person's.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from relance.domain import icao
from relance.domain.icao import FILLER, Check, Format, Layout, Place

Cell = Mapping[str, float]
"""What one character may be, each with its probability."""

# Below this share of the best guess another guess is no candidate for a repair.
WORTH_TRYING = 0.004
# A twin that no check digit can tell apart must be this much less likely than what was read.
TWIN_SHARE = 0.25
# What readers take for one another, both ways: more pairs would make more doubts.
_CONFUSED = ("O0", "Q0", "D0", "I1", "L1", "Z2", "S5", "B8", "G6")
_CONFUSION = 0.02


@dataclass(frozen=True, slots=True)
class Reading:
    """What a valid zone says. Names are cut by the format; `expires` is None when the zone holds none."""

    format: Format
    type: str
    issuer: str
    surname: str
    given: str
    number: str = field(repr=False)
    nationality: str = ""
    born: date | None = field(default=None, repr=False)
    sex: str = ""
    expires: date | None = None
    repaired: int = 0


def cells_of(text: str) -> list[Cell]:
    """The cells of a line that came as text: each character, and what it is commonly mistaken for."""
    return [{char: 1.0} | dict.fromkeys(_lookalikes(char), _CONFUSION) for char in text]


def read(lines: Sequence[Sequence[Cell]], *, today: date) -> Reading | None:
    """None unless one layout of this shape holds together wholly."""
    widths = {len(line) for line in lines}
    if len(widths) != 1:
        return None
    for layout in icao.layouts(len(lines), widths.pop()):
        if (found := _read_as(layout, lines, today)) is not None:
            return found
    return None


def _read_as(layout: Layout, lines: Sequence[Sequence[Cell]], today: date) -> Reading | None:
    zone = _Zone(layout, lines)
    if zone.text("type")[0] not in layout.first or (layout.format is Format.IDFRA) != zone.is_french_card():
        return None
    checks = list(layout.checks)
    if layout.format is Format.TD1 and zone.chars[0, 14] == FILLER:
        if (long_number := zone.long_number()) is None:
            return None
        checks[0] = long_number
    if not all(zone.satisfies(check) or zone.repair(check) for check in checks):
        return None
    if layout.composite is not None:
        sealed = {place for check in checks for place in (*check.places(), check.digit)}
        if not (zone.satisfies(layout.composite) or zone.repair(layout.composite, sealed=sealed)):
            return None
    if zone.has_twin(checks[0]):
        return None
    return _told(zone, checks[0], today)


class _Zone:
    """The best guess at each place, and what else it may be."""

    def __init__(self, layout: Layout, lines: Sequence[Sequence[Cell]]) -> None:
        self.layout = layout
        self.repaired = 0
        self.cells: dict[Place, dict[str, float]] = {}
        self.chars: dict[Place, str] = {}
        for span in layout.spans.values():
            for line, position in span.places():
                chars = layout.first if (line, position) == (0, 0) else span.chars
                allowed = {c: p for c, p in lines[line][position].items() if c in chars and p > 0}
                cell = allowed or {FILLER: 1e-6}
                self.cells[line, position] = cell
                self.chars[line, position] = max(cell, key=lambda char: cell[char])
        for name in ("issuer", "nationality"):
            self._snap_country(name)

    def text(self, name: str) -> str:
        return self._joined(self.layout.spans[name].places()) if name in self.layout.spans else ""

    def is_french_card(self) -> bool:
        return self.text("type") + self.text("issuer") == "IDFRA" and self.layout.width == icao.IDFRA.width

    def satisfies(self, check: Check) -> bool:
        text, digit = self._joined(check.places()), self.chars[check.digit]
        if digit == FILLER:
            return set(text) == {FILLER}
        return icao.check_digit(text) == digit

    def long_number(self) -> Check | None:
        """A TD1 number of over nine characters goes on in the optional data and ends with its check digit."""
        rest = self._joined([(0, position) for position in range(15, 30)])
        end = rest.find(FILLER)
        if end < 2 or rest[end - 1] not in icao.DIGITS:
            return None
        return Check((icao.Span(0, 5, 14), icao.Span(0, 15, 15 + end - 1)), (0, 15 + end - 1))

    def repair(self, check: Check, sealed: frozenset[Place] | set[Place] = frozenset()) -> bool:
        """Put one character right, else two, when exactly one way satisfies the check digit."""
        places = [place for place in (*check.places(), check.digit) if place not in sealed]
        swaps = [(place, char) for place in places for char in self._others(place)]
        for count in (1, 2):
            ways = [way for way in itertools.combinations(swaps, count) if self._would_satisfy(check, way)]
            if len(ways) == 1:
                self.chars.update(ways[0])
                self.repaired += count
                return True
            if ways:
                return False
        return False

    def has_twin(self, number: Check) -> bool:
        """Whether a character of the number could as well be one that no check digit tells from it."""
        for place in number.places():
            cell, char = self.cells[place], self.chars[place]
            for other, share in cell.items():
                is_twin = other != char and icao.residue(other) == icao.residue(char)
                if is_twin and share > TWIN_SHARE * cell[char]:
                    return True
        return False

    def _would_satisfy(self, check: Check, way: Sequence[tuple[Place, str]]) -> bool:
        if len({place for place, _ in way}) < len(way):
            return False
        before = {place: self.chars[place] for place, _ in way}
        self.chars.update(way)
        good = self.satisfies(check)
        self.chars.update(before)
        return good

    def _others(self, place: Place) -> list[str]:
        cell, char = self.cells[place], self.chars[place]
        return [other for other, share in cell.items() if other != char and share >= WORTH_TRYING * cell[char]]

    def _snap_country(self, name: str) -> None:
        """The only known code among those that the characters may be; what was read when there is none."""
        places = self.layout.spans[name].places() if name in self.layout.spans else []
        if not places or self._joined(places) in icao.COUNTRIES:
            return
        choices = [[self.chars[place], *self._others(place)] for place in places]
        known = {"".join(chars) for chars in itertools.product(*choices)} & icao.COUNTRIES
        if known:
            best = max(sorted(known), key=lambda code: self._likelihood(places, code))
            self.chars.update(zip(places, best, strict=True))

    def _likelihood(self, places: Sequence[Place], text: str) -> float:
        product = 1.0
        for place, char in zip(places, text, strict=True):
            product *= self.cells[place].get(char, 0.0)
        return product

    def _joined(self, places: Sequence[Place]) -> str:
        return "".join(self.chars[place] for place in places)


def _told(zone: _Zone, number: Check, today: date) -> Reading | None:
    try:
        born = _birth(zone.text("birth"), today)
        expires = _expiry(zone.text("expiry"), today) if "expiry" in zone.layout.spans else None
    except ValueError:
        return None
    surname, _, given = zone.text("names").strip(FILLER).partition(FILLER * 2)
    text = "".join(zone.chars[place] for place in number.places()).replace(FILLER, "")
    if not surname.strip(FILLER) or not text:
        return None
    return Reading(
        format=zone.layout.format,
        type=zone.text("type").strip(FILLER),
        issuer=zone.text("issuer").strip(FILLER),
        surname=_words(surname),
        given=_words(given or zone.text("given")),
        number=text,
        nationality=(zone.text("nationality") or zone.text("issuer")).strip(FILLER),
        born=born,
        sex=zone.text("sex").strip(FILLER),
        expires=expires,
        repaired=zone.repaired,
    )


def _birth(text: str, today: date) -> date | None:
    """The last such day that is not ahead; None when the holder's is not fully known. Raises ValueError."""
    if FILLER in text:
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    born = date(2000 + year, month, day) if _exists(2000 + year, month, day) else None
    return born if born is not None and born <= today else date(1900 + year, month, day)


def _expiry(text: str, today: date) -> date:
    """No document is made for over twenty years ahead. Raises ValueError."""
    year = 2000 + int(text[:2])
    return date(year if year <= today.year + 20 else year - 100, int(text[2:4]), int(text[4:]))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _words(text: str) -> str:
    return " ".join(text.replace(FILLER, " ").split())


def _lookalikes(char: str) -> set[str]:
    return {other for group in _CONFUSED if char in group for other in group} - {char}
