"""*Réglages* and *Modèles*: what is accepted, and what is said beside the cell that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import preferences
from relance.domain.receivable import Kind
from relance.domain.steps import BY_NAME, Policy
from relance.ledger_sync import settings_tab
from relance.ledger_sync.ledgers.port import SheetRow

SETTINGS = ["Réglage", "Valeur", "Explication", "Remarque"]
TEXTS = ["Étape", "Langue", "Texte", "Remarque"]
PREMIER = "Voyage : premier rappel"
GOOD = "Bonjour {{Nom}}, il reste [solde] pour {{Destination}}. Répondez STOP pour arrêter."
COLUMNS = frozenset({"Nom du client", "Guide"})


def tab(*rows):
    return [SheetRow(number, tuple(row)) for number, row in enumerate(rows, start=1)]


def settings(*rows, before=None):
    return settings_tab.parse_settings(tab(SETTINGS, *rows), before or {})


def texts(*rows, before=None):
    return settings_tab.parse_texts(tab(TEXTS, *rows), before or {}, headers=lambda _: COLUMNS)


def remarks(parsed):
    return {patch.row: patch.new for patch in parsed.patches}


@pytest.mark.parametrize(
    ("label", "cell", "name", "kept"),
    [
        ("Jours et heures d'envoi", "lun-ven 8h-20h, sam 9h30-12h", "hours", "Mon-Fri 08:00-20:00, Sat 09:30-12:00"),
        ("jours et heures d’envoi", "Mardi à jeudi de 10:00 à 17:00", "hours", "Tue-Thu 10:00-17:00"),
        ("Heure préférée d'un rappel", 0.4375, "send_at", "10:30"),
        ("Heure préférée d'un rappel", "10h", "send_at", "10:00"),
        ("Heures entre deux rappels à une personne", 96.0, "interval_h", "96"),
        ("Messages par jour au plus", "40", "daily_cap", "40"),
        ("Premier rappel d'un voyage", "45 jours", "offset.voyage_j30", "45"),
        ("Solde minimum pour relancer", "12,50", "min_balance", "12.5"),
        ("Solde minimum en % du total", 0.05, "min_percent", "5"),
        ("Solde minimum en % du total", "5 %", "min_percent", "5"),
        ("Seulement les lignes marquées Pilote", True, "pilot_only", "yes"),
        ("Relances des voyages", "Non", "sequence_voyage", "no"),
        ("En pause jusqu'au", 46357, "paused_until", "2026-12-01"),
        ("En pause jusqu'au", "1er décembre 2026", "paused_until", "2026-12-01"),
        ("Quand un client dit avoir payé", "À vérifier", "paid_claim", "hold"),
        ("Quand un client dit avoir payé", "Prestataire", "paid_claim", "provider"),
        ("Quand un client dit avoir payé", "automatique", "paid_claim", "auto"),
    ],
)
def test_a_setting_is_read_however_it_was_typed(label, cell, name, kept):
    parsed = settings([label, cell, "", ""])
    assert parsed.kept == {name: kept}
    assert parsed.patches == ()


@pytest.mark.parametrize(
    ("label", "cell", "hint"),
    [
        ("Jours et heures d'envoi", "quand il fait beau", "lun-ven"),
        ("Jours et heures d'envoi", "lun-dim 00:00-23:00", "6 h"),
        ("Jours et heures d'envoi", "ven-lun 08:00-20:00", "lun-ven"),
        ("Heure préférée d'un rappel", "25:00", "09:00"),
        ("Heures entre deux rappels à une personne", 2, "24 à 720"),
        ("Heures entre deux rappels à une personne", "-72", "24 à 720"),
        ("Messages par jour au plus", 10**9, "0 à 500"),
        ("Solde minimum pour relancer", "nan", "nombre"),
        ("Seulement les lignes marquées Pilote", "peut-être", "oui ou non"),
        ("En pause jusqu'au", "bientôt", "15/10/2026"),
        ("Quand un client dit avoir payé", "je ne sais pas", "à vérifier"),
    ],
)
def test_a_bad_value_keeps_the_last_good_one_and_names_its_cell(label, cell, hint):
    name = next(s.name for s in preferences.SETTINGS if s.label == label)
    parsed = settings(["Relances des voyages", "oui", "", ""], [label, cell, "", ""], before={name: "avant"})
    assert parsed.kept[name] == "avant"
    assert parsed.problems == 1
    (sentence,) = remarks(parsed).values()
    assert sentence.startswith("B3 : ")
    assert hint in sentence
    assert "reste en vigueur" in sentence


def test_a_bad_value_that_never_was_good_leaves_the_products_own():
    parsed = settings(["Messages par jour au plus", "beaucoup", "", ""])
    assert parsed.kept == {}
    assert "valeur d'origine" in remarks(parsed)[2]


def test_a_mended_cell_loses_its_remark_and_an_empty_one_means_the_products_own():
    parsed = settings(["Messages par jour au plus", "", "", "B2 : vieux reproche"], before={"daily_cap": "9"})
    assert parsed.kept == {}
    assert remarks(parsed) == {2: ""}


def test_reminders_cannot_be_put_in_the_wrong_order():
    before = {"offset.voyage_j15": "15"}
    parsed = settings(
        ["Premier rappel d'un voyage", 20, "", ""], ["Deuxième rappel d'un voyage", 21, "", ""], before=before
    )
    assert parsed.kept == {"offset.voyage_j30": "20", "offset.voyage_j15": "15"}
    assert "avant celui qu'il suit" in remarks(parsed)[3]


def test_unknown_and_repeated_settings_are_said_and_do_nothing():
    parsed = settings(["Couleur", "bleu", "", ""], ["Messages par jour au plus", 5], ["messages par jour au plus", 9])
    assert parsed.kept == {"daily_cap": "5"}
    assert "n'existe pas" in remarks(parsed)[2]
    assert "déjà donné en B3" in remarks(parsed)[4]


def test_the_tabs_are_found_below_a_title_and_with_columns_moved_and_nothing_is_read_without_a_header():
    rows = tab(["Mes réglages"], [], ["Remarque", "Valeur", "Réglage"], ["", 12, "Messages par jour au plus"])
    parsed = settings_tab.parse_settings(rows, {})
    assert parsed is not None
    assert parsed.kept == {"daily_cap": "12"}
    assert settings_tab.parse_settings(tab(["Valeur"], [12]), {}) is None
    assert settings_tab.parse_texts([], {}, headers=lambda _: ()) is None


def test_a_text_may_name_computed_values_and_the_ledgers_own_columns():
    text = GOOD + "\r\n? Votre guide : {{Guide}}"
    parsed = texts([PREMIER, "Français", text, ""], ["facture_1", "en", "", ""])
    assert parsed.kept == {"fr/voyage_j30": text.replace("\r\n", "\n")}
    assert parsed.patches == ()


@pytest.mark.parametrize(
    ("step", "text", "complaint"),
    [
        (PREMIER, "Bonjour {{Prénomm}} ! STOP", "« Prénomm » n'est ni une colonne ni une valeur connue"),
        (PREMIER, "Bonjour {{Nom} ! STOP", "accolade ou crochet en trop"),
        (PREMIER, "Bonjour {{Nom}}, il manque {{Documents manquants}}. STOP", "Documents manquants"),
        (PREMIER, "Bonjour {{Nom}}, payez {{Détail}}. STOP", "Détail"),
        (PREMIER, "Bonjour {{Nom}}, payez.", "STOP"),
        ("Réponse à STOP", "Compris {{Nom}}, START. Solde : {{Solde}}", "Solde"),
    ],
    ids=["unknown", "brace", "papers in a payment reminder", "a group of one", "no way out", "an answer with a sum"],
)
def test_a_refused_text_names_its_cell_and_the_old_one_stays(step, text, complaint):
    name = "reponse_stop" if step.startswith("Réponse") else "voyage_j30"
    parsed = texts([step, "Français", text, ""], before={f"fr/{name}": "l'ancien"})
    assert parsed.kept == {f"fr/{name}": "l'ancien"}
    assert remarks(parsed)[2].startswith("Cellule C2")
    assert complaint in remarks(parsed)[2]
    assert remarks(parsed)[2].endswith("l'ancien texte reste en usage.")


def test_an_unknown_step_or_language_is_said_and_the_others_count():
    parsed = texts(["Voyage : énième rappel", "fr", GOOD], [PREMIER, "Klingon", GOOD], [PREMIER, "anglais", GOOD])
    assert parsed.kept == {"en/voyage_j30": GOOD}
    assert remarks(parsed).keys() == {2, 3}


def test_every_shipped_text_but_the_words_has_a_row_of_its_own():
    shipped = set(BY_NAME) | {f"{name}_groupe" for name in BY_NAME if name.split("_")[1] in "j30j15123"}
    assert shipped <= settings_tab.LABELS.keys()
    assert {name for name in settings_tab.LABELS if not settings_tab.is_for(name, Kind.VOYAGE)} == {
        name for name in settings_tab.LABELS if name.startswith("facture")
    }


def test_the_values_that_a_new_workbook_shows_are_the_products_own():
    kept = {s.name: s.read(s.shown) for s in preferences.SETTINGS if s.shown}
    policy = preferences.applied(Policy(), kept)
    steps = {name: BY_NAME[name].offset for name in policy.offsets}
    assert (policy.offsets, policy.sequences_off) == (steps, frozenset())
    same = ("hours", "send_at", "min_interval", "min_balance", "min_percent", "pilot_only")
    assert [getattr(policy, name) for name in same] == [getattr(Policy(), name) for name in same]
    assert preferences.out_of_order(kept) == []


def test_a_new_tab_loosens_no_limit_of_the_deployment():
    strict = replace(Policy(), pilot_only=True, min_balance=Decimal(50), min_interval=timedelta(days=7))
    new = {s.name: s.read(s.shown) for s in preferences.SETTINGS if s.shown}
    policy = preferences.applied(strict, new)
    assert (policy.pilot_only, policy.min_balance, policy.min_interval) == (True, Decimal(50), timedelta(days=7))
    assert "daily_cap" not in new
    assert "hours" not in new


def test_accepted_settings_become_the_policy_that_decisions_follow():
    parsed = settings(
        ["Premier rappel d'un voyage", 45], ["Rappel des documents manquants", 72], ["Relances des factures", "non"],
        ["Heure préférée d'un rappel", "10:30"], ["Heures entre deux rappels à une personne", 96],
        ["Solde minimum pour relancer", 20], ["Dernier rappel d'une facture", 12],
    )  # fmt: skip
    policy = preferences.applied(Policy(), parsed.kept)
    assert policy.offset_of(BY_NAME["voyage_j30"]) == timedelta(days=-45)
    assert policy.offset_of(BY_NAME["voyage_j15"]) == timedelta(days=-15)
    assert policy.offset_of(BY_NAME["voyage_documents_relance"]) == timedelta(hours=72)
    assert policy.offset_of(BY_NAME["facture_3"]) == timedelta(days=12)
    assert policy.sequences_off == {Kind.FACTURE}
    assert (policy.send_at, policy.min_interval, policy.min_balance) == (time(10, 30), timedelta(hours=96), Decimal(20))


def test_a_setting_that_this_release_does_not_know_any_more_changes_nothing():
    assert preferences.applied(Policy(), {"moon": "full", "hours": "???", "offset.gone": "3"}) == Policy()


CELLS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))


@given(rows=st.lists(st.lists(CELLS, max_size=5), max_size=6), label=st.sampled_from(preferences.SETTINGS), cell=CELLS)
def test_whatever_is_typed_nothing_breaks_and_what_is_kept_can_be_applied(rows, label, cell):
    parsed = settings([label.label, cell], *rows, before={label.name: label.read(label.shown)} if label.shown else {})
    assert parsed is not None
    assert isinstance(preferences.applied(Policy(), parsed.kept), Policy)
    assert texts([PREMIER, "fr", cell], *rows) is not None
