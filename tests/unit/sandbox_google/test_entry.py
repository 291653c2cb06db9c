"""What a person types, in a French workbook and elsewhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.sandbox.google import entry, render


def fr(text, cell_type=""):
    return entry.typed(text, locale="fr_FR", cell_type=cell_type).value


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 234,56 €", 1234.56), ("1\u202f234,56", 1234.56), ("₹15 000", 15000), ("-12,5", -12.5), ("12 %", 0.12),
     ("2026-12-01", 46357), ("1/12/2026", 46357), ("01-12-26", 46357), ("1er décembre 2026", 46357),
     ("14:30", 0.6041666666666666), ("+33639980001", 33639980001), ("0639980001", 639980001)],
)  # fmt: skip
def test_french_typing_becomes_a_number(text, number):
    assert fr(text) == {"numberValue": number}


@pytest.mark.parametrize("text", ["1234.56", "1,234.56", "31/02/2026", "12 34", "Payé", "3 mois", "INV-2024-001", "-"])
def test_what_french_does_not_read_as_a_number_stays_text(text):
    assert fr(text) == {"stringValue": text}


def test_a_text_cell_keeps_a_phone_number_whole():
    assert fr("+33639980001", "TEXT") == {"stringValue": "+33639980001"}
    assert fr("'0639980001") == {"stringValue": "0639980001"}


def test_booleans_formulas_and_emptiness_are_recognised():
    assert (fr("vrai"), fr("=A1+1"), fr("  ")) == ({"boolValue": True}, {"formulaValue": "=A1+1"}, None)


def test_american_typing_puts_the_month_first_and_the_point_in_decimals():
    assert entry.typed("12/1/2026", locale="en_US").value == {"numberValue": 46357}
    assert entry.typed("1,234.56", locale="en_US").value == {"numberValue": 1234.56}


@given(st.dates(date(1990, 1, 1), date(2049, 12, 31)))
def test_a_date_shown_and_typed_again_is_the_same_day(day):
    shape = {"type": "DATE", "pattern": "dd/mm/yyyy"}
    assert fr(render.number_text(entry.serial(day), shape, "fr_FR")) == {"numberValue": entry.serial(day)}


@given(st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_shown_and_typed_again_is_the_same(amount):
    shape = {"type": "CURRENCY", "pattern": '#,##0.00 "€"'}
    assert fr(render.number_text(float(amount), shape, "fr_FR")) == {"numberValue": pytest.approx(float(amount))}


@pytest.mark.parametrize(
    ("value", "pattern", "kind", "text"),
    [(46357.5, "dd/mm/yyyy hh:mm", "DATE_TIME", "01/12/2026 12:00"), (46357, "d mmm yy", "DATE", "1 12 26"),
     (0.125, "0.0%", "PERCENT", "12,5%"), (150000, '"₹"#,##,##0.00', "CURRENCY", "₹1\u202f50\u202f000,00"),
     (3.14159, "", "", "3,14159"), (12.0, "", "", "12")],
)  # fmt: skip
def test_numbers_show_by_their_format(value, pattern, kind, text):
    assert render.number_text(value, {"type": kind, "pattern": pattern}, "fr_FR") == text
