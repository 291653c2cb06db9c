"""`relance number status | pause | resume`: what a number has said, what it may still say, and what keeps it silent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

import typer

from relance.cli import number_words, office, show
from relance.cli.office import Desk
from relance.domain import calendar, pacing
from relance.domain.errors import SettingsRejected
from relance.domain.pacing import Pace
from relance.runtime import settings
from relance.scheduler import wishes
from relance.scheduler.settings import Pacing
from relance.store import number_orders, workbook_settings
from relance.store.number_orders import Status

commands = typer.Typer(help="Un numéro : où il en est, le mettre en pause, le reprendre.", no_args_is_help=True)
ALIAS = typer.Argument(..., help="Le nom du numéro dans relance.toml, par exemple agence-1.")
COLUMNS = {
    "number": "Numéro",
    "state": "État",
    "hour": "Cette heure",
    "day": "Aujourd'hui",
    "strangers": "Premiers contacts",
    "waiting": "En attente",
    "todo": "À faire",
}


@dataclass(frozen=True, slots=True)
class Spending:
    """What a number has spent of what it may, now."""

    pace: Pace
    hour: int
    day: int
    strangers: int
    limit: pacing.Limit | None


@commands.command("status")
def status(
    alias: str | None = typer.Argument(None, help="Un seul numéro ; sans lui, tous."), json: bool = show.JSON
) -> None:
    """Dire où en est chaque numéro : session, messages de l'heure et du jour, ce qui le retient, quoi faire."""
    rows = asyncio.run(_status(alias))
    if json:
        show.as_json(rows)
        return
    show.table(COLUMNS, rows)


@commands.command("pause")
def pause(
    alias: str = ALIAS, reason: str = typer.Option("", "--reason", help="Pourquoi, pour celui qui lira.")
) -> None:
    """Ne plus rien envoyer de ce numéro, dès le prochain clic ; ses clients sont toujours entendus."""
    typer.echo(asyncio.run(_pause(alias, reason)))


@commands.command("resume")
def resume(
    alias: str = ALIAS,
    yes: bool = typer.Option(False, "--yes", help="Le téléphone a été regardé : ne pas demander."),
) -> None:
    """Reprendre un numéro mis en pause, ou arrêté parce que WhatsApp semblait le restreindre."""
    typer.echo(asyncio.run(_resume(alias, yes=yes)))


async def named(desk: Desk, alias: str) -> Status:
    found = await number_orders.status(desk.connection, alias, desk.now)
    if not found:
        known = ", ".join(one.alias for one in await number_orders.status(desk.connection, None, desk.now))
        raise SettingsRejected(f"aucun numéro ne s'appelle « {alias} » (connus : {known or 'aucun'})")
    return found[0]


async def _status(alias: str | None) -> list[dict[str, object]]:
    async with office.opened() as desk:
        held = await workbook_settings.newest(desk.connection)
        pace = replace(settings.load(Pacing).pace(), caps=wishes.caps(held))
        found = [await named(desk, alias)] if alias else await number_orders.status(desk.connection, None, desk.now)
        return [_shown(one, spending(one, pace, desk.now), desk.now) for one in found]


def spending(one: Status, pace: Pace, now: datetime) -> Spending:
    today = calendar.civil_day(now, one.zone)
    own = pacing.warmed(pacing.capped(pace, one.id), one.budget, today=today)
    return Spending(
        pace=own,
        hour=len(pacing.within_hour(one.budget, now)),
        day=pacing.spent_on(one.budget, today),
        strangers=pacing.strangers_on(one.budget, today),
        limit=pacing.limit(one.budget, own, now=now, today=today),
    )


def _shown(one: Status, spent: Spending, now: datetime) -> dict[str, object]:
    state, todo = number_words.state_of(one)
    limit = number_words.limit(spent.limit, one.budget, one.zone)
    return {
        "number": one.alias,
        "phone": one.phone,
        "state": state,
        "hour": f"{spent.hour}/{spent.pace.hourly_cap}",
        "day": f"{spent.day}/{spent.pace.daily_cap}",
        "strangers": f"{spent.strangers}/{spent.pace.first_contacts}",
        "waiting": one.due + one.under_way,
        "for_a_person": one.for_a_person,
        "todo": " ".join(sentence for sentence in (todo, limit, number_words.reviews(one.for_a_person)) if sentence),
    }


async def _pause(alias: str, reason: str) -> str:
    async with office.opened() as desk:
        one = await named(desk, alias)
        if not await number_orders.pause(desk.connection, one.id, reason=reason, by=desk.author.name):
            return f"{alias} était déjà en pause."
        return (
            f"{alias} est en pause : {one.due + one.under_way} message(s) attendent, aucun n'est perdu. "
            f"Reprendre : relance number resume {alias}"
        )


async def _resume(alias: str, *, yes: bool) -> str:
    async with office.opened() as desk:
        one = await named(desk, alias)
        if not one.stops:
            return f"Rien ne retient {alias}."
        suspected = [stop for stop in one.stops if stop.cause == "restriction"]
        if suspected:
            typer.echo(number_words.suspicion(suspected[0]))
            if not yes and not typer.confirm("Avez-vous regardé le téléphone, et envoie-t-il normalement ?"):
                return f"{alias} reste arrêté."
        async with desk.connection.transaction():
            await number_orders.resume(desk.connection, one.id, by=desk.author.name, at=desk.now)
        return f"{alias} reprend : {one.due + one.under_way} message(s), chacun revérifié avant de partir."
