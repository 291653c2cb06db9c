"""What the law wants of a text: whom it protects, what a notice names, and what is no payment reminder at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from relance.contracts import rulebook
from relance.domain import law, notice, sequence
from relance.domain.errors import SettingsRejected, TemplateRejected
from relance.domain.money import Money
from relance.domain.sequence import Verdict
from relance.domain.steps import Policy
from relance.scheduler import lawful, texts, written
from tests.unit.scheduling.cases import ANA, TUESDAY, facture

PACKS = Policy(packs=rulebook.shipped_packs())
SHIPPED = texts.load(None)
BELGIAN = replace(facture(2), country="BE", registration="0123.456.789", customer=replace(ANA, phone="+32470001122"))


def with_cells(case, **cells):
    return replace(case, receivable=replace(case.receivable, fields=cells))


def with_row(case, **changes):
    return replace(case, receivable=replace(case.receivable, **changes))


def reminder(cases, template="facture_2", texts_=SHIPPED):
    return lawful.reminder(texts_, template, cases, policy=PACKS, now=TUESDAY)


@pytest.mark.parametrize("word", ["Professionnel", "pro", "ENTREPRISE", "société", "Business"])
def test_a_professional_in_belgium_waits_for_no_notice(word):
    firm = with_cells(replace(BELGIAN, registration=""), **{"Type de client": word})
    assert sequence.decide(firm, PACKS, TUESDAY).verdict is Verdict.SEND
    assert "gratuit" not in reminder([firm])


@pytest.mark.parametrize("word", ["", "Particulier", "à voir"])
def test_in_doubt_a_customer_is_a_consumer(word):
    assert not notice.is_professional(with_cells(BELGIAN, **{"Type de client": word}))
    assert "gratuit" in reminder([with_cells(BELGIAN, **{"Type de client": word})])


def test_the_indemnity_between_professionals_may_be_named_to_them_alone():
    text = "{{Nom}}, {{Solde}} et une indemnité forfaitaire de 40 €.\nSTOP pour ne plus rien recevoir."
    own = SHIPPED.with_own({1: {"fr/facture_2": text}})
    assert "40 €" in reminder([with_cells(facture(2), **{"Type de client": "Pro"})], texts_=own)
    with pytest.raises(TemplateRejected, match="indemnité forfaitaire"):
        reminder([facture(2)], texts_=own)


def test_the_notice_names_the_sum_the_origin_and_the_date_of_each_item():
    other = with_row(BELGIAN, id=11, label="INV-2026-002", balance=Money(Decimal(91), "EUR"))
    said = reminder([BELGIAN, other], "facture_2_groupe")
    assert "Reste dû : 834,50\u00a0€ (INV-2026-001, échéance le 22 novembre 2026)" in said
    assert "Reste dû : 91\u00a0€ (INV-2026-002" in said
    assert "0123.456.789" in said


def test_a_discreet_row_gets_no_notice_that_names_its_sum_and_a_person_is_told():
    with pytest.raises(TemplateRejected, match="une personne l'envoie"):
        reminder([with_cells(BELGIAN, Discret="oui")])


def test_a_balance_of_seven_euros_fifty_is_no_fee():
    assert "7,50\u00a0€" in reminder([with_row(BELGIAN, balance=Money(Decimal("7.5"), "EUR"))])


OWN_THANKS = """
[[sequence]]
kind = "facture"

[[sequence.step]]
name = "facture_1"
anchor = "due"
offset = "-7d"

[[sequence.step]]
name = "merci_special"
purpose = "confirmation"
anchor = "paid"
"""
THANKS = "Merci {{Nom}}, tout est réglé.\n"


def own_texts(tmp_path, sequences=OWN_THANKS):
    for language in ("fr", "en"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "merci_special.txt").write_text(THANKS, encoding="utf-8")
    file = tmp_path / "suites.toml"
    file.write_text(sequences, encoding="utf-8")
    return texts.load(tmp_path, purposes=written.purposes(file))


def test_the_owner_s_own_thanks_need_no_line_about_stop_and_carry_no_mentions(tmp_path):
    said = reminder([BELGIAN], "merci_special", own_texts(tmp_path))
    assert said == "Merci Ana Martin, tout est réglé."


def test_a_text_that_a_payment_step_uses_too_is_held_to_its_rules(tmp_path):
    both = (
        OWN_THANKS + '\n[[sequence.step]]\nname = "dur"\ntemplate = "merci_special"\nanchor = "due"\noffset = "+9d"\n'
    )
    with pytest.raises(SettingsRejected, match="STOP"):
        own_texts(tmp_path, both)


def test_a_text_that_no_step_names_is_held_to_the_strictest_rules(tmp_path):
    with pytest.raises(SettingsRejected, match="STOP"):
        own_texts(tmp_path, OWN_THANKS.replace("merci_special", "autre_merci"))


@pytest.mark.parametrize("country", ["FR", "BE", "IN", law.DEFAULT])
@pytest.mark.parametrize(
    "words",
    [
        "frais de retard", "frais  de relance", "frais\u00a0de\nrappel", "late payment fee", "Late fees",
        "une majoration de 10 %", "interest charges", "intérêts de retard", "inte\u0301re\u0302ts de retard",
        "INTERETS DE RETARD", "penalites", "late interest", "collection fees", "une surcharge",
    ],
)  # fmt: skip
def test_no_country_lets_a_charge_for_being_late_into_a_first_reminder(country, words):
    pack = PACKS.pack(country)
    assert law.fee_wording(f"Bonjour, vous devez {words}, merci.", pack, notice_sent=False)


@pytest.mark.parametrize("country", ["FR", "BE", "IN", law.DEFAULT])
@pytest.mark.parametrize(
    "words",
    ["sans intérêt", "les frais de séjour", "votre facture est en retard", "dans votre intérêt", "no fee", "late"],
)
def test_words_that_ask_for_no_charge_are_let_through(country, words):
    assert law.fee_wording(f"Bonjour, {words}.", PACKS.pack(country), notice_sent=False) is None
