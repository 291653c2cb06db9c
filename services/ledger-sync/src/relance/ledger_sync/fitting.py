"""How an existing sheet could be read: which column is which field, guessed where the headers do not say. Pure.

Nothing is decided here: a person sees the proposal with the first rows as they would be read, and all that is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_currency
from rapidfuzz import fuzz

from relance.domain import dates, money, phone
from relance.domain.errors import CellRejected
from relance.domain.receivable import Kind
from relance.ledger_sync import blueprint, columns, rows
from relance.ledger_sync.blueprint import Tab
from relance.ledger_sync.columns import Field
from relance.ledger_sync.layouts import Layout
from relance.ledger_sync.ledgers.port import Cell, SheetRow, Snapshot
from relance.ledger_sync.rows import ParsedRow
from relance.store.ledgers import LedgerRow

SHOWN = 5
# Enough rows to tell a column of phones from one of notes.
LOOKED_AT = 50
ALIKE = 85  # of 100, for two spellings of one header
MOSTLY = 0.6
ADDED = columns.OWNED | {Field.STATUS}
"""Columns that we add when they are not there; the others are the owner's to have."""


@dataclass(frozen=True, slots=True)
class Sample:
    number: int
    sentence: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    header: Mapping[int, str]
    places: Mapping[Field, int]
    guessed: frozenset[Field]
    missing: tuple[Field, ...]
    samples: tuple[Sample, ...]
    rows: int
    held: int
    problems: tuple[tuple[str, int], ...]
    """Sentences with how many rows they stop, most first."""

    def mapping(self) -> dict[str, str]:
        """What is kept: header by field."""
        return {field.value: self.header[place] for field, place in self.places.items()}


def propose(snapshot: Snapshot, ledger: LedgerRow) -> Fitting:
    first = [_texts(row) for row in snapshot.rows[: columns.HEADER_WITHIN_ROWS]]
    top, header = blueprint.header(first)
    below = [row for row in snapshot.rows[top + 1 :] if any(row.cell(place) is not None for place in header)]
    places = _named(header)
    guessed = _alike(header, places) | _by_content(header, places, below[:LOOKED_AT], ledger, snapshot.locale)
    places = dict(sorted((places | guessed).items(), key=lambda pair: pair[1]))
    cells = snapshot.rows[top].cells if snapshot.rows else ()
    layout = Layout(tuple(cells), places)
    parsed = [(row, rows.parse(row, layout, ledger, locale=snapshot.locale)) for row in below]
    counted = Counter(problem.sentence for _, row in parsed for problem in row.problems)
    return Fitting(
        header=header,
        places=places,
        guessed=frozenset(guessed),
        missing=tuple(f for f in columns.NEEDED[ledger.kind] if f not in places and f not in ADDED),
        samples=tuple(_sample(row, found, ledger) for row, found in parsed[:SHOWN]),
        rows=len(parsed),
        held=sum(1 for _, found in parsed if found.problems),
        problems=tuple(counted.most_common(20)),
    )


def owned_columns(ledger: LedgerRow, found: Fitting) -> Tab:
    """The ledger's tab with our own columns only, as far as the sheet lacks them; the rest is not ours to touch."""
    whole = blueprint.ledger(ledger.tab, ledger.kind)
    ours = tuple(c for c in whole.columns if c.field in ADDED and c.is_needed and c.field not in found.places)
    return Tab(ledger.tab, ours)


def _named(header: Mapping[int, str]) -> dict[Field, int]:
    """By name; of several columns the one that bears our own name, and none when there is no such."""
    candidates: dict[Field, list[int]] = {}
    for place, text in header.items():
        if field := columns.field_of(text):
            candidates.setdefault(field, []).append(place)
    own = {f: [p for p in found if _is_own(header[p], f)] for f, found in candidates.items()}
    return {f: (own[f] or found)[0] for f, found in candidates.items() if len(own[f] or found) == 1}


def _is_own(text: str, field: Field) -> bool:
    return columns.plain(text) in {columns.plain(columns.title(field, kind)) for kind in Kind}


def _alike(header: Mapping[int, str], places: Mapping[Field, int]) -> dict[Field, int]:
    """Headers that are nearly one of ours: a typing error, a word more."""
    free = {place: columns.plain(text) for place, text in header.items() if place not in places.values()}
    found: dict[Field, int] = {}
    for field, names in columns.HEADERS.items():
        if field in places or field in columns.OWNED:
            continue
        scores = {place: _likeness(text, names) for place, text in free.items() if place not in found.values()}
        best = max(scores, key=lambda place: scores[place], default=None)
        if best is not None and scores[best] >= ALIKE:
            found[field] = best
    return found


def _likeness(text: str, names: Iterable[str]) -> float:
    return max(float(fuzz.ratio(text, columns.plain(name))) for name in names)


def _by_content(
    header: Mapping[int, str],
    places: Mapping[Field, int],
    below: Sequence[SheetRow],
    ledger: LedgerRow,
    locale: str,
) -> dict[Field, int]:
    """Needed columns that no header names, by what their cells hold; the first column that fits."""
    readers: dict[Field, Callable[[Cell], object]] = {
        Field.PHONE: lambda cell: phone.parse(cell, ledger.country),
        Field.STATUS: _status,
        Field.DEPARTS_ON: lambda cell: _day(cell, locale),
        Field.DUE_ON: lambda cell: _day(cell, locale),
        Field.TOTAL: lambda cell: money.parse(cell, ledger.currency, locale=locale),
        Field.NAME: _person,
    }
    taken = set(places.values()) | set(_alike(header, places).values())
    known = set(places) | set(_alike(header, places))
    found: dict[Field, int] = {}
    for field, read in readers.items():
        if field in known or field not in columns.NEEDED[ledger.kind]:
            continue
        place = next((p for p in header if p not in taken and _fits(below, p, read)), None)
        if place is not None:
            found[field] = place
            taken.add(place)
    return found


def _fits(below: Sequence[SheetRow], place: int, read: Callable[[Cell], object]) -> bool:
    cells = [row.cell(place) for row in below if row.cell(place) is not None]
    return bool(cells) and sum(1 for cell in cells if _reads(read, cell)) >= MOSTLY * len(cells)


def _reads(read: Callable[[Cell], object], cell: Cell) -> bool:
    try:
        read(cell)
    except CellRejected:
        return False
    return True


def _status(cell: Cell) -> None:
    if columns.status_of(cell) is None:
        raise CellRejected("")


def _day(cell: Cell, locale: str) -> None:
    # A bare number below this is an amount, not a day of this century.
    if isinstance(cell, int | float) and not 36_526 <= cell < 73_051:
        raise CellRejected("")
    dates.parse(cell, locale=locale)


def _person(cell: Cell) -> None:
    if not isinstance(cell, str) or not cell.strip() or any(c.isdigit() for c in cell) or " " not in cell.strip():
        raise CellRejected("")


def _texts(row: SheetRow) -> dict[int, str]:
    return {place: cell.strip() for place, cell in enumerate(row.cells) if isinstance(cell, str) and cell.strip()}


def _sample(row: SheetRow, found: ParsedRow, ledger: LedgerRow) -> Sample:
    day = found.departs_on if ledger.kind is Kind.VOYAGE else found.due_on
    left = found.balance
    parts = (
        found.name,
        found.phone or "",
        found.label,
        format_date(day, "d MMMM yyyy", locale="fr") if day else "",
        f"reste {format_currency(left.amount, left.currency, locale='fr')}" if left else "",
        columns.word_for(found.status) if found.status else "",
    )
    return Sample(
        row.number, " · ".join(part for part in parts if part), tuple(problem.sentence for problem in found.problems)
    )
