"""What owners set in their workbooks. Written by ledger-sync, read by whoever decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("workbook_settings.sql")


@dataclass(frozen=True, slots=True)
class Held:
    """One ledger's newest settings and texts."""

    id: int
    ledger_id: int
    number_id: int
    version: int
    settings: Mapping[str, str]
    texts: Mapping[str, str]
    taken_at: datetime


async def newest(connection: Connection) -> list[Held]:
    return [Held(**dict(row)) for row in await connection.fetch(SQL.newest)]


async def newest_id(connection: Connection) -> int:
    return int(await connection.fetchval(SQL.newest_id))


async def take(
    connection: Connection,
    ledger_id: int,
    *,
    settings: Mapping[str, str],
    texts: Mapping[str, str],
    by: str,
    at: datetime,
) -> int | None:
    """The new version; None when another process took one at the same moment."""
    version: int | None = await connection.fetchval(SQL.take, ledger_id, dict(settings), dict(texts), by, at)
    return version


async def pause(connection: Connection, ledger_id: int, until: date | None) -> None:
    await connection.execute(SQL.pause, ledger_id, until)


async def withdraw(connection: Connection, ledger_id: int, kinds: Sequence[str]) -> None:
    await connection.execute(SQL.withdraw, ledger_id, list(kinds))


async def headers(connection: Connection, ledger_id: int) -> frozenset[str]:
    return frozenset(row["header"] for row in await connection.fetch(SQL.headers, ledger_id))
