"""`relance follow-sequence LEDGER`: rows that began an earlier sequence go on with the present one."""

from __future__ import annotations

import asyncio

import typer

from relance.cli import office
from relance.domain import steps
from relance.domain.errors import Refused
from relance.store import sequences

YES = typer.Option(False, "--yes", help="Ne pas demander de confirmation.")


def follow(
    ledger: str = typer.Argument(..., help="Le nom du classeur."),
    yes: bool = YES,
) -> None:
    """Faire passer à la suite actuelle les lignes qui en avaient commencé une autre. Rien de parti ne repart."""
    if not yes and not typer.confirm(f"Les lignes en cours de « {ledger} » suivront la suite actuelle. Continuer ?"):
        return
    asyncio.run(_follow(ledger))
    typer.echo(f"C'est noté : les lignes de « {ledger} » suivent la suite actuelle dès la prochaine passe.")


async def _follow(name: str) -> None:
    async with office.opened() as desk:
        found = await desk.ledger(name)
        view = await desk.view()
        ledger = next((one for one in await sequences.ledgers(desk.connection) if one.id == found.id), None)
        if ledger is None:
            raise Refused(f"« {name} » est désactivé : rien n'y est relancé")
        version = view.policy.of(found.id).sequences[ledger.kind].version
        if not version:  # the shipped one, which has a version since the day another took its place
            version = await sequences.version_of(desk.connection, ledger, steps.SEQUENCES[ledger.kind])
        if not version:
            raise Refused(f"« {name} » suit la suite livrée : aucune autre n'a été prise (RELANCE_SEQUENCES_FILE)")
        await sequences.move_all(desk.connection, found.id, version)
