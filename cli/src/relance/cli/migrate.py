"""`relance migrate`: bring the schema up to date and apply the deployment file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from relance.cli.settings import Settings
from relance.contracts import deployment
from relance.domain.errors import SettingsRejected
from relance.runtime import settings
from relance.store import deployment as rows
from relance.store import migrate as schema
from relance.store import pool


def migrate(
    file: Path = typer.Option(Path("relance.toml"), "--deployment", help="Numéros et classeurs."),
) -> None:
    """Mettre la base à jour (une seule fois, avant les services) et y inscrire les numéros et les classeurs."""
    url = settings.load(Settings).owner_database_url
    if url is None:
        raise SettingsRejected(
            "RELANCE_OWNER_DATABASE_URL manque (ou …_FILE) : c'est l'adresse de la base pour son propriétaire"
        )
    applied = asyncio.run(_migrate(url.get_secret_value(), deployment.read(file)))
    typer.echo(f"{len(applied)} migration(s) appliquée(s). La base est à jour.")


async def _migrate(dsn: str, wanted: deployment.Deployment) -> tuple[schema.Migration, ...]:
    async with pool.opened(dsn, application="migrate", size=1) as opened, opened.acquire() as connection:
        applied = await schema.apply(connection)
        await rows.apply(connection, wanted)
    return applied
