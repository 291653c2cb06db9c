"""The hands of the person: the same edits on a local workbook and in the sandbox Google."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import requests
from openpyxl.utils import get_column_letter

from tests.integration.sandbox_google.conftest import RunningGoogle
from tests.randomised.words import EPOCH, Typed

TAB, SCRATCH = "Voyages", "Brouillon"
TAB_ID, SCRATCH_ID = 0, 1
WORKBOOK = "storm"
WIDTH = 24  # more columns than a person ever makes here
Table = list[list[Any]]


class Surface(Protocol):
    def create(self, header: Sequence[str]) -> None: ...

    def type(self, row: int, column: int, typed: Typed) -> None: ...

    def sort(self, header: int, column: int, span: tuple[int, int], title: str) -> None: ...

    def insert_row(self, at: int) -> None: ...

    def delete_row(self, at: int) -> None: ...

    def move_row(self, start: int, to: int) -> None: ...

    def copy_row(self, source: int, at: int) -> None: ...

    def clear_row(self, at: int) -> None: ...

    def lift_row(self, at: int, slot: int) -> None: ...

    def lower_row(self, slot: int, at: int) -> None: ...

    def insert_column(self, at: int) -> None: ...

    def delete_column(self, at: int) -> None: ...

    def move_column(self, start: int, to: int) -> None: ...

    def put_back(self, rows: tuple[int, int], span: tuple[int, int], order: Sequence[int]) -> None:
        """Undo of a sort: the cells of `span` in row rows[0] + i go to row rows[0] + order[i]."""

    def table(self) -> Table:
        """Everything in the tab; dates as serials, an empty cell as ""."""

    def holds(self, typed: Typed) -> Any:
        """What the workbook keeps of it."""


class Local:
    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path = path
        self._chance = chance
        self._slots: dict[int, list[Any]] = {}

    def create(self, header: Sequence[str]) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].title = TAB
        book.worksheets[0].append(list(header))
        book.save(self.path)

    def type(self, row: int, column: int, typed: Typed) -> None:
        def change(sheet: Any) -> None:
            sheet.cell(row=row + 1, column=column + 1).value = typed.local

        self._edit(change)

    def sort(self, header: int, column: int, span: tuple[int, int], title: str) -> None:
        del title

        def key(row: list[Any]) -> tuple[bool, str]:
            value = row[column] if column < len(row) else None
            return value in (None, ""), str(value or "").casefold()

        def change(table: Table) -> Table:
            below = table[header + 1 :]
            moved = sorted(below, key=key)
            return table[: header + 1] + [
                [*kept[: span[0]], *came[span[0] : span[1]], *kept[span[1] :]]
                for kept, came in zip(below, moved, strict=True)
            ]

        self._retype(change)

    def insert_row(self, at: int) -> None:
        self._retype(lambda table: [*_padded(table, at), [], *table[at:]])

    def delete_row(self, at: int) -> None:
        self._retype(lambda table: table[:at] + table[at + 1 :])

    def move_row(self, start: int, to: int) -> None:
        def change(table: Table) -> Table:
            table += [[] for _ in range(to - len(table))]
            row = table.pop(start)
            table.insert(to if to < start else to - 1, row)
            return table

        self._retype(change)

    def copy_row(self, source: int, at: int) -> None:
        self._retype(lambda table: [*_padded(table, at), list(table[source]), *table[at:]])

    def clear_row(self, at: int) -> None:
        self._retype(lambda table: [*table[:at], [], *table[at + 1 :]])

    def lift_row(self, at: int, slot: int) -> None:
        def change(table: Table) -> Table:
            self._slots[slot] = table.pop(at)
            return table

        self._retype(change)

    def lower_row(self, slot: int, at: int) -> None:
        self._retype(lambda table: [*_padded(table, at), self._slots.pop(slot), *table[at:]])

    def insert_column(self, at: int) -> None:
        self._retype(lambda table: [[*row[:at], None, *row[at:]] for row in table])

    def delete_column(self, at: int) -> None:
        self._retype(lambda table: [row[:at] + row[at + 1 :] for row in table])

    def move_column(self, start: int, to: int) -> None:
        def change(table: Table) -> Table:
            for row in table:
                row.insert(to if to < start else to - 1, row.pop(start))
            return table

        self._retype(change)

    def put_back(self, rows: tuple[int, int], span: tuple[int, int], order: Sequence[int]) -> None:
        def change(table: Table) -> Table:
            table = _padded(table, rows[1])
            taken = [row[span[0] : span[1]] for row in table[rows[0] : rows[1]]]
            for cells, to in zip(taken, order, strict=True):
                table[rows[0] + to][span[0] : span[1]] = cells
            return table

        self._retype(change)

    def table(self) -> Table:
        sheet = openpyxl.load_workbook(self.path)[TAB]
        return [[_serial(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]

    def holds(self, typed: Typed) -> Any:
        return _serial(typed.local)

    def _retype(self, change: Callable[[Table], Table]) -> None:
        def edit(sheet: Any) -> None:
            table = [list(row) for row in sheet.iter_rows(values_only=True)]
            width = max(len(row) for row in table)
            table = change([row + [None] * (width - len(row)) for row in table])
            sheet.delete_rows(1, sheet.max_row)
            for number, row in enumerate(table, start=1):
                for column, value in enumerate(row, start=1):
                    if value is not None:
                        sheet.cell(row=number, column=column).value = value

        self._edit(edit)

    def _edit(self, change: Callable[[Any], None]) -> None:
        """Saved in place under a spreadsheet program's lock, or replaced whole as a synchronised folder does."""
        lock = self.path.with_name(f".~lock.{self.path.name}#")
        is_synchronised = self._chance.random() < 0.5
        if not is_synchronised:
            lock.touch()
        book = openpyxl.load_workbook(self.path)
        change(book[TAB])
        beside = self.path.with_name("copie.tmp")
        book.save(beside if is_synchronised else self.path)
        if is_synchronised:
            beside.replace(self.path)
        else:
            lock.unlink()


class Online:
    def __init__(self, server: RunningGoogle) -> None:
        self.server = server

    def create(self, header: Sequence[str]) -> None:
        amount, day = {"type": "NUMBER", "pattern": "#,##0.00"}, {"type": "DATE", "pattern": "yyyy-mm-dd"}
        shapes = {"Numéro WhatsApp": {"type": "TEXT", "pattern": "@"}, "Date de voyage": day,
                  "Valeur totale du forfait": amount, "Montant versé": amount}  # fmt: skip
        tabs = [{"title": TAB, "rows": [list(header)], "formats": shapes}, {"title": SCRATCH}]
        self.server.control("workbook", id=WORKBOOK, locale="fr_FR", timeZone="Europe/Paris", tabs=tabs)

    def type(self, row: int, column: int, typed: Typed) -> None:
        cell = f"{get_column_letter(column + 1)}{row + 1}"
        self.server.control("edit", id=WORKBOOK, tab=TAB, cell=cell, value=typed.typed)

    def sort(self, header: int, column: int, span: tuple[int, int], title: str) -> None:
        del header, column
        columns = f"{get_column_letter(span[0] + 1)}:{get_column_letter(span[1])}"
        self.server.control("sort", id=WORKBOOK, tab=TAB, column=title, columns=columns)

    def insert_row(self, at: int) -> None:
        self.server.control("insert_row", id=WORKBOOK, tab=TAB, row=at + 1)

    def delete_row(self, at: int) -> None:
        self.server.control("delete_row", id=WORKBOOK, tab=TAB, row=at + 1)

    def move_row(self, start: int, to: int) -> None:
        self._ask({"moveDimension": {"source": _span("ROWS", start), "destinationIndex": to}})

    def copy_row(self, source: int, at: int) -> None:
        from_row = source if source < at else source + 1
        self._ask(
            {"insertDimension": {"range": _span("ROWS", at)}},
            {"copyPaste": {"source": _row(TAB_ID, from_row), "destination": _row(TAB_ID, at)}},
        )

    def clear_row(self, at: int) -> None:
        self._ask({"updateCells": {"range": _row(TAB_ID, at), "fields": "userEnteredValue"}})

    def lift_row(self, at: int, slot: int) -> None:
        place = {"sheetId": SCRATCH_ID, "rowIndex": slot, "columnIndex": 0}
        self._ask(
            {"cutPaste": {"source": _row(TAB_ID, at), "destination": place}},
            {"deleteDimension": {"range": _span("ROWS", at)}},
        )

    def lower_row(self, slot: int, at: int) -> None:
        place = {"sheetId": TAB_ID, "rowIndex": at, "columnIndex": 0}
        self._ask(
            {"insertDimension": {"range": _span("ROWS", at)}},
            {"cutPaste": {"source": _row(SCRATCH_ID, slot), "destination": place}},
        )

    def insert_column(self, at: int) -> None:
        self._ask({"insertDimension": {"range": _span("COLUMNS", at)}})

    def delete_column(self, at: int) -> None:
        self._ask({"deleteDimension": {"range": _span("COLUMNS", at)}})

    def move_column(self, start: int, to: int) -> None:
        self._ask({"moveDimension": {"source": _span("COLUMNS", start), "destinationIndex": to}})

    def put_back(self, rows: tuple[int, int], span: tuple[int, int], order: Sequence[int]) -> None:
        """By way of the scratch tab, as cutting row by row would tread on itself."""
        asked = []
        for cut, paste, sheets in (
            (rows[0], 500, (TAB_ID, SCRATCH_ID)),
            (500, rows[0], (SCRATCH_ID, TAB_ID)),
        ):
            for index, to in enumerate(order):
                target = index if sheets[1] == SCRATCH_ID else to
                source = {"sheetId": sheets[0], "startRowIndex": cut + index, "endRowIndex": cut + index + 1,
                          "startColumnIndex": span[0], "endColumnIndex": span[1]}  # fmt: skip
                place = {"sheetId": sheets[1], "rowIndex": paste + target, "columnIndex": span[0]}
                asked.append({"cutPaste": {"source": source, "destination": place}})
        self._ask(*asked)

    def table(self) -> Table:
        answer = requests.get(f"{self.server.base}/control/sheet/{WORKBOOK}", params={"tab": TAB}, timeout=30)
        rows: Table = answer.json()["rows"]
        return rows

    def holds(self, typed: Typed) -> Any:
        return typed.google

    def _ask(self, *asked: dict[str, Any]) -> None:
        self.server.control("requests", id=WORKBOOK, requests=list(asked))


def _span(dimension: str, at: int) -> dict[str, Any]:
    return {"sheetId": TAB_ID, "dimension": dimension, "startIndex": at, "endIndex": at + 1}


def _row(sheet: int, at: int) -> dict[str, Any]:
    return {"sheetId": sheet, "startRowIndex": at, "endRowIndex": at + 1, "endColumnIndex": WIDTH}


def _padded(table: Table, length: int) -> Table:
    """The rows above `length`, blank ones added when there are too few."""
    return table[:length] + [[] for _ in range(length - len(table))]


def _serial(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() - EPOCH).days
    return (value - EPOCH).days if hasattr(value, "isoformat") else value
