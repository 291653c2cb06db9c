"""Sheets v4 over HTTP: the methods that the product and gspread call."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from relance.sandbox.google import a1, drive, edits, mask, refusal, render, sheet_view, values, wire
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
READ = ("valueRenderOption", "dateTimeRenderOption", "majorDimension")
WRITE = ("valueInputOption", "includeValuesInResponse", "responseValueRenderOption", "responseDateTimeRenderOption")


def routes() -> list[web.RouteDef]:
    one = "/v4/spreadsheets/{id:[^/:]+}"
    of = one + "/values/{range:[^/]+}"
    return [
        web.post("/v4/spreadsheets", create, name="spreadsheets.create"),
        web.get(one, get, name="spreadsheets.get", allow_head=False),
        web.post(one + ":batchUpdate", batch_update, name="spreadsheets.batchUpdate"),
        web.get(one + "/values:batchGet", batch_get, name="spreadsheets.values.batchGet", allow_head=False),
        web.post(one + "/values:batchUpdate", values_batch_update, name="spreadsheets.values.batchUpdate"),
        web.post(one + "/values:batchClear", values_batch_clear, name="spreadsheets.values.batchClear"),
        web.post(of + ":append", values_append, name="spreadsheets.values.append"),
        web.post(of + ":clear", values_clear, name="spreadsheets.values.clear"),
        web.get(of, values_get, name="spreadsheets.values.get", allow_head=False),
        web.put(of, values_update, name="spreadsheets.values.update"),
    ]


async def create(request: web.Request) -> web.Response:
    owner = wire.account(request)
    wire.query(request)
    wanted = await wire.body(request, "properties", "sheets", "namedRanges", "developerMetadata")
    world = wire.world_of(request)
    book = world.add_book(drive.new_id(), {"locale": "en_US", **wanted.get("properties", {})}, owner=owner)
    for sheet in wanted.get("sheets") or [{}]:
        tab = book.add_tab(sheet.get("properties", {}))
        for data in sheet.get("data", []):
            place = {"sheetId": tab.id, "rowIndex": data.get("startRow", 0), "columnIndex": data.get("startColumn", 0)}
            edits.apply_all(book, [{"updateCells": {"rows": data["rowData"], "start": place, "fields": "*"}}])
    book.named_ranges = wanted.get("namedRanges", [])
    for item in wanted.get("developerMetadata", []):
        edits.apply_all(book, [{"createDeveloperMetadata": {"developerMetadata": item}}])
    world.save_book(book)
    return web.json_response(_masked(request, sheet_view.describe(book, str(request.url.origin()), grids=False)))


async def get(request: web.Request) -> web.Response:
    wire.account(request)
    asked = wire.query(request, "ranges", "includeGridData", "excludeTablesInBandedRanges")
    book = wire.world_of(request).book(request.match_info["id"])
    grids = _flag(asked.get("includeGridData", ""))
    if "fields" in asked:
        grids = mask.names(mask.parse(asked["fields"]), "sheets", "data")
    shown = sheet_view.describe(book, str(request.url.origin()), grids=grids, ranges=request.query.getall("ranges", []))
    return web.json_response(_masked(request, shown))


async def batch_update(request: web.Request) -> web.Response:
    wire.account(request)
    wire.query(request)
    sent = await wire.body(
        request, "requests", "includeSpreadsheetInResponse", "responseRanges", "responseIncludeGridData"
    )
    with wire.world_of(request).editing(request.match_info["id"]) as book:
        answer: Json = {"spreadsheetId": book.id, "replies": edits.apply_all(book, sent.get("requests", []))}
        if sent.get("includeSpreadsheetInResponse"):
            asked = request.query.get("fields", "")
            grids = bool(sent.get("responseIncludeGridData"))
            if asked:
                grids = mask.names(mask.parse(asked), "updatedSpreadsheet", "sheets", "data")
            ranges = sent.get("responseRanges", [])
            answer["updatedSpreadsheet"] = sheet_view.describe(
                book, str(request.url.origin()), grids=grids, ranges=ranges
            )
    return web.json_response(_masked(request, answer))


async def batch_get(request: web.Request) -> web.Response:
    wire.account(request)
    asked = wire.query(request, "ranges", *READ)
    book = wire.world_of(request).book(request.match_info["id"])
    options = _read_options(asked)
    found = [values.read(book, text, **options) for text in request.query.getall("ranges", [])]
    return web.json_response(_masked(request, {"spreadsheetId": book.id, "valueRanges": found}))


async def values_get(request: web.Request) -> web.Response:
    wire.account(request)
    asked = wire.query(request, *READ)
    book = wire.world_of(request).book(request.match_info["id"])
    found = values.read(book, request.match_info["range"], **_read_options(asked))
    return web.json_response(_masked(request, found))


async def values_update(request: web.Request) -> web.Response:
    wire.account(request)
    asked = wire.query(request, *WRITE)
    sent = await wire.body(request, "range", "majorDimension", "values")
    sent["range"] = request.match_info["range"]
    with wire.world_of(request).editing(request.match_info["id"]) as book:
        done = values.write(book, sent, option=asked.get("valueInputOption", ""))
        answer = _written(book, done, asked)
    return web.json_response(_masked(request, answer))


async def values_append(request: web.Request) -> web.Response:
    wire.account(request)
    asked = wire.query(request, "insertDataOption", *WRITE)
    sent = await wire.body(request, "range", "majorDimension", "values")
    sent["range"] = request.match_info["range"]
    with wire.world_of(request).editing(request.match_info["id"]) as book:
        done = values.append(
            book,
            sent,
            option=asked.get("valueInputOption", ""),
            inserts=asked.get("insertDataOption") == "INSERT_ROWS",
        )
        answer = {"spreadsheetId": book.id, "updates": _written(book, done, asked)}
    return web.json_response(_masked(request, answer))


async def values_batch_update(request: web.Request) -> web.Response:
    wire.account(request)
    wire.query(request)
    sent = await wire.body(request, "data", *WRITE)
    with wire.world_of(request).editing(request.match_info["id"]) as book:
        option = str(sent.get("valueInputOption", ""))
        done = [values.write(book, one, option=option) for one in sent.get("data", [])]
        answers = [_written(book, one, sent) for one in done]
        totals = {
            "spreadsheetId": book.id,
            "totalUpdatedRows": sum(one["updatedRows"] for one in answers),
            "totalUpdatedColumns": sum(one["updatedColumns"] for one in answers),
            "totalUpdatedCells": sum(one["updatedCells"] for one in answers),
            "totalUpdatedSheets": len({tab.id for tab, _, _ in done}),
            "responses": answers,
        }
    return web.json_response(_masked(request, totals))


async def values_clear(request: web.Request) -> web.Response:
    wire.account(request)
    wire.query(request)
    with wire.world_of(request).editing(request.match_info["id"]) as book:
        cleared = values.clear(book, request.match_info["range"])
    return web.json_response({"spreadsheetId": book.id, "clearedRange": cleared})


async def values_batch_clear(request: web.Request) -> web.Response:
    wire.account(request)
    wire.query(request)
    sent = await wire.body(request, "ranges")
    with wire.world_of(request).editing(request.match_info["id"]) as book:
        cleared = [values.clear(book, text) for text in sent.get("ranges", [])]
    return web.json_response({"spreadsheetId": book.id, "clearedRanges": cleared})


def _written(book: Workbook, done: tuple[Tab, Box, int], asked: Json) -> Json:
    tab, box, cells = done
    answer: Json = {
        "spreadsheetId": book.id,
        "updatedRange": a1.format_range(tab.title, box),
        "updatedRows": (box.end_row or 0) - box.row,
        "updatedColumns": (box.end_column or 0) - box.column,
        "updatedCells": cells,
    }
    if asked.get("includeValuesInResponse") in (True, "true", "True"):
        option = asked.get("responseValueRenderOption", "FORMATTED_VALUE")
        dates = asked.get("responseDateTimeRenderOption", "SERIAL_NUMBER")
        render.check_options(option, dates)
        answer["updatedData"] = values.read_box(book, tab, box, option=option, dates=dates, major="ROWS")
    return answer


def _read_options(asked: dict[str, str]) -> dict[str, str]:
    major = asked.get("majorDimension", "ROWS")
    if major not in ("ROWS", "COLUMNS"):
        raise refusal.invalid(f"Invalid value at 'major_dimension' (\"{major}\")")
    return {
        "option": asked.get("valueRenderOption", "FORMATTED_VALUE"),
        "dates": asked.get("dateTimeRenderOption", "SERIAL_NUMBER"),
        "major": major,
    }


def _flag(text: str) -> bool:
    return text.lower() == "true"


def _masked(request: web.Request, answer: Json) -> Any:
    asked = request.query.get("fields", "")
    return mask.project(answer, mask.parse(asked)) if asked else answer
