"""The Spreadsheet resource: properties, tabs, metadata and, when asked, the cells with what they show."""

from __future__ import annotations

from typing import Any

from relance.sandbox.google import render
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
TAB_EXTRAS = ["merges", "protectedRanges", "charts", "tables", "bandedRanges", "conditionalFormats", "basicFilter"]


def describe(book: Workbook, origin: str, *, grids: bool, ranges: list[str] | None = None) -> Json:
    """The Spreadsheet resource; with ranges, only the tabs they touch and only their cells."""
    boxes = [book.resolve(text) for text in ranges or []]
    tabs = [tab for tab in book.tabs if not boxes or any(tab is touched for touched, _ in boxes)]
    answer: Json = {
        "spreadsheetId": book.id,
        "properties": {"autoRecalc": "ON_CHANGE", **book.properties},
        "sheets": [_describe_tab(book, tab, [b for t, b in boxes if t is tab] or [Box()], grids=grids) for tab in tabs],
        "spreadsheetUrl": f"{origin}/sheet/{book.id}",
    }
    if book.named_ranges:
        answer["namedRanges"] = book.named_ranges
    spread = [item for item in book.metadata if item["location"]["locationType"] == "SPREADSHEET"]
    if spread:
        answer["developerMetadata"] = spread
    return answer


def _describe_tab(book: Workbook, tab: Tab, boxes: list[Box], *, grids: bool) -> Json:
    answer: Json = {"properties": tab.properties}
    answer |= {key: tab.extras[key] for key in TAB_EXTRAS if tab.extras.get(key)}
    own = [item for item in book.metadata if item["location"].get("sheetId") == tab.id]
    if own:
        answer["developerMetadata"] = own
    if grids:
        answer["data"] = [_grid_data(book, tab, tab.clip(box)) for box in boxes]
    return answer


def _grid_data(book: Workbook, tab: Tab, box: Box) -> Json:
    columns = range(box.column, box.end_column or 0)
    rows: list[Json] = []
    for row in range(box.row, box.end_row or 0):
        cells = [render.cell_data(tab.cell(row, column), book.locale) for column in columns] if tab.rows[row] else []
        while cells and not cells[-1]:
            cells.pop()
        rows.append({"values": cells} if cells else {})
    while rows and not rows[-1]:
        rows.pop()
    answer: Json = {"rowData": rows} if rows else {}
    if box.row:
        answer["startRow"] = box.row
    if box.column:
        answer["startColumn"] = box.column
    metadata = [item for item in book.metadata if "dimensionRange" in item["location"]]
    places = [(item, item["location"]["dimensionRange"]) for item in metadata]
    tagged = [(item, place) for item, place in places if place.get("sheetId", 0) == tab.id]
    for key, dimension, span in (
        ("columnMetadata", "COLUMNS", columns),
        ("rowMetadata", "ROWS", range(box.row, box.end_row or 0)),
    ):
        mine = [(item, place) for item, place in tagged if place.get("dimension") == dimension]
        if mine or key == "columnMetadata":
            answer[key] = [_dimension(index, mine) for index in span]
    return answer


def _dimension(index: int, tagged: list[tuple[Json, Json]]) -> Json:
    found = [item for item, place in tagged if place.get("startIndex", 0) == index]
    return {"pixelSize": 100} | ({"developerMetadata": found} if found else {})
