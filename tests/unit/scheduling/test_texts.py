from __future__ import annotations

import re
from dataclasses import replace

import pytest

from relance.domain import steps
from relance.domain.errors import SettingsRejected, TemplateRejected
from relance.domain.standing import Documents
from relance.domain.steps import Purpose
from relance.scheduler import texts
from tests.unit.scheduling.cases import TUESDAY, facture, voyage

SHIPPED = texts.load(None)
EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
REMINDERS = [step for step in steps.BY_NAME.values() if step.is_reminder]


def in_language(case, language):
    return replace(case, customer=replace(case.customer, language=language))


def of_kind(step):
    case = voyage(20) if step.name.startswith("voyage") else facture(2)
    return replace(case, documents=Documents(("passport/1", "pan/1"), TUESDAY))


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("step", steps.BY_NAME.values(), ids=lambda step: step.name)
def test_every_step_has_a_text_with_name_subject_and_firm(step, language):
    case = in_language(of_kind(step), language)
    text = SHIPPED.reminder(step.name, [case], TUESDAY)
    assert case.customer.name in text
    assert case.receivable.label in text
    assert case.firm in text
    assert len(EMOJI.findall(text)) <= 1
    assert len(text) < 600
    assert not re.search(r"[{}\[\]]", text)


@pytest.mark.parametrize("step", REMINDERS, ids=lambda step: step.name)
def test_every_reminder_says_how_to_stop_and_a_payment_one_what_is_left_by_when_and_where(step):
    text = SHIPPED.reminder(step.name, [of_kind(step)], TUESDAY)
    assert "STOP" in text
    if step.purpose is Purpose.PAYMENT:
        assert "834,50\u00a0€" in text
        assert "2026" in text
        assert "https://pay.example/x_1" in text


def test_without_a_link_the_line_that_carries_it_goes():
    text = SHIPPED.reminder("facture_2", [facture(2, payment_link="")], TUESDAY)
    assert "Pour payer" not in text


def test_tickets_are_mentioned_only_when_the_ledger_says_they_came():
    assert "billets" not in SHIPPED.reminder("voyage_j15", [voyage(15)], TUESDAY)
    assert "billets" in SHIPPED.reminder("voyage_j15", [voyage(15, tickets_received=True)], TUESDAY)


@pytest.mark.parametrize("step", [s for s in REMINDERS if s.purpose is Purpose.PAYMENT], ids=lambda step: step.name)
def test_a_grouped_message_lists_every_item_once(step):
    first = of_kind(step)
    second = replace(first, receivable=replace(first.receivable, id=11, label="Kyoto 42"))
    text = SHIPPED.reminder(steps.grouped_template(step.name), [first, second], TUESDAY)
    assert text.count(first.receivable.label) == 1
    assert text.count("Kyoto 42") == 1


def test_a_message_lists_a_screenful_of_items_and_counts_the_others():
    first = facture(2)
    many = [replace(first, receivable=replace(first.receivable, id=n, label=f"INV-{n:03}")) for n in range(40)]
    text = SHIPPED.reminder("facture_2_groupe", many, TUESDAY)
    assert text.count("INV-") == texts.MOST_LINES
    assert "• et 28 autres" in text


def test_each_customer_reads_their_own_language():
    assert "Bonjour Ana" in SHIPPED.reminder("facture_2", [in_language(facture(2), "fr")], TUESDAY)
    text = SHIPPED.reminder("facture_2", [in_language(facture(2), "en")], TUESDAY)
    assert "Hello Ana" in text or "Dear Ana" in text or "Hi Ana" in text
    assert "€834.50" in text


def test_a_link_in_a_customer_s_name_does_nothing():
    case = facture(2)
    case = replace(case, customer=replace(case.customer, name="*Ana* https://evil.example"))
    assert "Bonjour Ana evil. example," in SHIPPED.reminder("facture_2", [case], TUESDAY)


def test_the_chaser_names_only_what_is_missing():
    text = SHIPPED.reminder("voyage_documents_relance", [of_kind(steps.BY_NAME["voyage_j30"])], TUESDAY)
    assert "passeport" in text
    assert "carte PAN" in text
    assert "visa" not in text


def test_the_request_asks_for_the_papers_of_each_traveller():
    text = SHIPPED.reminder("voyage_documents", [voyage(20, travellers=2)], TUESDAY)
    assert "• passeport (voyageur 1)" in text
    assert text.count("•") == 6


@pytest.mark.parametrize("answer", texts.ANSWERS)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_answer_can_be_written(answer, language):
    values = SHIPPED.values(answer, in_language(of_kind(steps.BY_NAME["voyage_j30"]), language), TUESDAY)
    assert SHIPPED.write(answer, language, values)


def test_an_answer_needs_no_item_except_to_name_what_is_missing():
    assert SHIPPED.answer("reponse_stop", "Ana", "fr", "")
    with pytest.raises(TemplateRejected, match="Documents manquants"):
        SHIPPED.answer("reponse_document_recu", "Ana", "fr", "")


def test_a_custom_text_replaces_the_shipped_one_and_may_name_any_column(tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "facture_2.txt").write_text("{{Nom}} / [Notes] / {{Siège}} / STOP", encoding="utf-8")
    custom = texts.load(tmp_path, ["Siège"])
    case = facture(2, fields={"Notes": "fenêtre", "Siège": "12A"})
    assert custom.reminder("facture_2", [case], TUESDAY) == "Ana Martin / fenêtre / 12A / STOP"


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("step", [s for s in REMINDERS if s.purpose is Purpose.PAYMENT], ids=lambda step: step.name)
def test_a_discreet_row_gets_a_message_that_names_no_amount(step, language):
    case = in_language(of_kind(step), language)
    case = replace(case, receivable=replace(case.receivable, fields={"Discret": "oui"}))
    other = replace(case, receivable=replace(case.receivable, id=11, fields={}))
    for text in (
        SHIPPED.reminder(step.name, [case], TUESDAY),
        SHIPPED.reminder(steps.grouped_template(step.name), [other, case], TUESDAY),
    ):
        assert "834" not in text
        assert "1\u202f200" not in text
        assert case.receivable.label in text
        assert "STOP" in text


def test_a_firm_may_want_discretion_for_everybody():
    discreet = texts.load(None, is_discreet=True)
    assert "834" not in discreet.reminder("facture_2", [facture(2)], TUESDAY)
    assert "Lisbonne" in discreet.reminder("voyage_confirmation", [voyage(20)], TUESDAY)


def test_a_custom_text_that_advertises_stops_the_load_with_the_file_named(tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "facture_2.txt").write_text("{{Nom}}, profitez de nos promotions ! STOP", encoding="utf-8")
    with pytest.raises(SettingsRejected, match=r"fr/facture_2\.txt.*publicité"):
        texts.load(tmp_path)


def test_a_message_longer_than_anybody_reads_is_refused():
    case = facture(2, fields={"Notes": "x" * 2000})
    own = SHIPPED.with_own({1: {"fr/facture_2": "[Notes] STOP"}})
    with pytest.raises(TemplateRejected, match="au plus"):
        own.reminder("facture_2", [case], TUESDAY)


def test_an_unknown_placeholder_stops_the_load_with_the_file_named(tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "facture_2.txt").write_text("Bonjour {{Prenon}}", encoding="utf-8")
    with pytest.raises(SettingsRejected, match=r"fr/facture_2\.txt.*« Prenon »"):
        texts.load(tmp_path)


def test_a_folder_of_texts_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SettingsRejected, match="n'existe pas"):
        texts.load(tmp_path / "absent")


@pytest.mark.parametrize("header", ["Nom du client", "Titulaire"])
def test_a_name_that_is_a_link_is_no_link_in_the_message(header):
    link = "https://evil.example"
    own = SHIPPED.with_own({1: {"fr/facture_2": f"Bonjour [{header}] STOP"}})
    case = replace(facture(2, fields={header: link}), customer=replace(facture(2).customer, name=link))
    assert own.reminder("facture_2", [case], TUESDAY) == "Bonjour evil. example STOP"


def two(**changes):
    case = facture(2)
    return [case, replace(case, receivable=replace(case.receivable, id=11, label="INV-2026-002", **changes))]


def test_a_link_that_all_items_share_is_said_once():
    assert SHIPPED.reminder("facture_2_groupe", two(), TUESDAY).count("https://pay.example/x_1") == 1


def test_under_a_list_each_item_has_its_own_link_when_they_differ():
    lines = SHIPPED.reminder("facture_2_groupe", two(payment_link="https://pay.example/other"), TUESDAY).splitlines()
    places = [number for number, line in enumerate(lines) if "https://" in line]
    assert [lines[number] for number in places] == ["https://pay.example/x_1", "https://pay.example/other"]
    assert [lines[number - 1].startswith("• ") for number in places] == [True, True]


def test_an_item_without_a_link_is_not_offered_another_s():
    lines = SHIPPED.reminder("facture_2_groupe", two(payment_link=""), TUESDAY).splitlines()
    assert sum("https://" in line for line in lines) == 1
    assert "INV-2026-001" in lines[lines.index("https://pay.example/x_1") - 1]


def test_links_that_would_push_the_list_out_are_left_out():
    long = "https://pay.example/" + "a" * 900
    assert "https://" not in SHIPPED.reminder("facture_2_groupe", two(payment_link=long), TUESDAY)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_discreet_message_about_several_items_names_each_of_them_and_no_amount(language):
    cases = [replace(in_language(case, language)) for case in two()]
    cases[1] = replace(cases[1], receivable=replace(cases[1].receivable, fields={"Discret": "oui"}))
    text = SHIPPED.reminder("facture_2_groupe", cases, TUESDAY)
    assert "INV-2026-001" in text
    assert "INV-2026-002" in text
    assert "834" not in text
