"""`relance approve`, `relance pilot`, `relance activate`: what waits for a person's yes."""

from __future__ import annotations

import asyncio

import typer

from relance.cli import office, show
from relance.cli.office import Desk
from relance.domain.errors import Refused
from relance.scheduler import explain, forecast, sentences
from relance.scheduler.explain import Explanation
from relance.store import orders
from relance.store.orders import Ledger, Pilot

WAITING = frozenset({"needs_approval", "human_step"})
APPROVALS = {"row": "Ligne", "ledger": "Classeur", "customer": "Client", "step": "Étape", "text": "Message"}
PILOTS = {"customer": "Client", "phone": "Téléphone", "since": "Depuis", "by": "Par"}
DAYS_SHOWN = 7
ALL = typer.Option(False, "--all", help="Approuver tout ce qui est montré.")
YES = typer.Option(False, "--yes", help="Ne pas demander de confirmation.")


def approve(
    target: str | None = typer.Argument(None, help="La Réf. de la ligne. Sans elle : montrer tout ce qui attend."),
    ledger: str | None = typer.Option(None, "--ledger", help="Un seul classeur."),
    everything: bool = ALL,
    yes: bool = YES,
    json: bool = show.JSON,
) -> None:
    """Approuver l'étape d'une ligne qui attend un accord, ou dire qu'une étape à faire soi-même est faite."""
    asyncio.run(_approve(target, ledger, everything=everything, yes=yes, json=json))


def pilot(
    first: int | None = typer.Option(None, "--first", min=1, help="Ajouter les N clients dont l'échéance est proche."),
    add: str | None = typer.Option(None, "--add", help="Ajouter un client : une Réf. ou un numéro de téléphone."),
    remove: str | None = typer.Option(None, "--remove", help="Retirer un client."),
    ledger: str | None = typer.Option(None, "--ledger", help="Un seul classeur."),
    json: bool = show.JSON,
) -> None:
    """Montrer et élargir le groupe pilote, celui à qui on écrit tant que le réglage « pilote » est à oui."""
    members = asyncio.run(_pilot(first, add, remove, ledger))
    rows: list[dict[str, object]] = [
        {"customer": m.name, "phone": m.phone, "since": show.when(m.added_at, "Europe/Paris"), "by": m.added_by}
        for m in members
    ]
    if json:
        show.as_json(rows)
        return
    show.table(PILOTS, rows)
    typer.echo(f"{len(rows)} client(s) dans le pilote, en plus des lignes marquées Pilote.", err=True)


def activate(
    ledger: str = typer.Argument(..., help="Le nom du classeur."),
    yes: bool = YES,
) -> None:
    """Donner le premier accord à un classeur qui contient de vieilles dettes, après avoir vu ce qui partirait."""
    asyncio.run(_activate(ledger, yes=yes))


async def _approve(target: str | None, ledger: str | None, *, everything: bool, yes: bool, json: bool) -> None:
    async with office.opened() as desk:
        waiting = await _waiting(desk, target, ledger)
        shown = [_shown(one) for one in waiting]
        if json and target is None and not everything:
            show.as_json(shown)
            return
        show.table(APPROVALS, shown)
        if not waiting:
            typer.echo("Rien n'attend votre accord.", err=True)
            return
        if target is None and not everything:
            typer.echo("Pour approuver : relance approve RÉF, ou relance approve --all.", err=True)
            return
        if not yes and not typer.confirm(f"Approuver {len(waiting)} étape(s) ?"):
            return
        for one in waiting:
            key = (one.decision.step or "", one.decision.cycle)
            version = None if "human_step" in one.decision.blockers else one.case.receivable.version
            await orders.approve(desk.connection, one.row.id, key, desk.author, shown=version)
        typer.echo(f"{len(waiting)} étape(s) approuvée(s) par {desk.author.name} : chacune part à sa prochaine heure.")


async def _waiting(desk: Desk, target: str | None, ledger: str | None) -> list[Explanation]:
    """Decided anew, so that nobody approves what was true yesterday."""
    if target is not None:
        rows = [await desk.row(target, ledger)]
    else:
        asked = await orders.awaiting_approval(desk.connection, ledger)
        rows = await orders.rows_by_id(desk.connection, asked)
    found = await explain.explain(desk.connection, rows, desk.now, view=await desk.view())
    return [one for one in found if not WAITING.isdisjoint(one.decision.blockers)]


def _shown(one: Explanation) -> dict[str, object]:
    return {
        "row": one.row.key,
        "ledger": one.row.ledger,
        "customer": one.row.customer,
        "step": one.decision.step,
        "text": one.text or "",
    }


async def _pilot(first: int | None, add: str | None, remove: str | None, ledger: str | None) -> list[Pilot]:
    async with office.opened() as desk:
        connection, author = desk.connection, desk.author
        if ledger is not None:
            await desk.ledger(ledger)
        if first is not None:
            await orders.widen_pilot(connection, first, ledger, author)
        if add is not None:
            await orders.join_pilot(connection, await _person(desk, add, ledger), author)
        if remove is not None:
            await orders.leave_pilot(connection, await _person(desk, remove, ledger))
        return await orders.pilots(connection)


async def _person(desk: Desk, target: str, ledger: str | None) -> int:
    rows = await desk.rows(target, ledger)
    people = {row.customer_id for row in rows} - {None}
    if len(people) != 1:
        raise Refused(f"« {target} » ne désigne pas un seul client")
    return next(person for person in people if person is not None)


async def _activate(name: str, *, yes: bool) -> None:
    async with office.opened() as desk:
        found = await desk.ledger(name)
        if found.state == "active":
            typer.echo(f"« {found.name} » est déjà actif.")
            return
        await _show_what_would_leave(desk, found)
        if not yes and not typer.confirm("Activer ce classeur ?"):
            return
        await orders.activate(desk.connection, found.id, desk.author)
        typer.echo(f"« {found.name} » est actif : les premiers messages partent aux heures permises, un par client.")


async def _show_what_would_leave(desk: Desk, found: Ledger) -> None:
    view = await desk.view()
    planned = await forecast.forecast(desk.connection, DAYS_SHOWN, desk.now, view=view, as_if_active=found.id)
    mine = [one for one in planned if one.ledger_id == found.id]
    columns = {"at": "Quand", "customer": "Client", "step": "Étape", "rows": "Lignes"}
    show.table(
        columns,
        [
            {"at": show.when(one.at, one.zone), "customer": one.name, "step": one.step, "rows": " ".join(one.keys)}
            for one in mine
        ],
    )
    typer.echo(
        f"{found.late_items} ligne(s) en retard à la première lecture ; "
        f"{len(mine)} message(s) partiraient en {DAYS_SHOWN} jours."
    )
    typer.echo(sentences.limits(view.pace))
