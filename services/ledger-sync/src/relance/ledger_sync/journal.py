"""Fills the *Journal* tab of one workbook: one line per message that left, and how far it got.

A line is known by the short name of its message in the column « Envoi »: one that is there is never added again, and
people may sort the tab or write beside it. Lines lost with the process are found again by reading the database anew.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync import blueprint, columns, owned
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Register, SheetRow
from relance.runtime import logs
from relance.store import pool, sent
from relance.store.ledgers import LedgerRow
from relance.store.sent import Sent

log = logs.get()

# People look at it now and then, and a write to Google is one of sixty a minute.
EVERY_S = 60.0
# A change that was committed after a later one was seen is found by looking this far back.
OVERLAP = timedelta(minutes=5)
STATES: Mapping[str, str] = {"sent": "envoyé", "delivered": "remis", "read": "lu"}
DATE, CLIENT, REF, STEP, STATE, KEY = blueprint.JOURNAL_HEADER


class Journal:
    def __init__(
        self, ledgers: Sequence[LedgerRow], tab: Register, pool_: pool.Pool, *, every_s: float = EVERY_S
    ) -> None:
        self._ledgers = ledgers
        self._tab = tab
        self._pool = pool_
        self._every_s = every_s
        self._since: datetime | None = None
        self._told: dict[str, str] = {}
        """How far each of the last messages had got when it was last written."""
        self._looked_at = float("-inf")
        self._trouble: str | None = None

    async def round(self) -> None:
        """Add and bring up to date what is new, at most once a minute. What cannot be written now waits.

        It never slows the ledgers down: what keeps Google from us they meet themselves.
        """
        if time.monotonic() < self._looked_at + self._every_s:
            return
        self._looked_at = time.monotonic()
        try:
            await self._round()
        except LedgerUnreachable as error:
            self._say(str(error))
        else:
            self._say(None)

    async def _round(self) -> None:
        async with self._pool.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            found = await sent.since(connection, [ledger.id for ledger in self._ledgers], self._since)
        news = [one for one in found if self._told.get(one.name) != one.state]
        if news and not await self._tell(news):
            return
        self._told = {one.name: one.state for one in found}
        if found:
            self._since = found[-1].changed_at - OVERLAP

    def _say(self, trouble: str | None) -> None:
        if trouble and trouble != self._trouble:
            log.warning("ledger.journal_waits", ledger_id=self._ledgers[0].id, hint=trouble)
        self._trouble = trouble

    async def _tell(self, news: Sequence[Sent]) -> bool:
        """False: there is no such tab now, or it has not our titles."""
        rows: Sequence[SheetRow] = ()
        # No such tab, or no workbook: the ledgers themselves say the latter.
        with contextlib.suppress(LedgerUnreachable):
            rows = (await self._tab.snapshot()).rows
        header, places = _header(rows)
        if places is None:
            return False
        zone = ZoneInfo(self._ledgers[0].zone)
        lines = [{places[title]: cell for title, cell in line(one, zone).items()} for one in news]
        await self._tab.add(lines, key_column=places[KEY])
        await self._tab.apply(_patches(rows, header, places, news))
        return True


def line(one: Sent, zone: ZoneInfo) -> dict[str, Cell]:
    return {
        DATE: f"{one.sent_at.astimezone(zone):%Y-%m-%d %H:%M}",
        CLIENT: one.customer,
        REF: one.keys,
        STEP: owned.ACTIONS.get(one.template, one.template),
        STATE: STATES[one.state],
        KEY: one.name,
    }


def _header(rows: Sequence[SheetRow]) -> tuple[SheetRow, dict[str, int] | None]:
    """The first row that has every title, wherever they are; None when there is none."""
    wanted = {columns.plain(title): title for title in blueprint.JOURNAL_HEADER}
    for row in rows:
        found = {wanted.get(columns.plain(str(cell or ""))): place for place, cell in enumerate(row.cells)}
        if found.keys() >= set(blueprint.JOURNAL_HEADER):
            return row, {title: found[title] for title in blueprint.JOURNAL_HEADER}
    return SheetRow(0, ()), None


def _patches(
    rows: Sequence[SheetRow], header: SheetRow, places: Mapping[str, int], news: Sequence[Sent]
) -> list[CellPatch]:
    """How far messages got whose lines are there already."""
    state, key = places[STATE], places[KEY]
    words = {one.name: STATES[one.state] for one in news}
    above = header.number, header.cell(state)
    return [
        CellPatch(row.number, state, key, row.cell(key), row.cell(state), words[name], above)
        for row in rows
        if (name := str(row.cell(key) or "")) in words and row.cell(state) != words[name]
    ]
