"""One snapshot, understood as far as it goes without the database. Pure.

A sheet of 100,000 rows is read every ten seconds and hardly ever differs: whatever is the same object as before is not
looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relance.ledger_sync import columns, layouts
from relance.ledger_sync.layouts import Layout
from relance.ledger_sync.ledgers.port import Merge, SheetRow, Snapshot
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
        blank = layouts.blankness(layout)
        return Reading(snapshot, header, layout, {r.number: r for r in snapshot.rows[header + 1 :] if not blank(r)})
    return Reading(snapshot, header, layout, _brought_up_to(snapshot, before))


def differing(before: Reading, after: Reading) -> list[int]:
    """Numbers of the rows that do not say the same in both."""
    old, new = before.snapshot.rows, after.snapshot.rows
    kept = min(len(old), len(new))
    changed = [row.number for was, row in zip(old, new, strict=False) if was is not row and was != row]
    return changed + [row.number for row in (*old[kept:], *new[kept:])]


def _brought_up_to(snapshot: Snapshot, before: Reading) -> dict[int, SheetRow]:
    seen, blank = dict(before.seen), layouts.blankness(before.layout)
    old, new = before.snapshot.rows, snapshot.rows
    kept = min(len(old), len(new))
    for row in old[kept:]:
        seen.pop(row.number, None)
    changed = [row for was, row in zip(old, new, strict=False) if was is not row]
    for row in (*changed, *new[kept:]):
        if row.number <= new[before.header].number or blank(row):
            seen.pop(row.number, None)
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
