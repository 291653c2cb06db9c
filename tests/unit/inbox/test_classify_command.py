"""`relance classify`, as programs use it: one JSON object a line, in and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from relance.cli.app import app
from relance.domain.errors import SettingsRejected


def classify(*lines: object, file: Path | None = None) -> list[dict[str, object]]:
    told = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    words = ["classify"] if file is None else ["classify", str(file)]
    done = CliRunner().invoke(app, words, input=told)
    if done.exception is not None:
        raise done.exception
    return [json.loads(line) for line in done.output.splitlines()]


def test_a_sentence_is_answered_with_its_meaning_day_and_amount() -> None:
    [answer] = classify({"text": "je paie 500 € vendredi, ok ?", "received_on": "2026-10-15", "zone": "Europe/Paris"})

    assert answer == {
        "intent": "promise", "confidence": 0.85, "date": "2026-10-16", "amount": 500, "also": "question",
        "rule": "promise.dated_payment",
    }  # fmt: skip


def test_days_count_from_the_day_that_the_customer_lived() -> None:
    told = {"text": "kal payment kar dunga", "received_on": "2026-10-15T20:30:00Z"}

    paris, kolkata = classify(told | {"zone": "Europe/Paris"}, told | {"zone": "Asia/Kolkata"})

    assert (paris["date"], kolkata["date"]) == ("2026-10-16", "2026-10-17")


def test_a_bad_line_is_told_and_the_others_go_on() -> None:
    good = {"text": "STOP", "received_on": "2026-10-15"}

    answers = classify(
        good, "zzz", [1], {"text": 3}, good | {"zone": "Mars"}, good | {"received_on": "jeudi"},
        good | {"topic": "weather"}, "[" * 100_000, good,
    )  # fmt: skip

    assert [answers[0]["intent"], answers[-1]["intent"]] == ["opt_out", "opt_out"]
    assert [answer["line"] for answer in answers[1:-1]] == [2, 3, 4, 5, 6, 7, 8]
    assert all(set(answer) == {"error", "line"} for answer in answers[1:-1])


def test_a_file_is_read_line_by_line_whatever_its_first_mark(tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"text": "merci"}\r\n\xff\xfe\n\n{"text": "merci"}\n')

    answers = classify(file=file)

    assert [answer.get("intent", "error") for answer in answers] == ["ack", "error", "ack"]


def test_a_file_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsRejected, match="illisible"):
        classify(file=tmp_path / "none.jsonl")
