"""`relance inspect` as an operator types it: one JSON line for each file, whatever the files are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from relance.cli.app import app
from relance.sandbox import stage


@pytest.fixture
def specimen(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(stage.photo())
    return path


def inspected(*words: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(app, ["inspect", *words])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_fields_are_masked_unless_they_are_asked_for(specimen: Path):
    [told] = inspected(str(specimen), "--trip-end", "2035-08-01", "--destination", "Lisbonne")
    [shown] = inspected(str(specimen), "--show")

    assert (told["kind"], told["valid"], told["rule"], told["reasons"]) == ("passport", True, "schengen", [])
    assert "ROUSSEL" not in json.dumps(told)
    assert (told["fields"]["number"], shown["fields"]["number"]) == ("•••990", "22SP01990")
    assert shown["fields"]["surname"] == "ROUSSEL"
    assert 0 < told["cpu_s"] < 20
    assert 0 < told["peak_mb"] < 300


def test_a_file_that_is_none_does_not_stop_the_others(tmp_path: Path):
    page = tmp_path / "page.jpg"
    page.write_text("<html>")

    missing, refused = inspected(str(tmp_path / "absent.jpg"), str(page))

    assert "illisible" in str(missing["error"])
    assert (refused["kind"], refused["valid"], refused["reasons"]) == (None, False, ["unknown_type"])
