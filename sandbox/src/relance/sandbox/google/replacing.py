"""Find and replace: `findReplace` of `spreadsheets.batchUpdate`.

What is looked through is what a cell shows, formulas apart; what replaces it is taken as if a person had typed it. An
empty cell is found by an expression that matches the empty text, and by no plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from relance.sandbox.google import refusal, render, values
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]

# Java writes a group as $1 and a literal sign as \$; Python the other way round.
_JAVA_REPLACEMENT = re.compile(r"\\(.)|\$(\d)")


def find_replace(book: Workbook, body: Json) -> Json:
    if not body.get("find"):
        raise refusal.invalid("find must not be empty.")
    is_expression = bool(body.get("searchByRegex"))
    wanted = _pattern(body, is_expression=is_expression)
    changed: list[tuple[int, int, bool, int]] = []
    for tab, (row, column) in _places(book, body):
        cell = tab.cell(row, column)
        entered = cell.get("userEnteredValue", {})
        is_formula = "formulaValue" in entered
        if is_formula and not body.get("includeFormulas"):
            continue
        text = entered["formulaValue"] if is_formula else render.formatted(cell, book.locale)
        if not text and not is_expression:
            continue
        is_whole = bool(body.get("matchEntireCell"))
        if (wanted.fullmatch(text) if is_whole else wanted.search(text)) is None:
            continue
        said, count = wanted.subn(_replacement(body, is_expression=is_expression), text, count=1 if is_whole else 0)
        values.enter(book, tab, (row, column), said, option="USER_ENTERED")
        changed.append((tab.id, row, is_formula, count))
    counts = {
        "valuesChanged": sum(not is_formula for _, _, is_formula, _ in changed),
        "formulasChanged": sum(is_formula for _, _, is_formula, _ in changed),
        "rowsChanged": len({(tab, row) for tab, row, _, _ in changed}),
        "sheetsChanged": len({tab for tab, _, _, _ in changed}),
        "occurrencesChanged": sum(count for _, _, _, count in changed),
    }
    return {"findReplace": {name: count for name, count in counts.items() if count}}


def _places(book: Workbook, body: Json) -> Iterator[tuple[Tab, tuple[int, int]]]:
    scopes = [
        name for name in ("range", "sheetId", "allSheets") if body.get(name) is not None and body[name] is not False
    ]
    if len(scopes) != 1:
        raise refusal.invalid("exactly one of range, sheetId and allSheets must be set.")
    if scopes == ["range"]:
        tab, box = book.grid_range(body["range"])
        yield from ((tab, place) for place in tab.boxes(box))
        return
    tabs = book.tabs if scopes == ["allSheets"] else [book.tab(int(body["sheetId"]))]
    for tab in tabs:
        yield from ((tab, place) for place in tab.boxes(Box()))


def _pattern(body: Json, *, is_expression: bool) -> re.Pattern[str]:
    text = body["find"] if is_expression else re.escape(body["find"])
    try:
        return re.compile(text, 0 if body.get("matchCase") else re.IGNORECASE)
    except re.error as error:
        raise refusal.invalid(f"find is not a valid expression: {error}") from error


def _replacement(body: Json, *, is_expression: bool) -> Any:
    said = body.get("replacement", "")
    if not is_expression:
        return lambda _: said
    return lambda found: _JAVA_REPLACEMENT.sub(lambda part: part[1] or found[int(part[2])] or "", said)


KINDS = {"findReplace": find_replace}
