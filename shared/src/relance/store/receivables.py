"""Items as their rows last said, and what we wrote into those rows. Written by ledger-sync only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from relance.domain.receivable import HoldReason, Status
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("receivables.sql")


@dataclass(slots=True)
class Facts:
    """Every column of an item that its row decides, in the order of the queries.

    Not frozen: that would triple the cost of making one, and an import makes a hundred thousand.
    """

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
class Known:
    """Enough of an item to find its row again and to see whether that row says something else."""

    id: int
    key: str
    customer_id: int | None
    status: str
    fingerprint: str
    cells_hash: str
    position: int
    absences: int


@dataclass(frozen=True, slots=True)
class Person:
    phone: str
    name: str
    language: str
    zone: str


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
    blockers: tuple[str, ...] = ()
    trusted_at: datetime | None = None  # the customer's word made it paid
    distrusted_at: datetime | None = None  # somebody took that back


async def lock_ledger(connection: Connection, ledger_id: int) -> None:
    await connection.execute(SQL.lock_ledger, ledger_id)


async def known(connection: Connection, ledger_id: int) -> list[Known]:
    return [Known(*row) for row in await connection.fetch(SQL.known, ledger_id)]


async def said(connection: Connection, ids: Sequence[int]) -> dict[int, Item]:
    names = [field.name for field in fields(Facts)]
    rows = await connection.fetch(SQL.said, list(ids))
    return {row["id"]: Item(row["id"], row["key"], Facts(**{name: row[name] for name in names})) for row in rows}


async def add(connection: Connection, ledger_id: int, items: Mapping[str, Facts], *, at: datetime) -> dict[str, int]:
    """The new items' ids by key. The caller holds the ledger's lock and knows that no key is in use."""
    columns = ["ledger_id", "key", *(field.name for field in fields(Facts)), "created_at", "changed_at"]
    records = [(ledger_id, key, *_in_order(facts), at, at) for key, facts in items.items()]
    newest: int = await connection.fetchval(SQL.newest_id)
    await connection.copy_records_to_table("receivable", records=records, columns=columns)
    return {row["key"]: row["id"] for row in await connection.fetch(SQL.ids_after, ledger_id, newest)}


async def change(connection: Connection, item_id: int, facts: Facts, *, at: datetime) -> None:
    await connection.execute(SQL.change, item_id, *_in_order(facts), at)


async def move(connection: Connection, positions: Mapping[int, int]) -> None:
    await connection.execute(SQL.move, list(positions), list(positions.values()))


async def count_held(connection: Connection, ledger_id: int) -> int:
    held: int = await connection.fetchval(SQL.count_held, ledger_id)
    return held


async def people(connection: Connection, seen: Sequence[Person], *, number_id: int) -> dict[str, int]:
    """Their ids by phone; each phone may be there once."""
    lists = [[getattr(person, field.name) for person in seen] for field in fields(Person)]
    return {row["phone"]: row["id"] for row in await connection.fetch(SQL.people, *lists, number_id)}


async def cancel_jobs(connection: Connection, item_id: int, *, reason: str, kinds: Sequence[str]) -> None:
    await connection.execute(SQL.cancel_jobs, item_id, reason, list(kinds))


async def lift_claim(connection: Connection, item_id: int, customer_id: int | None, *, at: datetime) -> bool:
    return bool(await connection.fetch(SQL.lift_claim, item_id, customer_id, at))


async def trusted_word(connection: Connection, item_id: int) -> str | None:
    evidence: str | None = await connection.fetchval(SQL.trusted_word, item_id)
    return evidence


async def statuses_written(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    rows = await connection.fetch(SQL.statuses_written, list(ids)) if ids else []
    return {row["receivable_id"]: row["written"] for row in rows}


async def note_cell(connection: Connection, item_id: int, field: str, text: str, *, at: datetime) -> None:
    await connection.execute(SQL.note_cell, item_id, field, text, at)


async def note_cells(connection: Connection, notes: Sequence[tuple[int, str, str]], *, at: datetime) -> None:
    """Each note is an item, a field and the text its cell holds now."""
    if notes:
        ids, names, texts = (list(column) for column in zip(*notes, strict=True))
        await connection.execute(SQL.note_cells, ids, names, texts, at)


async def owner_task(connection: Connection, *, kind: str, subject: str, at: datetime) -> None:
    await connection.execute(SQL.owner_task, kind, subject, at)


async def owner_task_done(connection: Connection, *, kind: str, subject: str) -> None:
    """Closes the tasks whose subject begins so."""
    await connection.execute(SQL.owner_task_done, kind, subject)


async def newest(connection: Connection, *, now: datetime) -> tuple[object, ...]:
    """Another value = something may have happened that the cells of ours should show."""
    return tuple(await connection.fetchrow(SQL.newest, now))


async def standings(connection: Connection, ids: Sequence[int], *, now: datetime) -> list[Standing]:
    return [_standing(row) for row in await connection.fetch(SQL.standings, list(ids), now)] if ids else []


_in_order = attrgetter(*(field.name for field in fields(Facts)))


def _standing(row: Mapping[str, Any]) -> Standing:
    found = dict(row)
    found["status"] = Status(found["status"])
    found["problems"] = tuple(problem["sentence"] for problem in found["problems"])
    found["holds"] = frozenset(HoldReason(reason) for reason in found["holds"])
    found["blockers"] = tuple(found["blockers"])
    written = found["written"].items()
    found["written"] = {field: Written(cell["text"], datetime.fromisoformat(cell["at"])) for field, cell in written}
    return Standing(**found)
