"""Files of rules: the countries' policy packs that are shipped, and the sequences an owner wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from relance.domain import calendar, notation
from relance.domain.errors import SettingsRejected
from relance.domain.law import Fees, Pack
from relance.domain.steps import Sequence


class PackFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str
    sources: tuple[str, ...] = Field(min_length=1)
    hours: str | None = None
    notice_wait_days: int = Field(0, ge=0)
    notice_mentions: str = ""
    notice_needs_registration: bool = False
    fees: Fees = Fees.ALLOWED
    fee_words: tuple[str, ...] = ()
    consumers_only: bool = False

    def pack(self) -> Pack:
        # A ceiling closes hours, not days: holidays are the owner's rule.
        ceiling = None if self.hours is None else replace(calendar.parse_hours(self.hours), on_holidays=True)
        return Pack(
            country=self.country,
            sources=self.sources,
            hours=ceiling,
            notice_wait_days=self.notice_wait_days,
            notice_mentions=self.notice_mentions,
            notice_needs_registration=self.notice_needs_registration,
            fees=self.fees,
            fee_words=self.fee_words,
            consumers_only=self.consumers_only,
        )


@dataclass(frozen=True, slots=True)
class WrittenSequence:
    """`ledger` is the name of the only ledger that it is for, or None."""

    ledger: str | None
    sequence: Sequence


@cache
def shipped_packs() -> Mapping[str, Pack]:
    """By country; `default` is for the others."""
    files = (entry for entry in resources.files("relance.policies").iterdir() if entry.name.endswith(".toml"))
    packs = [PackFile.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).pack() for file in files]
    return {pack.country: pack for pack in packs}


def read_sequences(path: Path) -> tuple[WrittenSequence, ...]:
    """Raises SettingsRejected with one sentence that names the file, the step and what is wrong."""
    try:
        return parse_sequences(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRejected(f"{path} est illisible") from error


def parse_sequences(text: str, name: str) -> tuple[WrittenSequence, ...]:
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsRejected(f"{name} n'est pas du TOML valide : {error}") from error
    listed = written.get("sequence")
    if not isinstance(listed, list) or not listed:
        raise SettingsRejected(f"{name} : il faut au moins un bloc [[sequence]]")
    try:
        return tuple(WrittenSequence(one.get("ledger"), notation.from_mapping(one)) for one in listed)
    except SettingsRejected as error:
        raise SettingsRejected(f"{name}, {error}") from error
