"""A tab of a Google workbook.

Sheets has no compare-and-set: cells are read again just before they are written, the rows are read back in the
writing call itself, and what landed in another row is put back.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gspread.utils import rowcol_to_a1

from relance.ledger_sync.ledgers import formats, port
from relance.ledger_sync.ledgers.google_account import Account
from relance.ledger_sync.ledgers.google_book import Book, Look, quoted
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Result, SheetRow, Snapshot

# Formats change rarely without a value; a large tab's are looked at again only where values changed.
LOOK_AGE_S = 300.0
LOOK_AGAIN_ROWS = 5_000
# More rows than this are quicker asked for as the whole tab.
FEW_ROWS = 50
DATE_FORMAT = {"type": "DATE", "pattern": "yyyy-mm-dd"}

Json = dict[str, Any]
Values = list[list[Any]]


class GoogleLedger:
    def __init__(
        self, account: Account, *, workbook: str, tab: str, book: Book | None = None, is_words: bool = False
    ) -> None:
        """`is_words`: a tab that may be missing, and of which only the values matter."""
        self._book = book or Book(account, workbook)
        self._book.follow(tab, needed=not is_words)
        self._is_words = is_words
        self._account = account
        self._workbook = workbook
        self._tab = tab
        self._values: Values = []
        self._look: Look | None = None
        self._look_at = float("-inf")
        self._snapshot: Snapshot | None = None

    async def snapshot(self) -> Snapshot:
        if self._is_words:
            return self._shown(await self._book.values(self._tab), Look())
        if self._snapshot and self._is_look_due():
            # Instead of the values, not beside them: a poll is one call. The next one reads the values again.
            look = await self._book.look(self._tab, height=len(self._values))
            self._snapshot, self._look, self._look_at = self._shown(self._values, look), look, time.monotonic()
            return self._snapshot
        values = await self._book.values(self._tab)
        if self._snapshot and self._look and values == self._values:
            return self._snapshot
        changed: Sequence[int] | None = _changed(self._values, values)
        if self._look is None or len(changed or ()) > FEW_ROWS:
            look, changed = await self._book.look(self._tab, height=len(values)), None
            self._look_at = time.monotonic()
        else:
            look = self._look.brought_up_to(await self._book.look_at_rows(self._tab, changed or ()), changed or ())
        if not self._book.locale:
            await self._book.list_tabs()
        # Kept only when both were read: a failure between the two makes the next poll ask again.
        self._snapshot, self._look, self._values = self._shown(values, look, changed), look, values
        return self._snapshot

    def _is_look_due(self) -> bool:
        return time.monotonic() > self._look_at + LOOK_AGE_S and len(self._values) <= LOOK_AGAIN_ROWS

    def _shown(self, values: Values, look: Look, changed: Sequence[int] | None = None) -> Snapshot:
        """Only the rows named are made anew, or all. One that says what it said before is the same object as before."""
        before = self._snapshot.rows if self._snapshot else ()
        rows = [] if changed is None else list(before[: len(values)])
        for number in range(1, len(values) + 1) if changed is None else changed:
            row = _row(number, values[number - 1], look.currencies.get(number, {}))
            if number <= len(before) and before[number - 1] == row:
                row = before[number - 1]
            if number <= len(rows):
                rows[number - 1] = row
            else:
                rows.append(row)
        return Snapshot(tuple(rows), self._book.locale, look.tags, look.merges)

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        if not patches:
            return []
        values = await self._book.values_now(self._tab)
        before = self._shown(values, self._look or Look(), _changed(self._values, values)).rows
        verdicts = port.judge(before, patches)
        writes = [(p, row) for p, row in zip(patches, verdicts, strict=True) if isinstance(row, SheetRow)]
        astray = await self._write(writes, before, values) if writes else []
        landed = [Result.CONFLICT if patch in astray else Result.APPLIED for patch in patches]
        return [
            own if isinstance(verdict, SheetRow) else verdict for own, verdict in zip(landed, verdicts, strict=True)
        ]

    async def _write(
        self, writes: list[tuple[CellPatch, SheetRow]], before: Sequence[SheetRow], values: Values
    ) -> list[CellPatch]:
        """Write in one call that reads the rows back; returns what landed elsewhere and was put back."""
        sheet_id = await self._book.sheet_id(self._tab)
        width = max(len(row.cells) for row in before)
        body = {
            "requests": [_update(sheet_id, row.number, patch.column, patch.new) for patch, row in writes],
            "includeSpreadsheetInResponse": True,
            "responseRanges": [
                f"{quoted(self._tab)}!A{number}:{rowcol_to_a1(number, width)}"
                for number in {r.number for _, r in writes} | {p.header[0] for p, _ in writes if p.header}
            ],
            "responseIncludeGridData": True,
        }
        answer = await self._account.call("batch_update", self._workbook, body)
        held = _held(answer["updatedSpreadsheet"], self._tab)
        shifted = [
            (p, r)
            for p, r in writes
            if p.header
            and not port.same(held.get((p.header[0], p.column)), p.header[1])
            and port.same(held.get((r.number, p.anchor_column)), p.anchor)
        ]
        astray = [(p, r) for p, r in writes if not port.same(held.get((r.number, p.anchor_column)), p.anchor)]
        if shifted:
            undo = [_update(sheet_id, r.number, p.column, _overwritten(p, r, held, values)) for p, r in shifted]
            await self._account.call("batch_update", self._workbook, {"requests": undo})
        if astray:
            touched = {row.number: {p.column for p, r in astray if r is row} for _, row in astray}
            undo = [
                _update(
                    sheet_id,
                    row.number,
                    patch.column,
                    _victim(row.number, touched[row.number], held, before).cell(patch.column),
                )
                for patch, row in astray
            ]
            await self._account.call("batch_update", self._workbook, {"requests": undo})
        return [patch for patch, _ in (*shifted, *astray)]


def _row(number: int, cells: Sequence[Any], currencies: Mapping[int, str]) -> SheetRow:
    read = [None if cell == "" else cell for cell in cells]
    for column, symbol in currencies.items():
        if column < len(read):
            read[column] = formats.with_currency(read[column], symbol)
    return SheetRow(number, tuple(read))


def _changed(before: Values, after: Values) -> list[int]:
    """Numbers of the rows of `after` that differ."""
    kept = min(len(before), len(after))
    differing = [index + 1 for index in range(kept) if before[index] != after[index]]
    return differing + list(range(kept + 1, len(after) + 1))


def _update(sheet_id: int, row: int, column: int, new: Cell | date) -> Json:
    value = port.stored(new)
    fields, cell = "userEnteredValue", {"userEnteredValue": _extended(value)} if value is not None else {}
    if isinstance(new, date):
        fields += ",userEnteredFormat.numberFormat"
        cell["userEnteredFormat"] = {"numberFormat": DATE_FORMAT}
    start = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": column}
    return {"updateCells": {"rows": [{"values": [cell]}], "fields": fields, "start": start}}


def _extended(value: Cell) -> Json:
    match value:
        case bool():
            return {"boolValue": value}
        case int() | float():
            return {"numberValue": value}
    return {"stringValue": str(value)}


def _held(workbook: Json, tab: str) -> dict[tuple[int, int], Cell]:
    """The cells of an answer's grid data, by row number and column."""
    held = {}
    for sheet in workbook.get("sheets", []):
        if sheet.get("properties", {}).get("title") != tab:
            continue
        for grid in sheet.get("data", []):
            for row, cells in enumerate(grid.get("rowData", []), start=grid.get("startRow", 0) + 1):
                for column, cell in enumerate(cells.get("values", []), start=grid.get("startColumn", 0)):
                    held[row, column] = next(iter(cell.get("effectiveValue", {}).values()), None)
    return held


def _overwritten(patch: CellPatch, row: SheetRow, held: Mapping[tuple[int, int], Cell], values: Values) -> Cell:
    """A column came in between: the cell we hit, as it was a moment ago under the header it bears now."""
    if patch.header is None:
        return None
    titles, cells = values[patch.header[0] - 1], values[row.number - 1]
    bears = held.get((patch.header[0], patch.column))
    column = titles.index(bears) if bears is not None and bears in titles else len(cells)
    found: Cell = cells[column] if column < len(cells) else None
    return found


def _victim(
    number: int, touched: set[int], held: Mapping[tuple[int, int], Cell], before: Sequence[SheetRow]
) -> SheetRow:
    """The row that is now where ours was, as it was a moment ago: it still agrees in every cell we did not touch."""
    kept = [column for column in range(max(len(row.cells) for row in before)) if column not in touched]
    for row in before:
        if all(_agree(row.cell(column), held.get((number, column))) for column in kept):
            return row
    return SheetRow(number, ())


def _agree(shown: Cell, stored: Cell) -> bool:
    """A priced text stands for the bare number that the answer holds."""
    is_priced = isinstance(shown, str) and isinstance(stored, int | float)
    return port.same(shown, stored) or (is_priced and str(shown).startswith(f"{stored:.2f} "))
