"""The ledgers, as the deployment file made them at migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Header by field, where a person said so."""


async def enabled(connection: Connection) -> list[LedgerRow]:
    return [LedgerRow(**(dict(row) | {"kind": Kind(row["kind"])})) for row in await connection.fetch(SQL.enabled)]


async def accept(connection: Connection, name: str, *, by: str) -> bool:
    """A person says that what the brake stops is true; False when there is no ledger of that name."""
    ledger_id = await connection.fetchval(SQL.by_name, name)
    if ledger_id is None:
        return False
    await connection.execute(SQL.accept, ledger_id, by)
    return True


async def spend_acceptance(connection: Connection, ledger_id: int) -> bool:
    """Whether a person said so within the hour; the word is good once."""
    return bool(await connection.fetch(SQL.spend_acceptance, ledger_id))


async def keep_mapping(connection: Connection, ledger_id: int, mapping: Mapping[str, str]) -> None:
    await connection.execute(SQL.keep_mapping, ledger_id, dict(mapping))
