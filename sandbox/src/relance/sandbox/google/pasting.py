"""Copying, cutting and moving: `copyPaste`, `cutPaste` and `moveDimension` of `spreadsheets.batchUpdate`."""

from __future__ import annotations

import copy
from typing import Any

from relance.sandbox.google import dimensions, formula, refusal
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
PARTS = {
    "PASTE_NORMAL": None,
    "PASTE_VALUES": ("userEnteredValue",),
    "PASTE_FORMAT": ("userEnteredFormat", "dataValidation"),
    "PASTE_DATA_VALIDATION": ("dataValidation",),
}


def copy_paste(book: Workbook, body: Json) -> Json:
    """A destination larger than the source is filled with whole copies, a smaller one takes all of it."""
    source, box = book.grid_range(body["source"])
    target, wanted = book.grid_range(body["destination"])
    kind = body.get("pasteType", "PASTE_NORMAL")
    if kind not in PARTS:
        raise refusal.invalid(f"pasteType {kind} is not imitated by the sandbox")
    if body.get("pasteOrientation", "NORMAL") != "NORMAL":
        raise refusal.invalid("pasteOrientation TRANSPOSE is not imitated by the sandbox")
    taken = _taken(source, source.clip(box))
    height, width = len(taken), len(taken[0])
    wanted = target.clip(wanted)
    copies = (max(1, ((wanted.end_row or 0) - wanted.row) // height),
              max(1, ((wanted.end_column or 0) - wanted.column) // width))  # fmt: skip
    for down in range(copies[0] * height):
        for right in range(copies[1] * width):
            place = (wanted.row + down, wanted.column + right)
            offset = (place[0] - box.row - down % height, place[1] - box.column - right % width)
            _put(target, place, _carried(taken[down % height][right % width], offset), PARTS[kind])
    return {}


def cut_paste(book: Workbook, body: Json) -> Json:
    source, box = book.grid_range(body["source"])
    closed = source.clip(box)
    place = body["destination"]
    target = book.tab(int(place.get("sheetId", 0)))
    taken = _taken(source, closed)
    for row, column in source.boxes(closed):
        source.rows[row].pop(column, None)
    for r, cells in enumerate(taken):
        for c, cell in enumerate(cells):
            _put(target, (int(place.get("rowIndex", 0)) + r, int(place.get("columnIndex", 0)) + c), cell, None)
    return {}


def move_dimension(book: Workbook, body: Json) -> Json:
    span = body["source"]
    tab = book.tab(int(span.get("sheetId", 0)))
    rows = span["dimension"] == "ROWS"
    start, end = int(span.get("startIndex", 0)), int(span["endIndex"])
    if not 0 <= start < end <= (tab.row_count if rows else tab.column_count):
        raise refusal.invalid("source is beyond the grid")
    dimensions.move(book, tab, (start, end), int(body["destinationIndex"]), rows=rows)
    return {}


def _taken(tab: Tab, box: Box) -> list[list[Json]]:
    columns = range(box.column, box.end_column or 0)
    rows = range(box.row, box.end_row or 0)
    return [[copy.deepcopy(tab.cell(row, column)) for column in columns] for row in rows]


def _put(tab: Tab, place: tuple[int, int], cell: Json, parts: tuple[str, ...] | None) -> None:
    into = tab.edit(*place)
    for name in parts or {*into, *cell}:
        into.pop(name, None)
        if name in cell:
            into[name] = copy.deepcopy(cell[name])
    if not into:
        tab.rows[place[0]].pop(place[1], None)


def _carried(cell: Json, offset: tuple[int, int]) -> Json:
    text = cell.get("userEnteredValue", {}).get("formulaValue")
    if text is None:
        return cell
    for by, rows in zip(offset, (True, False), strict=True):
        text = formula.moved(text, lambda index, is_fixed, by=by: index if is_fixed else index + by, rows=rows)  # type: ignore[misc]
    return cell | {"userEnteredValue": {"formulaValue": text}}


KINDS = {"copyPaste": copy_paste, "cutPaste": cut_paste, "moveDimension": move_dimension}
