"""The ledgers, as the deployment file made them at migration."""

from __future__ import annotations

from dataclasses import dataclass

from relance.domain.receivable import Kind
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("ledgers.sql")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    id: int
    name: str
    kind: Kind
    backend: str
    workbook: str  # a Google id, or a path
    tab: str
    firm: str
    currency: str
    country: str
    zone: str
    language: str
    number_id: int


async def enabled(connection: Connection) -> list[LedgerRow]:
    return [LedgerRow(**(dict(row) | {"kind": Kind(row["kind"])})) for row in await connection.fetch(SQL.enabled)]
