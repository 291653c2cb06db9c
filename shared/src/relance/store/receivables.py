"""Items as their rows last said, and what we wrote into those rows. Written by ledger-sync only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from relance.domain.receivable import HoldReason, Status
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("receivables.sql")


@dataclass(frozen=True, slots=True)
class Facts:
    """Every column of an item that its row decides, in the order of the queries."""

    customer_id: int | None
    status: str
    currency: str | None
    total: Decimal | None
    balance: Decimal | None
    due_on: date | None
    departs_on: date | None
    returns_on: date | None
    label: str
    payment_link: str
    travellers: int
    tickets_received: bool
    pilot: bool
    paused_until: date | None
    fields: Mapping[str, str]
    fingerprint: str
    cells_hash: str
    problems: Sequence[Mapping[str, str]]
    position: int
    absences: int
    version: int
    paid_at: datetime | None
    paid_evidence: str | None


@dataclass(frozen=True, slots=True)
class Item:
    id: int
    key: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about one present row, for the cells that are ours."""

    id: int
    key: str
    position: int
    status: Status
    problems: tuple[str, ...]
    verdict: str | None
    step: str | None
    next_step: str | None
    next_at: datetime | None
    last_sent_at: datetime | None
    papers_asked: int
    papers_done: int
    holds: frozenset[HoldReason]
    claimed_at: datetime | None
    written: Mapping[str, Written]


async def lock_ledger(connection: Connection, ledger_id: int) -> None:
    await connection.execute(SQL.lock_ledger, ledger_id)


async def known(connection: Connection, ledger_id: int) -> list[Item]:
    names = [field.name for field in fields(Facts)]
    rows = await connection.fetch(SQL.known, ledger_id)
    return [Item(row["id"], row["key"], Facts(**{name: row[name] for name in names})) for row in rows]


async def add(connection: Connection, ledger_id: int, key: str, facts: Facts, *, at: datetime) -> int | None:
    """The new item's id; None when the key exists already."""
    added: int | None = await connection.fetchval(SQL.add, ledger_id, key, *astuple(facts), at)
    return added


async def change(connection: Connection, item_id: int, facts: Facts, *, at: datetime) -> None:
    await connection.execute(SQL.change, item_id, *astuple(facts), at)


async def move(connection: Connection, positions: Mapping[int, int]) -> None:
    await connection.execute(SQL.move, list(positions), list(positions.values()))


async def count_held(connection: Connection, ledger_id: int) -> int:
    held: int = await connection.fetchval(SQL.count_held, ledger_id)
    return held


async def person(connection: Connection, *, phone: str, name: str, language: str, zone: str, number_id: int) -> int:
    found: int = await connection.fetchval(SQL.person, phone, name, language, zone, number_id)
    return found


async def cancel_jobs(connection: Connection, item_id: int, *, reason: str, kinds: Sequence[str]) -> None:
    await connection.execute(SQL.cancel_jobs, item_id, reason, list(kinds))


async def lift_claim(connection: Connection, item_id: int, customer_id: int | None, *, at: datetime) -> bool:
    return bool(await connection.fetch(SQL.lift_claim, item_id, customer_id, at))


async def statuses_written(connection: Connection, ledger_id: int) -> dict[int, str]:
    rows = await connection.fetch(SQL.statuses_written, ledger_id)
    return {row["receivable_id"]: row["written"] for row in rows}


async def note_cell(connection: Connection, item_id: int, field: str, text: str, *, at: datetime) -> None:
    await connection.execute(SQL.note_cell, item_id, field, text, at)


async def owner_task(connection: Connection, *, kind: str, subject: str, at: datetime) -> None:
    await connection.execute(SQL.owner_task, kind, subject, at)


async def standings(connection: Connection, ledger_id: int, *, now: datetime) -> list[Standing]:
    return [_standing(row) for row in await connection.fetch(SQL.standings, ledger_id, now)]


def _standing(row: Mapping[str, Any]) -> Standing:
    found = dict(row)
    found["status"] = Status(found["status"])
    found["problems"] = tuple(problem["sentence"] for problem in found["problems"])
    found["holds"] = frozenset(HoldReason(reason) for reason in found["holds"])
    written = found["written"].items()
    found["written"] = {field: Written(cell["text"], datetime.fromisoformat(cell["at"])) for field, cell in written}
    return Standing(**found)
