"""The labelled answers that rules were written beside: the bars of safety, and of understanding. About five seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import replies as bench
from relance.domain import replies

CHECKOUT = Path(__file__).resolve().parents[3]
DEV = bench.load(CHECKOUT, "dev")


@pytest.fixture(scope="module")
def dev() -> bench.Score:
    return bench.score(DEV)


def test_no_opt_out_is_missed(dev: bench.Score) -> None:
    assert dev.missed["opt_out"] == 0


def test_nothing_is_wrongly_taken_for_paid(dev: bench.Score) -> None:
    assert dev.wrongly["paid_claim"] == 0


def test_what_denies_plans_supposes_or_asks_is_never_paid() -> None:
    sentences = (CHECKOUT / "bench/replies/never_paid.txt").read_text(encoding="utf-8").splitlines()
    found = {sentence: replies.understand(sentence, received_on=bench.RECEIVED_ON).intent for sentence in sentences}
    assert [sentence for sentence, intent in found.items() if intent is replies.Intent.PAID_CLAIM] == []


def test_the_classes_are_understood(dev: bench.Score) -> None:
    assert dev.macro_f1 >= 0.97


def test_the_days_said_are_the_days_read() -> None:
    assert bench.dates_right(DEV) >= 0.95


def test_no_day_is_invented_where_none_was_labelled() -> None:
    quiet = [row for row in DEV if row["voice"] != "mixed" and "date" not in row]
    found = [replies.understand(str(row["text"]), received_on=bench.RECEIVED_ON).promised_on for row in quiet]
    assert [day for day in found if day is not None] == []


@pytest.mark.parametrize(("share", "false_paid", "missed"), [(0.03, 1.5, 0.08), (0.06, 2.0, 0.18)])
def test_typing_errors_cost_understanding_before_they_cost_safety(
    share: float, false_paid: float, missed: float
) -> None:
    noisy = bench.score(DEV, _spoiled(share))

    assert 1000 * noisy.wrongly["paid_claim"] / noisy.count <= false_paid
    assert 1 - noisy.recall("opt_out") <= missed


def _spoiled(share: float) -> Callable[[str], str]:
    chance = random.Random(bench.SEED)
    return lambda text: bench.mistyped(text, share, chance)


def test_the_sets_share_no_sentence_and_every_label_is_a_class() -> None:
    final = bench.load(CHECKOUT, "final")
    assert {row["text"] for row in DEV}.isdisjoint({row["text"] for row in final})
    assert {row["intent"] for row in (*DEV, *final)} <= {intent.value for intent in replies.Intent}
    assert len(DEV) + len(final) >= 400
