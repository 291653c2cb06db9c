"""One snapshot, understood as far as it goes without the database. Pure.

A sheet of 100,000 rows is read every ten seconds and hardly ever differs: whatever is the same object as before is not
looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relance.ledger_sync import columns, rows
from relance.ledger_sync.ledgers.port import Merge, SheetRow, Snapshot
from relance.ledger_sync.rows import Layout
from relance.store.ledgers import LedgerRow

# A merge without an end reaches the sheet's edge; no ledger has more rows than this.
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    snapshot: Snapshot
    header: int
    layout: Layout
    seen: Mapping[int, SheetRow]
    """Rows with data below the header, by their number."""


def read(snapshot: Snapshot, ledger: LedgerRow, before: Reading | None = None) -> Reading:
    """Raises LedgerUnreachable when the header is not one of a ledger."""
    if before is not None and before.snapshot is snapshot:
        return before
    header, places = columns.locate(snapshot.rows, ledger.kind, tags=snapshot.tags, said=ledger.mapping)
    first = snapshot.rows[header].number + 1
    layout = Layout(snapshot.rows[header].cells, places, _merged_rows(snapshot.merges, places.values(), first))
    if before is None or (before.header, before.layout) != (header, layout):
        blank = rows.blankness(layout)
        return Reading(snapshot, header, layout, {r.number: r for r in snapshot.rows[header + 1 :] if not blank(r)})
    return Reading(snapshot, header, layout, _brought_up_to(snapshot, before))


def differing(before: Reading, after: Reading) -> list[int]:
    """Numbers of the rows that do not say the same in both."""
    old, new = before.snapshot.rows, after.snapshot.rows
    kept = min(len(old), len(new))
    changed = [new[i].number for i in range(kept) if old[i] is not new[i] and old[i] != new[i]]
    return changed + [row.number for row in (*old[kept:], *new[kept:])]


def _brought_up_to(snapshot: Snapshot, before: Reading) -> dict[int, SheetRow]:
    seen, blank = dict(before.seen), rows.blankness(before.layout)
    old = before.snapshot.rows
    for index in range(before.header + 1, max(len(old), len(snapshot.rows))):
        row = snapshot.rows[index] if index < len(snapshot.rows) else None
        if row is not None and index < len(old) and old[index] is row:
            continue
        if row is None or blank(row):
            seen.pop(old[index].number if row is None else row.number, None)
        else:
            seen[row.number] = row
    return seen


def _merged_rows(merges: tuple[Merge, ...], places: Iterable[int], first: int) -> frozenset[int]:
    """Rows of data in which a merge covers a column that we read."""
    read = set(places)
    return frozenset(
        number
        for merge in merges
        if any(merge.first_column <= column <= merge.last_column for column in read)
        for number in range(max(first, merge.first_row), min(merge.last_row, first + MOST_ROWS) + 1)
    )
