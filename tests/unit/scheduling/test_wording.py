from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import wording
from relance.domain.errors import TemplateRejected
from relance.domain.money import Money

NNBSP, NBSP = "\u202f", "\u00a0"


def written(text, **values):
    template = wording.compiled(text, name="fr/essai.txt", known=wording.COMPUTED)
    return template.render({wording.fold(name): value for name, value in values.items()})


@pytest.mark.parametrize("text", ["Bonjour {{Nom}}", "Bonjour [Nom]", "Bonjour {{ nom }}", "Bonjour [NOM]"])
def test_both_kinds_of_placeholder_are_read_whatever_their_case(text):
    assert written(text, Nom="Ana") == "Bonjour Ana"


def test_accents_and_spaces_in_a_name_do_not_matter():
    assert written("{{echeance}} {{Jours  restants}}", **{"Échéance": "demain", "Jours restants": "1"}) == "demain 1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("Bonjour {{Prenon}}", "Prenon", id="unknown placeholder"),
        pytest.param("Bonjour\n[Soldde]", "ligne 2 : « Soldde »", id="unknown in brackets, with its line"),
        pytest.param("Bonjour {Nom}", "accolade", id="a single brace"),
        pytest.param("Bonjour {{Nom}", "accolade", id="a brace that does not close"),
        pytest.param("Bonjour Nom]", "crochet", id="a bracket that does not open"),
        pytest.param(" \n", "vide", id="an empty text"),
    ],
)
def test_a_text_that_cannot_be_trusted_is_refused_naming_the_file_and_the_fault(text, says):
    with pytest.raises(TemplateRejected, match=r"fr/essai\.txt") as refused:
        written(text, Nom="Ana")
    assert says in str(refused.value)


def test_a_missing_value_is_never_sent_as_a_hole():
    with pytest.raises(TemplateRejected, match=r"« Solde » est vide"):
        written("Bonjour {{Nom}}, reste {{Solde}}", Nom="Ana")


def test_an_optional_line_goes_with_its_empty_value():
    text = "Bonjour\n? Payez ici : {{Lien}}\nMerci"
    assert written(text) == "Bonjour\nMerci"
    assert written(text, Lien="https://pay.example") == "Bonjour\nPayez ici : https://pay.example\nMerci"


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("*Ana* ~Martin~ `x`", "Ana Martin x"),
        ("_Ana_", "Ana"),
        ("INV_2026_001", "INV_2026_001"),
        ("Ana\nMartin\r\n", "Ana Martin"),
        ("\u202eAna\u200b", "Ana"),
        ("{{Solde}} [Nom]", "((Solde)) (Nom)"),
        ("> - citation", "citation"),
    ],
)
def test_data_never_formats_or_breaks_the_message(cell, plain):
    assert wording.neutral(cell) == plain


@given(st.text(max_size=60))
def test_whatever_a_cell_holds_it_becomes_one_plain_line(cell):
    plain = wording.neutral(cell)
    assert not re.search(r"[*~`{}\[\]\n\r]", plain)
    assert "\n" not in written("x {{Nom}}", Nom=plain or "-")


@pytest.mark.parametrize("text", ["javascript:alert(1)", "pay.example/x", "https://a b", "", "https://x.example/{y}"])
def test_what_is_not_a_link_is_not_shown_as_one(text):
    assert wording.link(text) == ""


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("1234.56", "EUR", "fr", f"1{NNBSP}234,56{NBSP}€"),
        ("1200", "EUR", "fr", f"1{NNBSP}200{NBSP}€"),
        ("15000.00", "INR", "fr", f"15{NNBSP}000{NBSP}₹"),
        ("1234.5", "EUR", "en", "€1,234.50"),
        ("1500000", "INR", "en", "₹15,00,000"),
        ("1500000.5", "INR", "en", "₹15,00,000.50"),
        ("1500000", "INR", "fr", f"1{NNBSP}500{NNBSP}000{NBSP}₹"),
        ("1500000", "EUR", "en", "€1,500,000"),
    ],
)
def test_money_is_shown_as_the_reader_writes_it(amount, currency, language, shown):
    assert wording.amount(Money(Decimal(amount), currency), language) == shown


def test_dates_are_spelled_in_the_language():
    assert wording.day(date(2026, 10, 15), "fr") == "15 octobre 2026"
    assert wording.day(date(2026, 10, 1), "fr") == "1er octobre 2026"
    assert wording.day(date(2026, 10, 1), "en") == "1 October 2026"


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("Ana evil.example/x", "Ana evil. example/x"),
        ("https://evil.example Ana", "evil. example Ana"),
        ("éhttp://1.2.3.4/x", "é1.2.3.4/x"),
        ("www.evil.example", "www. evil. example"),
        ("S.A.R.L. Brun", "S.A.R.L. Brun"),
        ("INV.2026.001", "INV.2026.001"),
        ("J.P. Martin", "J.P. Martin"),
    ],
)
def test_a_link_in_a_name_does_nothing(cell, plain):
    assert wording.without_links(wording.neutral(cell)) == plain


def test_a_cell_that_is_a_link_stays_one():
    assert wording.cell("https://files.example/facture_1.pdf") == "https://files.example/facture_1.pdf"
    assert wording.cell("voir *evil.example*") == "voir evil. example"


@pytest.mark.parametrize("name", ["\u3164", "\u115f\u1160", "\u2800 \uffa0", "\u17b4"])
def test_a_name_that_nobody_can_see_is_empty(name):
    assert wording.neutral(name) == ""
