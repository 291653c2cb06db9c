"""What people decided about sequences: versions, approvals, pilots, ledgers that wait for a yes, daily caps."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from relance.domain import notation, steps
from relance.domain.receivable import Kind
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("sequences.sql")


@dataclass(frozen=True, slots=True)
class Said:
    """What people said that bears on the rows asked for."""

    approved: Mapping[int, frozenset[tuple[str, int]]]
    waiting_ledgers: frozenset[int]
    pilots: frozenset[int]
    registrations: Mapping[int, str]
    begun: Mapping[int, steps.Sequence]


@dataclass(frozen=True, slots=True)
class Ledger:
    id: int
    name: str
    kind: Kind


async def said(connection: Connection, receivables: Sequence[int], people: Sequence[int]) -> Said:
    approved: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for row in await connection.fetch(SQL.approvals, receivables):
        approved[row["receivable_id"]].add((row["step"], row["cycle"]))
    versions: dict[int, steps.Sequence] = {}
    begun = {}
    for row in await connection.fetch(SQL.begun, receivables):
        version = row["version"]
        if version not in versions:
            versions[version] = notation.from_mapping(row["body"], version=version)
        begun[row["receivable_id"]] = versions[version]
    return Said(
        approved={item: frozenset(keys) for item, keys in approved.items()},
        waiting_ledgers=frozenset(row["ledger_id"] for row in await connection.fetch(SQL.waiting_ledgers)),
        pilots=frozenset(row["customer_id"] for row in await connection.fetch(SQL.pilots, people)),
        registrations={row["id"]: row["registration"] for row in await connection.fetch(SQL.registrations)},
        begun=begun,
    )


async def ledgers(connection: Connection) -> list[Ledger]:
    return [Ledger(row["id"], row["name"], Kind(row["kind"])) for row in await connection.fetch(SQL.ledgers)]


async def take(connection: Connection, ledger: Ledger, sequence: steps.Sequence, *, by: str, now: datetime) -> int:
    """The version of a ledger's own sequence; items that began the shipped one keep it. Inside a transaction."""
    shipped = await _version(connection, ledger, steps.SEQUENCES[ledger.kind], by="shipped", now=now)
    version = await _version(connection, ledger, sequence, by=by, now=now)
    await connection.execute(SQL.settle_unversioned, ledger.id, shipped)
    return version


async def version_of(connection: Connection, ledger: Ledger, sequence: steps.Sequence) -> int:
    """0 when it was never taken."""
    return int(await connection.fetchval(SQL.version_of, ledger.id, _digest(sequence)) or 0)


async def move_all(connection: Connection, ledger_id: int, version: int) -> None:
    """Running items follow this version from now on; what they were sent counts as sent."""
    await connection.execute(SQL.move_all, ledger_id, version)


async def first_look(connection: Connection, now: datetime, *, above: int) -> list[int]:
    """Ledgers seen for the first time that wait for a person's yes; a task says so."""
    if not await connection.fetchval(SQL.unseen_ledgers):
        return []
    waiting = []
    async with connection.transaction():
        for row in await connection.fetch(SQL.first_look, now, above):
            if row["state"] != "waiting":
                continue
            if await connection.fetchval(SQL.has_spoken, row["ledger_id"], now) is None:
                await connection.execute(SQL.ask_activation, f"ledger:{row['ledger_id']}", now)
                waiting.append(row["ledger_id"])
    return waiting


async def spent_today(connection: Connection, ledger_id: int, today: date) -> int:
    """How much of the day's cap is spent; the row is locked until the release commits."""
    await connection.execute(SQL.open_budget, ledger_id, today)
    row = await connection.fetchrow(SQL.budget, ledger_id)
    return int(row["sent"]) if row["local_day"] >= today else 0


async def spend(connection: Connection, ledger_id: int, today: date, sent: int) -> None:
    await connection.execute(SQL.spend, ledger_id, today, sent)


async def _version(connection: Connection, ledger: Ledger, sequence: steps.Sequence, *, by: str, now: datetime) -> int:
    await connection.execute(SQL.take, ledger.id, _digest(sequence), notation.to_mapping(sequence), now, by)
    return await version_of(connection, ledger, sequence)


def _digest(sequence: steps.Sequence) -> str:
    return hashlib.sha256(json.dumps(notation.to_mapping(sequence), sort_keys=True).encode()).hexdigest()
