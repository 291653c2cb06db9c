"""Builds a workbook in Google Sheets, or adds to one what is missing: one reading, one `batchUpdate`, all or nothing.

Ids are ours to choose, so what is already there is known by its id and a second run finds nothing to do. Conditional
formats have none: they are compared by what they say.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.ledger_sync import blueprint, sheet_requests
from relance.ledger_sync.blueprint import ROOM, Tab
from relance.ledger_sync.columns import HEADER_WITHIN_ROWS
from relance.ledger_sync.ledgers.google_account import Account
from relance.ledger_sync.sheet_requests import MARK, Json, Seen, State

LISTED = "properties(locale,timeZone),sheets.properties(sheetId,title,gridProperties),namedRanges.namedRangeId"
SEEN = (
    "sheets(properties.sheetId,protectedRanges.protectedRangeId,conditionalFormats,charts.chartId,"
    "data(startRow,columnMetadata.developerMetadata(metadataKey,metadataValue),rowData.values.effectiveValue))"
)


async def build(account: Account, workbook: str, tabs: Sequence[Tab]) -> list[str]:
    """Add what is missing; the kinds of request that were made, none when nothing was. Raises LedgerUnreachable."""
    state = await _read(account, workbook, tabs)
    requests = sheet_requests.missing(state, tabs)
    if requests:
        await account.call("batch_update", workbook, {"requests": requests})
    return [kind for request in requests for kind in request]


async def _read(account: Account, workbook: str, tabs: Sequence[Tab]) -> State:
    # A ledger may be long and its rows are nobody's business here; the rows of our own tabs are few.
    titles = {tab.title: ROOM if tab.rows else HEADER_WITHIN_ROWS for tab in tabs}
    listed = await account.call("fetch_sheet_metadata", workbook, {"fields": LISTED})
    found = {sheet["properties"]["title"]: sheet["properties"] for sheet in listed.get("sheets", [])}
    there = [title for title in found if title in titles]
    named = frozenset(str(one["namedRangeId"]) for one in listed.get("namedRanges", []))
    if not there:
        return State({}, named)
    ranges = [
        f"'{title.replace(chr(39), chr(39) * 2)}'!1:{min(titles[title], _height(found[title]))}" for title in there
    ]
    answer = await account.call("fetch_sheet_metadata", workbook, {"ranges": ranges, "fields": SEEN})
    by_id = {sheet["properties"].get("sheetId", 0): sheet for sheet in answer.get("sheets", [])}
    return State({title: _seen(found[title], by_id.get(found[title].get("sheetId", 0), {})) for title in there}, named)


def _height(properties: Json) -> int:
    height: int = properties.get("gridProperties", {}).get("rowCount", ROOM)
    return height


def _seen(properties: Json, sheet: Json) -> Seen:
    grid = (sheet.get("data") or [{}])[0]
    texts = [_texts(one) for one in grid.get("rowData", [])]
    while texts and not texts[-1]:
        texts.pop()
    row, header = blueprint.header(texts[:HEADER_WITHIN_ROWS])
    marks = {
        place: item.get("metadataValue", "")
        for place, one in enumerate(grid.get("columnMetadata", []))
        for item in one.get("developerMetadata", [])
        if item.get("metadataKey") == MARK
    }
    conditions = [rule.get("booleanRule", {}).get("condition", {}) for rule in sheet.get("conditionalFormats", [])]
    width = properties.get("gridProperties", {}).get("columnCount", 26)
    return Seen(
        sheet_id=properties.get("sheetId", 0), width=width, height=_height(properties),
        header_row=row, header=header, marks=marks,
        protected=frozenset(one.get("protectedRangeId", 0) for one in sheet.get("protectedRanges", [])),
        charts=frozenset(one.get("chartId", 0) for one in sheet.get("charts", [])),
        below=tuple(texts[row + 1 :]),
        formulas=frozenset(v.get("userEnteredValue", "") for c in conditions for v in c.get("values", [])),
    )  # fmt: skip


def _texts(row: Json) -> dict[int, str]:
    cells = enumerate(row.get("values", []))
    shown = ((place, cell.get("effectiveValue", {}).get("stringValue", "").strip()) for place, cell in cells if cell)
    return {place: text for place, text in shown if text}
