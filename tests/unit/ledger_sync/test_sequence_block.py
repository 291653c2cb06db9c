"""The sequences written in *Réglages*: French words in, the file's own sequences out, and what is refused where."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from relance.domain import notation, preferences, sequence, step_lines
from relance.domain.enclosure import Enclosure, Need
from relance.domain.enclosure import Kind as Enclosed
from relance.domain.receivable import Kind
from relance.domain.step_lines import Column
from relance.domain.steps import Anchor, Check, Condition, Mode, Policy, Purpose
from relance.ledger_sync import sequence_block
from relance.ledger_sync.ledgers.port import SheetRow
from tests.unit.scheduling.cases import TUESDAY, facture

PLACE = {column: number for number, column in enumerate(Column)}
GOOD = {Column.STEP: "facture_2", Column.SEQUENCE: "Facture", Column.ANCHOR: "échéance", Column.OFFSET: "2 jours après"}


def rows(*lines):
    listed = [sequence_block.HEADER] + [[line.get(column) for column in Column] + [None] for line in lines]
    return [SheetRow(number, tuple(cells)) for number, cells in enumerate(listed, start=1)]


def parse(*lines, before=None):
    return sequence_block.parse(rows(*lines), before or {})


def only(**cells):
    """The one step of a tab where these cells of a good line read otherwise."""
    parsed = parse(GOOD | {Column[name.upper()]: cell for name, cell in cells.items()})
    assert parsed.problems == 0, parsed.patches
    (step,) = preferences.written(parsed.kept, Kind.FACTURE).steps
    return step


def refusal(**cells):
    (patch,) = parse(GOOD | {Column[name.upper()]: cell for name, cell in cells.items()}).patches
    return str(patch.new)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_example_changes_nothing_until_it_is_given_its_sequence(kind):
    lines = [dict(zip(Column, line, strict=False)) for line in sequence_block.examples(kind)]
    assert parse(*lines) == sequence_block.Parsed({}, (), 0)
    own = [line | {Column.SEQUENCE: kind.value.capitalize()} for line in lines]
    parsed = parse(*own)
    assert (parsed.problems, parsed.patches) == (0, ())
    found = preferences.written(parsed.kept, kind)
    assert [step.name for step in found.steps] == [line[Column.STEP] for line in lines]


def test_a_line_says_what_the_file_says():
    written = notation.from_mapping({
        "kind": "facture",
        "step": [{
            "name": "relance_douce", "anchor": "due", "offset": "2d", "template": "facture_2", "mode": "approve",
            "when": [{"column": "Type", "is": ["Groupe", "Séminaire"]}, {"column": "Acompte", "empty": True}],
            "attachment": "pdf", "without_attachment": "send", "times": 2, "every": "7d", "keeps_offset": True,
        }],
    })  # fmt: skip
    line = GOOD | {
        Column.STEP: "Relance douce", Column.TEXT: "Facture : deuxième rappel", Column.APPROVAL: "Oui",
        Column.CONDITION: "Type = Groupe ou Séminaire ; Acompte vide", Column.ATTACHMENT: "Facture si possible",
        Column.REPEAT: "2 fois tous les 7 jours",
    }  # fmt: skip
    assert preferences.written(parse(line).kept, Kind.FACTURE) == written


@pytest.mark.parametrize(
    ("cells", "attribute", "value"),
    [
        ({"offset": "J+7"}, "offset", timedelta(days=7)),
        ({"offset": "48 heures après"}, "offset", timedelta(hours=48)),
        ({"offset": "+3 j"}, "offset", timedelta(days=3)),
        ({"offset": "2 semaines après"}, "offset", timedelta(days=14)),
        ({"offset": "5 jours avant", "text": "facture_1"}, "offset", timedelta(days=-5)),
        ({"offset": "J-5", "text": "Facture : premier rappel"}, "true_until_days", 0),
        ({"text": "facture_3", "step": "fin"}, "is_entry", False),
        ({"anchor": "1er décembre 2026", "offset": ""}, "on", date(2026, 12, 1)),
        ({"anchor": 46357, "offset": None}, "anchor", Anchor.FIXED),
        ({"approval": "une personne", "step": "Appel"}, "mode", Mode.TASK),
        ({"approval": "non"}, "mode", Mode.AUTOMATIC),
        ({"condition": "Type ≠ Groupe"}, "conditions", (Condition("Type", Check.IS_NOT, ("Groupe",)),)),
        ({"condition": "Type =\u0338 Groupe"}, "conditions", (Condition("Type", Check.IS_NOT, ("Groupe",)),)),
        ({"condition": "Bon de commande rempli"}, "conditions", (Condition("Bon de commande", Check.FILLED),)),
        ({"attachment": "code de paiement"}, "enclosure", Enclosure(Enclosed.PAYMENT_CODE, Need.REQUIRED)),
        (
            {"step": "facture_confirmation", "anchor": "paiement", "offset": ""},
            "purpose",
            Purpose.CONFIRMATION,
        ),
    ],
)
def test_a_cell_is_read_as_people_write_it(cells, attribute, value):
    assert getattr(only(**cells), attribute) == value


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"sequence": "Loyer"}, Column.SEQUENCE, "Facture ou Voyage"),
        ({"step": "!!"}, Column.STEP, "ne nomme pas"),
        ({"step": "nouvelle"}, Column.TEXT, "n'est pas un texte"),
        ({"text": "voyage_j30"}, Column.TEXT, "n'est pas un texte"),
        ({"text": "reponse_stop"}, Column.TEXT, "n'est pas un texte"),
        ({"anchor": "bientôt"}, Column.ANCHOR, "une date"),
        ({"anchor": "départ"}, Column.ANCHOR, "pas de départ"),
        ({"anchor": "paiement"}, Column.ANCHOR, "rappel de paiement"),
        ({"offset": "7"}, Column.OFFSET, "J+7"),
        ({"offset": "7 jours"}, Column.OFFSET, "J+7"),
        ({"offset": "2 jours avant"}, Column.OFFSET, "échéance passée"),
        ({"offset": "2 jours après", "text": "facture_1"}, Column.OFFSET, "annonce l'échéance"),
        ({"anchor": "01/12/2026", "offset": "", "text": "facture_1"}, Column.TEXT, "annonce l'échéance"),
        ({"anchor": "étape précédente", "offset": "0"}, Column.OFFSET, "7 jours après"),
        ({"condition": "les gros clients"}, Column.CONDITION, "Type = Groupe"),
        ({"repeat": "souvent"}, Column.REPEAT, "3 fois"),
        ({"repeat": "3 fois tous les 2 heures"}, Column.REPEAT, "3 fois"),
        ({"attachment": "un chat"}, Column.ATTACHMENT, "code de paiement"),
        ({"approval": "peut-être"}, Column.APPROVAL, "une personne"),
    ],
)
def test_a_bad_cell_is_named_beside_its_line(cells, column, says):
    sentence = refusal(**cells)
    assert sentence.startswith(f"{'ABCDEFGHI'[PLACE[column]]}2 : ")
    assert says in sentence
    assert sentence.endswith("la suite reste comme elle était.")


def test_a_bad_line_keeps_its_whole_sequence_and_leaves_the_other_one_free():
    voyage = {Column.STEP: "voyage_j30", Column.SEQUENCE: "Voyage", Column.ANCHOR: "départ", Column.OFFSET: "J-40"}
    good = parse(GOOD, voyage)
    assert set(good.kept) == {"written_facture", "written_voyage"}
    bad = parse(GOOD | {Column.OFFSET: "tantôt"}, voyage | {Column.OFFSET: "J-50"}, before=good.kept)
    assert bad.kept["written_facture"] == good.kept["written_facture"]
    assert bad.kept["written_voyage"] != good.kept["written_voyage"]
    assert bad.problems == 1


def test_while_a_line_belongs_to_no_known_sequence_neither_changes():
    good = parse(GOOD)
    torn = parse(GOOD | {Column.OFFSET: "J+9"}, GOOD | {Column.STEP: "facture_3", Column.SEQUENCE: "Fac"})
    assert torn.kept == {}
    again = sequence_block.parse(rows(GOOD | {Column.OFFSET: "J+9"}, GOOD | {Column.SEQUENCE: None}), good.kept)
    assert again.kept == good.kept


def test_steps_in_disorder_are_said_beside_the_one_that_comes_too_early():
    late = GOOD | {Column.STEP: "facture_3", Column.OFFSET: "J+1"}
    (patch,) = parse(GOOD, late).patches
    assert (patch.row, "tombe avant" in str(patch.new)) == (3, True)
    (patch,) = parse(GOOD, GOOD | {Column.OFFSET: "J+9"}).patches
    assert (patch.row, "deux étapes" in str(patch.new)) == (3, True)


def test_a_block_that_lost_a_column_changes_nothing_and_an_emptied_one_gives_the_sequence_back():
    good = parse(GOOD)
    torn = [SheetRow(row.number, row.cells[:5]) for row in rows(GOOD)]
    assert sequence_block.parse(torn, good.kept).kept == good.kept
    assert parse(before=good.kept).kept == {}


def test_what_is_written_is_what_decides_whatever_the_days_of_the_settings_say():
    kept = parse(GOOD | {Column.OFFSET: "J+4"}).kept | {"offset.facture_2": "1"}
    policy = preferences.applied(Policy(), kept)
    assert sequence.decide(facture(3), policy, TUESDAY).step is None
    assert sequence.decide(facture(5), policy, TUESDAY).step == "facture_2"
    assert step_lines.is_example({Column.SEQUENCE: "exemple"})


def test_hours_after_the_step_before_stay_hours_when_they_are_kept():
    after = GOOD | {Column.STEP: "facture_3", Column.ANCHOR: "étape précédente", Column.OFFSET: "48 heures après"}
    first, then = preferences.written(parse(GOOD, after).kept, Kind.FACTURE).steps
    read = notation.from_mapping({"kind": "facture", "step": [
        {"name": "facture_2", "anchor": "due", "offset": "2d"},
        {"name": "facture_3", "anchor": "previous", "offset": "48h"},
    ]})  # fmt: skip
    assert then.in_hours == read.steps[1].in_hours
    assert (first.in_hours, then.in_hours) == (False, True)
