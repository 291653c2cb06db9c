"""What any ledger can do: be read whole, and have single cells changed if they are still as they were read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Protocol

from relance.domain import dates

Cell = str | int | float | bool | None
"""A value as stored: dates are serial numbers (days since 1899-12-30); an empty cell is None."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    number: int  # as the sheet numbers it, from 1
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Merge:
    """A rectangle of merged cells: rows as the sheet numbers them, columns from 0, ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every row of the tab, header and blank ones included, read in one go."""

    rows: tuple[SheetRow, ...]
    locale: str
    tags: Mapping[int, str] = field(default_factory=dict)
    """Columns that bear a lasting mark of ours, by index: the mark stays when a person renames the header."""
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class CellPatch:
    """Put `new` where the row that holds `anchor` still has `expected`."""

    row: int  # where it was last seen: looked at first
    column: int
    anchor_column: int
    anchor: Cell
    expected: Cell
    new: Cell | date
    header: tuple[int, Cell] | None = None
    """Number of the header's row, and what it says above the cell: columns move as rows do."""
    is_shared: bool = False
    """A word in a column where people type too: what they typed at the very moment of writing must stay."""
    is_verbatim: bool = False
    """Somebody's own cell is put back as it was: nothing in it is disarmed."""


class Result(Enum):
    APPLIED = "applied"
    CONFLICT = "conflict"  # somebody changed the cell since it was read, or the row moved under our hand
    GONE = "gone"  # no row, or several, hold the anchor
    KEPT = "kept"  # a formula stands in the cell, or what no search finds: it is a person's, and trying again is vain


class Ledger(Protocol):
    async def snapshot(self) -> Snapshot:
        """Raises LedgerUnreachable, with a French sentence that says what to do."""

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        """One result per patch. Raises LedgerUnreachable when the outcome is unknown: read again before trusting it."""


class Register(Ledger, Protocol):
    """A ledger that rows of ours may be added to."""

    async def add(self, rows: Sequence[Mapping[int, Cell]], *, key_column: int) -> int:
        """Put rows, given by column, below everything in the tab; one whose key stands in the tab already is not put
        again, so that repeating the call after a lost answer adds nothing. How many were put. Raises LedgerUnreachable.
        """


def lacking(
    rows: Sequence[SheetRow], wanted: Sequence[Mapping[int, Cell]], key_column: int
) -> list[Mapping[int, Cell]]:
    """Those of the wanted rows whose key is not in the tab."""
    there = {row.cell(key_column) for row in rows}
    return [row for row in wanted if row[key_column] not in there]


def stored(value: Cell | date) -> Cell:
    """What a cell holds after `value` was written. Text that a program could take for a formula is disarmed."""
    if isinstance(value, date):
        return dates.serial(value)
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"}:
        return "'" + value
    return value if value != "" else None


def same(one: Cell, other: Cell) -> bool:
    """Equal as a reader sees it: an empty text is an empty cell, 5 is 5.0, but True is not 1."""
    one, other = (None if value == "" else value for value in (one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _cell_of(numbered: Mapping[int, SheetRow], number: int, column: int) -> Cell:
    row = numbered.get(number)
    return row.cell(column) if row else None


def judge(rows: Sequence[SheetRow], patches: Sequence[CellPatch]) -> list[SheetRow | Result]:
    """For each patch the row to write into, or why not."""
    numbered = {row.number: row for row in rows}
    holders: dict[int, Mapping[Cell, list[SheetRow]]] = {}
    verdicts: list[SheetRow | Result] = []
    for patch in patches:
        row = numbered.get(patch.row)
        if patch.header and not same(_cell_of(numbered, patch.header[0], patch.column), patch.header[1]):
            verdicts.append(Result.CONFLICT)
            continue
        if row is None or not same(row.cell(patch.anchor_column), patch.anchor):
            if patch.anchor_column not in holders:
                holders[patch.anchor_column] = _by_cell(rows, patch.anchor_column)
            row = _only(holders[patch.anchor_column], patch.anchor)
        if row is None:
            verdicts.append(Result.GONE)
        elif not same(row.cell(patch.column), patch.expected):
            verdicts.append(Result.CONFLICT)
        else:
            verdicts.append(row)
    return verdicts


def _only(holders: Mapping[Cell, list[SheetRow]], anchor: Cell) -> SheetRow | None:
    """The one row that holds the anchor; None when no row does, or several."""
    found = holders.get(anchor, ())
    return found[0] if len(found) == 1 else None


def _by_cell(rows: Sequence[SheetRow], column: int) -> Mapping[Cell, list[SheetRow]]:
    """Equal cells are equal keys: 5 and 5.0 are, and True only seems to be 1, which no anchor is."""
    found: defaultdict[Cell, list[SheetRow]] = defaultdict(list)
    for row in rows:
        found[row.cell(column)].append(row)
    return found
