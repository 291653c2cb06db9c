"""The how-to's own examples are sequences that the product accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relance.contracts import rulebook
from relance.domain import notation, sequence
from relance.domain.steps import Policy
from tests.unit.scheduling.cases import TUESDAY, facture, voyage

PAGE = Path(__file__).resolve().parents[3] / "docs/ecrire-ma-sequence.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=["facture", "voyage"])
def test_every_example_of_the_how_to_is_accepted_and_decides(text):
    (written,) = rulebook.parse_sequences(text, "exemple")
    policy = Policy(sequences={written.sequence.kind: written.sequence})
    case = facture(3) if written.sequence.kind == "facture" else voyage(40)
    assert sequence.decide(case, policy, TUESDAY).next_step in {step.name for step in written.sequence.steps}


def test_the_how_to_names_every_word_a_step_may_say():
    table = PAGE.read_text(encoding="utf-8")
    assert [word for word in notation._STEP_KEYS if f"`{word}`" not in table] == []
