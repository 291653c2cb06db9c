"""`relance stop`: end everything that the practice world started here, and nothing else."""

from __future__ import annotations

import asyncio
import shutil

import typer

from relance.cli.settings import Settings
from relance.sandbox import practice


def stop(
    forget: bool = typer.Option(False, "--forget", help="Effacer aussi les données du bac à sable."),
) -> None:
    """Arrêter tout ce que la démonstration a démarré."""
    checkout = Settings().checkout
    ended = asyncio.run(practice.stop_leftovers(checkout, "demo"))
    typer.echo(f"Arrêté : {', '.join(ended)}." if ended else "Rien ne tournait.")
    if forget:
        shutil.rmtree(checkout / ".relance" / "demo", ignore_errors=True)
        typer.echo("Données du bac à sable effacées.")
