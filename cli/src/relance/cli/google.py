"""`relance google …`: the access to Google, made, tried, and said in plain words."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import typer

from relance.cli import practice_world
from relance.cli.settings import Settings
from relance.domain.errors import SettingsRejected
from relance.ledger_sync.ledgers import google_account, google_login
from relance.runtime import settings

commands = typer.Typer(no_args_is_help=True)


@commands.callback()
def google() -> None:
    """L'accès à Google : connecter une personne, créer un classeur, vérifier."""


@commands.command()
def login(
    client: Path = typer.Option(..., "--client", help="Le fichier JSON d'une application de bureau (Google Cloud)."),
    output: Path = typer.Option(Path("secrets/google_credentials.json"), "--output", help="Où garder l'accès."),
) -> None:
    """Laisser Relance agir au nom d'une personne, pour les seuls fichiers qu'il crée lui-même."""
    try:
        application = json.loads(client.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsRejected(f"{client} est illisible ou n'est pas du JSON") from error
    if not output.parent.is_dir():
        raise SettingsRejected(f"le dossier {output.parent} n'existe pas")
    access = asyncio.run(google_login.log_in(application, _show))
    google_login.keep(access, output)
    typer.echo(f"Connecté. L'accès est gardé dans {output}, lisible par vous seul (0600).")
    typer.echo("Suite : « relance google create » crée le classeur et le dossier des documents.")


@commands.command()
def create(
    title: str = typer.Option("Relances", "--title", help="Le nom du classeur."),
    zone: str = typer.Option("Europe/Paris", "--zone", help="Son fuseau horaire."),
) -> None:
    """Créer un classeur vide et un dossier pour les documents, dans le Drive de ce compte."""
    credentials, base_url = practice_world.google_access()
    account = google_account.opened(credentials, base_url=base_url, counted=lambda _: None)
    identity, address = asyncio.run(google_login.create(account, title, zone=zone))
    typer.echo(f'Classeur : {address}\n  dans relance.toml : workbook = "{identity}"')
    folder = google_login.create_folder(credentials, f"{title} – documents", base_url=_drive(base_url))
    typer.echo(f"Dossier des documents : RELANCE_DRIVE_FOLDER={folder}")


@commands.command()
def check() -> None:
    """Dire ce que cet accès permet, avant que quelque chose n'en dépende."""
    credentials, base_url = practice_world.google_access()
    access = json.loads(credentials)
    if access.get("type") == "service_account":
        typer.echo(f"Compte de service. Partagez le classeur (Éditeur) avec : {access.get('client_email', '?')}")
    else:
        typer.echo("Une personne, pour les seuls fichiers que Relance a créés.")
    folder = settings.load(Settings).drive_folder
    if not folder:
        typer.echo("Aucun dossier de documents n'est configuré (RELANCE_DRIVE_FOLDER).")
        return
    found = google_login.folder_of(credentials, folder, base_url=_drive(base_url))
    objection = google_login.objection(access, found)
    typer.echo(objection or "Les documents peuvent être déposés dans ce dossier.")
    if objection:
        raise SystemExit(1)


def _show(address: str) -> None:
    typer.echo("Ouvrez cette adresse dans un navigateur de cette machine, et acceptez :\n")
    typer.echo(f"  {address}\n")


def _drive(base_url: str) -> str:
    return google_login.DRIVE if base_url == google_account.GOOGLE else base_url
