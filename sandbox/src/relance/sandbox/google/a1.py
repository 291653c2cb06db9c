"""A1 notation: `'Mon onglet'!B2:D`, `A:C`, `3:7`, a bare tab title."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CELLS = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d{1,8})?(?::\$?([A-Za-z]{1,3})?\$?(\d{1,8})?)?")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class NotA1(ValueError):
    """The text is not a range; its message is the text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A half-open rectangle of zero-based indexes; None is an open end."""

    row: int = 0
    column: int = 0
    end_row: int | None = None
    end_column: int | None = None

    def clip(self, rows: int, columns: int) -> Box:
        return Box(
            self.row,
            self.column,
            rows if self.end_row is None else min(self.end_row, rows),
            columns if self.end_column is None else min(self.end_column, columns),
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A tab title (None: not named) and a rectangle in it."""

    title: str | None
    box: Box


def letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def column_of(text: str) -> int:
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def quote_title(title: str) -> str:
    if _PLAIN_TITLE.fullmatch(title) and not _looks_like_cells(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def parse(text: str) -> Reference:
    """Read a range; a text that is only a title comes back with the title and the whole tab."""
    title, cells = _split(text)
    if cells is None:
        return Reference(title, Box())
    return Reference(title, _box(cells, text))


def parse_cell(text: str) -> tuple[int, int]:
    box = parse(text).box
    if box.end_row != box.row + 1 or box.end_column != box.column + 1:
        raise NotA1(text)
    return box.row, box.column


def format_box(box: Box) -> str:
    """The closed form Google answers with; a single cell has no colon."""
    if box.end_row is None or box.end_column is None:
        return _format_open(box)
    first = f"{letters(box.column)}{box.row + 1}"
    last = f"{letters(box.end_column - 1)}{box.end_row}"
    return first if first == last else f"{first}:{last}"


def format_range(title: str, box: Box) -> str:
    return f"{quote_title(title)}!{format_box(box)}"


def _format_open(box: Box) -> str:
    last_column = "" if box.end_column is None else letters(box.end_column - 1)
    last_row = "" if box.end_row is None else str(box.end_row)
    if not last_column and not last_row:
        raise NotA1("a range open on both sides has no A1 form")
    if box.row == 0 and not last_row:
        return f"{letters(box.column)}:{last_column}"
    if box.column == 0 and not last_column:
        return f"{box.row + 1}:{last_row}"
    return f"{letters(box.column)}{box.row + 1}:{last_column}{last_row}"


def _split(text: str) -> tuple[str | None, str | None]:
    if text.startswith("'"):
        end = _closing_quote(text)
        title = text[1:end].replace("''", "'")
        rest = text[end + 1 :]
        if not rest:
            return title, None
        if not rest.startswith("!"):
            raise NotA1(text)
        return title, rest[1:]
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells
    if _looks_like_cells(text):
        return None, text
    return text, None


def _closing_quote(text: str) -> int:
    at = 1
    while at < len(text):
        if text[at] == "'":
            if text[at + 1 : at + 2] != "'":
                return at
            at += 1
        at += 1
    raise NotA1(text)


def _looks_like_cells(text: str) -> bool:
    found = _CELLS.fullmatch(text)
    if not found or not text:
        return False
    column, row = found.group(1), found.group(2)
    return ":" in text or bool(column and row)


def _box(cells: str, text: str) -> Box:
    found = _CELLS.fullmatch(cells)
    if not found or not cells:
        raise NotA1(text)
    column, row, last_column, last_row = found.groups()
    if ":" not in cells:
        if not (column and row):
            raise NotA1(text)
        last_column, last_row = column, row
    if not (column or row) or not (last_column or last_row):
        raise NotA1(text)
    columns = sorted(column_of(c) for c in (column, last_column) if c)
    rows = sorted(int(r) for r in (row, last_row) if r)
    if rows and rows[0] < 1:
        raise NotA1(text)
    return Box(
        row=rows[0] - 1 if row else 0,
        column=columns[0] if column else 0,
        end_row=rows[-1] if last_row else None,
        end_column=columns[-1] + 1 if last_column else None,
    )
