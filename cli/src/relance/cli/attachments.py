"""`relance attachments ROW`: the invoice and the payment code of a row, made and checked; nothing is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from relance.cli import office
from relance.domain.enclosure import Kind
from relance.domain.errors import RelanceError
from relance.runtime import settings
from relance.scheduler import attachments as making
from relance.scheduler.settings import Rules
from relance.store import deciding
from relance.store.attachments import Made

NAMES = {Kind.PDF: "facture.pdf", Kind.PAYMENT_CODE: "code-de-paiement.png"}
SAID = {Kind.PDF: "la facture", Kind.PAYMENT_CODE: "le code de paiement"}


def attachments(
    row: str = typer.Argument(..., help="La Réf. de la ligne."),
    ledger: str | None = typer.Option(None, "--ledger", help="Le classeur, si deux ont la même Réf."),
    out: Path = typer.Option(Path(), "--out", help="Le dossier où les poser."),
) -> None:
    """Préparer la facture et le code de paiement d'une ligne, pour les regarder. Rien n'est envoyé."""
    found = asyncio.run(_made(row, ledger))
    for kind, made in found.items():
        if isinstance(made, Made):
            file = out / f"{row}-{NAMES[kind]}"
            file.write_bytes(made.body)
            typer.echo(f"{SAID[kind]} : {file} ({len(made.body) // 1024 + 1} Ko)")
        else:
            typer.echo(f"{SAID[kind]} : {made or 'la ligne n’en a pas'}")


async def _made(key: str, ledger: str | None) -> dict[Kind, Made | str | None]:
    rules = settings.load(Rules)
    async with office.opened() as desk:
        row = await desk.row(key, ledger)
        (known,) = await deciding.cases_of(desk.connection, [row.id], desk.now)
    found: dict[Kind, Made | str | None] = {}
    try:
        found[Kind.PDF] = await making.invoice(known.case, rules)
    except RelanceError as error:
        found[Kind.PDF] = str(error)
    try:
        found[Kind.PAYMENT_CODE] = making.code(known.case, rules)
    except RelanceError as error:
        found[Kind.PAYMENT_CODE] = str(error)
    return found
