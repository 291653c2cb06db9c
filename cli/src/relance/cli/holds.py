"""`relance hold` and `relance resume`: nothing automatic about a row, a person or a ledger until somebody says so."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import typer

from relance.cli import office
from relance.cli.office import Desk
from relance.domain import calendar, dates
from relance.domain.errors import CellRejected, SettingsRejected
from relance.domain.receivable import HoldReason
from relance.scheduler import sentences
from relance.store import orders
from relance.store.orders import Target

BY_HAND = (HoldReason.PAUSE, HoldReason.HUMAN, HoldReason.AUTOPAY, HoldReason.DISPUTE)
"""What an operator may order, and what `resume` ends; a customer's STOP ends by the customer's START only."""

TARGET = typer.Argument(None, help="La Réf. d'une ligne, ou un numéro de téléphone (tout le client).")
LEDGER = typer.Option(None, "--ledger", help="Sans Réf. : tout le classeur. Avec : le classeur de la ligne.")


def hold(
    target: str | None = TARGET,
    *,
    ledger: str | None = LEDGER,
    customer: bool = typer.Option(False, "--customer", help="Le client de la ligne, avec toutes ses lignes."),
    reason: str = typer.Option("pause", "--reason", help="pause, human, autopay ou dispute."),
    until: str | None = typer.Option(None, "--until", help="Dernier jour de la retenue, par exemple 2026-12-31."),
    note: str = typer.Option("", "--note", help="Pourquoi, pour celui qui lira."),
) -> None:
    """Retenir les rappels d'une ligne, d'un client ou d'un classeur."""
    why = _reason(reason)
    said = asyncio.run(_hold(target, ledger, customer=customer, reason=why, until=_day(until), note=note))
    end = f"jusqu'au {until} compris" if until else "jusqu'à « relance resume »"
    typer.echo(f"Retenu : {said}, {sentences.HOLDS[why]}, {end}.")


def resume(
    target: str | None = TARGET,
    *,
    ledger: str | None = LEDGER,
    customer: bool = typer.Option(False, "--customer", help="Le client de la ligne, avec toutes ses lignes."),
) -> None:
    """Reprendre les rappels d'une ligne, d'un client ou d'un classeur qui étaient retenus à la main."""
    said, ended = asyncio.run(_resume(target, ledger, customer=customer))
    if not ended:
        typer.echo(f"Rien n'était retenu à la main sur {said}. « relance explain » dit ce qui retient une ligne.")
        return
    typer.echo(f"Repris : {said} ({', '.join(sentences.HOLDS[reason] for reason in ended)}).")


async def _hold(
    target: str | None, ledger: str | None, *, customer: bool, reason: HoldReason, until: date | None, note: str
) -> str:
    async with office.opened() as desk:
        about, said = await _about(desk, target, ledger, customer=customer)
        ends = None if until is None else _end_of(until, await orders.zone_of(desk.connection, about))
        if ends is not None and ends <= desk.now:
            raise SettingsRejected("cette date est passée : rien ne serait retenu")
        async with desk.connection.transaction():
            await orders.hold(desk.connection, about, reason, until=ends, note=note, author=desk.author)
        return said


async def _resume(target: str | None, ledger: str | None, *, customer: bool) -> tuple[str, list[HoldReason]]:
    async with office.opened() as desk:
        about, said = await _about(desk, target, ledger, customer=customer)
        return said, await orders.resume(desk.connection, about, BY_HAND, desk.author)


async def _about(desk: Desk, target: str | None, ledger: str | None, *, customer: bool) -> tuple[Target, str]:
    if target is None:
        if ledger is None:
            raise SettingsRejected("dites quoi : une Réf., un numéro de téléphone, ou --ledger NOM")
        found = await desk.ledger(ledger)
        return Target(ledger_id=found.id), f"tout le classeur « {found.name} »"
    rows = await desk.rows(target, ledger)
    is_phone = all(row.key != target.strip() for row in rows)
    if not (customer or is_phone):
        row = await desk.row(target, ledger)
        return Target(receivable_id=row.id), f"la ligne {row.key} de « {row.ledger} » ({row.customer})"
    person = rows[0].customer_id
    if person is None or any(row.customer_id != person for row in rows):
        raise SettingsRejected(f"« {target} » ne désigne pas un seul client")
    return Target(customer_id=person), f"le client {rows[0].customer}, toutes ses lignes"


def _reason(text: str) -> HoldReason:
    if text not in {reason.value for reason in BY_HAND}:
        raise SettingsRejected(f"« {text} » n'est pas une raison : pause, human, autopay ou dispute")
    return HoldReason(text)


def _end_of(day: date, zone: str) -> datetime:
    return calendar.at_civil(day + timedelta(days=1), calendar.MIDNIGHT, zone)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return dates.parse(text)
    except CellRejected as error:
        raise SettingsRejected(f"« {text} » n'est pas une date : écrivez par exemple 2026-12-31") from error
