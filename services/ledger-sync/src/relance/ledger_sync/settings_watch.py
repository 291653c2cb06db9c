"""Follows the *Réglages* and *Modèles* tabs of one workbook, for every ledger in it.

What is accepted becomes a new version in the database before its sentences are written into the sheet: dying in between
costs a reading. A tab that is missing, unreadable or without its header changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from relance.domain import preferences
from relance.domain.errors import LedgerUnreachable
from relance.domain.receivable import Kind
from relance.ledger_sync import columns, metrics, sequence_block, settings_tab
from relance.ledger_sync.ledgers.port import Ledger, Snapshot
from relance.ledger_sync.settings_tab import SETTINGS_TAB, TEXTS_TAB, Parsed
from relance.runtime import logs
from relance.store import pool, workbook_settings
from relance.store.ledgers import LedgerRow
from relance.store.pool import Connection
from relance.store.workbook_settings import Held

log = logs.get()

BY = "sheet"
# What a pause holds back, and what a sequence that is switched off does.
PAUSED = ("payment", "documents")
AUTOMATIC = ("payment", "confirmation", "documents")


class SettingsWatch:
    def __init__(
        self,
        ledgers: Sequence[LedgerRow],
        tabs: Mapping[str, Ledger],
        pool_: pool.Pool,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """`tabs` by title: one that is not there is not followed."""
        self.problems = 0
        """Cells that wait to be mended, as of the last reading."""
        self._ledgers = ledgers
        self._tabs = tabs
        self._pool = pool_
        self._now = now
        self._last: Mapping[str, Snapshot] = {}

    async def round(self) -> None:
        """Read both tabs, take what is good, and say what is not. Raises LedgerUnreachable when it cannot be said."""
        snapshots = {}
        for title, tab in self._tabs.items():
            # No such tab, or no workbook: the ledgers themselves say the latter.
            with contextlib.suppress(LedgerUnreachable):
                snapshots[title] = await tab.snapshot()
        # A refused text may name a column that exists by now: while something is wrong every reading counts.
        if snapshots == self._last and not self.problems:
            return
        async with pool.transaction(self._pool) as connection:
            parsed = await take(connection, self._ledgers, snapshots, at=self._now())
        for title, found in parsed.items():
            await self._tabs[title].apply(found.patches)
        problems = sum(found.problems for found in parsed.values())
        if problems > self.problems:
            log.warning("ledger.settings_refused", ledger_id=self._ledgers[0].id, problems=problems)
        self.problems = problems
        for ledger in self._ledgers:
            metrics.REFUSED_SETTINGS.labels(sheet_id=ledger.id).set(problems)
        self._last = snapshots


async def take(
    connection: Connection, ledgers: Sequence[LedgerRow], snapshots: Mapping[str, Snapshot], *, at: datetime
) -> dict[str, Parsed]:
    """Bring one reading of the tabs into the database; what was found in each tab that has its header, by title."""
    held = {one.ledger_id: one for one in await workbook_settings.newest(connection)}
    before = next((held[ledger.id] for ledger in ledgers if ledger.id in held), None)
    parsed = {}
    if SETTINGS_TAB in snapshots:
        parsed[SETTINGS_TAB] = _settings(snapshots[SETTINGS_TAB], before.settings if before else {})
    if TEXTS_TAB in snapshots:
        texts_before = {
            place: text for ledger in ledgers if ledger.id in held for place, text in held[ledger.id].texts.items()
        }
        headers = await _headers(connection, ledgers)
        parsed[TEXTS_TAB] = settings_tab.parse_texts(snapshots[TEXTS_TAB].rows, texts_before, headers=headers)
    found = {title: one for title, one in parsed.items() if one is not None}
    if found:
        for ledger in ledgers:
            await _take_for(connection, ledger, held.get(ledger.id), found, at=at)
    return found


def _settings(snapshot: Snapshot, before: Mapping[str, str]) -> Parsed | None:
    """The settings, and the sequences written beside them."""
    found = settings_tab.parse_settings(snapshot.rows, before)
    if found is None:
        return None
    written = sequence_block.parse(snapshot.rows, before)
    return Parsed({**found.kept, **written.kept}, (*found.patches, *written.patches), found.problems + written.problems)


async def _take_for(
    connection: Connection, ledger: LedgerRow, before: Held | None, found: Mapping[str, Parsed], *, at: datetime
) -> None:
    settings = dict(found[SETTINGS_TAB].kept if SETTINGS_TAB in found else before.settings if before else {})
    if TEXTS_TAB in found:
        texts = {
            p: t for p, t in found[TEXTS_TAB].kept.items() if settings_tab.is_for(p.partition("/")[2], ledger.kind)
        }
    else:
        texts = dict(before.texts) if before else {}
    if before is not None and (before.settings, before.texts) == (settings, texts):
        return
    version = await workbook_settings.take(connection, ledger.id, settings=settings, texts=texts, by=BY, at=at)
    if version is None:
        return
    await _hold_back(connection, ledger, before.settings if before else {}, settings)
    log.info("ledger.settings_taken", ledger_id=ledger.id, version=version, count=len(settings), changed=len(texts))


async def _hold_back(
    connection: Connection, ledger: LedgerRow, before: Mapping[str, str], now: Mapping[str, str]
) -> None:
    """A pause, or a sequence that is switched off, counts for what is already on its way to the sender too."""
    until = preferences.day_kept(now.get("paused_until"))
    await workbook_settings.pause(connection, ledger.id, until)
    if until and now.get("paused_until") != before.get("paused_until"):
        await workbook_settings.withdraw(connection, ledger.id, PAUSED)
    switch = f"sequence_{ledger.kind.value}"
    if now.get(switch) == "no" != before.get(switch):
        await workbook_settings.withdraw(connection, ledger.id, AUTOMATIC)


async def _headers(connection: Connection, ledgers: Sequence[LedgerRow]) -> Callable[[str], Collection[str]]:
    """The columns that a text may name: those of every ledger it will be used for."""
    shown = {ledger.id: await workbook_settings.headers(connection, ledger.id) for ledger in ledgers}

    def of(name: str) -> Collection[str]:
        common: frozenset[str] | None = None
        for ledger in ledgers:
            if settings_tab.is_for(name, ledger.kind):
                own = shown[ledger.id] or _titles(ledger.kind)
                common = own if common is None else common & own
        return common or frozenset()

    return of


def _titles(kind: Kind) -> frozenset[str]:
    """Before the first row was read: the columns of our own workbook."""
    return frozenset(columns.title(field, kind) for field in columns.Field if field not in columns.OWNED)
