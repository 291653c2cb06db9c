"""What left, for the owner's journal. Read by ledger-sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("sent.sql")


@dataclass(frozen=True, slots=True)
class Sent:
    name: str
    customer: str
    keys: str
    template: str
    state: str
    sent_at: datetime
    changed_at: datetime


async def since(connection: Connection, ledgers: Sequence[int], at: datetime | None) -> list[Sent]:
    """Oldest change first, a thousand at most; without `at`, those of the last three months."""
    return [Sent(**row) for row in await connection.fetch(SQL.since, list(ledgers), at)]
