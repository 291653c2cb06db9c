"""The emergency stop of everything: read by the release, and by `send_blocker` at the claim and before the click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("stops.sql")


@dataclass(frozen=True, slots=True)
class Stop:
    at: datetime
    by: str
    reason: str


async def in_force(connection: Connection) -> Stop | None:
    row = await connection.fetchrow(SQL.in_force)
    return None if row is None else Stop(row["stopped_at"], row["stopped_by"], row["reason"])


async def stop(connection: Connection, *, by: str, reason: str, at: datetime) -> bool:
    """False when everything was stopped already."""
    return await connection.fetchval(SQL.stop, at, by, reason) is not None


async def end(connection: Connection, *, by: str, at: datetime) -> bool:
    """False when nothing was stopped."""
    return await connection.fetchval(SQL.end, at, by) is not None


async def waiting(connection: Connection) -> int:
    return int(await connection.fetchval(SQL.waiting))
