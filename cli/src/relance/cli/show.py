"""How commands answer: a table in a terminal, tab-separated lines in a pipe, JSON for programs that ask for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

JSON = typer.Option(False, "--json", help="Répondre en JSON, pour un programme.")


def as_json(found: object) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))


def table(columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> None:
    """`columns` gives the heading of each key that is shown. Nothing of a cell is taken for markup or for a column."""
    if not sys.stdout.isatty():
        typer.echo("\t".join(columns.values()))
        for row in rows:
            typer.echo("\t".join(" ⏎ ".join(str(row[key]).replace("\t", " ").splitlines()) for key in columns))
        return
    drawn = Table(box=box.SIMPLE_HEAD, show_lines=any("\n" in str(cell) for row in rows for cell in row.values()))
    for heading in columns.values():
        drawn.add_column(heading, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(str(row[key])) for key in columns))
    Console().print(drawn)


def when(at: datetime | None, zone: str) -> str:
    return "" if at is None else f"{at.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}"
