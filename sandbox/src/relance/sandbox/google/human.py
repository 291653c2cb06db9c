"""A scripted person at the sheet: types, sorts, inserts and deletes as the owner would, between our calls."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from relance.sandbox.google import a1, dimensions, edits, refusal, render, values, wire
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]


def routes() -> list[web.RouteDef]:
    return [
        web.post("/control/edit", edit),
        web.post("/control/sort", sort),
        web.post("/control/insert_row", insert_row),
        web.post("/control/delete_row", delete_row),
        web.post("/control/requests", requests),
    ]


async def edit(request: web.Request) -> web.Response:
    """A human types `value` into a cell: {id, tab, cell: "G5"} or {row_key: {column, value}, column}."""
    sent = await wire.body(request, "id", "tab", "cell", "row_key", "column", "value")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        tab = tab_of(book, sent)
        row, column = _place(book, tab, sent)
        values.enter(book, tab, (row, column), sent.get("value", ""), option="USER_ENTERED")
        shown = render.formatted(tab.cell(row, column), book.locale)
    cell = a1.format_box(Box(row, column, row + 1, column + 1))
    return web.json_response({"cell": cell, "shown": shown, "version": book.version})


def _place(book: Workbook, tab: Tab, sent: Json) -> tuple[int, int]:
    if "cell" in sent:
        try:
            return a1.parse_cell(str(sent["cell"]))
        except a1.NotA1:
            raise refusal.invalid(f"{sent['cell']} n'est pas une cellule") from None
    header_row, column = find_header(book, tab, str(sent.get("column", "")))
    return _row_with(book, tab, sent.get("row_key") or {}, header_row), column


def find_header(book: Workbook, tab: Tab, name: str) -> tuple[int, int]:
    for row, cells in enumerate(tab.rows):
        for column, cell in cells.items():
            if render.formatted(cell, book.locale) == name:
                return row, column
    raise refusal.invalid(f"Aucune colonne « {name} » dans l'onglet « {tab.title} »")


def _row_with(book: Workbook, tab: Tab, key: Json, header_row: int) -> int:
    _, column = find_header(book, tab, str(key.get("column", "")))
    for row in range(header_row + 1, tab.row_count):
        if tab.rows[row] and render.formatted(tab.cell(row, column), book.locale) == str(key.get("value")):
            return row
    raise refusal.invalid(f"Aucune ligne où « {key.get('column')} » vaut « {key.get('value')} »")


async def sort(request: web.Request) -> web.Response:
    """A human sorts: {id, tab, column: header, descending?, columns?: "A:C" for a partial (torn) sort}."""
    sent = await wire.body(request, "id", "tab", "column", "descending", "columns")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        tab = tab_of(book, sent)
        header_row, column = find_header(book, tab, str(sent.get("column", "")))
        part = a1.parse(str(sent["columns"])).box if "columns" in sent else Box()
        box = Box(header_row + 1, part.column, None, part.end_column)
        tab.sort(box, [(column, bool(sent.get("descending")), render.sort_key)])
    return web.json_response({"version": book.version})


async def insert_row(request: web.Request) -> web.Response:
    """A human inserts a row before row `row` (1 is the first), with `values` by header if given."""
    sent = await wire.body(request, "id", "tab", "row", "values")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        tab, row = tab_of(book, sent), _row_index(sent)
        dimensions.insert(book, tab, row, 1, rows=True)
        for column, cell in (tab.rows[row + 1] if row + 1 < tab.row_count else {}).items():
            dressing = {key: value for key, value in cell.items() if key != "userEnteredValue"}
            if dressing and row >= 1:
                tab.rows[row][column] = dressing
        for name, value in sent.get("values", {}).items():
            _, column = find_header(book, tab, name)
            values.enter(book, tab, (row, column), value, option="USER_ENTERED")
    return web.json_response({"version": book.version})


async def delete_row(request: web.Request) -> web.Response:
    """A human deletes row `row` (1 is the first), or the one that `row_key` finds."""
    sent = await wire.body(request, "id", "tab", "row", "row_key")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        tab = tab_of(book, sent)
        row = _row_with(book, tab, sent["row_key"], 0) if "row_key" in sent else _row_index(sent)
        dimensions.delete(book, tab, row, row + 1, rows=True)
    return web.json_response({"version": book.version})


async def requests(request: web.Request) -> web.Response:
    """A human moves, copies, cuts and pastes: {id, requests}, the requests of `spreadsheets.batchUpdate`."""
    sent = await wire.body(request, "id", "requests")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        edits.apply_all(book, sent.get("requests", []))
    return web.json_response({"version": book.version})


def tab_of(book: Workbook, sent: Json | dict[str, str]) -> Tab:
    if not sent.get("tab"):
        return book.tabs[0]
    found = book.tab_titled(str(sent["tab"]))
    if found is None:
        raise refusal.invalid(f"Aucun onglet « {sent['tab']} »")
    return found


def _row_index(sent: Json) -> int:
    row = int(sent.get("row", 0))
    if row < 1:
        raise refusal.invalid("row: le numéro de la ligne, à partir de 1")
    return row - 1
