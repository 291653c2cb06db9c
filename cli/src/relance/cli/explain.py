"""`relance plan` and `relance explain`: what will leave, and why something does not. Nothing is written or sent."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import SecretStr

from relance.cli import practice_world
from relance.scheduler import explain as answers
from relance.scheduler import texts
from relance.scheduler.explain import Explanation, Planned, View
from relance.scheduler.settings import SchedulerSettings
from relance.store import clock, deciding, pool

PARIS = ZoneInfo("Europe/Paris")
_VERDICTS = {"send": "part maintenant", "wait": "attend", "blocked": "bloquée", "finished": "terminée"}


def plan(
    days: int = typer.Option(30, "--days", min=1, max=365, help="Combien de jours regarder."),
    file: Path | None = typer.Option(None, "--csv", help="Écrire le plan dans ce fichier plutôt qu'à l'écran."),
) -> None:
    """Montrer chaque message qui partirait : quand, à qui, avec son texte entier. Rien n'est envoyé."""
    planned = asyncio.run(_plan(days))
    if file is not None:
        _write(file, planned)
        typer.echo(f"{len(planned)} message(s) écrits dans {file}.")
        return
    for message in planned:
        typer.echo(f"── {message.at.astimezone(PARIS):%d/%m/%Y %H:%M} · {message.name} · {message.step}")
        typer.echo(message.text + "\n")
    typer.echo(f"{len(planned)} message(s) en {days} jours, si personne ne paie ni ne répond d'ici là.")


def explain(
    row: str = typer.Argument(..., help="La Réf. de la ligne, telle que la feuille la montre."),
    ledger: str | None = typer.Option(None, "--ledger", help="Le classeur, si deux ont la même Réf."),
) -> None:
    """Dire pourquoi une ligne n'avance pas, et quand vient la suite."""
    found = asyncio.run(_explain(row, ledger))
    decision = found.decision
    typer.echo(f"Ligne {row} : {_VERDICTS[decision.verdict]}.")
    for sentence in found.sentences:
        typer.echo(f"  • {sentence}")
    if decision.next_at is not None:
        following = decision.next_step or decision.step
        typer.echo(f"  Suite : {following}, le {decision.next_at.astimezone(PARIS):%d/%m/%Y à %H:%M}.")
    for entry in found.history:
        typer.echo(f"  Déjà : {entry['step']} — {entry['skipped'] or entry['state']}")
    if found.text:
        typer.echo("\n" + found.text)


async def _plan(days: int) -> list[Planned]:
    async with (
        pool.opened(practice_world.database_url(), application="cli", size=1) as opened,
        opened.acquire() as connection,
    ):
        now = await clock.now(connection)
        return await answers.forecast(connection, days, now, view=await _view(connection))


async def _explain(row: str, ledger: str | None) -> Explanation:
    async with (
        pool.opened(practice_world.database_url(), application="cli", size=1) as opened,
        opened.acquire() as connection,
    ):
        now = await clock.now(connection)
        return await answers.explain(connection, row, now, view=await _view(connection), ledger=ledger)


async def _view(connection: pool.Connection) -> View:
    # The scheduler's own settings, so that the forecast follows the same policy; only the addresses differ.
    config = SchedulerSettings(
        database_url=SecretStr(practice_world.database_url()), broker_url=SecretStr("amqp://not-used")
    )
    return View(texts.load(config.templates_dir, await deciding.headers(connection)), config.policy())


def _write(file: Path, planned: list[Planned]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("quand", "client", "téléphone", "étape", "lignes", "texte"))
        for m in planned:
            writer.writerow((m.at.astimezone(PARIS).isoformat(), m.name, m.phone, m.step, " ".join(m.keys), m.text))
