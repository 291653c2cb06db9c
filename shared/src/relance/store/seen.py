"""At-least-once delivery made once: each consumer remembers what it handled, in the effect's own transaction."""

from __future__ import annotations

from uuid import UUID

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("seen.sql")


async def is_first_time(connection: Connection, *, consumer: str, message_id: UUID) -> bool:
    return bool(await connection.fetchval(SQL.first_time, consumer, message_id))


async def forget(connection: Connection) -> None:
    """Drop a few of the oldest traces, those of more than a month."""
    await connection.execute(SQL.forget)
