"""The pages for people: the index, the grid of a workbook, and the state that the grid follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

from relance.sandbox.google import render, wire
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
STATIC = Path(__file__).parent / "static"
ROOM_BELOW, LEAST_ROWS = 8, 30  # empty rows shown so that a person can go on typing
ROOM_BESIDE, LEAST_COLUMNS = 1, 8


def routes() -> list[web.AbstractRouteDef]:
    return [
        web.get("/", index),
        web.get("/sheet/{id}", grid),
        web.get("/sheet/{id}/state", state),
        web.static("/static", STATIC),
    ]


async def index(request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def grid(request: web.Request) -> web.FileResponse:
    wire.world_of(request).book(request.match_info["id"])
    return web.FileResponse(STATIC / "grid.html")


async def state(request: web.Request) -> web.Response:
    """The tab as a person sees it; 204 when nothing changed since the version they hold."""
    asked = wire.query(request, "tab", "since")
    book = wire.world_of(request).book(request.match_info["id"])
    if asked.get("since") == str(book.version):
        return web.Response(status=204)
    tab = book.tab_titled(asked.get("tab", "")) or book.tabs[0]
    return web.json_response(_seen(book, tab))


def _seen(book: Workbook, tab: Tab) -> Json:
    filled = [(r, c) for r, row in enumerate(tab.rows) for c, cell in row.items() if "userEnteredValue" in cell]
    last_row = max((r for r, _ in filled), default=0)
    last_column = max((c for _, c in filled), default=0)
    rows = min(max(last_row + 1 + ROOM_BELOW, LEAST_ROWS), tab.row_count)
    columns = min(max(last_column + 1 + ROOM_BESIDE, LEAST_COLUMNS), tab.column_count)
    return {
        "version": book.version,
        "title": book.properties["title"],
        "tabs": [one.title for one in book.tabs if not one.properties.get("hidden")],
        "tab": tab.title,
        "frozen": tab.properties["gridProperties"].get("frozenRowCount", 0),
        "columns": columns,
        "rows": [[_cell(tab.cell(r, c), book.locale) for c in range(columns)] for r in range(rows)],
    }


def _cell(cell: Json, locale: str) -> Json:
    """t: text shown, n: is a number, d: choices of the dropdown, s: only those are allowed."""
    seen: Json = {}
    text = render.formatted(cell, locale)
    if text:
        seen["t"] = text
        if "numberValue" in cell["userEnteredValue"]:
            seen["n"] = 1
    match cell.get("dataValidation"):
        case {"condition": {"type": "ONE_OF_LIST", "values": list() as options}, **rest}:
            seen["d"] = [option["userEnteredValue"] for option in options]
            if rest.get("strict"):
                seen["s"] = 1
    return seen
