"""`relance inspect`: what the examination finds on files; nothing else is opened, and nothing is kept."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from relance.contracts import travel
from relance.domain import documents, travel_rules
from relance.domain.errors import SettingsRejected
from relance.domain.recognising import Seen
from relance.domain.travel_rules import Trip
from relance.inbox import inspect as examination

_PERSONAL = ("surname", "given", "number", "born", "amount", "reference")


def inspect(
    files: list[Path] = typer.Argument(help="Photos ou PDF."),
    trip_end: str = typer.Option("", "--trip-end", help="Fin du voyage (AAAA-MM-JJ), que le document doit couvrir."),
    destination: str = typer.Option("", "--destination", help="Pour la règle du pays, par exemple Lisbonne."),
    show: bool = typer.Option(False, "--show", help="Montrer les noms et les numéros en entier."),
) -> None:
    """Essayer la reconnaissance des documents sur des fichiers : une ligne JSON par fichier, rien n'est gardé."""
    trip = Trip(_day(trip_end), destination)
    for path in files:
        typer.echo(json.dumps(asyncio.run(_inspected(path, trip, shows=show)), ensure_ascii=False, default=str))


async def _inspected(path: Path, trip: Trip, *, shows: bool) -> dict[str, Any]:
    try:
        # A byte over the limit is enough to know that it is over.
        with path.open("rb") as opened:
            data = opened.read(documents.LARGEST_FILE_BYTES + 1)
    except OSError as error:
        return {"file": str(path), "error": f"illisible : {error.strerror or error}"}
    today = datetime.now().astimezone().date()
    found = await examination.examine(data, today)
    seen = found.seen
    holds = travel_rules.holding(seen.expires, trip, travel.rules(), today=today, nationality=seen.nationality)
    reasons: list[str] = [reason for reason in (found.refusal, seen.fault) if reason is not None]
    if holds in {travel_rules.Holding.EXPIRED, travel_rules.Holding.EXPIRES_SOON}:
        reasons.append(holds)
    return {
        "file": str(path),
        "kind": seen.sight if found.refusal is None else None,
        "valid": found.refusal is None and seen.is_certain,
        "fields": _fields(seen, shows=shows),
        "reasons": reasons,
        "rule": travel_rules.rule_for(travel.rules(), trip.destination).name if trip.ends_on else None,
        "pages": seen.pages,
        "cpu_s": found.cpu_s,
        "peak_mb": found.peak_mb,
        "network_refused": found.is_secluded,
    }


def _fields(seen: Seen, *, shows: bool) -> dict[str, str]:
    told = {name: str(getattr(seen, name)) for name in (*_PERSONAL, "nationality", "expires") if getattr(seen, name)}
    return told if shows else {name: _masked(name, value) for name, value in told.items()}


def _masked(name: str, value: str) -> str:
    """Numbers keep their last three characters, names their first letter."""
    if name not in _PERSONAL:
        return value
    kept = value[-3:] if name in {"number", "reference"} else value[:1]
    return f"•••{kept}" if name in {"number", "reference"} else f"{kept}•••"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsRejected(f"--trip-end : « {text} » n'est pas une date AAAA-MM-JJ") from error
