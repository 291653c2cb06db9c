"""`relance pair NUMBER`: the sender's QR code in the terminal, redrawn as it turns."""

from __future__ import annotations

import asyncio
import io

import asyncpg
import segno
import typer

from relance.cli import doctor, office, practice_world
from relance.domain.errors import SettingsRejected
from relance.store import numbers

POLL_S = 1.0
_SENTENCES = {
    None: "Aucun expéditeur ne tient encore ce numéro : est-il démarré ?",
    "connecting": "Le navigateur de l'expéditeur démarre…",
    "connected": "C'est fait : ce téléphone est associé et connecté.",
    "offline": "Ce téléphone est associé, mais hors ligne : vérifiez sa connexion.",
    "throttled": "Ce numéro est associé ; WhatsApp limite ses envois, Relance attend.",
    "restricted": "WhatsApp restreint ce numéro : n'envoyez rien, ouvrez WhatsApp sur le téléphone.",
    "logged_out": "La session a été fermée depuis le téléphone : un nouveau code va paraître.",
}


def pair(
    alias: str = typer.Argument(..., help="Le nom du numéro dans relance.toml, par exemple agence-1."),
    code: bool = typer.Option(False, "--code", help="Un code de huit lettres à taper sur le téléphone, sans caméra."),
) -> None:
    """Associer un téléphone : le code QR de WhatsApp dans ce terminal, ou un code à taper."""
    if code:
        typer.echo(asyncio.run(_code(alias)))
    asyncio.run(_pair(practice_world.database_url(), alias, is_drawn=not code))


async def _code(alias: str) -> str:
    async with office.opened() as desk:
        answer = await doctor.asked(desk, alias, "link_code")
    return (
        f"Code : {answer['code']}\n"
        "WhatsApp sur le téléphone de l'agence › Appareils connectés › Connecter un appareil › "
        "Associer avec un numéro de téléphone › tapez ce code. Il ne vit que quelques minutes."
    )


async def _pair(dsn: str, alias: str, *, is_drawn: bool) -> None:
    connection, shown = await asyncpg.connect(dsn), None
    try:
        found = await numbers.candidates(connection, alias=alias, profile_home="")
        if not found:
            raise SettingsRejected(f"le numéro « {alias} » n'est pas dans relance.toml, ou il est désactivé")
        while True:
            state, qr, advice = await numbers.pairing(connection, found[0].id)
            if (state, qr, advice) != shown and (is_drawn or not qr):
                typer.echo(_drawn(qr) if qr else advice or _SENTENCES.get(state, "Préparation du code…"))
                shown = (state, qr, advice)
            if state == "connected":
                return
            await asyncio.sleep(POLL_S)
    finally:
        await connection.close()


def _drawn(payload: str) -> str:
    out = io.StringIO()
    segno.make(payload, error="l").terminal(out=out, compact=True)
    return (
        out.getvalue()
        + "WhatsApp sur le téléphone de l'agence › Appareils connectés › Connecter un appareil › scannez ce code."
    )
