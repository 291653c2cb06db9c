"""Formulas as owners write them in a ledger, and how their references follow the rows."""

from __future__ import annotations

import pytest

from relance.sandbox.google import formula, recalculation, render, values
from relance.sandbox.google.a1 import Box
from relance.sandbox.google.grid import Tab, Workbook

CELLS = {(0, 0): 100, (0, 1): 40, (1, 0): "abc", (1, 1): None, (2, 0): 2.5}


def look(row, column):
    return CELLS.get((row, column))


@pytest.mark.parametrize(
    ("text", "value"),
    [("=A1-B1", 60), ("=A1-B1*2", 20), ("=(A1-B1)*2", 120), ("=-B1+A1", 60), ("=A1/8", 12.5), ("=2^3", 8),
     ("=SUM(A1:B3)", 142.5), ("=SOMME(A1;B1)", 140), ("=SUM(A1,B1)", 140), ("=IF(A1>B1;\"oui\";\"non\")", "oui"),
     ("=A2&\" !\"", "abc !"), ("=A1=100", True), ("=ARRONDI(A3;0)", 2), ("=A1*0,5", 50), ("=A1-B2", 100),
     ("=10-4-3", 3), ("=$A$1+1", 101)],
)  # fmt: skip
def test_a_formula_has_its_value(text, value):
    assert formula.evaluate(text, look) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [("=A1/B2", "DIVIDE_BY_ZERO"), ("=A1+A2", "VALUE"), ("=NOW()", "NAME"), ("=A1+", "ERROR"), ("=#REF!+1", "REF")],
)
def test_a_formula_that_fails_says_how(text, kind):
    with pytest.raises(formula.FormulaError) as failed:
        formula.evaluate(text, look)
    assert failed.value.kind == kind


@pytest.fixture
def tab():
    book = Workbook("b", {"title": "b", "locale": "fr_FR"})
    made = book.add_tab({"title": "T", "gridProperties": {"rowCount": 10, "columnCount": 5}})
    lines = [["Total", "Versé", "Solde"], [300, 100, "=A2-B2"], [200, 50, "=A3-$B$3"], [100, 0, "=C2+A4"]]
    values.write(book, {"range": "A1:C4", "values": lines}, option="USER_ENTERED")
    return made


def shown(tab: Tab):
    book = Workbook("b", {"locale": "fr_FR"}, [tab])
    recalculation.recalculate(book)
    return [render.scalar(render.effective(tab.cell(row, 2))) for row in range(1, tab.row_count) if tab.cell(row, 2)]


def test_formulas_are_evaluated_through_one_another(tab):
    assert shown(tab) == [200, 150, 300]


def test_references_follow_inserted_and_deleted_rows(tab):
    tab.insert_rows(1, 2)
    assert shown(tab) == [200, 150, 300]
    tab.delete_rows(1, 2)
    assert shown(tab) == [200, 150, 300]
    tab.delete_rows(2, 3)
    assert shown(tab) == [150, "#REF!"]


def test_a_sort_carries_relative_references_and_leaves_fixed_ones(tab):
    tab.sort(Box(1, 0), [(0, False, render.sort_key)])
    assert tab.cell(2, 2)["userEnteredValue"] == {"formulaValue": "=A3-$B$3"}
    assert tab.cell(3, 2)["userEnteredValue"] == {"formulaValue": "=A4-B4"}


def test_a_formula_that_leads_to_itself_is_an_error_not_a_hang(tab):
    tab.edit(1, 2)["userEnteredValue"] = {"formulaValue": "=C2"}
    assert shown(tab) == ["#REF!", 150, "#REF!"]
