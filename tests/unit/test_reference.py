"""The reference of settings says what the code does."""

from __future__ import annotations

from pathlib import Path

from relance.cli import reference

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_has_its_unit_and_its_reason_in_words():
    assert reference.unexplained() == [], "say it in cli/src/relance/cli/reglages.toml"


def test_the_reference_of_settings_is_the_code_s():
    written = (ROOT / reference.PAGE).read_text(encoding="utf-8")
    assert written == reference.page(), "run: python -m relance.cli.reference"
