"""`relance bench`: measures against a floor taken in the same run, one JSON line each."""

from __future__ import annotations

import typer


def bench(
    only: str = typer.Option("", "--only", help="Un domaine : ledger, sequences, sender, pipeline, inbox."),
) -> None:
    """Mesurer."""
    raise SystemExit(1)
