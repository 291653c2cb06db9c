"""Whatever the engine answers, the owner reads a sentence, not a code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from relance.domain.receivable import HoldReason
from relance.domain.sending import JobState
from relance.domain.sequence import Verdict
from relance.scheduler import sentences

DOMAIN = Path(__file__).resolve().parents[3] / "shared/src/relance/domain"
# Words of the engine that are no reason for anything.
OTHER_WORDS = {
    "send", "wait", "blocked", "finished", "pending", "sent", "in_doubt", "failed", "skipped", "decision_failed",
    "steps_missed", "documents_missing", "hours", "stale", "reopened",
}  # fmt: skip


def codes():
    for module in ("sequence", "settled", "timing", "standing", "decision"):
        tree = ast.parse((DOMAIN / f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z_]{4,}", node.value)
            ):
                yield node.value


def test_every_reason_of_the_engine_has_its_sentence():
    assert sorted(set(codes()) - OTHER_WORDS - sentences.BLOCKERS.keys()) == []


def test_every_hold_every_state_and_every_verdict_has_its_words():
    assert set(HoldReason) <= sentences.HOLDS.keys()
    assert {f"held:{reason}" for reason in HoldReason} <= sentences.BLOCKERS.keys()
    assert set(JobState) <= sentences.STATES.keys()
    assert set(Verdict) <= sentences.VERDICTS.keys()
