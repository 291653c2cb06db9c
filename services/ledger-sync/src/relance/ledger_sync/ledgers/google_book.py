"""One Google workbook: a poll is one call for all the tabs that somebody here follows.

What cells hold travels in `values:batchGet`; what they look like (currency formats, merged cells, the marks of columns)
only in the far heavier `spreadsheets.get`, asked for when values changed, and then for the changed rows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import formats
from relance.ledger_sync.ledgers.google_account import Account, RangeRefused
from relance.ledger_sync.ledgers.port import Merge

# The tabs of one workbook are read in turn within this long after the call that brought them all.
FRESH_S = 5.0
# A tab that nobody needs and that is not there may be made at any time; looking for it costs a call.
RELIST_S = 300.0
TAG = "relance.col"
# A look weighs some 150 bytes a cell: a whole large tab at once would be the most that this process ever holds.
LOOK_ROWS = 20_000

UNFORMATTED = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
TITLES = "properties.locale,sheets.properties(sheetId,title)"
HEIGHTS = "sheets.properties(title,gridProperties.rowCount)"
LOOK = (
    "sheets(merges,data(startRow,startColumn,columnMetadata.developerMetadata(metadataKey,metadataValue),"
    "rowData.values.userEnteredFormat.numberFormat))"
)

Json = dict[str, Any]
Values = list[list[Any]]


@dataclass(slots=True)
class Look:
    """What the values do not tell about a tab."""

    tags: Mapping[int, str] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    currencies: dict[int, dict[int, str]] = field(default_factory=dict)
    """The currency that a cell's format shows, by row number and column."""

    def brought_up_to(self, part: Look, rows: Sequence[int]) -> Look:
        """With what was seen of some rows since."""
        currencies = dict(self.currencies)
        for row in rows:
            currencies.pop(row, None)
        return Look(part.tags, part.merges, currencies | part.currencies)


class Book:
    def __init__(self, account: Account, workbook: str) -> None:
        self.account = account
        self.workbook = workbook
        self.locale = ""
        self._needed: dict[str, bool] = {}
        self._sheet_ids: dict[str, int] = {}
        self._fresh: dict[str, Values] = {}
        self._fresh_at = float("-inf")
        self._listed_at = float("-inf")

    def follow(self, tab: str, *, needed: bool = True) -> None:
        """Bring this tab along in every call; one that is not needed may be missing."""
        self._needed[tab] = needed or self._needed.get(tab, False)

    async def values(self, tab: str) -> Values:
        """Each call gives a reading once; raises LedgerUnreachable. A tab that may be missing is then empty."""
        if tab not in self._fresh or time.monotonic() > self._fresh_at + FRESH_S:
            await self._read()
        if tab not in self._fresh and self._needed.get(tab, True):
            raise LedgerUnreachable(f"L'onglet « {tab} » n'existe pas dans le classeur.")
        return self._fresh.pop(tab, [])

    async def values_now(self, tab: str) -> Values:
        """This tab alone, read at this moment."""
        answer = await self.account.call("values_batch_get", self.workbook, [quoted(tab)], UNFORMATTED)
        values: Values = answer["valueRanges"][0].get("values", [])
        return values

    async def sheet_id(self, tab: str) -> int:
        if tab not in self._sheet_ids:
            await self.list_tabs()
        if tab not in self._sheet_ids:
            raise LedgerUnreachable(f"L'onglet « {tab} » n'existe pas dans le classeur.")
        return self._sheet_ids[tab]

    async def height(self, tab: str) -> int:
        """How many rows the tab has, empty ones included; asked anew."""
        answer = await self.account.call("fetch_sheet_metadata", self.workbook, {"fields": HEIGHTS})
        found = [sheet["properties"] for sheet in answer.get("sheets", [])]
        return next((one["gridProperties"]["rowCount"] for one in found if one["title"] == tab), 0)

    async def list_tabs(self) -> None:
        answer = await self.account.call("fetch_sheet_metadata", self.workbook, {"fields": TITLES})
        self.locale = answer.get("properties", {}).get("locale", "")
        found = [sheet["properties"] for sheet in answer.get("sheets", [])]
        self._sheet_ids = {properties["title"]: properties.get("sheetId", 0) for properties in found}
        self._listed_at = time.monotonic()

    async def look(self, tab: str, *, height: int) -> Look:
        """The whole tab, which has values in this many rows."""
        look = Look()
        for first in range(1, max(height, 1) + 1, LOOK_ROWS):
            last = min(first + LOOK_ROWS - 1, height)
            span = quoted(tab) if height <= LOOK_ROWS else f"{quoted(tab)}!{first}:{last}"
            part = await self._look([span])
            look = Look(look.tags or part.tags, part.merges, look.currencies | part.currencies)
        return look

    async def look_at_rows(self, tab: str, rows: Sequence[int]) -> Look:
        """Those rows only, beside what is known of the tab as a whole."""
        return await self._look([f"{quoted(tab)}!{row}:{row}" for row in (1, *rows)])

    async def _look(self, ranges: list[str]) -> Look:
        answer = await self.account.call("fetch_sheet_metadata", self.workbook, {"ranges": ranges, "fields": LOOK})
        return _look(answer.get("sheets", [{}])[0])

    async def _read(self) -> None:
        missing = [needed for tab, needed in self._needed.items() if tab not in self._sheet_ids]
        if any(missing) or (missing and time.monotonic() > self._listed_at + RELIST_S):
            await self.list_tabs()
        tabs = [tab for tab in self._needed if tab in self._sheet_ids]
        self._fresh = {}
        if not tabs:
            return
        try:
            answer = await self.account.call(
                "values_batch_get", self.workbook, [quoted(tab) for tab in tabs], UNFORMATTED
            )
        except RangeRefused:
            # A tab was renamed or deleted since we listed them; the next poll finds out which.
            self._sheet_ids = {}
            raise
        ranges = answer["valueRanges"]
        self._fresh = {tab: found.get("values", []) for tab, found in zip(tabs, ranges, strict=True)}
        self._fresh_at = time.monotonic()


def quoted(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"


def _look(sheet: Json) -> Look:
    look = Look(merges=tuple(_merge(found) for found in sheet.get("merges", [])))
    tags: dict[int, str] = {}
    for grid in sheet.get("data", []):
        left, top = grid.get("startColumn", 0), grid.get("startRow", 0) + 1
        for column, dimension in enumerate(grid.get("columnMetadata", []), start=left):
            for mark in dimension.get("developerMetadata", []):
                if mark.get("metadataKey") == TAG:
                    tags[column] = mark.get("metadataValue", "")
        for number, row in enumerate(grid.get("rowData", []), start=top):
            if found := _currencies(row, left):
                look.currencies[number] = found
    look.tags = tags
    return look


def _currencies(row: Json, left: int) -> dict[int, str]:
    found = {}
    for column, cell in enumerate(row.get("values", ()), start=left):
        pattern = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("pattern") if cell else None
        if pattern and (symbol := formats.currency(pattern)):
            found[column] = symbol
    return found


def _merge(found: Json) -> Merge:
    """Half-open and from 0 as Google gives it; a missing bound is the sheet's edge."""
    edge = 10_000_000
    return Merge(
        found.get("startRowIndex", 0) + 1,
        found.get("endRowIndex", edge),
        found.get("startColumnIndex", 0),
        found.get("endColumnIndex", edge) - 1,
    )
