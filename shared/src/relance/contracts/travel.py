"""The rules of destinations, read from `policies/destinations/travel_rules.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from relance.domain.documents import DocumentKind
from relance.domain.travel_rules import Rule


class _RuleFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = "default"
    months_after: int = Field(ge=0, le=24)
    longest_age_years: int | None = None  # said to the operator: a zone holds no date of issue
    source: str
    checked_on: date
    to_verify: bool
    countries: list[str] = []
    exempt: list[str] = []
    places: list[str] = []
    papers: list[DocumentKind] = []


@cache
def rules() -> tuple[Rule, ...]:
    """The rules by destination, and last the one that holds everywhere else."""
    folder = resources.files("relance.policies").joinpath("destinations")
    told = tomllib.loads(folder.joinpath("travel_rules.toml").read_text(encoding="utf-8"))
    return (*(_rule(one) for one in told["rule"]), _rule(told["default"]))


def _rule(told: Mapping[str, Any]) -> Rule:
    read = _RuleFile.model_validate(told)
    return Rule(
        name=read.name,
        months_after=read.months_after,
        source=read.source,
        checked_on=read.checked_on,
        is_to_verify=read.to_verify,
        places=frozenset(read.places),
        exempt=frozenset(read.exempt),
        papers=tuple(read.papers),
    )
