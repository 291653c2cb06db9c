"""Sheets v4 by data filter: ranges found by their developer metadata, by A1 or by grid; and metadata looked up."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from relance.sandbox.google import refusal, values, wire
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
COMPARED = ("metadataId", "metadataKey", "metadataValue", "visibility")
ONE = "/v4/spreadsheets/{id:[^/:]+}"


def routes() -> list[web.RouteDef]:
    found = ONE + "/developerMetadata"
    return [
        web.post(ONE + "/values:batchGetByDataFilter", batch_get, name="spreadsheets.values.batchGetByDataFilter"),
        web.post(found + ":search", search, name="spreadsheets.developerMetadata.search"),
        web.get(found + "/{metadata}", get, name="spreadsheets.developerMetadata.get", allow_head=False),
    ]


async def batch_get(request: web.Request) -> web.Response:
    """Every range of every filter, with the filters that found it; one found by several comes once."""
    wire.account(request)
    wire.query(request)
    sent = await wire.body(request, "dataFilters", "majorDimension", "valueRenderOption", "dateTimeRenderOption")
    book = wire.world_of(request).book(request.match_info["id"])
    how = {
        "option": str(sent.get("valueRenderOption", "FORMATTED_VALUE")),
        "dates": str(sent.get("dateTimeRenderOption", "SERIAL_NUMBER")),
        "major": str(sent.get("majorDimension", "ROWS")),
    }
    found: dict[tuple[int, Box], list[Json]] = {}
    for wanted in sent.get("dataFilters", []):
        for tab, box in _ranges(book, wanted):
            found.setdefault((tab.id, tab.clip(box)), []).append(wanted)
    ranges = [
        {"valueRange": values.read_box(book, book.tab(sheet_id), box, **how), "dataFilters": filters}
        for (sheet_id, box), filters in found.items()
    ]
    return web.json_response({"spreadsheetId": book.id, "valueRanges": ranges})


async def search(request: web.Request) -> web.Response:
    wire.account(request)
    wire.query(request)
    sent = await wire.body(request, "dataFilters")
    book = wire.world_of(request).book(request.match_info["id"])
    wanted = sent.get("dataFilters", [])
    matched = [
        {"developerMetadata": item, "dataFilters": filters}
        for item in book.metadata
        if (filters := [one for one in wanted if _matches(item, one.get("developerMetadataLookup"))])
    ]
    return web.json_response({"matchedDeveloperMetadata": matched} if matched else {})


async def get(request: web.Request) -> web.Response:
    wire.account(request)
    wire.query(request)
    book = wire.world_of(request).book(request.match_info["id"])
    for item in book.metadata:
        if str(item["metadataId"]) == request.match_info["metadata"]:
            return web.json_response(item)
    raise refusal.Refused(404, "No developer metadata with that id.")


def _ranges(book: Workbook, wanted: Json) -> list[tuple[Tab, Box]]:
    if "a1Range" in wanted:
        return [book.resolve(str(wanted["a1Range"]))]
    if "gridRange" in wanted:
        return [book.grid_range(wanted["gridRange"])]
    lookup = wanted.get("developerMetadataLookup")
    if not lookup:
        raise refusal.invalid("A data filter names a developerMetadataLookup, an a1Range or a gridRange.")
    return [_place(book, item["location"]) for item in book.metadata if _matches(item, lookup)]


def _place(book: Workbook, location: Json) -> tuple[Tab, Box]:
    span = location.get("dimensionRange")
    if span is None:
        return book.tab(int(location.get("sheetId", book.tabs[0].id))), Box()
    start, end = int(span.get("startIndex", 0)), span.get("endIndex")
    box = Box(row=start, end_row=end) if span.get("dimension") == "ROWS" else Box(column=start, end_column=end)
    return book.tab(int(span.get("sheetId", 0))), box


def _matches(item: Json, lookup: Json | None) -> bool:
    """Every field that the lookup names is the item's."""
    if not lookup:
        return False
    kind = lookup.get("locationType")
    named = all(item.get(key) == lookup[key] for key in COMPARED if key in lookup)
    return named and (kind is None or item["location"]["locationType"] == kind)
