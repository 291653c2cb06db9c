"""Single cells of a Google tab, written so that nobody's edit is lost. Pure.

Sheets has no compare-and-set. A word in a column that people share with us is therefore written by `findReplace` over
that one cell: it is replaced only where it still is what we read, in one indivisible step, and the reply says whether
it was. Cells of our own columns are put there by `updateCells`, and both are read back by the call that writes them.
Whoever moves rows or columns in the instant before makes a write land elsewhere: what it hit is worked out here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from relance.ledger_sync.ledgers import port
from relance.ledger_sync.ledgers.google_book import quoted
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Result, SheetRow

DATE_FORMAT = {"type": "DATE", "pattern": "yyyy-mm-dd"}
# An empty cell holds no text that could be looked for; an expression that matches no text at all finds it.
NOTHING = "^$"

Json = dict[str, Any]
Place = tuple[int, int]
"""Row number and column."""
Write = tuple[CellPatch, SheetRow]


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of each write, and what its rows hold since."""

    results: Sequence[Result]
    held: Mapping[Place, Cell]
    astray: Sequence[Write] = ()
    bare_dates: Sequence[Place] = field(default_factory=tuple)
    """Dates in cells that would show them as numbers."""


def request(sheet_id: int, row: int, patch: CellPatch) -> Json:
    if patch.is_shared:
        return {"findReplace": _exchange(sheet_id, row, patch)}
    value = patch.new if patch.is_verbatim and not isinstance(patch.new, date) else port.stored(patch.new)
    cell = {"userEnteredValue": _extended(value)} if value is not None else {}
    start = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": patch.column}
    return {"updateCells": {"rows": [{"values": [cell]}], "fields": "userEnteredValue", "start": start}}


def _exchange(sheet_id: int, row: int, patch: CellPatch) -> Json:
    """The words of a status: a replacement is taken as if typed, and they would be typed as they are."""
    expected, new = str(patch.expected or ""), str(patch.new or "")
    return {
        "find": expected or NOTHING,
        "replacement": new,
        "searchByRegex": not expected,
        "matchCase": True,
        "matchEntireCell": True,
        "includeFormulas": False,
        "range": _cell_range(sheet_id, (row, patch.column)),
    }


def rows_below(tab: str, last: int, rows: Sequence[Mapping[int, Cell]]) -> list[Json]:
    """The data of one `values.batchUpdate`: from row `last` + 1 on; what a row does not name is left as it is."""
    width = 1 + max(column for row in rows for column in row)
    values = [[row.get(column) for column in range(width)] for row in rows]
    return [{"range": f"{quoted(tab)}!A{last + 1}", "majorDimension": "ROWS", "values": values}]


def landing(writes: Sequence[Write], answer: Json, tab: str) -> Landing:
    cells = _cells(answer["updatedSpreadsheet"], tab)
    held = {place: _value(cell) for place, cell in cells.items()}
    results, astray, bare = [], [], []
    for (patch, row), reply in zip(writes, answer["replies"], strict=True):
        place = row.number, patch.column
        if patch.is_shared and not reply.get("findReplace", {}).get("occurrencesChanged"):
            is_as_read = _is_home(patch, row, held) and port.same(held.get(place), patch.expected)
            results.append(Result.KEPT if is_as_read else Result.CONFLICT)
        elif _is_home(patch, row, held):
            results.append(Result.APPLIED)
            if isinstance(patch.new, date) and not _shows_dates(cells.get(place, {})):
                bare.append(place)
        else:
            results.append(Result.CONFLICT)
            astray.append((patch, row))
    return Landing(results, held, astray, bare)


def unanswered(writes: Sequence[Write], answer: Json, tab: str) -> Json:
    """The answer that was lost, as far as reading the rows again tells it: where ours stands, ours was put."""
    held = {place: _value(cell) for place, cell in _cells(answer, tab).items()}
    stands = [port.same(held.get((row.number, patch.column)), port.stored(patch.new)) for patch, row in writes]
    replies = [{"findReplace": {"occurrencesChanged": int(one)}} for one in stands]
    return {"updatedSpreadsheet": answer, "replies": replies}


def standing(found: Landing) -> Landing:
    """Without what never arrived: a cell that does not hold ours was not hit."""
    hits = [
        (patch, row)
        for patch, row in found.astray
        if port.same(found.held.get((row.number, patch.column)), port.stored(patch.new))
    ]
    return replace(found, astray=hits)


def _is_home(patch: CellPatch, row: SheetRow, held: Mapping[Place, Cell]) -> bool:
    is_its_column = patch.header is None or port.same(held.get((patch.header[0], patch.column)), patch.header[1])
    return is_its_column and port.same(held.get((row.number, patch.anchor_column)), patch.anchor)


def dressing(sheet_id: int, found: Landing) -> list[Json]:
    """Formats for dates that show none: apart from the values, so that no stranger's cell is ever dressed."""
    cell = {"userEnteredFormat": {"numberFormat": DATE_FORMAT}}
    fields = "userEnteredFormat.numberFormat"
    return [
        {"repeatCell": {"range": _cell_range(sheet_id, place), "cell": cell, "fields": fields}}
        for place in found.bare_dates
    ]


def restoring(found: Landing, before: Sequence[SheetRow]) -> list[CellPatch]:
    """Put back what was hit, as it was a moment before: each aimed by what its row holds now, if ours still stands."""
    hit: dict[int, set[int]] = {}
    for patch, row in found.astray:
        hit.setdefault(row.number, set()).add(patch.column)
    came_from = _came_from(found, before)
    past = _Past(before)
    patches = []
    for patch, row in found.astray:
        number, was = row.number, came_from.get(patch.column)
        beside = {c: cell for (r, c), cell in found.held.items() if r == number and c not in hit[number]}
        victim = past.row({came_from[c]: cell for c, cell in beside.items() if c in came_from})
        theirs = victim.cell(was) if victim and was is not None else None
        # The key where there is one: rows may move once more, and other cells are many rows'.
        anchor = next((c for c in (patch.anchor_column, *sorted(beside)) if beside.get(c) is not None), None)
        anchor = patch.anchor_column if anchor is None else anchor
        ours, is_exchanged = port.stored(patch.new), patch.is_shared
        if theirs is None and isinstance(ours, str):
            is_exchanged = True  # taken away only where ours still stands
        new = patch.expected if patch.is_shared else theirs
        patches.append(
            CellPatch(
                number, patch.column, anchor, beside.get(anchor), ours, new, is_shared=is_exchanged, is_verbatim=True
            )
        )
    return patches


def _came_from(found: Landing, before: Sequence[SheetRow]) -> dict[int, int]:
    """For each column now, which one it was, by the titles above; without titles none has moved."""
    width = 1 + max((column for _, column in found.held), default=0)
    unmoved = {column: column for column in range(width)}
    header = next((patch.header for patch, _ in found.astray if patch.header), None)
    if header is None:
        return unmoved
    titles = next((row.cells for row in before if row.number == header[0]), ())
    now = [found.held.get((header[0], column)) for column in range(width)]
    count, count_now = Counter(titles), Counter(now)
    was = {title: column for column, title in enumerate(titles) if title is not None and count[title] == 1}
    came_from = {c: was[title] for c, title in enumerate(now) if count_now[title] == 1 and title in was}
    if 2 * len(came_from) <= len(was):
        return unmoved  # rows came in above the header: it is not where it was, and columns stay when rows move
    for column, title in enumerate(now):
        # A column without a title of its own is known by its left neighbour.
        left = came_from.get(column - 1, -1) if column else -1
        if column not in came_from and left + 1 < len(titles) and titles[left + 1] == title:
            came_from[column] = left + 1
    return came_from


class _Past:
    """Finds a row again as it was a moment before, by the cells that we did not touch. Columns are indexed once."""

    def __init__(self, rows: Sequence[SheetRow]) -> None:
        self._rows = rows
        self._by_column: dict[int, dict[Cell, list[SheetRow]]] = {}

    def row(self, beside: Mapping[int, Cell]) -> SheetRow | None:
        """The one that agrees best; None for a row that was blank."""
        said = {column: cell for column, cell in beside.items() if cell is not None}
        alike = [self._holders(column, cell) for column, cell in said.items()]
        fewest = min((rows for rows in alike if rows), key=len, default=[])
        return max(fewest, key=lambda row: sum(_agree(row.cell(c), cell) for c, cell in said.items()), default=None)

    def _holders(self, column: int, cell: Cell) -> list[SheetRow]:
        if column not in self._by_column:
            self._by_column[column] = {}
            for row in self._rows:
                self._by_column[column].setdefault(row.cell(column), []).append(row)
        return self._by_column[column].get(cell, [])


def _agree(shown: Cell, stored: Cell) -> bool:
    """A priced text stands for the bare number that the answer holds."""
    is_priced = isinstance(shown, str) and isinstance(stored, int | float)
    return port.same(shown, stored) or (is_priced and str(shown).startswith(f"{stored:.2f} "))


def _cells(workbook: Json, tab: str) -> dict[Place, Json]:
    """The cells of an answer's grid data."""
    found = {}
    for sheet in workbook.get("sheets", []):
        if sheet.get("properties", {}).get("title") != tab:
            continue
        for grid in sheet.get("data", []):
            for row, cells in enumerate(grid.get("rowData", []), start=grid.get("startRow", 0) + 1):
                for column, cell in enumerate(cells.get("values", []), start=grid.get("startColumn", 0)):
                    found[row, column] = cell
    return found


def _value(cell: Json) -> Cell:
    return next(iter(cell.get("effectiveValue", {}).values()), None)


def _shows_dates(cell: Json) -> bool:
    return str(cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", "")).startswith("DATE")


def _cell_range(sheet_id: int, place: Place) -> Json:
    row, column = place
    return {
        "sheetId": sheet_id, "startRowIndex": row - 1, "endRowIndex": row,
        "startColumnIndex": column, "endColumnIndex": column + 1,
    }  # fmt: skip


def _extended(value: Cell) -> Json:
    match value:
        case bool():
            return {"boolValue": value}
        case int() | float():
            return {"numberValue": value}
    return {"stringValue": str(value)}
