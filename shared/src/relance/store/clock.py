"""The practice world's clock, as the database keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("clock.sql")


async def offset(connection: Connection) -> timedelta:
    return timedelta(seconds=await connection.fetchval(SQL.offset))


async def now(connection: Connection) -> datetime:
    """Product time as a one-off command sees it. For the practice world: a deployment's offset is always zero."""
    moment: datetime = await connection.fetchval(SQL.now)
    return moment


async def move(connection: Connection, shift: timedelta) -> timedelta:
    """Move product time by `shift`; returns the offset from real time."""
    return timedelta(seconds=await connection.fetchval(SQL.move, shift.total_seconds()))
