"""`relance init-sheet NAME`: build the whole workbook of a ledger, or fit one that is already in use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer

from relance.cli import practice_world
from relance.domain.errors import SettingsRejected
from relance.ledger_sync import blueprint, columns, fitting, init_google, init_xlsx
from relance.ledger_sync.fitting import Fitting
from relance.ledger_sync.ledgers import google, google_account, xlsx
from relance.ledger_sync.ledgers.google_account import Account
from relance.ledger_sync.ledgers.port import Ledger
from relance.store import ledgers, pool
from relance.store.ledgers import LedgerRow


def init_sheet(
    name: str = typer.Argument(..., help="Le nom du classeur dans relance.toml."),
    fit: bool = typer.Option(False, "--map", help="Adapter une feuille existante au lieu de la construire."),
    yes: bool = typer.Option(False, "--yes", help="Avec --map : accepter sans demander."),
) -> None:
    """Construire le classeur (onglets, listes, textes, réglages), ou y ajouter seulement ce qui manque."""
    rows = asyncio.run(_rows())
    chosen = next((row for row in rows if row.name == name), None)
    if chosen is None:
        known = ", ".join(f"« {row.name} »" for row in rows) or "aucun"
        raise SettingsRejected(f"aucun classeur ne s'appelle « {name} » (connus : {known})")
    account = _account() if chosen.backend == "google" else None
    if fit:
        _fit(chosen, account, yes=yes)
        return
    together = [row for row in rows if (row.backend, row.workbook) == (chosen.backend, chosen.workbook)]
    tabs = blueprint.workbook([(row.tab, row.kind) for row in together])
    _say(asyncio.run(_build(chosen, account, tabs)))


def _fit(row: LedgerRow, account: Account | None, *, yes: bool) -> None:
    sheet: Ledger = (
        google.GoogleLedger(account, workbook=row.workbook, tab=row.tab)
        if account
        else xlsx.XlsxLedger(Path(row.workbook), tab=row.tab, locale="fr_FR")
    )
    found = fitting.propose(asyncio.run(sheet.snapshot()), row)
    _show(found, row)
    if found.missing:
        raise SettingsRejected("sans ces colonnes, Relance ne peut pas suivre cette feuille ; rien n'a été écrit")
    if not yes and not typer.confirm("Est-ce bien cela ? Relance ajoutera seulement ses propres colonnes."):
        typer.echo("Rien n'a été écrit.")
        return
    asyncio.run(_keep(row, found.mapping()))
    _say(asyncio.run(_build(row, account, [fitting.owned_columns(row, found)])))


def _show(found: Fitting, row: LedgerRow) -> None:
    for field, place in found.places.items():
        guess = "  (deviné : vérifiez)" if field in found.guessed else ""
        typer.echo(f"  {columns.title(field, row.kind):32} ← « {found.header[place]} »{guess}")
    for field in found.missing:
        typer.echo(f"  {columns.title(field, row.kind):32} ← introuvable")
    for sample in found.samples:
        typer.echo(f"\n  Ligne {sample.number} : {sample.sentence}")
        for problem in sample.problems:
            typer.echo(f"    ! {problem}")
    typer.echo(f"\n{found.rows} ligne(s) lues, {found.held} à corriger (la remarque dira quoi).")
    for sentence, count in found.problems:
        typer.echo(f"  {count} × {sentence}")


def _say(done: Sequence[str]) -> None:
    if not done:
        typer.echo("Tout est déjà là : rien n'a été changé.")
        return
    for sentence in done:
        typer.echo(f"  + {sentence}")


async def _build(row: LedgerRow, account: Account | None, tabs: Sequence[blueprint.Tab]) -> list[str]:
    if account is not None:
        return await init_google.build(account, row.workbook, tabs)
    return init_xlsx.build(Path(row.workbook), tabs)


def _account() -> Account:
    credentials, base_url = practice_world.google_access()
    return google_account.opened(credentials, base_url=base_url, counted=lambda _: None)


async def _rows() -> list[LedgerRow]:
    async with (
        pool.opened(practice_world.database_url(), application="cli", size=1) as opened,
        opened.acquire() as connection,
    ):
        return await ledgers.enabled(connection)


async def _keep(row: LedgerRow, mapping: dict[str, str]) -> None:
    async with (
        pool.opened(practice_world.database_url(), application="cli", size=1) as opened,
        opened.acquire() as connection,
    ):
        await ledgers.keep_mapping(connection, row.id, mapping)
