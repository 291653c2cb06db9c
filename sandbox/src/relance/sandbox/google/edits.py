"""The requests of `spreadsheets.batchUpdate`, one function per kind; an unknown kind is refused.

Kinds that only decorate (charts, protections, filters…) are stored as they were sent, so that a caller can
read them back. The caller makes the batch atomic: it restores the workbook when one request is refused.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from relance.sandbox.google import (
    decorations,
    dimensions,
    formula,
    grid,
    mask,
    pasting,
    recalculation,
    refusal,
    render,
    replacing,
)
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
Apply = Callable[[Workbook, Json], Json]

CELL_FIELDS = frozenset(
    [
        "userEnteredValue",
        "userEnteredFormat",
        "dataValidation",
        "note",
        "hyperlink",
        "textFormatRuns",
        "chipRuns",
        "pivotTable",
    ]
)


def apply_all(book: Workbook, requests: list[Json]) -> list[Json]:
    if not requests:
        raise refusal.invalid("Must specify at least one request.")
    replies = [_apply_one(book, index, request) for index, request in enumerate(requests)]
    recalculation.recalculate(book)
    return replies


def _apply_one(book: Workbook, index: int, request: Json) -> Json:
    kinds = [kind for kind, body in request.items() if body is not None]
    if len(kinds) != 1:
        raise refusal.invalid(f"Invalid requests[{index}]: exactly one kind of request must be set.")
    kind = kinds[0]
    if kind not in KINDS:
        raise refusal.unknown_name(kind, f"requests[{index}]")
    try:
        return KINDS[kind](book, request[kind])
    except refusal.Refused as refused:
        text = str(refused).removeprefix("Invalid requests[0]: ").replace("requests[0]", f"requests[{index}]")
        prefix = "" if text.startswith("Invalid requests[") else f"Invalid requests[{index}].{kind}: "
        raise refusal.invalid(prefix + text) from refused
    except (KeyError, TypeError, AttributeError) as missing:
        raise refusal.invalid(f"Invalid requests[{index}].{kind}: malformed near {missing}") from missing


def _cell_mask(text: str) -> mask.Mask:
    chosen = mask.parse(text)
    unknown = set(chosen) - CELL_FIELDS
    if unknown:
        raise refusal.invalid(f"Invalid field: {sorted(unknown)[0]}")
    return chosen or {name: {} for name in CELL_FIELDS}


def _put(tab: Tab, place: tuple[int, int], source: Json, chosen: mask.Mask) -> None:
    cell = tab.edit(*place)
    mask.write(cell, copy.deepcopy(source), chosen)
    if cell.get("userEnteredValue") == {"stringValue": ""}:
        del cell["userEnteredValue"]
    if not cell:
        tab.rows[place[0]].pop(place[1], None)


def _update_cells(book: Workbook, body: Json) -> Json:
    chosen = _cell_mask(body["fields"])
    rows: list[Json] = body.get("rows", [])
    if "range" in body:
        tab, box = book.grid_range(body["range"])
        for row, column in tab.boxes(box):
            values = rows[row - box.row].get("values", []) if row - box.row < len(rows) else []
            offset = column - box.column
            _put(tab, (row, column), values[offset] if offset < len(values) else {}, chosen)
        return {}
    start = body["start"]
    tab = book.tab(int(start.get("sheetId", 0)))
    for r, row_data in enumerate(rows):
        for c, source in enumerate(row_data.get("values", [])):
            place = (int(start.get("rowIndex", 0)) + r, int(start.get("columnIndex", 0)) + c)
            _put(tab, place, source, chosen)
    return {}


def _repeat_cell(book: Workbook, body: Json) -> Json:
    chosen = _cell_mask(body["fields"])
    tab, box = book.grid_range(body["range"])
    for place in tab.boxes(box):
        _put(tab, place, _carried(body.get("cell", {}), place[0] - box.row, place[1] - box.column), chosen)
    return {}


def _carried(cell: Json, down: int, right: int) -> Json:
    """A repeated formula follows the cell it lands in, as when a person drags it."""
    text = cell.get("userEnteredValue", {}).get("formulaValue")
    if text is None:
        return cell
    text = formula.moved(text, lambda row, is_fixed: row if is_fixed else row + down, rows=True)
    text = formula.moved(text, lambda column, is_fixed: column if is_fixed else column + right, rows=False)
    return cell | {"userEnteredValue": {"formulaValue": text}}


def _set_data_validation(book: Workbook, body: Json) -> Json:
    tab, box = book.grid_range(body["range"])
    source = {"dataValidation": body["rule"]} if body.get("rule") else {}
    for place in tab.boxes(box):
        _put(tab, place, source, {"dataValidation": {}})
    return {}


def _add_sheet(book: Workbook, body: Json) -> Json:
    return {"addSheet": {"properties": copy.deepcopy(book.add_tab(body.get("properties", {})).properties)}}


def _delete_sheet(book: Workbook, body: Json) -> Json:
    tab = book.tab(int(body["sheetId"]))
    if len(book.tabs) == 1:
        raise refusal.invalid("You can't remove all the sheets in a document.")
    book.tabs.remove(tab)
    book.renumber()
    return {}


def _update_sheet_properties(book: Workbook, body: Json) -> Json:
    source = body["properties"]
    tab = book.tab(int(source.get("sheetId", 0)))
    chosen = mask.parse(body["fields"]) or {name: {} for name in source}
    title = source.get("title")
    if "title" in chosen and title and book.tab_titled(title) not in (None, tab):
        raise refusal.invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    before = dict(tab.properties["gridProperties"])
    mask.write(tab.properties, source, chosen)
    tab.properties["gridProperties"] = before | tab.properties.get("gridProperties", {})
    rows, columns = (int(tab.properties["gridProperties"][key]) for key in ("rowCount", "columnCount"))
    tab.properties["gridProperties"]["columnCount"] = before["columnCount"]
    tab.resize(rows, columns)
    if "index" in chosen:
        book.tabs.remove(tab)
        book.tabs.insert(int(source.get("index", 0)), tab)
    book.renumber()
    return {}


def _update_spreadsheet_properties(book: Workbook, body: Json) -> Json:
    mask.write(book.properties, body["properties"], mask.parse(body["fields"]))
    return {}


def _span(body: Json) -> tuple[bool, int, int]:
    span = body["range"]
    start, end = int(span.get("startIndex", 0)), int(span["endIndex"])
    if span.get("dimension") not in ("ROWS", "COLUMNS") or end <= start or start < 0:
        raise refusal.invalid("the dimension range is empty or has no dimension")
    return span["dimension"] == "ROWS", start, end


def _insert_dimension(book: Workbook, body: Json) -> Json:
    tab = book.tab(int(body["range"].get("sheetId", 0)))
    by_rows, start, end = _span(body)
    if start > (tab.row_count if by_rows else tab.column_count):
        raise refusal.invalid("range.startIndex is beyond the grid")
    dimensions.insert(book, tab, start, end - start, rows=by_rows)
    return {}


def _delete_dimension(book: Workbook, body: Json) -> Json:
    tab = book.tab(int(body["range"].get("sheetId", 0)))
    by_rows, start, end = _span(body)
    if end > (tab.row_count if by_rows else tab.column_count):
        raise refusal.invalid("range.endIndex is beyond the grid")
    dimensions.delete(book, tab, start, end, rows=by_rows)
    return {}


def _append_dimension(book: Workbook, body: Json) -> Json:
    tab = book.tab(int(body.get("sheetId", 0)))
    by_rows, count = body["dimension"] == "ROWS", int(body["length"])
    tab.resize(tab.row_count + count * by_rows, tab.column_count + count * (not by_rows))
    return {}


def _sort_range(book: Workbook, body: Json) -> Json:
    tab, box = book.grid_range(body["range"])
    keys: list[grid.SortKey] = [
        (int(spec.get("dimensionIndex", 0)), spec.get("sortOrder") == "DESCENDING", render.sort_key)
        for spec in body["sortSpecs"]
    ]
    tab.sort(box, keys)
    return {}


KINDS: dict[str, Apply] = {
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "setDataValidation": _set_data_validation,
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet_properties,
    "updateSpreadsheetProperties": _update_spreadsheet_properties,
    "insertDimension": _insert_dimension,
    "deleteDimension": _delete_dimension,
    "appendDimension": _append_dimension,
    "sortRange": _sort_range,
    **pasting.KINDS,
    **replacing.KINDS,
    **decorations.KINDS,
}
