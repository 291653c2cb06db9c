"""The control API: what a script or a scripted human does to the sandbox. No token is asked."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from relance.sandbox.google import drive, human, refusal, values, wire
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
        web.get("/control/drive", list_drive),
        web.post("/control/folder", put_folder),
        web.post("/control/share", share),
        web.post("/control/fault", fault),
        web.post("/control/quota", quota),
        web.post("/control/storage", storage),
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
    for wanted in sent.get("tabs", []):
        _check_headers(wanted)
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


def _check_headers(wanted: Json) -> None:
    headers = wanted["rows"][0] if wanted.get("rows") else []
    for header in (*wanted.get("formats", {}), *wanted.get("choices", {})):
        if header not in headers:
            raise refusal.invalid(f"Aucune colonne « {header} » dans l'onglet « {wanted.get('title', '')} »")


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
    tab = human.tab_of(book, asked)
    option = asked.get("render", "UNFORMATTED_VALUE")
    found = values.read_box(book, tab, Box().clip(tab.row_count, tab.column_count), option=option,
                            dates="SERIAL_NUMBER", major="ROWS")  # fmt: skip
    return web.json_response(
        {"id": book.id, "tab": tab.title, "version": book.version, "rows": found.get("values", [])}
    )


async def list_drive(request: web.Request) -> web.Response:
    """Every file with its parents, checksum and effective permissions; never a content."""
    held = wire.world_of(request).drive
    files = [
        {key: value for key, value in file.items() if key != "own_permissions"}
        | {"permissions": held.permissions(file)}
        for file in held.files.values()
    ]
    return web.json_response({"files": files})


async def put_folder(request: web.Request) -> web.Response:
    """A human makes a folder in his Drive: {id, name}; nobody else sees it until it is shared."""
    sent = await wire.body(request, "id", "name")
    world = wire.world_of(request)
    record = {"id": str(sent["id"]), "name": str(sent["name"]), "mimeType": drive.FOLDER}
    folder = world.drive.create(record, b"", owner=HUMAN)
    world.save_drive()
    return web.json_response({"id": folder["id"]})


async def share(request: web.Request) -> web.Response:
    """A human shares a file or folder: {id, type, role, address?}."""
    sent = await wire.body(request, "id", "type", "role", "address")
    world = wire.world_of(request)
    known = sent.get("type") in drive.PERMISSION_TYPES and sent.get("role") in drive.ROLES
    if sent.get("id") not in world.drive.files or not known:
        raise refusal.invalid("id, type ou rôle inconnu")
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
    """{per_minute: 60, per_project: 300} meters Sheets as Google does, reads and writes apart; 0 ends it."""
    sent = await wire.body(request, "per_minute", "per_project")
    meter = wire.world_of(request).meter
    meter.per_minute, meter.per_project = int(sent.get("per_minute", 0)), int(sent.get("per_project", 0))
    return web.json_response({"per_minute": meter.per_minute, "per_project": meter.per_project})


async def storage(request: web.Request) -> web.Response:
    """{strict: true} gives service accounts no storage, as Google does; {listing_lag_s} makes files.list late."""
    sent = await wire.body(request, "strict", "listing_lag_s")
    world = wire.world_of(request)
    world.is_storage_strict = bool(sent.get("strict", world.is_storage_strict))
    world.listing_lag_s = float(sent.get("listing_lag_s", world.listing_lag_s))
    return web.json_response({"strict": world.is_storage_strict, "listing_lag_s": world.listing_lag_s})


async def calls(request: web.Request) -> web.Response:
    return web.json_response(dict(wire.world_of(request).calls))


async def reset(request: web.Request) -> web.Response:
    wire.world_of(request).reset()
    return web.json_response({"ok": True})
