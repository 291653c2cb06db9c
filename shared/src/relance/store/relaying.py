"""The outbox as its relay sees it: what waits, what was confirmed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("relaying.sql")
OUTBOX = named.load("outbox.sql")


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    message_id: UUID
    exchange: str
    routing_key: str
    body: dict[str, object]


async def try_lock(connection: Connection) -> bool:
    return bool(await connection.fetchval(SQL.try_lock))


async def waiting(connection: Connection, *, limit: int) -> list[Waiting]:
    rows = await connection.fetch(OUTBOX.oldest, limit)
    return [Waiting(r["id"], r["message_id"], r["exchange"], r["routing_key"], _parsed(r["body"])) for r in rows]


async def mark(connection: Connection, ids: Sequence[int]) -> None:
    await connection.execute(OUTBOX.mark, ids)


async def backlog(connection: Connection) -> tuple[int, float]:
    """(messages that wait, age of the oldest in seconds)."""
    row = await connection.fetchrow(OUTBOX.waiting)
    return row["pending"], row["oldest_age_s"]


async def prune(connection: Connection) -> None:
    await connection.execute(OUTBOX.prune)


def _parsed(body: str | dict[str, object]) -> dict[str, object]:
    """A listening connection has no codec of the pool's."""
    parsed: dict[str, object] = json.loads(body) if isinstance(body, str) else body
    return parsed
