"""Who may read each place of the vault, as it was at the last look."""

from __future__ import annotations

from datetime import datetime

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("audits.sql")


async def due(connection: Connection, *, since: datetime) -> tuple[str, ...]:
    return tuple(row["vault_id"] for row in await connection.fetch(SQL.due, since))


async def note(connection: Connection, vault_id: str, *, readers: str, is_exposed: bool, at: datetime) -> None:
    await connection.execute(SQL.note, vault_id, readers, is_exposed, at)


async def exposed(connection: Connection) -> int:
    return int(await connection.fetchval(SQL.exposed))
