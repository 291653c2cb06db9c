"""A tab of a Google workbook.

Cells are read again just before they are written, and once more by the writing call itself: what landed elsewhere
because somebody moved rows or columns in that instant is put back, by the same careful way (see `google_writes`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import formats, google_writes, port
from relance.ledger_sync.ledgers.google_account import Account, AnswerLost, RangeRefused
from relance.ledger_sync.ledgers.google_book import Book, Look, quoted
from relance.ledger_sync.ledgers.google_writes import Landing, Write
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Result, SheetRow, Snapshot

# Formats change rarely without a value; a large tab's are looked at again only where values changed.
LOOK_AGE_S = 300.0
LOOK_AGAIN_ROWS = 5_000
# More rows than this are quicker asked for as the whole tab.
FEW_ROWS = 50
# A tab that is full grows by this many rows more than are needed at once.
SPARE_ROWS = 500
# A person who moves rows in the very instant of a write will not do it thrice in a row.
MOST_MENDS = 3

Values = list[list[Any]]


class GoogleLedger:
    def __init__(
        self, account: Account, *, workbook: str, tab: str, book: Book | None = None, is_words: bool = False
    ) -> None:
        """`is_words`: a tab that may be missing, and of which only the values matter."""
        self._book = book or Book(account, workbook)
        self._book.follow(tab, needed=not is_words)
        self._is_words = is_words
        self._account = account
        self._workbook = workbook
        self._tab = tab
        self._values: Values = []
        self._look: Look | None = None
        self._look_at = float("-inf")
        self._snapshot: Snapshot | None = None
        self._owed: list[tuple[Sequence[Write], Sequence[SheetRow]]] = []
        """Writes of which it is not known yet what they hit, with the rows as they were a moment before."""

    async def snapshot(self) -> Snapshot:
        await self._settle()
        if self._is_words:
            return self._shown(await self._book.values(self._tab), Look())
        if self._snapshot and self._is_look_due():
            # Instead of the values, not beside them: a poll is one call. The next one reads the values again.
            look = await self._book.look(self._tab, height=len(self._values))
            self._snapshot, self._look, self._look_at = self._shown(self._values, look), look, time.monotonic()
            return self._snapshot
        values = await self._book.values(self._tab)
        changed: Sequence[int] | None = _changed(self._values, values)
        if self._snapshot and self._look and not changed and len(values) == len(self._values):
            return self._snapshot
        if self._look is None or len(changed or ()) > FEW_ROWS:
            look, changed = await self._book.look(self._tab, height=len(values)), None
            self._look_at = time.monotonic()
        else:
            look = self._look.brought_up_to(await self._book.look_at_rows(self._tab, changed or ()), changed or ())
        if not self._book.locale:
            await self._book.list_tabs()
        # Kept only when both were read: a failure between the two makes the next poll ask again.
        self._snapshot, self._look, self._values = self._shown(values, look, changed), look, values
        return self._snapshot

    def _is_look_due(self) -> bool:
        return time.monotonic() > self._look_at + LOOK_AGE_S and len(self._values) <= LOOK_AGAIN_ROWS

    def _shown(self, values: Values, look: Look, changed: Sequence[int] | None = None) -> Snapshot:
        """Only the rows named are made anew, or all. One that says what it said before is the same object as before."""
        before = self._snapshot.rows if self._snapshot else ()
        rows = [] if changed is None else list(before[: len(values)])
        for number in range(1, len(values) + 1) if changed is None else changed:
            row = _row(number, values[number - 1], look.currencies.get(number, {}))
            if number <= len(before) and before[number - 1] == row:
                row = before[number - 1]
            if number <= len(rows):
                rows[number - 1] = row
            else:
                rows.append(row)
        return Snapshot(tuple(rows), self._book.locale, look.tags, look.merges)

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        if not patches:
            return []
        try:
            return await self._apply(patches, mends=MOST_MENDS)
        except AnswerLost:
            # At once: the longer what was hit is left, the more rows have moved since.
            with contextlib.suppress(LedgerUnreachable):
                await self._settle()
            raise

    async def add(self, rows: Sequence[Mapping[int, Cell]], *, key_column: int) -> int:
        """At a range of our own reckoning: an append would look for a table, and find the wrong one."""
        values = await self._book.values_now(self._tab)
        there = [_row(number, cells, {}) for number, cells in enumerate(values, start=1)]
        lacking = port.lacking(there, rows, key_column)
        if not lacking:
            return 0
        data = google_writes.rows_below(self._tab, len(values), lacking)
        sheet_id, height = await self._book.sheet_id(self._tab), await self._book.height(self._tab)
        if height < len(values) + len(lacking):
            # Done twice after a lost answer it leaves some empty rows, which harm nobody.
            more = {"sheetId": sheet_id, "dimension": "ROWS", "length": len(lacking) + SPARE_ROWS}
            await self._account.call("batch_update", self._workbook, {"requests": [{"appendDimension": more}]})
        body = {"valueInputOption": "RAW", "data": data}
        await self._account.call("values_batch_update", self._workbook, body)
        return len(lacking)

    async def _apply(self, patches: Sequence[CellPatch], *, mends: int) -> list[Result]:
        """`mends`: how often what landed elsewhere is put back, when even that may meet somebody who moves rows."""
        values = await self._book.values_now(self._tab)
        before = self._shown(values, self._look or Look(), _changed(self._values, values)).rows
        verdicts = port.judge(before, patches)
        writes = [(p, row) for p, row in zip(patches, verdicts, strict=True) if isinstance(row, SheetRow)]
        landing = await self._write(writes, before, mends) if writes else Landing([], {})
        landed = iter(landing.results)
        return [next(landed) if isinstance(verdict, SheetRow) else verdict for verdict in verdicts]

    async def _write(self, writes: Sequence[Write], before: Sequence[SheetRow], mends: int) -> Landing:
        """Write in one call that reads the rows, and what stands above them, back; put back what it hit elsewhere."""
        sheet_id = await self._book.sheet_id(self._tab)
        body = {
            "requests": [google_writes.request(sheet_id, row.number, patch) for patch, row in writes],
            "includeSpreadsheetInResponse": True,
            "responseRanges": self._ranges(writes),
            "responseIncludeGridData": True,
        }
        owed = list(writes), before
        self._owed.append(owed)
        try:
            answer = await self._account.call("batch_update", self._workbook, body)
        except AnswerLost:
            raise
        except LedgerUnreachable:
            self._owed.remove(owed)
            raise
        landing = google_writes.landing(writes, answer, self._tab)
        await self._put_back(landing, before, mends)
        self._owed.remove(owed)
        if plain := google_writes.dressing(sheet_id, landing):
            await self._account.call("batch_update", self._workbook, {"requests": plain})
        return landing

    async def _put_back(self, landing: Landing, before: Sequence[SheetRow], mends: int) -> None:
        if landing.astray and mends:
            # What was to be put back and went astray itself still has to go home.
            homeless = [patch for patch, _ in landing.astray if patch.is_verbatim]
            await self._apply([*google_writes.restoring(landing, before), *homeless], mends=mends - 1)

    async def _settle(self) -> None:
        """Look at what became of the writes whose answer was lost, or that could not be put back."""
        while self._owed:
            writes, before = self._owed[0]
            asked = {"ranges": self._ranges(writes), "includeGridData": "true"}
            try:
                found = await self._account.call("fetch_sheet_metadata", self._workbook, asked)
            except RangeRefused:
                found = {}  # those rows are no more
            answer = google_writes.unanswered(writes, found, self._tab)
            landing = google_writes.standing(google_writes.landing(writes, answer, self._tab))
            await self._put_back(landing, before, MOST_MENDS)
            self._owed.pop(0)

    def _ranges(self, writes: Sequence[Write]) -> list[str]:
        numbers = {row.number for _, row in writes} | {patch.header[0] for patch, _ in writes if patch.header}
        return [f"{quoted(self._tab)}!{number}:{number}" for number in sorted(numbers)]


def _row(number: int, cells: Sequence[Any], currencies: Mapping[int, str]) -> SheetRow:
    read = [None if cell == "" else cell for cell in cells]
    for column, symbol in currencies.items():
        if column < len(read):
            read[column] = formats.with_currency(read[column], symbol)
    return SheetRow(number, tuple(read))


def _changed(before: Values, after: Values) -> list[int]:
    """Numbers of the rows of `after` that differ."""
    kept = min(len(before), len(after))
    differing = [number for number, (was, now) in enumerate(zip(before, after, strict=False), start=1) if was != now]
    return differing + list(range(kept + 1, len(after) + 1))
