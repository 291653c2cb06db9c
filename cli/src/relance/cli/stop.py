"""`relance stop`: end everything that the practice world started here, and nothing else."""

from __future__ import annotations

import asyncio
import shutil

import typer

from relance.cli.settings import Settings
from relance.sandbox import leftovers


def stop(
    forget: bool = typer.Option(False, "--forget", help="Effacer aussi les données du bac à sable."),
) -> None:
    """Arrêter tout ce que ce dossier a démarré : démonstration, tests, mesures."""
    checkout = Settings().checkout
    ended = asyncio.run(leftovers.stop_everything(checkout))
    typer.echo(f"Arrêté : {', '.join(ended)}." if ended else "Rien ne tournait.")
    if forget:
        shutil.rmtree(checkout / ".relance", ignore_errors=True)
        typer.echo("Données du bac à sable effacées.")
