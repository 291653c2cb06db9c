"""`relance erase`: a person's right to erasure. Ordered here, carried out by the inbox, which alone opens the vault."""

from __future__ import annotations

import asyncio
import time

import typer

from relance.cli import office, show
from relance.cli.office import Desk
from relance.domain.errors import Refused
from relance.store import deletions
from relance.store.deletions import Order

POLL_S = 0.5
ASK = (
    "Effacer pour de bon les documents, les messages et les notes de {name} ? Les montants et les dates de ses "
    "factures restent (la loi l'exige), son STOP aussi."
)
LATER = "L'ordre est noté et sera exécuté dès que le coffre répond. La même commande dira quand c'est fait."


def erase(
    customer: str = typer.Argument(..., help="La Réf. d'une de ses lignes, ou son numéro de téléphone."),
    *,
    yes: bool = typer.Option(False, "--yes", help="Sans demander de confirmation."),
    wait_s: int = typer.Option(60, "--wait", min=0, max=3600, help="Secondes pendant lesquelles attendre la preuve."),
    ledger: str | None = typer.Option(None, "--ledger", help="Le classeur de la ligne."),
    json: bool = show.JSON,
) -> None:
    """Effacer un client : coffre, fichiers en attente, textes. Imprime la preuve."""
    person, name = asyncio.run(_person(customer, ledger))
    if not yes and not typer.confirm(ASK.format(name=name), err=True):
        raise Refused("rien n'a été effacé")
    order = asyncio.run(_order(person, wait_s))
    if json:
        show.as_json({"order": order.id, "asked_at": order.asked_at, "asked_by": order.asked_by,
                      "done_at": order.done_at, "proof": order.proof})  # fmt: skip
        return
    for sentence in _told(order):
        typer.echo(sentence)


async def _person(target: str, ledger: str | None) -> tuple[int, str]:
    async with office.opened() as desk:
        rows = await desk.rows(target, ledger)
    people = {row.customer_id: row.customer for row in rows if row.customer_id is not None}
    if len(people) != 1:
        raise Refused(f"« {target} » ne désigne pas un seul client : donnez une Réf. ou un numéro de téléphone")
    return people.popitem()


async def _order(person: int, wait_s: int) -> Order:
    give_up = time.monotonic() + wait_s
    async with office.opened() as desk:
        await deletions.order(desk.connection, person, by=desk.author.name, at=desk.now)
        # It happens in another process.
        while (order := await _last(desk, person)).done_at is None and time.monotonic() < give_up:  # noqa: ASYNC110
            await asyncio.sleep(POLL_S)
    return order


async def _last(desk: Desk, person: int) -> Order:
    order = await deletions.last_order(desk.connection, person)
    if order is None:
        raise Refused("l'ordre n'a pas été noté")
    return order


def _told(order: Order) -> list[str]:
    if order.proof is None:
        return [f"Ordre n° {order.id}, demandé par {order.asked_by}. {LATER}"]
    proof = order.proof
    said = [
        f"Effacé (ordre n° {order.id}, {order.asked_by}, {show.when(order.done_at, 'Europe/Paris')}) :",
        f"  documents au coffre : {proof['files_in_vault']} ; fichiers en attente : {proof['files_in_spool']}",
        f"  textes reçus : {proof['messages_received']} ; textes envoyés : {proof['messages_sent']}",
    ]
    if proof["identity_erased"]:
        said.append("  nom et numéro : effacés")
    else:
        said.append(f"Encore {proof['rows_left']} ligne(s) de vos classeurs portent ce client : effacez-les dans la "
                    "feuille, puis relancez cette commande pour le nom et le numéro.")  # fmt: skip
    if proof["stop_kept"]:
        said.append("Son STOP reste en vigueur : seule une empreinte du numéro est gardée pour cela.")
    said.append("Sur le téléphone de l'agence, effacez aussi la conversation : Relance ne peut pas le faire.")
    return said
