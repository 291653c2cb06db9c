"""The how-to's own examples are sequences that the product accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relance.contracts import rulebook
from relance.domain import notation, preferences, sequence
from relance.domain.receivable import Kind
from relance.domain.steps import Policy
from relance.ledger_sync import sequence_block
from relance.ledger_sync.ledgers.port import SheetRow
from tests.unit.scheduling.cases import TUESDAY, facture, voyage

PAGE = Path(__file__).resolve().parents[3] / "docs/ecrire-ma-sequence.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=["facture", "voyage"])
def test_every_example_of_the_how_to_is_accepted_and_decides(text):
    (written,) = rulebook.parse_sequences(text, "exemple")
    policy = Policy(sequences={written.sequence.kind: written.sequence})
    case = facture(3) if written.sequence.kind == "facture" else voyage(40)
    assert sequence.decide(case, policy, TUESDAY).next_step in {step.name for step in written.sequence.steps}


def test_the_lines_of_the_how_to_are_a_sequence_that_the_tab_accepts():
    _, block = PAGE.read_text(encoding="utf-8").split("## 1. Dans l'onglet", 1)
    table = [line.strip("|").split("|") for line in block.split("\n\n")[2].splitlines()]
    rows = [SheetRow(n, tuple(cell.strip(" `") for cell in row)) for n, row in enumerate(table, start=1) if n != 2]
    parsed = sequence_block.parse(rows, {})
    assert parsed.problems == 0
    written = preferences.written(parsed.kept, Kind.FACTURE)
    assert [step.name for step in written.steps] == [row.cells[0] for row in rows[1:]]
    decision = sequence.decide(facture(3), Policy(sequences={Kind.FACTURE: written}), TUESDAY)
    assert decision.next_step in {"facture_2", "appel"}


def test_the_how_to_names_every_word_a_step_may_say():
    table = PAGE.read_text(encoding="utf-8")
    assert [word for word in notation._STEP_KEYS if f"`{word}`" not in table] == []
