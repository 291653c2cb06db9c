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

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import formats, port
from relance.ledger_sync.ledgers.google_account import Account
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Result, SheetRow, Snapshot

# Locale, tab ids and formats hardly change; a changed tab is re-read at once.
METADATA_AGE_S = 300.0

UNFORMATTED = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
METADATA = "properties.locale,sheets(properties(sheetId,title),data.rowData.values.userEnteredFormat.numberFormat)"
DATE_FORMAT = {"type": "DATE", "pattern": "yyyy-mm-dd"}

Json = dict[str, Any]


class GoogleLedger:
    def __init__(self, account: Account, *, workbook: str, tab: str) -> None:
        self._account = account
        self._workbook = workbook
        self._tab = tab
        self._values: list[list[Any]] | None = None
        self._metadata: Json = {}
        self._metadata_at = float("-inf")

    async def snapshot(self) -> Snapshot:
        values = await self._read()
        if values != self._values or time.monotonic() > self._metadata_at + METADATA_AGE_S:
            # Formats may have changed with the values; both are kept only when both were read.
            await self._read_metadata()
            self._values = values
        return Snapshot(self._rows(values), locale=self._metadata["properties"].get("locale", ""))

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        if not patches:
            return []
        if not self._metadata:
            await self._read_metadata()
        before = self._rows(await self._read())
        verdicts = port.judge(before, patches)
        writes = [(p, row) for p, row in zip(patches, verdicts, strict=True) if isinstance(row, SheetRow)]
        astray = await self._write(writes, before) if writes else []
        landed = [Result.CONFLICT if patch in astray else Result.APPLIED for patch in patches]
        return [
            own if isinstance(verdict, SheetRow) else verdict for own, verdict in zip(landed, verdicts, strict=True)
        ]

    async def _read(self) -> list[list[Any]]:
        answer = await self._account.call("values_batch_get", self._workbook, [_quoted(self._tab)], UNFORMATTED)
        values: list[list[Any]] = answer["valueRanges"][0].get("values", [])
        return values

    async def _read_metadata(self) -> None:
        asked = {"ranges": _quoted(self._tab), "fields": METADATA}
        self._metadata = await self._account.call("fetch_sheet_metadata", self._workbook, asked)
        self._metadata_at = time.monotonic()

    def _sheet(self) -> Json:
        sheets: list[Json] = self._metadata.get("sheets", [])
        found = next((sheet for sheet in sheets if sheet["properties"]["title"] == self._tab), None)
        if found is None:
            raise LedgerUnreachable(f"L'onglet « {self._tab} » n'existe pas dans le classeur.")
        return found

    def _rows(self, values: list[list[Any]]) -> tuple[SheetRow, ...]:
        grids = self._sheet().get("data", [{}])
        shaped = grids[0].get("rowData", []) if grids else []
        rows = []
        for index, cells in enumerate(values):
            patterns = [_pattern(cell) for cell in (shaped[index].get("values", []) if index < len(shaped) else [])]
            patterns += [""] * (len(cells) - len(patterns))
            read = tuple(formats.priced(None if c == "" else c, p) for c, p in zip(cells, patterns, strict=False))
            rows.append(SheetRow(index + 1, read))
        return tuple(rows)

    async def _write(self, writes: list[tuple[CellPatch, SheetRow]], before: Sequence[SheetRow]) -> list[CellPatch]:
        """Write in one call that reads the rows back; returns what landed elsewhere and was put back."""
        sheet_id = self._sheet()["properties"].get("sheetId", 0)
        width = max(len(row.cells) for row in before)
        body = {
            "requests": [_update(sheet_id, row.number, patch.column, patch.new) for patch, row in writes],
            "includeSpreadsheetInResponse": True,
            "responseRanges": [
                f"{_quoted(self._tab)}!A{number}:{rowcol_to_a1(number, width)}"
                for number in {r.number for _, r in writes}
            ],
            "responseIncludeGridData": True,
        }
        answer = await self._account.call("batch_update", self._workbook, body)
        held = _held(answer["updatedSpreadsheet"], self._tab)
        astray = [(p, r) for p, r in writes if not port.same(held.get((r.number, p.anchor_column)), p.anchor)]
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
        return [patch for patch, _ in astray]


def _quoted(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"


def _pattern(cell: Mapping[str, Any]) -> str:
    pattern: str = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("pattern", "")
    return pattern


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
