"""`relance init-sheet --map`: what is proposed for a sheet that was never made for us."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relance.domain.errors import LedgerUnreachable
from relance.domain.receivable import Kind
from relance.ledger_sync import columns, fitting
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers.port import SheetRow, Snapshot
from relance.store.ledgers import LedgerRow

LEDGER = LedgerRow(1, "v", Kind.VOYAGE, "xlsx", "w", "Dossiers", "Agence", "EUR", "FR", "Europe/Paris", "fr", 1)
HEADER = ["Dossier de", "Joindre au", "Destinations", "Envol", "Prix", "Acompte", "Où on en est", "Notes"]
PEOPLE = [
    ["Ana Verdier", "06 39 98 01 10", "Lisbonne", 46508, 1200, 200, "En attente", "gentille"],
    ["Bruno Lacaze", "+33 6 39 98 01 11", "Oslo", "15/05/2027", "1 800,50 €", "", "Payé", ""],
    ["Chloé Tissier", "06 12", "Rome", "bientôt", 900, 100, "En attente", ""],
    [None, None, None, None, None, None, None, None],
    ["Denis Marty", "+33 6 39 98 01 12", "Bari", 46600, 750, 0, "", ""],
]


def snapshot(*rows):
    return Snapshot(tuple(SheetRow(number, tuple(row)) for number, row in enumerate(rows, start=1)), "fr_FR")


SHEET = snapshot(["Suivi des dossiers"], HEADER, *PEOPLE)


def test_columns_are_recognised_by_name_by_likeness_and_by_what_they_hold():
    found = fitting.propose(SHEET, LEDGER)
    named = {field: found.header[place] for field, place in found.places.items()}
    assert named == {
        Field.NAME: "Dossier de",
        Field.PHONE: "Joindre au",
        Field.DESTINATION: "Destinations",
        Field.DEPARTS_ON: "Envol",
        Field.TOTAL: "Prix",
        Field.PAID_AMOUNT: "Acompte",
        Field.STATUS: "Où on en est",
        Field.NOTES: "Notes",
    }
    assert found.guessed == {
        Field.NAME, Field.PHONE, Field.DESTINATION, Field.DEPARTS_ON, Field.TOTAL, Field.STATUS,
    }  # fmt: skip
    assert found.missing == ()


def test_the_first_rows_are_shown_as_they_would_be_read_with_everything_that_is_wrong():
    found = fitting.propose(SHEET, LEDGER)
    assert (found.rows, found.held, len(found.samples)) == (4, 1, 4)
    assert (
        found.samples[0].sentence
        == "Ana Verdier · +33639980110 · Lisbonne · 1 mai 2027 · reste 1\u202f000,00\xa0€ · En attente"
    )
    assert [len(sample.problems) for sample in found.samples] == [0, 0, 2, 0]
    assert {sentence for sentence, _ in found.problems} == set(found.samples[2].problems)


def test_what_was_accepted_is_how_the_sheet_is_read_from_then_on():
    found = fitting.propose(SHEET, LEDGER)
    with pytest.raises(LedgerUnreachable):
        columns.locate(SHEET.rows, Kind.VOYAGE)
    ours = fitting.owned_columns(LEDGER, found)
    full = snapshot(["Suivi des dossiers"], [*HEADER, *(column.title for column in ours.columns)], *PEOPLE)
    header, places = columns.locate(full.rows, Kind.VOYAGE, said=found.mapping())
    assert header == 1
    assert {field: places[field] for field in found.places} == dict(found.places)


def test_only_columns_of_ours_are_added_and_none_that_is_there():
    titles = [column.title for column in fitting.owned_columns(LEDGER, fitting.propose(SHEET, LEDGER)).columns]
    assert titles == ["Réf.", "Remarque", "Dernier rappel", "Prochaine action", "Date prochaine action", "Documents"]


def test_a_column_that_nothing_points_to_is_said_to_be_missing():
    found = fitting.propose(snapshot(["Qui", "Combien"], ["Ana Verdier", "beaucoup"]), LEDGER)
    assert set(found.missing) == {Field.PHONE, Field.DESTINATION, Field.DEPARTS_ON, Field.TOTAL}


def test_an_empty_sheet_is_no_crash():
    assert fitting.propose(snapshot(), LEDGER).rows == 0
    assert fitting.propose(snapshot([None], []), LEDGER).samples == ()


def test_a_person_s_word_for_a_header_beats_its_usual_meaning():
    rows = snapshot(["Réf.", "Client", "WhatsApp", "Destination", "Départ", "Total", "Montant", "Statut"]).rows
    _, usual = columns.locate(rows[:1], Kind.VOYAGE, said={"total": "Montant"})
    assert usual[Field.TOTAL] == 6
    assert replace(LEDGER, mapping={"total": "Montant"}).mapping["total"] == "Montant"
