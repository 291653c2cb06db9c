"""Where `values.append` appends: below the table that it finds in the range, from that table's first column on.

A table is a block of filled cells with nothing filled around it. Of several in the range the last one is meant; with
none, the range's own corner.
"""

from __future__ import annotations

from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab

Place = tuple[int, int]


def last_in(tab: Tab, box: Box) -> Box | None:
    """The closed box of the last table that the range touches."""
    closed = tab.clip(box)
    touching = [table for table in _tables(tab) if _touch(table, closed)]
    return max(touching, key=lambda table: (table.end_row or 0, table.end_column or 0), default=None)


def _tables(tab: Tab) -> list[Box]:
    left = {
        (row, column)
        for row, cells in enumerate(tab.rows)
        for column, cell in cells.items()
        if "userEnteredValue" in cell
    }
    boxes: list[Box] = []
    while left:
        boxes.append(_grown(left.pop(), left))
    return _joined(boxes)


def _grown(start: Place, left: set[Place]) -> Box:
    found, edge = [start], [start]
    while edge:
        row, column = edge.pop()
        around = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
        left -= around
        edge += around
        found += around
    rows, columns = zip(*found, strict=True)
    return Box(min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _joined(boxes: list[Box]) -> list[Box]:
    """Blocks whose rectangles overlap or adjoin are one table: a hole in it does not split it."""
    done: list[Box] = []
    for box in boxes:
        while other := next((one for one in done if _touch(_wider(one), box)), None):
            done.remove(other)
            box = _around(box, other)
        done.append(box)
    return done


def _wider(box: Box) -> Box:
    return Box(box.row - 1, box.column - 1, (box.end_row or 0) + 1, (box.end_column or 0) + 1)


def _around(one: Box, other: Box) -> Box:
    return Box(
        min(one.row, other.row),
        min(one.column, other.column),
        max(one.end_row or 0, other.end_row or 0),
        max(one.end_column or 0, other.end_column or 0),
    )


def _touch(one: Box, other: Box) -> bool:
    apart = one.row >= (other.end_row or 0) or other.row >= (one.end_row or 0)
    aside = one.column >= (other.end_column or 0) or other.column >= (one.end_column or 0)
    return not (apart or aside)
