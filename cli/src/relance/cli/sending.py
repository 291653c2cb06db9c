"""`relance stop-sending` and `relance start-sending`: the emergency brake, effective before the next click."""

from __future__ import annotations

import asyncio

import typer

from relance.cli import office, show
from relance.store import stops


def stop(reason: str = typer.Option("", "--reason", help="Pourquoi, pour celui qui lira.")) -> None:
    """Tout arrêter : plus aucun message ne part, dès le prochain clic, jusqu'à « relance start-sending »."""
    asyncio.run(_stop(reason))


def start() -> None:
    """Reprendre les envois après « relance stop-sending »."""
    asyncio.run(_start())


async def _stop(reason: str) -> None:
    async with office.opened() as desk:
        if not await stops.stop(desk.connection, by=desk.author.name, reason=reason, at=desk.now):
            found = await stops.in_force(desk.connection)
            by = "" if found is None else f" depuis le {show.when(found.at, 'Europe/Paris')}, par {found.by}"
            typer.echo(f"Tout était déjà arrêté{by}.")
            return
        waiting = await stops.waiting(desk.connection)
    typer.echo(
        f"Tout est arrêté. {waiting} message(s) attendent ; aucun n'est perdu. Reprendre : relance start-sending"
    )


async def _start() -> None:
    async with office.opened() as desk:
        ended = await stops.end(desk.connection, by=desk.author.name, at=desk.now)
        waiting = await stops.waiting(desk.connection)
    if not ended:
        typer.echo("Rien n'était arrêté.")
        return
    typer.echo(
        f"Les envois reprennent : {waiting} message(s) attendent leur tour, chacun est revérifié avant de partir."
    )
