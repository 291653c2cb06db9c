"""The database into the sheet: single cells of ours, each only where it is still as we read it.

A cell we wrote and a person changed since is left alone until we have something new to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from relance.ledger_sync import columns, owned
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers import port
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Ledger, Result, SheetRow
from relance.ledger_sync.reading import Reading
from relance.store import pool, receivables
from relance.store.ledgers import LedgerRow
from relance.store.receivables import Standing

# Cells that tell rows apart when there is no key yet, best first.
NATURAL = (Field.INVOICE, Field.PHONE, Field.DESTINATION, Field.NAME)
# One call to Google each: far below what it takes in one, small enough that a sort in between spoils little.
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Note:
    """A cell of ours: what it is to hold, and the write that makes it so (None: it already does)."""

    item_id: int
    field: Field
    text: str
    patch: CellPatch | None


async def write(
    pool_: pool.Pool, ledger: LedgerRow, sheet: Ledger, reading: Reading, *, ids: Sequence[int], at: datetime
) -> Counter[Result]:
    """Bring these items' cells up to date. `at` must be from before the database is read: what is later is news."""
    results: Counter[Result] = Counter()
    async with pool_.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        standings = await receivables.standings(connection, ids, now=at)
    notes = due_notes(standings, reading, zone=ZoneInfo(ledger.zone))
    for start in range(0, len(notes), BATCH):
        results += await _write(pool_, sheet, notes[start : start + BATCH], at)
    return results


async def _write(pool_: pool.Pool, sheet: Ledger, notes: Sequence[Note], at: datetime) -> Counter[Result]:
    patches = [note.patch for note in notes if note.patch]
    results = dict(zip(patches, await sheet.apply(patches), strict=True))
    landed = [note for note in notes if note.patch is None or results[note.patch] is Result.APPLIED]
    if landed:
        async with pool.transaction(pool_) as connection:
            await receivables.note_cells(connection, [(n.item_id, n.field, n.text) for n in landed], at=at)
    return Counter(results.values())


def due_notes(standings: Sequence[Standing], reading: Reading, *, zone: ZoneInfo) -> list[Note]:
    """Pure: what differs between the sheet as read and the sheet as it should be."""
    places = reading.layout.places
    anchors = _Anchors(reading)
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
            if field in places and (note := _note(standing, row, reading, anchors, (field, value))):
                notes.append(note)
    return notes


def _note(
    standing: Standing, row: SheetRow, reading: Reading, anchors: _Anchors, cell: tuple[Field, Cell | date]
) -> Note | None:
    field, value = cell
    column, key_column = reading.layout.places[field], reading.layout.places[Field.KEY]
    current, wanted = row.cell(column), port.stored(value)
    header = (reading.snapshot.rows[reading.header].number, reading.layout.header[column])
    text = "" if wanted is None else str(wanted)
    left = standing.written.get(field)
    if port.same(current, wanted):
        is_news = left.text != text if left else wanted is not None
        return Note(standing.id, field, text, None) if is_news and field is not Field.KEY else None
    if field is Field.KEY:
        anchor_column = anchors.column_for(row)
        if anchor_column is None:
            return None
        patch = CellPatch(row.number, column, anchor_column, row.cell(anchor_column), current, value, header)
        return Note(standing.id, field, text, patch)
    if field is Field.STATUS and not _may_write_status(standing, current, text):
        return None
    if field is not Field.STATUS and (left.text == text if left else wanted is None):
        return None
    shared = field is Field.STATUS
    patch = CellPatch(row.number, column, key_column, standing.key, current, value, header, is_shared=shared)
    return Note(standing.id, field, text, patch)


def _may_write_status(standing: Standing, current: Cell, word: str) -> bool:
    wanted, now = columns.status_of(word), columns.status_of(current)
    if wanted is None:
        return False
    is_about_a_word = standing.trusted_at is not None or standing.distrusted_at is not None
    return columns.may_write(now, wanted) or (is_about_a_word and columns.may_settle(now, wanted))


class _Anchors:
    """Which cell of a row without a key tells it best from the others. Columns are counted once, when first needed."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        places = reading.layout.places
        self._columns = [places[field] for field in NATURAL if field in places]
        self._ours = {places[field] for field in columns.OWNED | {Field.STATUS} if field in places}
        self._counts: dict[int, Counter[Cell]] = {}

    def column_for(self, row: SheetRow) -> int | None:
        others = [column for column in range(len(row.cells)) if column not in self._ours]
        there = [column for column in (*self._columns, *others) if row.cell(column) is not None]
        return next(
            (column for column in there if self._count(column)[row.cell(column)] == 1), there[0] if there else None
        )

    def _count(self, column: int) -> Counter[Cell]:
        if column not in self._counts:
            self._counts[column] = Counter(row.cell(column) for row in self._reading.seen.values())
        return self._counts[column]
