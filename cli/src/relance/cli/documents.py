"""`relance documents`: what was asked of each traveller, what has come, and a person's last word on each paper."""

from __future__ import annotations

import asyncio

import typer

from relance.cli import office, show
from relance.domain.documents import DocumentKind, DocumentState
from relance.domain.errors import Refused
from relance.store import paper_orders
from relance.store.paper_orders import Paper, Place

COLUMNS = {
    "row": "Ligne", "customer": "Client", "departs_on": "Départ", "paper": "Pièce", "state": "État", "since": "Depuis",
    "valid": "Valable", "note": "Remarque",
}  # fmt: skip
NAMES = {
    DocumentKind.PASSPORT: "passeport", DocumentKind.PAN: "pan", DocumentKind.VISA_FORM: "visa",
    DocumentKind.OTHER: "autre",
}  # fmt: skip
STATES = {
    DocumentState.ASKED: "demandée", DocumentState.RECEIVED: "reçue, à vérifier", DocumentState.ACCEPTED: "acceptée",
    DocumentState.REDO: "à refaire", DocumentState.WAIVED: "dispensée",
}  # fmt: skip
DONE = {"waive": "dispensée", "accept": "acceptée", "ask_again": "redemandée"}
REASONS = {
    "blurred": "photo floue", "glare": "reflet", "too_dark": "trop sombre", "cut_off": "document coupé",
    "too_small": "trop petite", "wrong_document": "autre document", "expired": "expiré", "ordered": "par un opérateur",
    "needless": "plus demandée par la ligne", "wrong_person": "envoyée par une autre personne",
}  # fmt: skip
ZONE = "Europe/Paris"
PAPER = "La pièce, comme « relance documents » la montre : passeport/2."


def documents(
    row: str | None = typer.Argument(None, help="Une Réf. ou un numéro ; sans : tout ce qui manque ou attend."),
    *,
    waive: str | None = typer.Option(None, "--waive", help=f"Ne plus la demander. {PAPER}"),
    accept: str | None = typer.Option(None, "--accept", help="L'accepter telle qu'elle est arrivée."),
    ask_again: str | None = typer.Option(None, "--ask-again", help="La redemander ; son fichier part après 7 jours."),
    undo: str | None = typer.Option(None, "--undo", help="Reprendre le dernier ordre sur cette pièce."),
    ledger: str | None = typer.Option(None, "--ledger", help="Le classeur de la ligne."),
    json: bool = show.JSON,
) -> None:
    """Montrer les pièces demandées à chaque voyageur ; dispenser, accepter ou redemander l'une d'elles."""
    given = {"waive": waive, "accept": accept, "ask_again": ask_again, "undo": undo}
    orders = [(action, paper) for action, paper in given.items() if paper is not None]
    if len(orders) > 1:
        raise Refused("un ordre à la fois")
    if orders and row is None:
        raise Refused("dites de quelle ligne : relance documents RÉF --waive passeport/1")
    if orders and row is not None:
        action, paper = orders[0]
        done = asyncio.run(_order(row, ledger, action, paper))
        typer.echo(f"Repris : {paper} n'est plus {DONE[done]}." if action == "undo" else f"{paper} : {DONE[done]}.")
        return
    rows = [_shown(paper) for paper in asyncio.run(_papers(row, ledger))]
    if json:
        show.as_json(rows)
    elif rows:
        show.table(COLUMNS, rows)
    else:
        typer.echo(
            "Aucune pièce n'est demandée pour cette ligne." if row else "Rien ne manque, rien n'attend.", err=True
        )


async def _papers(target: str | None, ledger: str | None) -> list[Paper]:
    async with office.opened() as desk:
        bookings = None if target is None else [row.id for row in await desk.rows(target, ledger)]
        return await paper_orders.papers(desk.connection, bookings)


async def _order(target: str, ledger: str | None, action: str, paper: str) -> str:
    traveller, kind = _named(paper)
    async with office.opened() as desk:
        row = await desk.row(target, ledger)
        place = Place(row.id, traveller, kind)
        async with desk.connection.transaction():
            if action == "undo":
                return await paper_orders.undo(desk.connection, place, desk.author)
            await paper_orders.order(desk.connection, place, action, desk.author)
    return action


def _named(text: str) -> tuple[int, DocumentKind]:
    name, _, traveller = text.strip().casefold().partition("/")
    kinds = {known: kind for kind, known in NAMES.items()}
    if name not in kinds or not (traveller or "1").isdigit():
        raise Refused(f"« {text} » n'est pas une pièce : écrivez passeport/1, pan/2, visa/1 ou autre/1")
    return int(traveller or "1"), kinds[name]


def _shown(paper: Paper) -> dict[str, object]:
    reason = REASONS.get(paper.reason or "", "")
    notes = (reason, "en route vers le coffre" if paper.is_under_way else "", _gone(paper))
    return {
        "row": paper.row,
        "customer": paper.customer or "",
        "departs_on": "" if paper.departs_on is None else f"{paper.departs_on:%d/%m/%Y}",
        "paper": f"{NAMES[paper.kind]}/{paper.traveller}",
        "state": STATES[paper.state],
        "since": show.when(paper.changed_at, ZONE),
        "valid": "" if paper.expires_on is None else f"jusqu'à {paper.expires_on:%Y-%m}",
        "note": ", ".join(note for note in notes if note),
    }


def _gone(paper: Paper) -> str:
    return "" if paper.deleted_at is None else f"fichier effacé le {paper.deleted_at:%d/%m/%Y}"
