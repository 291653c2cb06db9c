"""The database into the sheet: single cells of ours, each only where it is still as we read it.

A cell we wrote and a person changed since is left alone until we have something new to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from relance.ledger_sync import columns, owned
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers import port
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Ledger, Result, SheetRow
from relance.ledger_sync.pull import Reading
from relance.store import pool, receivables
from relance.store.ledgers import LedgerRow
from relance.store.receivables import Standing

# Cells that tell rows apart when there is no key yet, best first.
NATURAL = (Field.INVOICE, Field.PHONE, Field.DESTINATION, Field.NAME)


@dataclass(frozen=True, slots=True)
class Note:
    """A cell of ours: what it is to hold, and the write that makes it so (None: it already does)."""

    item_id: int
    field: Field
    text: str
    patch: CellPatch | None


async def write(
    pool_: pool.Pool, ledger: LedgerRow, sheet: Ledger, reading: Reading, *, at: datetime
) -> Counter[Result]:
    """Bring the cells of ours up to date. `at` must be from before the database is read: what happens later is news."""
    async with pool_.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        standings = await receivables.standings(connection, ledger.id, now=at)
    notes = due_notes(standings, reading, zone=ZoneInfo(ledger.zone))
    patches = [note.patch for note in notes if note.patch]
    results = dict(zip(patches, await sheet.apply(patches), strict=True))
    landed = [note for note in notes if note.patch is None or results[note.patch] is Result.APPLIED]
    if landed:
        async with pool.transaction(pool_) as connection:
            for note in landed:
                await receivables.note_cell(connection, note.item_id, note.field, note.text, at=at)
    return Counter(results.values())


def due_notes(standings: Sequence[Standing], reading: Reading, *, zone: ZoneInfo) -> list[Note]:
    """Pure: what differs between the sheet as read and the sheet as it should be."""
    places = reading.layout.places
    notes = []
    for standing in standings:
        row = reading.seen.get(standing.position)
        if row is None:
            continue
        cells = owned.wanted(standing, zone=zone)
        if not port.same(row.cell(places[Field.KEY]), standing.key):
            # Until the key is there nothing else can be aimed at this row with certainty.
            cells = {Field.KEY: standing.key}
        for field, value in cells.items():
            if field in places and (note := _note(standing, row, reading, field, value)):
                notes.append(note)
    return notes


def _note(standing: Standing, row: SheetRow, reading: Reading, field: Field, value: Cell | date) -> Note | None:
    column, key_column = reading.layout.places[field], reading.layout.places[Field.KEY]
    current, wanted = row.cell(column), port.stored(value)
    text = "" if wanted is None else str(wanted)
    left = standing.written.get(field)
    if port.same(current, wanted):
        is_news = left.text != text if left else wanted is not None
        return Note(standing.id, field, text, None) if is_news and field is not Field.KEY else None
    if field is Field.KEY:
        anchor_column = _natural_anchor(row, reading)
        if anchor_column is None:
            return None
        patch = CellPatch(row.number, column, anchor_column, row.cell(anchor_column), current, value)
        return Note(standing.id, field, text, patch)
    if field is Field.STATUS and not _may_write_status(current, text):
        return None
    if field is not Field.STATUS and (left.text == text if left else wanted is None):
        return None
    return Note(standing.id, field, text, CellPatch(row.number, column, key_column, standing.key, current, value))


def _may_write_status(current: Cell, word: str) -> bool:
    wanted = columns.status_of(word)
    return wanted is not None and columns.may_write(columns.status_of(current), wanted)


def _natural_anchor(row: SheetRow, reading: Reading) -> int | None:
    places: Mapping[Field, int] = reading.layout.places
    columns_there = [places[field] for field in NATURAL if field in places and row.cell(places[field]) is not None]
    for column in columns_there:
        if sum(1 for other in reading.seen.values() if port.same(other.cell(column), row.cell(column))) == 1:
            return column
    return columns_there[0] if columns_there else None
