"""`relance review`: messages of which nobody knows whether they left. A person looks at the phone and says."""

from __future__ import annotations

import asyncio

import typer

from relance.cli import office, show
from relance.domain.errors import Refused
from relance.domain.sending import JobState
from relance.store import reviews
from relance.store.reviews import Review, Verdict

COLUMNS = {
    "id": "N°",
    "number": "Numéro",
    "customer": "Client",
    "phone": "Téléphone",
    "when": "Tenté le",
    "why": "Pourquoi",
    "text": "Message",
    "todo": "À décider",
}
WHY = {
    "absent": "introuvable dans la conversation après trois essais",
    "attempts": "trois essais sans suite",
    "barrier": "la conversation ne se charge pas",
    "clock": "resté sous une horloge",
    "history": "l'historique n'est pas revenu sur ce navigateur",
    "identity_hidden": "WhatsApp cache le numéro de cette conversation",
    "mistyped": "le texte tapé n'était pas celui du message",
    "no_template": "aucun modèle approuvé pour ce message",
    "not_on_whatsapp": "ce numéro n'est pas sur WhatsApp",
    "page": "la conversation ne s'ouvre pas",
    "poison": "chaque essai a échoué sans raison connue",
    "profile_lost": "le navigateur a été réassocié pendant l'envoi",
    "refused_by_whatsapp": "WhatsApp l'a refusé",
    "restored": "la base a été restaurée, et la conversation contient autre chose",
    "unprovable": "la conversation ne se laisse pas lire jusqu'à ce message",
    "wrong_chat": "une autre conversation s'est ouverte",
}
SAID = {
    Verdict.SENT: "noté comme parti : il ne sera pas renvoyé",
    Verdict.AGAIN: "repartira à la prochaine heure permise, revérifié",
    Verdict.CANCEL: "annulé : il ne partira plus",
    Verdict.SEEN: "vu",
}


def review(
    number: int | None = typer.Argument(None, metavar="[N°]", help="Le message dont on décide. Sans lui : la liste."),
    *,
    sent: bool = typer.Option(False, "--sent", help="Il est dans la conversation, sur le téléphone : il est parti."),
    not_sent: bool = typer.Option(False, "--not-sent", help="Il n'y est pas : le renvoyer."),
    cancel: bool = typer.Option(False, "--cancel", help="Quoi qu'il en soit, ne plus l'envoyer."),
    seen: bool = typer.Option(False, "--seen", help="Il n'est certainement pas parti ; j'en prends note."),
    json: bool = show.JSON,
) -> None:
    """Lister et trancher les messages dont on ne sait pas s'ils sont partis."""
    chosen = {Verdict.SENT: sent, Verdict.AGAIN: not_sent, Verdict.CANCEL: cancel, Verdict.SEEN: seen}
    verdicts = [verdict for verdict, is_chosen in chosen.items() if is_chosen]
    if number is None:
        rows = asyncio.run(_waiting())
        if json:
            show.as_json(rows)
            return
        show.table(COLUMNS, rows)
        if rows:
            typer.echo("Regardez le téléphone, puis : relance review N° --sent ou --not-sent", err=True)
        return
    if len(verdicts) != 1:
        raise Refused("dites une seule chose : --sent, --not-sent, --cancel ou --seen")
    typer.echo(asyncio.run(_decide(number, verdicts[0])))


async def _waiting() -> list[dict[str, object]]:
    async with office.opened() as desk:
        return [_shown(one) for one in await reviews.waiting(desk.connection)]


def _shown(one: Review) -> dict[str, object]:
    is_open = one.state is JobState.REVIEW
    return {
        "id": one.id,
        "number": one.number,
        "customer": one.customer,
        "phone": one.phone,
        "when": show.when(one.claimed_at or one.created_at, "Europe/Paris"),
        "why": WHY.get(one.reason or "", one.reason or ""),
        "text": one.body,
        "todo": "--sent, --not-sent ou --cancel" if is_open else "--seen (pas parti)",
    }


async def _decide(number: int, verdict: Verdict) -> str:
    async with office.opened() as desk:
        found = next((one for one in await reviews.waiting(desk.connection) if one.id == number), None)
        if found is None:
            raise Refused(f"aucun message n'attend sous le n° {number} : relance review donne la liste")
        async with desk.connection.transaction():
            is_done = await reviews.decide(desk.connection, found, verdict, by=desk.author.name, at=desk.now)
        if not is_done:
            raise Refused(_impossible(found, verdict))
        return f"N° {number} ({found.customer}) : {SAID[verdict]}."


def _impossible(found: Review, verdict: Verdict) -> str:
    if found.state is not JobState.REVIEW:
        return "ce message n'est certainement pas parti : il n'y a qu'à le noter (--seen)"
    if verdict is Verdict.SEEN:
        return "nul ne sait si ce message est parti : dites --sent, --not-sent ou --cancel"
    return "un message plus récent est parti à ce client depuis : celui-ci ne peut plus être renvoyé (--cancel)"
