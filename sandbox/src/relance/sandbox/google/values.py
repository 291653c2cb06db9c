"""The `spreadsheets.values` collection over a workbook: read ragged, write by rows or columns."""

from __future__ import annotations

from typing import Any

from relance.sandbox.google import a1, dimensions, entry, refusal, render, tables
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]


def read(book: Workbook, text: str, *, option: str, dates: str = "SERIAL_NUMBER", major: str = "ROWS") -> Json:
    """A ValueRange; trailing empty cells and rows are missing, as Google leaves them out."""
    render.check_options(option, dates)
    tab, box = book.resolve(text)
    return read_box(book, tab, tab.clip(box), option=option, dates=dates, major=major)


def read_box(book: Workbook, tab: Tab, box: Box, *, option: str, dates: str, major: str) -> Json:
    columns = range(box.column, box.end_column or 0)
    how = {"option": option, "dates": dates, "locale": book.locale}
    rows = [
        _trim([render.shown(row.get(column), **how) for column in columns] if row else [])
        for row in tab.rows[box.row : box.end_row]
    ]
    while rows and not rows[-1]:
        rows.pop()
    answer: Json = {"range": a1.format_range(tab.title, box), "majorDimension": major}
    if major == "COLUMNS":
        rows = _transpose(rows)
    if rows:
        answer["values"] = rows
    return answer


def write(book: Workbook, value_range: Json, *, option: str) -> tuple[Tab, Box, int]:
    """Put a ValueRange in; null leaves a cell alone, "" clears it. Returns the box and the cells written."""
    if option not in ("RAW", "USER_ENTERED"):
        raise refusal.invalid(f"'valueInputOption' is required but not specified: {option!r}")
    tab, box = book.resolve(str(value_range.get("range", "")))
    rows: list[list[Any]] = value_range.get("values") or []
    if value_range.get("majorDimension") == "COLUMNS":
        rows = _transpose(rows)
    _check_fits(tab, box, rows)
    written = 0
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                enter(book, tab, (box.row + r, box.column + c), value, option=option)
                written += 1
    width = max((len(row) for row in rows), default=0)
    done = Box(box.row, box.column, box.row + max(len(rows), 1), box.column + max(width, 1))
    return tab, done, written


def enter(book: Workbook, tab: Tab, place: tuple[int, int], value: object, *, option: str) -> None:
    cell = tab.edit(*place)
    shape = render.number_format(cell)
    if option == "RAW":
        entered = entry.Entered(entry.raw(value))
    else:
        entered = entry.typed(value, locale=book.locale, cell_type=str(shape.get("type", "")))
    if entered.value is None:
        cell.pop("userEnteredValue", None)
    else:
        cell["userEnteredValue"] = entered.value
    if entered.number_format and not shape:
        cell.setdefault("userEnteredFormat", {})["numberFormat"] = dict(entered.number_format)
    if not cell:
        tab.rows[place[0]].pop(place[1], None)


def append(book: Workbook, value_range: Json, *, option: str, inserts: bool = False) -> tuple[Tab, Box, int]:
    """Below the last table in the range, from its first column on; see `tables`."""
    tab, box = book.resolve(str(value_range["range"]))
    rows: list[list[Any]] = value_range.get("values") or []
    table = tables.last_in(tab, box)
    at, count = (table.end_row or 0) if table else box.row, max(len(rows), 1)
    first_column = table.column if table else box.column
    if inserts:
        dimensions.insert(book, tab, at, count, rows=True)
    elif at + count > tab.row_count:
        tab.resize(at + count, tab.column_count)
    place = a1.format_range(tab.title, Box(at, first_column, at + count, tab.column_count))
    return write(book, value_range | {"range": place}, option=option)


def clear(book: Workbook, text: str) -> str:
    tab, box = book.resolve(text)
    for row, column in tab.boxes(box):
        if tab.cell(row, column):
            tab.edit(row, column).pop("userEnteredValue", None)
    return a1.format_range(tab.title, tab.clip(box))


def _check_fits(tab: Tab, box: Box, rows: list[list[Any]]) -> None:
    width = max((len(row) for row in rows), default=0)
    single = box.end_row == box.row + 1 and box.end_column == box.column + 1
    end_row, end_column = box.row + len(rows), box.column + width
    if not single and box.end_row is not None and end_row > box.end_row:
        raise _tried(tab, box, f"row [{box.end_row + 1}]")
    if not single and box.end_column is not None and end_column > box.end_column:
        raise _tried(tab, box, f"column [{a1.letters(box.end_column)}]")
    if end_row > tab.row_count or end_column > tab.column_count:
        raise tab.off_limits(Box(box.row, box.column, end_row, end_column))


def _tried(tab: Tab, box: Box, what: str) -> refusal.Refused:
    where = a1.format_range(tab.title, tab.clip(box))
    return refusal.invalid(f"Requested writing within range [{where}], but tried writing to {what}")


def _trim(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row.pop()
    return row


def _transpose(rows: list[list[Any]]) -> list[list[Any]]:
    width = max((len(row) for row in rows), default=0)
    return [_trim([row[c] if c < len(row) else "" for row in rows]) for c in range(width)]
