"""`findReplace` as documented, and as people who use it report: the ledger's compare-and-set rests on it."""

from __future__ import annotations

from typing import Any

import gspread
import pytest

STATUS = {"startColumnIndex": 4, "endColumnIndex": 5}


def replaced(client: Any, find: str, replacement: str, **how: Any) -> dict[str, int]:
    asked = {"find": find, "replacement": replacement} | how
    answer = client.http_client.batch_update("ledger", {"requests": [{"findReplace": asked}]})
    found: dict[str, int] = answer["replies"][0].get("findReplace", {})
    return found


def cell(row: int) -> dict[str, int]:
    return STATUS | {"sheetId": 0, "startRowIndex": row, "endRowIndex": row + 1}


WHOLE = {"matchEntireCell": True, "matchCase": True}


def test_a_whole_cell_is_exchanged_only_if_it_is_what_was_looked_for(ledger, client):
    assert replaced(client, "En attente", "Relancé", range=cell(1), **WHOLE)["occurrencesChanged"] == 1
    assert replaced(client, "En attente", "Payé", range=cell(1), **WHOLE) == {}
    assert replaced(client, "relancé", "Payé", range=cell(1), **WHOLE) == {}
    assert replaced(client, "Relan", "Payé", range=cell(1), **WHOLE) == {}
    assert [row[4] for row in ledger.rows()[1:]] == ["Relancé", "Relancé", "En attente"]


def test_an_empty_cell_is_found_by_an_expression_and_by_no_text(ledger, client):
    ledger.control("edit", id="ledger", tab="Suivi", cell="E2", value="")
    with pytest.raises(gspread.exceptions.APIError):
        replaced(client, "", "Relancé", range=cell(1))
    assert replaced(client, "^$", "Relancé", range=cell(1), searchByRegex=True, **WHOLE)["valuesChanged"] == 1
    assert replaced(client, "^$", "Payé", range=cell(1), searchByRegex=True, **WHOLE) == {}
    assert ledger.rows()[1][4] == "Relancé"


def test_formulas_are_passed_over_unless_asked_for(ledger, client):
    ledger.control("edit", id="ledger", tab="Suivi", cell="E2", value='="En attente"')
    assert replaced(client, "En attente", "Payé", range=cell(1), **WHOLE) == {}
    found = replaced(client, "attente", "retard", range=cell(1), includeFormulas=True)
    assert (found["formulasChanged"], ledger.rows()[1][4]) == (1, "En retard")


def test_what_a_cell_shows_is_looked_at_and_a_replacement_is_taken_as_typed(ledger, client):
    assert replaced(client, "2026-12-01", "03/01/2027", sheetId=0)["occurrencesChanged"] == 1
    assert ledger.rows()[1][3] == 46390
    assert replaced(client, "En attente", "=1+1", range=cell(1), **WHOLE)["valuesChanged"] == 1
    assert ledger.rows()[1][4] == 2


def test_groups_of_an_expression_and_counts_are_as_in_java(ledger, client):
    found = replaced(client, "(E)n (a)", r"$2-$1\$", allSheets=True, searchByRegex=True, matchCase=True)
    assert (found["occurrencesChanged"], found["rowsChanged"], found["sheetsChanged"]) == (2, 2, 1)
    assert [row[4] for row in ledger.rows()[1:]] == ["a-E$ttente", "Relancé", "a-E$ttente"]


@pytest.mark.parametrize("how", [{}, {"sheetId": 0, "allSheets": True}, {"sheetId": 0, "searchByRegex": True}])
def test_a_request_without_one_place_or_with_a_broken_expression_is_refused(client, how):
    with pytest.raises(gspread.exceptions.APIError):
        replaced(client, "(", "x", **how)
