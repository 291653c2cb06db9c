"""A workbook in memory: tabs of rows of cells, each cell a `CellData` in Google's own JSON shape.

Keeping Google's shape makes field masks, persistence and read-back the same thing. A missing cell is an
empty one; only what was entered is kept (effective and formatted values are computed by `render`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from relance.sandbox.google import a1, formula, refusal
from relance.sandbox.google.a1 import Box

Json = dict[str, Any]
Row = dict[int, Json]
SortKey = tuple[int, bool, Callable[[Json], tuple[int, Any]]]  # column, is descending, key of a cell
Move = Callable[[int, bool], int | None]  # index, is fixed by $ → its new index, None when it is gone
DEFAULT_ROWS, DEFAULT_COLUMNS = 1000, 26
CELL_LIMIT = 10_000_000


@dataclass(slots=True)
class Tab:
    properties: Json
    rows: list[Row] = field(default_factory=list)
    extras: Json = field(default_factory=dict)  # charts, protections, filters…: stored as they were sent

    @property
    def id(self) -> int:
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def row_count(self) -> int:
        return len(self.rows)

    @property
    def column_count(self) -> int:
        return int(self.properties["gridProperties"]["columnCount"])

    def cell(self, row: int, column: int) -> Json:
        return self.rows[row].get(column, {}) if row < len(self.rows) else {}

    def edit(self, row: int, column: int) -> Json:
        """The cell to write into; the grid limits are checked as Google does."""
        if row >= self.row_count or column >= self.column_count:
            raise self.off_limits(Box(row, column, row + 1, column + 1))
        return self.rows[row].setdefault(column, {})

    def off_limits(self, box: Box) -> refusal.Refused:
        return refusal.invalid(
            f"Range ({a1.format_range(self.title, box)}) exceeds grid limits. "
            f"Max rows: {self.row_count}, max columns: {self.column_count}"
        )

    def clip(self, box: Box) -> Box:
        if box.row >= self.row_count or box.column >= self.column_count:
            raise self.off_limits(box)
        return box.clip(self.row_count, self.column_count)

    def boxes(self, box: Box) -> Iterator[tuple[int, int]]:
        closed = self.clip(box)
        for row in range(closed.row, closed.end_row or 0):
            for column in range(closed.column, closed.end_column or 0):
                yield row, column

    def insert_rows(self, at: int, count: int) -> None:
        self.rows[at:at] = [{} for _ in range(count)]
        self._recount()
        self._follow(lambda index, _: index + count if index >= at else index, rows=True)

    def delete_rows(self, start: int, end: int) -> None:
        if end - start >= self.row_count:
            raise refusal.invalid("You can't delete all the rows on the sheet.")
        del self.rows[start:end]
        self._recount()
        self._follow(_after_deletion(start, end), rows=True)

    def insert_columns(self, at: int, count: int) -> None:
        self.rows = [{(c + count if c >= at else c): cell for c, cell in row.items()} for row in self.rows]
        self.properties["gridProperties"]["columnCount"] = self.column_count + count
        self._follow(lambda index, _: index + count if index >= at else index, rows=False)

    def delete_columns(self, start: int, end: int) -> None:
        count = end - start
        if count >= self.column_count:
            raise refusal.invalid("You can't delete all the columns on the sheet.")
        self.rows = [
            {(c - count if c >= end else c): cell for c, cell in row.items() if not start <= c < end}
            for row in self.rows
        ]
        self.properties["gridProperties"]["columnCount"] = self.column_count - count
        self._follow(_after_deletion(start, end), rows=False)

    def rearrange(self, now_at: dict[int, int], *, rows: bool) -> None:
        """Every row (or column) goes to the place `now_at` names; formulas follow."""
        if rows:
            held = self.rows
            self.rows = [{}] * len(held)
            for before, after in now_at.items():
                self.rows[after] = held[before]
        else:
            self.rows = [{now_at[column]: cell for column, cell in row.items()} for row in self.rows]
        self._follow(lambda index, _: now_at.get(index, index), rows=rows)

    def sort(self, box: Box, keys: list[SortKey]) -> None:
        """Sort the rectangle's cells by (column, descending, key); rows outside it stay; empties go last.

        Only the cells inside the rectangle move, as in Sheets: sorting part of the columns tears rows apart.
        """
        closed = self.clip(box)
        first, last = closed.column, closed.end_column or 0
        span = range(closed.row, closed.end_row or 0)
        slices = [{c: cell for c, cell in self.rows[r].items() if first <= c < last} for r in span]
        origin = {id(moved): r for r, moved in zip(span, slices, strict=True)}
        for column, descending, key in reversed(keys):
            filled = [s for s in slices if key(s.get(column, {}))[0] >= 0]
            empty = [s for s in slices if key(s.get(column, {}))[0] < 0]
            filled.sort(key=lambda s, c=column, k=key: k(s.get(c, {})), reverse=descending)  # type: ignore[misc]
            slices = filled + empty
        for r, moved in zip(span, slices, strict=True):
            kept = {c: cell for c, cell in self.rows[r].items() if not first <= c < last}
            self.rows[r] = kept | moved
            down = r - origin[id(moved)]
            for cell in moved.values():
                _rewrite(cell, lambda index, is_fixed, by=down: index if is_fixed else index + by, rows=True)  # type: ignore[misc]

    def resize(self, rows: int, columns: int) -> None:
        if rows < 1 or columns < 1 or rows * columns > CELL_LIMIT:
            raise refusal.invalid("This action would increase the number of cells above the limit of 10000000.")
        del self.rows[rows:]
        self.rows += [{} for _ in range(rows - len(self.rows))]
        if columns < self.column_count:
            self.rows = [{c: cell for c, cell in row.items() if c < columns} for row in self.rows]
        self.properties["gridProperties"]["columnCount"] = columns
        self._recount()

    def _follow(self, move: Move, *, rows: bool) -> None:
        for row in self.rows:
            for cell in row.values():
                _rewrite(cell, move, rows=rows)

    def _recount(self) -> None:
        self.properties["gridProperties"]["rowCount"] = len(self.rows)


def _rewrite(cell: Json, move: Move, *, rows: bool) -> None:
    text = cell.get("userEnteredValue", {}).get("formulaValue")
    if text is not None:
        cell["userEnteredValue"] = {"formulaValue": formula.moved(text, move, rows=rows)}


def _after_deletion(start: int, end: int) -> Move:
    def move(index: int, _: bool) -> int | None:
        if start <= index < end:
            return None
        return index - (end - start) if index >= end else index

    return move


@dataclass(slots=True)
class Workbook:
    id: str
    properties: Json
    tabs: list[Tab] = field(default_factory=list)
    named_ranges: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    version: int = 1

    @property
    def locale(self) -> str:
        return str(self.properties.get("locale", "en_US"))

    def tab(self, sheet_id: int) -> Tab:
        for tab in self.tabs:
            if tab.id == sheet_id:
                return tab
        raise refusal.invalid(f"Invalid requests[0]: No grid with id: {sheet_id}")

    def tab_titled(self, title: str) -> Tab | None:
        return next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    def add_tab(self, properties: Json) -> Tab:
        title = str(properties.get("title") or f"Feuille {len(self.tabs) + 1}")
        if self.tab_titled(title):
            raise refusal.invalid(
                f'Invalid requests[0].addSheet: A sheet with the name "{title}" already exists. '
                "Please enter another name."
            )
        taken = {tab.id for tab in self.tabs}
        sheet_id = properties.get("sheetId")
        if sheet_id is None:
            sheet_id = 0 if not taken else max(taken) + 1
        if sheet_id in taken:
            raise refusal.invalid(f"Invalid requests[0].addSheet: sheetId {sheet_id} already exists.")
        limits = {"rowCount": DEFAULT_ROWS, "columnCount": DEFAULT_COLUMNS} | dict(properties.get("gridProperties", {}))
        kept = copy.deepcopy(properties) | {
            "sheetId": int(sheet_id),
            "title": title,
            "sheetType": "GRID",
            "gridProperties": limits,
        }
        tab = Tab(kept, [{} for _ in range(int(limits["rowCount"]))])
        self.tabs.insert(min(int(properties.get("index", len(self.tabs))), len(self.tabs)), tab)
        self.renumber()
        return tab

    def renumber(self) -> None:
        for index, tab in enumerate(self.tabs):
            tab.properties["index"] = index

    def resolve(self, text: str) -> tuple[Tab, Box]:
        """A range as clients write it: A1, a tab title, or a named range."""
        try:
            reference = a1.parse(text)
        except a1.NotA1:
            raise refusal.invalid(f"Unable to parse range: {text}") from None
        if reference.title is None:
            return self.tabs[0], reference.box
        tab = self.tab_titled(reference.title)
        if tab:
            return tab, reference.box
        for named in self.named_ranges:
            if named["name"] == text:
                return self.grid_range(named["range"])
        raise refusal.invalid(f"Unable to parse range: {text}")

    def grid_range(self, raw: Json) -> tuple[Tab, Box]:
        box = Box(
            int(raw.get("startRowIndex", 0)),
            int(raw.get("startColumnIndex", 0)),
            raw.get("endRowIndex"),
            raw.get("endColumnIndex"),
        )
        return self.tab(int(raw.get("sheetId", 0))), box
