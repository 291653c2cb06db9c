"""`relance bench`: measures beside a floor taken in the same run; one JSON line each, progress on standard error."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json

import typer

from relance.cli.settings import Settings
from relance.domain.errors import SettingsRejected

AREAS = ("ledger", "sequences", "sender", "pipeline", "replies", "documents")


def bench(
    only: str | None = typer.Option(None, "--only", help=f"Un seul domaine : {', '.join(AREAS)}."),
    messages: int | None = typer.Option(
        None, "--messages", min=200, help="Moins (ou plus) d'envois que la mesure entière (sender, pipeline)."
    ),
    yes: bool = typer.Option(False, "--yes", help="Installer les paquets manquants sans demander."),
) -> None:
    """Mesurer : une ligne JSON par mesure, avec son plancher relevé dans la même exécution."""
    del yes  # the launcher's
    if only is not None and only not in AREAS:
        raise SettingsRejected(f"« {only} » n'est pas un domaine : {', '.join(AREAS)}")
    for area in (only,) if only else AREAS:
        asyncio.run(_measure(area, messages))


async def _measure(area: str, messages: int | None) -> None:
    if importlib.util.find_spec(f"bench.{area}") is None:
        typer.echo(f"{area} : rien n'y est encore mesuré", err=True)
        return
    module = importlib.import_module(f"bench.{area}")
    if messages is not None and "MESSAGES" in vars(module):
        vars(module)["MESSAGES"] = messages
    async for measure in module.measures(Settings().checkout, lambda line: typer.echo(f"{area} : {line}", err=True)):
        typer.echo(json.dumps(measure.as_json(), ensure_ascii=False))
