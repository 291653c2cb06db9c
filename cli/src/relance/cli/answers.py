"""`relance replies`, `undo`, `done`: what customers answered, what followed, and a person's last word on it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import typer

from relance.cli import office, show
from relance.domain.errors import Refused
from relance.domain.receivable import HoldReason
from relance.scheduler import sentences
from relance.store import effects
from relance.store.effects import Answer, Undone

COLUMNS = {
    "number": "N°", "at": "Reçu", "customer": "Client", "row": "Ligne", "said": "Réponse", "meaning": "Compris",
    "changed": "Effets", "state": "État",
}  # fmt: skip
MEANINGS = {
    "paid_claim": "dit avoir payé", "promise": "promet de payer", "question": "question", "dispute": "conteste",
    "wrong_person": "mauvaise personne", "opt_out": "STOP", "opt_in": "START", "ack": "merci",
    "doc_later": "document à venir", "document": "document", "other": "à lire",
}  # fmt: skip
KINDS = {"audio": "(message vocal)", "image": "(photo)", "document": "(fichier)"}
ZONE = "Europe/Paris"


def replies(
    days: int = typer.Option(7, "--days", min=1, max=400, help="Depuis combien de jours."),
    waiting: bool = typer.Option(False, "--waiting", help="Seulement ce qui attend quelqu'un."),
    json: bool = show.JSON,
) -> None:
    """Montrer ce que les clients ont répondu, ce que Relance en a compris et ce qu'il en a fait."""
    rows = [_shown(answer) for answer in asyncio.run(_recent(days, waiting=waiting))]
    if json:
        show.as_json(rows)
        return
    show.table(COLUMNS, rows)
    if rows:
        typer.echo("Tout reprendre d'une réponse : relance undo N°. Réponse traitée : relance done N°.", err=True)
    else:
        typer.echo("Rien n'attend personne." if waiting else "Aucune réponse n'a eu d'effet.", err=True)


def undo(number: int = typer.Argument(..., help="Le N° que montre « relance replies ».")) -> None:
    """Reprendre tous les effets d'une réponse : Relance avait mal compris."""
    done = asyncio.run(_undo(number))
    if done is None:
        raise Refused(f"la réponse n° {number} n'a aucun effet à reprendre (inconnue, ou déjà reprise)")
    for sentence in _told(done):
        typer.echo(sentence)


def done(
    number: int = typer.Argument(..., help="Le N° que montre « relance replies »."),
    resume: bool = typer.Option(False, "--resume", help="Et laisser les rappels reprendre."),
) -> None:
    """Dire qu'une réponse qui attendait quelqu'un est traitée."""
    changed = asyncio.run(_done(number, resume=resume))
    if changed is None:
        raise Refused(f"aucune réponse ne porte le n° {number} : voyez « relance replies »")
    typer.echo(f"La réponse n° {number} est traitée." if changed else f"La réponse n° {number} n'attendait personne.")
    if not resume:
        typer.echo("Ce qu'elle retenait reste retenu ; avec --resume, les rappels reprennent.")


async def _recent(days: int, *, waiting: bool) -> list[Answer]:
    async with office.opened() as desk:
        since = desk.now - timedelta(days=days)
        return list(await effects.recent(desk.connection, since=since, only_waiting=waiting))


async def _undo(number: int) -> Undone | None:
    async with office.opened() as desk, desk.connection.transaction():
        return await effects.undo(desk.connection, number, desk.author)


async def _done(number: int, *, resume: bool) -> bool | None:
    async with office.opened() as desk, desk.connection.transaction():
        return await effects.finish(desk.connection, number, desk.author, resume=resume)


def _shown(answer: Answer) -> dict[str, object]:
    meaning = MEANINGS[answer.intent]
    if answer.promised_on is not None:
        meaning += f" le {answer.promised_on:%d/%m/%Y}"
    if answer.amount is not None:
        meaning += f" ({answer.amount.normalize():f})"
    return {
        "number": answer.id,
        "at": show.when(answer.received_at, ZONE),
        "customer": answer.customer,
        "row": answer.row,
        "said": " ".join(part for part in (KINDS.get(answer.kind, ""), answer.body) if part),
        "meaning": meaning,
        "changed": ", ".join(_changes(answer)),
        "state": _state(answer),
    }


def _changes(answer: Answer) -> list[str]:
    found = []
    if answer.held is not None:
        end = f" jusqu'au {show.when(answer.until, ZONE)}" if answer.until else ""
        found.append(f"rappels retenus ({sentences.HOLDS[HoldReason(answer.held)]}){end}")
    if answer.ended and answer.held is None:
        found.append("retenue levée")
    if answer.trusted:
        found.append("ligne mise à « Payé »")
    if answer.told:
        found.append("quelqu'un prévenu")
    if answer.answered:
        found.append("réponse envoyée")
    if answer.deferred:
        found.append("rappel des documents décalé")
    return found


def _state(answer: Answer) -> str:
    if answer.undone_at is not None:
        return f"repris par {answer.undone_by} le {show.when(answer.undone_at, ZONE)}"
    return f"attend depuis le {show.when(answer.waits_since, ZONE)}" if answer.waits_since else ""


def _told(done: Undone) -> list[str]:
    said = []
    if done.released:
        said.append("Ce qui était retenu ne l'est plus : les rappels reprennent à la prochaine étape.")
    if done.restored:
        said.append("Ce que cette réponse avait levé ou remplacé est retenu de nouveau.")
    if done.trusted:
        said.append("La ligne redevient « En attente » dans la feuille, si personne n'y a touché depuis.")
    if done.answer_left:
        said.append("Notre réponse au client était déjà partie : elle ne peut pas être reprise, écrivez-lui si besoin.")
    return said or ["C'est repris : plus personne n'attend pour cette réponse."]
