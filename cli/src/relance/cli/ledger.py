"""`relance ledger accept NAME`: a person looked, and what made Relance stop writing into a ledger is meant."""

from __future__ import annotations

import asyncio
import getpass

import typer

from relance.cli import practice_world
from relance.domain.errors import SettingsRejected
from relance.store import ledgers, pool

commands = typer.Typer(no_args_is_help=True)


@commands.callback()
def ledger() -> None:
    """Les classeurs suivis."""


@commands.command()
def accept(name: str = typer.Argument(..., help="Le nom du classeur, tel que la configuration le donne.")) -> None:
    """Confirmer un grand changement : les lignes disparues ou remplacées le sont vraiment."""
    if not asyncio.run(_accept(name)):
        raise SettingsRejected(f"aucun classeur ne s'appelle « {name} »")
    typer.echo(
        f"Noté. À sa prochaine lecture, Relance croit ce que « {name} » montre : les lignes disparues seront closes.\n"
        "Cela vaut une fois, pendant une heure."
    )


async def _accept(name: str) -> bool:
    async with (
        pool.opened(practice_world.database_url(), application="cli", size=1) as opened,
        opened.acquire() as connection,
    ):
        return await ledgers.accept(connection, name, by=getpass.getuser())
