"""Rows and columns inserted, deleted and moved: cells, formulas, and everything that names a place follow.

Developer metadata, protections, merges, filters, rules and named ranges stay on the row or column they were put on;
what was only on a deleted one goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relance.sandbox.google import refusal
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]
Edge = Callable[[int, bool], int]
"""Where the edge of a span goes: the index before, whether it is the far edge."""
FOLLOWING = ("merges", "protectedRanges", "conditionalFormats", "basicFilter", "tables", "bandedRanges")


def insert(book: Workbook, tab: Tab, at: int, count: int, *, rows: bool) -> None:
    (tab.insert_rows if rows else tab.insert_columns)(at, count)
    _follow(book, tab, lambda edge, is_far: edge + count if edge > at or (edge == at and not is_far) else edge, rows)


def delete(book: Workbook, tab: Tab, start: int, end: int, *, rows: bool) -> None:
    (tab.delete_rows if rows else tab.delete_columns)(start, end)
    _follow(book, tab, lambda edge, _: edge - max(0, min(edge, end) - start), rows)


def move(book: Workbook, tab: Tab, span: tuple[int, int], to: int, *, rows: bool) -> None:
    """`to` counts as before the move, as Google's destinationIndex does."""
    start, end = span
    if start <= to <= end:
        raise refusal.invalid("The destination must not lie within the source.")
    order = list(range(tab.row_count if rows else tab.column_count))
    moved = order[start:end]
    rest = order[:start] + order[end:]
    at = to if to < start else to - len(moved)
    order = rest[:at] + moved + rest[at:]
    now_at = {before: after for after, before in enumerate(order)}
    tab.rearrange(now_at, rows=rows)
    # A span wider than what moved keeps its place: Google itself stretches or splits it case by case.
    _follow_each(book, tab, now_at, rows)


def _follow(book: Workbook, tab: Tab, edge: Edge, rows: bool) -> None:
    for place, owner in _places(book, tab):
        low, high = _edges(place, rows)
        before = int(place.get(low, 0))
        if low in place or high in place:
            place[low] = edge(before, False)
        if high in place:
            place[high] = edge(int(place[high]), True)
            if place[high] <= place[low]:
                owner()


def _follow_each(book: Workbook, tab: Tab, now_at: dict[int, int], rows: bool) -> None:
    for place, _ in _places(book, tab):
        low, high = _edges(place, rows)
        start = int(place.get(low, 0))
        if high in place and int(place[high]) == start + 1:
            place[low], place[high] = now_at[start], now_at[start] + 1


def _edges(place: Json, rows: bool) -> tuple[str, str]:
    if "dimension" in place:
        return ("startIndex", "endIndex") if (place["dimension"] == "ROWS") is rows else ("", "")
    return ("startRowIndex", "endRowIndex") if rows else ("startColumnIndex", "endColumnIndex")


def _places(book: Workbook, tab: Tab) -> list[tuple[Json, Callable[[], None]]]:
    """Every span on the tab, with what to do when nothing is left of it."""
    found: list[tuple[Json, Callable[[], None]]] = []

    def dropping(kept: list[Json], item: Json) -> Callable[[], None]:
        return lambda: kept.remove(item) if item in kept else None

    for item in book.metadata:
        if "dimensionRange" in item["location"]:
            found.append((item["location"]["dimensionRange"], dropping(book.metadata, item)))
    found += [(item["range"], dropping(book.named_ranges, item)) for item in book.named_ranges]
    for name in FOLLOWING:
        kept = tab.extras.get(name, [])
        for item in [kept] if isinstance(kept, dict) else kept:
            spans = item.get("ranges") or [item.get("range", item)]
            drop = dropping(kept, item) if isinstance(kept, list) and len(spans) == 1 else lambda: None
            found += [(span, drop) for span in spans]
    return [(place, drop) for place, drop in found if int(place.get("sheetId", 0)) == tab.id]
