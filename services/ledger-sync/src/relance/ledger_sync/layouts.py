"""Where the fields are in one tab, and what its cells hold whatever they mean. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from relance.ledger_sync import columns
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers.port import Cell, SheetRow

_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields are, as the header says."""

    header: tuple[Cell, ...]
    places: Mapping[Field, int]
    merged: frozenset[int] = frozenset()
    """Numbers of the rows that a merge of cells runs through: what such a row says is not certain."""
    ours: frozenset[int] = field(init=False, compare=False, repr=False)
    """Columns that only we write."""
    quotable: tuple[tuple[int, str, Field | None], ...] = field(init=False, compare=False, repr=False)
    """Columns that a text may quote, from the left: place, title and field. Worked out once, not for each row."""

    def __post_init__(self) -> None:
        ours = frozenset(self.places[owned] for owned in columns.OWNED if owned in self.places)
        at = {place: found for found, place in self.places.items()}
        titles = ((place, title.strip()) for place, title in enumerate(self.header) if isinstance(title, str))
        quotable = tuple((place, title, at.get(place)) for place, title in titles if title and place not in ours)
        object.__setattr__(self, "ours", ours)
        object.__setattr__(self, "quotable", quotable)

    def name(self, wanted: Field) -> str:
        return str(self.header[self.places[wanted]]) if wanted in self.places else columns.HEADERS[wanted][0]


def blankness(layout: Layout) -> Callable[[SheetRow], bool]:
    """Whether a row holds nothing but cells of ours: such a row is nobody's."""
    ours = layout.ours

    def is_blank(row: SheetRow) -> bool:
        return not any(
            cell is not None and place not in ours and not (isinstance(cell, str) and (not cell or cell.isspace()))
            for place, cell in enumerate(row.cells)
        )

    return is_blank


def hashing(layout: Layout) -> Callable[[SheetRow], str]:
    """What changes when a cell changes that is not ours alone."""
    ours = layout.ours
    head = _ENCODER.encode(layout.header)

    def content_hash(row: SheetRow) -> str:
        cells = [None if cell == "" else cell for place, cell in enumerate(row.cells) if place not in ours]
        while cells and cells[-1] is None:
            cells.pop()
        merged = " merged" if row.number in layout.merged else ""
        return sha256(f"{head}{_ENCODER.encode(cells)}{merged}".encode()).hexdigest()

    return content_hash


def text(cell: Cell) -> str:
    """The cell as a person sees it, without the spaces around it."""
    if cell.__class__ is str:
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
