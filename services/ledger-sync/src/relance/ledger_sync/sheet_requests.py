"""The requests of one `batchUpdate` that turn a Google workbook as it is into one that holds our tabs. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relance.ledger_sync import blueprint, columns
from relance.ledger_sync.blueprint import KPI_TAB, ROOM, Chart, Column, Shape, Tab
from relance.ledger_sync.ledgers.port import Cell

Json = dict[str, Any]

MARK = "relance.col"
KPI_RANGE = "relance_kpi"
FORMATS: Mapping[Shape, Json] = {
    Shape.TEXT: {"numberFormat": {"type": "TEXT", "pattern": "@"}},
    # ISO inside; shown as a French reader writes it.
    Shape.DATE: {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}},
    Shape.AMOUNT: {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}},
    Shape.WRAPPED: {"wrapStrategy": "WRAP", "verticalAlignment": "TOP"},
}
HEADER_FORMAT: Json = {"textFormat": {"bold": True}, "backgroundColor": {"red": 0.87, "green": 0.92, "blue": 0.89}}


@dataclass(frozen=True, slots=True)
class Seen:
    """One tab as it is. `header` by column; `rows` below it that hold anything, first cells only."""

    sheet_id: int
    width: int
    height: int
    header_row: int = 0
    header: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[int, str] = field(default_factory=dict)
    protected: frozenset[int] = frozenset()
    charts: frozenset[int] = frozenset()
    formulas: frozenset[str] = frozenset()
    below: tuple[Mapping[int, str], ...] = ()
    """Texts of the rows below the header, as far as they were read."""


@dataclass(frozen=True, slots=True)
class State:
    tabs: Mapping[str, Seen]
    named: frozenset[str] = frozenset()


def missing(state: State, tabs: Sequence[Tab]) -> list[Json]:
    """Pure: the requests that turn the workbook as it is into one that holds these tabs."""
    requests: list[Json] = []
    ids = {tab.title: _sheet_id(state, tab) for tab in tabs}
    # Charts and ranges speak of other tabs, which must be there before them.
    requests += [
        {"addSheet": {"properties": _properties(tab, ids[tab.title])}} for tab in tabs if tab.title not in state.tabs
    ]
    for tab in tabs:
        seen = state.tabs.get(tab.title)
        requests += _columns(tab, seen, ids[tab.title])
        requests += _rows(tab, seen, ids[tab.title])
        requests += _tints(tab, seen, ids[tab.title])
        requests += _protections(tab, seen, ids[tab.title])
        requests += _charts(tab, seen, ids)
    if KPI_TAB in ids and KPI_RANGE not in state.named:
        box = _box(ids[KPI_TAB], 0, blueprint.KPI_ROWS, 0, len(blueprint.KPI_HEADER))
        requests.append({"addNamedRange": {"namedRange": {"namedRangeId": KPI_RANGE, "name": KPI_RANGE, "range": box}}})
    return requests


def _columns(tab: Tab, seen: Seen | None, sheet_id: int) -> list[Json]:
    header = seen.header if seen else {}
    row = seen.header_row if seen else 0
    fresh = blueprint.lacking(tab, header)
    requests = _widened(fresh, seen, sheet_id)
    for place, column in fresh:
        cell = _cell(column.title) | {"userEnteredFormat": HEADER_FORMAT}
        requests.append(_written(sheet_id, row, place, [[cell]], fields="userEnteredValue,userEnteredFormat"))
        requests += _dressed(column, _box(sheet_id, row + 1, row + 1 + _room(seen), place, place + 1))
        span = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
        size = {"range": span, "properties": {"pixelSize": column.width}, "fields": "pixelSize"}
        requests.append({"updateDimensionProperties": size})
    if not header and tab.rows:
        grid = [[_cell(value) for value in values] for values in tab.rows]
        requests.append(_written(sheet_id, row + 1, 0, grid, fields="userEnteredValue"))
    placed = dict(fresh) | {
        place: found for place, found in blueprint.known(tab, header).items() if place not in dict(fresh)
    }
    marks = seen.marks if seen else {}
    return requests + [
        _mark(sheet_id, place, column)
        for place, column in sorted(placed.items())
        if column.field and column.field.value not in marks.values()
    ]


def _rows(tab: Tab, seen: Seen | None, sheet_id: int) -> list[Json]:
    if seen is None or not seen.header:
        return []
    lacking = blueprint.absent(tab, seen.header, seen.below)
    first = seen.header_row + 1 + len(seen.below)
    short = first + len(lacking) - seen.height
    requests: list[Json] = []
    if short > 0:
        requests.append({"appendDimension": {"sheetId": sheet_id, "dimension": "ROWS", "length": short}})
    return requests + [
        _written(sheet_id, row, place, [[_cell(value)]], fields="userEnteredValue")
        for row, cells in enumerate(lacking, start=first)
        for place, value in cells.items()
    ]


def _dressed(column: Column, box: Json) -> list[Json]:
    requests: list[Json] = []
    shape = FORMATS.get(column.shape)
    if shape:
        fields = ",".join(f"userEnteredFormat.{name}" for name in shape)
        requests.append({"repeatCell": {"range": box, "cell": {"userEnteredFormat": shape}, "fields": fields}})
    if column.choices:
        values = [{"userEnteredValue": choice} for choice in column.choices]
        rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "showCustomUi": True, "strict": True}
        requests.append({"setDataValidation": {"range": box, "rule": rule}})
    return requests


def _widened(fresh: Sequence[tuple[int, Column]], seen: Seen | None, sheet_id: int) -> list[Json]:
    width = max((place + 1 for place, _ in fresh), default=0)
    if seen is None or width <= seen.width:
        return []
    return [{"appendDimension": {"sheetId": sheet_id, "dimension": "COLUMNS", "length": width - seen.width}}]


def _tints(tab: Tab, seen: Seen | None, sheet_id: int) -> list[Json]:
    places = _places(tab, seen)
    requests = []
    for index, tint in enumerate(tint for tint in tab.tints if columns.plain(tint.column) in places):
        top = (seen.header_row if seen else 0) + 1
        formula = blueprint.formula(tint, places[columns.plain(tint.column)], top)
        if seen and formula in seen.formulas:
            continue
        colour = {"backgroundColor": {name: int(tint.rgb[i : i + 2], 16) / 255 for name, i in _RGB}}
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
        box = _box(sheet_id, top, top + _room(seen), 0, max(places.values()) + 1)
        rule = {"ranges": [box], "booleanRule": {"condition": condition, "format": colour}}
        requests.append({"addConditionalFormatRule": {"rule": rule, "index": index}})
    return requests


def _places(tab: Tab, seen: Seen | None) -> dict[str, int]:
    header = dict(seen.header) if seen else {}
    header |= {place: column.title for place, column in blueprint.lacking(tab, header)}
    places = {columns.plain(title): place for place, title in header.items()}
    # A tint names our own title; the person's column may bear another name of the same field.
    for place, column in blueprint.known(tab, header).items():
        places.setdefault(columns.plain(column.title), place)
    return places


_RGB = (("red", 0), ("green", 2), ("blue", 4))


def _protections(tab: Tab, seen: Seen | None, sheet_id: int) -> list[Json]:
    """Warnings on what is ours to write: a hard protection would keep other people from sorting their own rows."""
    wanted: dict[int, Json] = {}
    if tab.is_system:
        wanted[_id("tab", tab.title)] = {"range": {"sheetId": sheet_id}, "description": "Écrit par Relance"}
    else:
        places = _places(tab, seen)
        for column in tab.columns:
            place = places.get(columns.plain(column.title))
            if column.is_ours and place is not None:
                box = {"sheetId": sheet_id, "startColumnIndex": place, "endColumnIndex": place + 1}
                wanted[_id("column", tab.title, column.title)] = {
                    "range": box, "description": f"« {column.title} » : écrit par Relance", "warningOnly": True,
                }  # fmt: skip
    there = seen.protected if seen else frozenset()
    return [
        {"addProtectedRange": {"protectedRange": {"protectedRangeId": one, **body}}}
        for one, body in wanted.items()
        if one not in there
    ]


def _charts(tab: Tab, seen: Seen | None, ids: Mapping[str, int]) -> list[Json]:
    there = seen.charts if seen else frozenset()
    return [
        {"addChart": {"chart": _chart(chart, index, ids[tab.title], ids[KPI_TAB])}}
        for index, chart in enumerate(tab.charts)
        if _id("chart", chart.title) not in there
    ]


def _chart(chart: Chart, index: int, sheet_id: int, kpi_id: int) -> Json:
    def source(column: int) -> Json:
        return {"sourceRange": {"sources": [_box(kpi_id, 0, blueprint.KPI_ROWS, column, column + 1)]}}

    spec = {
        "title": chart.title,
        "basicChart": {
            "chartType": "LINE" if chart.is_line else "COLUMN",
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": source(0)}],
            "series": [{"series": source(column), "targetAxis": "LEFT_AXIS"} for column in chart.columns],
        },
    }
    anchor = {"sheetId": sheet_id, "rowIndex": 1 + 20 * index, "columnIndex": 0}
    return {"chartId": _id("chart", chart.title), "spec": spec, "position": {"overlayPosition": {"anchorCell": anchor}}}


def _properties(tab: Tab, sheet_id: int) -> Json:
    rows, width = max(ROOM, len(tab.rows) + 100), max(len(tab.columns), 6)
    frozen = {"frozenRowCount": 1} if tab.columns else {}
    grid = {"rowCount": rows, "columnCount": width} | frozen
    return {"sheetId": sheet_id, "title": tab.title, "gridProperties": grid} | (
        {"hidden": True} if tab.is_hidden else {}
    )


def _sheet_id(state: State, tab: Tab) -> int:
    seen = state.tabs.get(tab.title)
    return seen.sheet_id if seen else _id("sheet", tab.title)


def _id(*what: str) -> int:
    """An id of ours: the same at every run, positive, and of 31 bits as Google wants it."""
    return zlib.crc32("\n".join(("relance", *what)).encode()) & 0x7FFFFFFF or 1


def _room(seen: Seen | None) -> int:
    return max(ROOM if seen is None else seen.height, 2) - 1


def _mark(sheet_id: int, place: int, column: Column) -> Json:
    span = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    mark = {
        "metadataId": _id("mark", str(sheet_id), column.field or ""),
        "metadataKey": MARK,
        "metadataValue": column.field.value if column.field else "",
        "location": {"dimensionRange": span},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def _written(sheet_id: int, row: int, column: int, grid: Sequence[Sequence[Json]], *, fields: str) -> Json:
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"rows": [{"values": list(cells)} for cells in grid], "fields": fields, "start": start}}


def _cell(value: Cell) -> Json:
    return {"userEnteredValue": {"stringValue": str(value)}} if value not in (None, "") else {}


def _box(sheet_id: int, top: int, bottom: int, left: int, right: int) -> Json:
    return {
        "sheetId": sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
        "endColumnIndex": right,
    }  # fmt: skip
