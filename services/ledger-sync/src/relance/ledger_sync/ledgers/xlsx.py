"""A tab of a local .xlsx: read with calamine, patched with openpyxl, replaced in one rename.

Nobody else may be writing: LibreOffice and Excel say so with a lock file, and a file that changed between our read and
our rename is left as it is. Saved by openpyxl, formulas lose their cached results until a spreadsheet program
recalculates them: such a cell then reads as empty.
"""

from __future__ import annotations

import asyncio
import threading
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from openpyxl.utils.exceptions import InvalidFileException

from relance.domain import dates
from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import formats, port, workbook_file
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Merge, Result, SheetRow, Snapshot

UNREADABLE = (python_calamine.CalamineError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError)
Version = tuple[int, int, int]

# Two ledgers may be two tabs of one file; they live in one process.
_locks: dict[Path, threading.Lock] = {}
_locks_guard = threading.Lock()


class XlsxLedger:
    def __init__(self, path: Path, *, tab: str, locale: str) -> None:
        self._path = path.resolve()
        self._tab = tab
        self._locale = locale
        self._read: tuple[Version, Snapshot] | None = None
        with _locks_guard:
            self._lock = _locks.setdefault(self._path, threading.Lock())

    async def snapshot(self) -> Snapshot:
        return await asyncio.to_thread(self._snapshot)

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        return await asyncio.to_thread(self._apply, patches) if patches else []

    async def add(self, rows: Sequence[Mapping[int, Cell]], *, key_column: int) -> int:
        return await asyncio.to_thread(self._add, rows, key_column)

    def _add(self, rows: Sequence[Mapping[int, Cell]], key_column: int) -> int:
        with self._lock:
            workbook_file.refuse_if_open(self._path)
            version = self._version()
            there = self._snapshot().rows
            lacking = port.lacking(there, rows, key_column)
            if not lacking:
                return 0
            book = self._opened()
            last = max((row.number for row in there if any(cell is not None for cell in row.cells)), default=0)
            for number, row in enumerate(lacking, start=last + 1):
                for column, value in row.items():
                    _put(book[self._tab].cell(row=number, column=column + 1), value)
            return len(lacking) if self._replace(book, version) else 0

    def _snapshot(self) -> Snapshot:
        version = self._version()
        if self._read is None or self._read[0] != version:
            try:
                rows, merges = _rows(self._path, self._tab)
                rows = _with_currencies(self._path, self._tab, rows)
            except UNREADABLE as error:
                raise self._unreadable() from error
            self._read = version, Snapshot(self._as_before(rows), self._locale, merges=merges)
        return self._read[1]

    def _as_before(self, rows: tuple[SheetRow, ...]) -> tuple[SheetRow, ...]:
        """Rows that say what they said before are the same objects as before."""
        before = self._read[1].rows if self._read else ()
        return tuple(before[i] if i < len(before) and before[i] == row else row for i, row in enumerate(rows))

    def _apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        with self._lock:
            workbook_file.refuse_if_open(self._path)
            version = self._version()
            verdicts = port.judge(self._snapshot().rows, patches)
            writes = [(p, row) for p, row in zip(patches, verdicts, strict=True) if isinstance(row, SheetRow)]
            landed = iter(self._write(writes, version) if writes else ())
            return [next(landed) if isinstance(verdict, SheetRow) else verdict for verdict in verdicts]

    def _write(self, writes: list[tuple[CellPatch, SheetRow]], version: Version) -> list[Result]:
        book = self._opened()
        sheet = book[self._tab]
        cells = [(patch, sheet.cell(row=row.number, column=patch.column + 1)) for patch, row in writes]
        kept = [patch.is_shared and cell.data_type == "f" for patch, cell in cells]
        for (patch, cell), is_kept in zip(cells, kept, strict=True):
            if not is_kept:
                _put(cell, patch.new)
        landed = all(kept) or self._replace(book, version)
        return [Result.KEPT if one else Result.APPLIED if landed else Result.CONFLICT for one in kept]

    def _opened(self) -> openpyxl.Workbook:
        try:
            book = openpyxl.load_workbook(self._path)
            book[self._tab]
        except UNREADABLE as error:
            raise self._unreadable() from error
        return book

    def _replace(self, book: openpyxl.Workbook, version: Version) -> bool:
        return workbook_file.replace(self._path, book, is_wanted=lambda: self._version() == version)

    def _version(self) -> Version:
        try:
            found = self._path.stat()
        except OSError as error:
            raise LedgerUnreachable(f"Le classeur {self._path} est introuvable.") from error
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _unreadable(self) -> LedgerUnreachable:
        return LedgerUnreachable(f"Le classeur {self._path.name} n'a pas d'onglet « {self._tab} » lisible.")


def _rows(path: Path, tab: str) -> tuple[tuple[SheetRow, ...], tuple[Merge, ...]]:
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab)
    rows = tuple(
        SheetRow(number, tuple(_cell(value) for value in values))
        for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1)
    )
    merged = sheet.merged_cell_ranges or []
    return rows, tuple(Merge(top + 1, bottom + 1, left, right) for (top, left), (bottom, right) in merged)


def _with_currencies(path: Path, tab: str, rows: tuple[SheetRow, ...]) -> tuple[SheetRow, ...]:
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        shaped = [[getattr(cell, "number_format", "") for cell in row] for row in book[tab].iter_rows()]
    finally:
        book.close()
    priced = []
    for row in rows:
        patterns = shaped[row.number - 1] if row.number <= len(shaped) else []
        patterns = patterns + [""] * (len(row.cells) - len(patterns))
        cells = (formats.priced(cell, pattern) for cell, pattern in zip(row.cells, patterns, strict=False))
        priced.append(SheetRow(row.number, tuple(cells)))
    return tuple(priced)


def _cell(value: Any) -> Cell:
    match value:
        case "" | None:
            return None
        case bool() | str():
            return value
        case datetime():
            return dates.serial(value.date())
        case date():
            return dates.serial(value)
        case float() if value.is_integer():
            return int(value)
        case int() | float():
            return value
    return str(value)


def _put(cell: Any, new: Cell | date) -> None:
    cell.value = new if isinstance(new, date) else port.stored(new)
    if isinstance(new, date):
        cell.number_format = "yyyy-mm-dd"
