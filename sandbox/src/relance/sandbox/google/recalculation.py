"""Fills `effectiveValue` of every formula cell after an edit; other cells have none of their own."""

from __future__ import annotations

from typing import Any

from relance.sandbox.google import formula, render
from relance.sandbox.google.grid import Tab, Workbook

Json = dict[str, Any]


def recalculate(book: Workbook) -> None:
    for tab in book.tabs:
        places = []
        for row, cells in enumerate(tab.rows):
            for column, cell in cells.items():
                cell.pop("effectiveValue", None)
                if "formulaValue" in cell.get("userEnteredValue", ()):
                    places.append((row, column))
        for place in places:
            _evaluate(tab, place, ())


def _evaluate(tab: Tab, place: tuple[int, int], above: tuple[tuple[int, int], ...]) -> Json:
    """The value of a formula cell, computed once; a formula that leads back to itself is a #REF!."""
    cell = tab.cell(*place)
    if "effectiveValue" not in cell:
        try:
            if place in above:
                raise formula.FormulaError("REF")
            text = cell["userEnteredValue"]["formulaValue"]
            value = formula.evaluate(text, lambda row, column: _look(tab, (row, column), (*above, place)))
        except formula.FormulaError as error:
            cell["effectiveValue"] = {"errorValue": {"type": error.kind, "message": "Erreur dans la formule"}}
        else:
            cell["effectiveValue"] = _extended(value)
    found: Json = cell["effectiveValue"]
    return found


def _look(tab: Tab, place: tuple[int, int], above: tuple[tuple[int, int], ...]) -> formula.Scalar:
    cell = tab.cell(*place)
    if "formulaValue" not in cell.get("userEnteredValue", ()):
        return render.scalar(cell.get("userEnteredValue"))
    value = _evaluate(tab, place, above)
    if "errorValue" in value:
        raise formula.FormulaError(value["errorValue"]["type"])
    return render.scalar(value)


def _extended(value: formula.Scalar) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": value or 0}
