"""The control API: what a script or a scripted human does to the sandbox. No token is asked."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from relance.sandbox.google import a1, drive, refusal, render, values, wire
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.faults import Fault, FaultKind
from relance.sandbox.google.grid import DEFAULT_COLUMNS, DEFAULT_ROWS, Tab, Workbook

Json = dict[str, Any]
ROOM_BELOW = 100  # rows dressed below the data, for those a person adds
HUMAN = "proprietaire@agence.example"


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/health", health),
        web.post("/control/workbook", put_workbook),
        web.get("/control/sheet/{id}", sheet),
        web.post("/control/edit", edit),
        web.post("/control/sort", sort),
        web.post("/control/insert_row", insert_row),
        web.post("/control/delete_row", delete_row),
        web.get("/control/drive", list_drive),
        web.post("/control/share", share),
        web.post("/control/fault", fault),
        web.post("/control/quota", quota),
        web.get("/control/calls", calls),
        web.post("/control/reset", reset),
    ]


async def health(request: web.Request) -> web.Response:
    world = wire.world_of(request)
    return web.json_response({"ok": True, "workbooks": len(world.books), "files": len(world.drive.files)})


async def put_workbook(request: web.Request) -> web.Response:
    """Create or replace {id, title, locale, timeZone, tabs: [{title, rows, formats}], share}.

    `rows` are typed in as a person would, phone numbers kept as text; `formats` maps a header to a number format
    ({type, pattern}) and `choices` a header to its dropdown.
    """
    sent = await wire.body(request, "id", "title", "locale", "timeZone", "tabs", "share")
    world = wire.world_of(request)
    spreadsheet_id = str(sent.get("id") or drive.new_id())
    properties: Json = {key: sent[key] for key in ("title", "locale", "timeZone") if key in sent}
    book = world.add_book(spreadsheet_id, properties, owner=HUMAN)
    for index, wanted in enumerate(sent.get("tabs") or [{"title": "Feuille 1"}]):
        _fill(book, index, wanted)
    for email in sent.get("share", []):
        world.drive.grant(world.drive.files[book.id], drive.permission("user", "writer", email))
    world.save_book(book)
    return web.json_response({"id": book.id, "url": f"{request.url.origin()}/sheet/{book.id}"})


def _fill(book: Workbook, index: int, wanted: Json) -> None:
    rows: list[list[Any]] = wanted.get("rows", [])
    width = max((len(row) for row in rows), default=0)
    size = {"rowCount": max(DEFAULT_ROWS, len(rows) + ROOM_BELOW), "columnCount": max(DEFAULT_COLUMNS, width)}
    title = wanted.get("title", f"Feuille {index + 1}")
    tab = book.add_tab({"title": title, "sheetId": index, "gridProperties": size | {"frozenRowCount": 1}})
    headers = [str(header) for header in rows[0]] if rows else []
    for header, shape in wanted.get("formats", {}).items():
        _format(tab, headers.index(header), {"userEnteredFormat": {"numberFormat": shape}}, len(rows) + ROOM_BELOW)
    for header, choices in wanted.get("choices", {}).items():
        options = [{"userEnteredValue": choice} for choice in choices]
        rule = {"condition": {"type": "ONE_OF_LIST", "values": options}, "showCustomUi": True}
        _format(tab, headers.index(header), {"dataValidation": rule}, len(rows) + ROOM_BELOW)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value not in (None, ""):
                values.enter(book, tab, (r, c), value, option="RAW" if _is_dialled(value) else "USER_ENTERED")


def _is_dialled(value: object) -> bool:
    """A phone number, or anything a sheet would strip its leading + or 0 from: samples are to arrive whole."""
    return isinstance(value, str) and re.fullmatch(r"[+0]\d[\d .]{4,}", value) is not None


def _format(tab: Tab, column: int, part: Json, last_row: int) -> None:
    for row in range(1, last_row):
        tab.edit(row, column).update(part)


async def sheet(request: web.Request) -> web.Response:
    """The effective values of a tab as rows; `?render=FORMATTED_VALUE` for what a person sees."""
    asked = wire.query(request, "tab", "render")
    book = wire.world_of(request).book(request.match_info["id"])
    tab = _tab(book, asked)
    option = asked.get("render", "UNFORMATTED_VALUE")
    found = values.read_box(book, tab, Box().clip(tab.row_count, tab.column_count), option=option,
                            dates="SERIAL_NUMBER", major="ROWS")  # fmt: skip
    return web.json_response(
        {"id": book.id, "tab": tab.title, "version": book.version, "rows": found.get("values", [])}
    )


async def edit(request: web.Request) -> web.Response:
    """A human types `value` into a cell: {id, tab, cell: "G5"} or {row_key: {column, value}, column}."""
    sent = await wire.body(request, "id", "tab", "cell", "row_key", "column", "value")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        tab = _tab(book, sent)
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
        tab = _tab(book, sent)
        header_row, column = find_header(book, tab, str(sent.get("column", "")))
        part = a1.parse(str(sent["columns"])).box if "columns" in sent else Box()
        box = Box(header_row + 1, part.column, None, part.end_column)
        tab.sort(box, [(column, bool(sent.get("descending")), render.sort_key)])
    return web.json_response({"version": book.version})


async def insert_row(request: web.Request) -> web.Response:
    """A human inserts a row before row `row` (1 is the first), with `values` by header if given."""
    sent = await wire.body(request, "id", "tab", "row", "values")
    with wire.world_of(request).editing(str(sent.get("id"))) as book:
        tab, row = _tab(book, sent), _row_index(sent)
        tab.insert_rows(row, 1)
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
        tab = _tab(book, sent)
        row = _row_with(book, tab, sent["row_key"], 0) if "row_key" in sent else _row_index(sent)
        tab.delete_rows(row, row + 1)
    return web.json_response({"version": book.version})


async def list_drive(request: web.Request) -> web.Response:
    """Every file with its parents, checksum and effective permissions; never a content."""
    held = wire.world_of(request).drive
    files = [
        {key: value for key, value in file.items() if key != "own_permissions"}
        | {"permissions": held.permissions(file)}
        for file in held.files.values()
    ]
    return web.json_response({"files": files})


async def share(request: web.Request) -> web.Response:
    """A human shares a file or folder: {id, type, role, address?}."""
    sent = await wire.body(request, "id", "type", "role", "address")
    world = wire.world_of(request)
    if sent.get("id") not in world.drive.files or sent.get("role") not in drive.ROLES:
        raise refusal.invalid("id inconnu ou rôle inconnu")
    grant = drive.permission(str(sent["type"]), str(sent["role"]), str(sent.get("address", "")))
    world.drive.grant(world.drive.files[sent["id"]], grant)
    world.save_drive()
    return web.json_response(grant)


async def fault(request: web.Request) -> web.Response:
    """{kind, times?, path?, seconds?}; kind `clear` ends those in force."""
    sent = await wire.body(request, "kind", "times", "path", "seconds")
    faults = wire.world_of(request).faults
    if sent.get("kind") == "clear":
        faults.clear()
    elif sent.get("kind") not in list(FaultKind):
        raise refusal.invalid(f"kind: one of {', '.join(FaultKind)}, clear")
    else:
        wanted = {key: sent[key] for key in ("times", "path", "seconds") if key in sent}
        faults.add(Fault(FaultKind(sent["kind"]), **wanted))
    return web.json_response({"in_force": len(faults.queue)})


async def quota(request: web.Request) -> web.Response:
    """{per_minute: 60} meters Sheets as Google does, reads and writes apart; 0 ends it."""
    sent = await wire.body(request, "per_minute")
    wire.world_of(request).meter.per_minute = int(sent.get("per_minute", 0))
    return web.json_response({"per_minute": sent.get("per_minute", 0)})


async def calls(request: web.Request) -> web.Response:
    return web.json_response(dict(wire.world_of(request).calls))


async def reset(request: web.Request) -> web.Response:
    wire.world_of(request).reset()
    return web.json_response({"ok": True})


def _tab(book: Workbook, sent: Json | dict[str, str]) -> Tab:
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
