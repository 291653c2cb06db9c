"""Messages on their way out, as far as the scheduler takes them: due, published, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from relance.domain import pacing
from relance.domain.enclosure import Kind
from relance.domain.pacing import Budget, Turn
from relance.domain.receivable import Customer
from relance.domain.steps import Purpose
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("jobs.sql")


@dataclass(frozen=True, slots=True)
class Job:
    id: UUID
    number_id: int
    customer_id: int
    receivable_id: int | None
    purpose: Purpose
    template: str
    language: str
    due_at: datetime
    spent_on: date | None = None
    is_first_contact: bool = False
    encloses: Kind | None = None
    enclosed_for: int | None = None  # the row's version that its attachment was made for


@dataclass(frozen=True, slots=True)
class Person:
    customer: Customer
    firm: str
    country: str
    ledger_id: int  # 0 when none of their rows is left


async def plan(connection: Connection, job: Job) -> bool:
    """False when the message exists already and was not cancelled."""
    return bool(await plan_all(connection, [job]))


async def plan_all(connection: Connection, wanted: Sequence[Job]) -> frozenset[UUID]:
    """Those that are due now; the others exist already and were not cancelled."""
    if not wanted:
        return frozenset()
    rows = [
        (
            j.id,
            j.number_id,
            j.customer_id,
            j.receivable_id,
            j.purpose.value,
            j.template,
            j.language,
            j.due_at,
            j.encloses,
        )
        for j in wanted
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return frozenset(row["id"] for row in await connection.fetch(SQL.plan, *columns))


async def numbers_with_work(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """(number, zone) of each connected number that has something due."""
    return [(row["number_id"], row["zone"]) for row in await connection.fetch(SQL.numbers, now)]


async def all_numbers(connection: Connection) -> list[int]:
    return [row["id"] for row in await connection.fetch(SQL.all_numbers)]


async def locked_budget(connection: Connection, number_id: int, *, today: date, now: datetime) -> Budget:
    await connection.execute(SQL.open_budget, number_id, today, now)
    row = await connection.fetchrow(SQL.budget, number_id)
    return _budget(row)


async def spend(
    connection: Connection, number_id: int, budget: Budget, leaving: Sequence[tuple[Job, timedelta]]
) -> None:
    """A pause goes with its message: the sender keeps it between two clicks, however late the broker brings them."""
    await _write(connection, number_id, budget)
    rows = [(job.id, budget.local_day, job.is_first_contact, pause.total_seconds()) for job, pause in leaving]
    await connection.executemany(SQL.count, rows)


async def reclaimed(connection: Connection, number_id: int, budget: Budget) -> Budget:
    """The budget without the messages that were cancelled after today had counted them."""
    row = await connection.fetchrow(SQL.reclaim, number_id, budget.local_day)
    if not row["messages"]:
        return budget
    found = pacing.given_back(budget, messages=row["messages"], first_contacts=row["first_contacts"])
    await _write(connection, number_id, found)
    return found


async def _write(connection: Connection, number_id: int, budget: Budget) -> None:
    values = (budget.local_day, budget.sent, budget.next_at, budget.first_contacts, budget.days_spoken, budget.recent)
    await connection.execute(SQL.spend, number_id, *values)


def _budget(row: asyncpg.Record) -> Budget:
    return Budget(
        local_day=row["local_day"],
        sent=row["sent"],
        next_at=row["next_at"],
        first_contacts=row["first_contacts"],
        days_spoken=row["days_spoken"],
        recent=tuple(row["recent"]),
    )


async def in_flight(connection: Connection, number_id: int, *, doubt_s: float) -> int:
    return int(await connection.fetchval(SQL.in_flight, number_id, doubt_s))


async def standing(connection: Connection) -> dict[str, int]:
    """Messages that have not ended, by state."""
    return {row["state"]: row["count"] for row in await connection.fetch(SQL.standing)}


async def claim_due(
    connection: Connection, number_id: int, now: datetime, *, limit: int, day: date, turn: Turn
) -> Sequence[Job]:
    """What `turn` allows; whatever `day` has counted already may leave all the same."""
    return [
        Job(
            row["id"], number_id, row["customer_id"], row["receivable_id"], Purpose(row["kind"]), row["template"],
            row["language"], row["due_at"], row["spent_on"], row["is_first_contact"],
            enclosed_for=row["attachment_version"],
        )
        for row in await connection.fetch(
            SQL.claim_due, number_id, now, limit, day, turn.takes_more, turn.takes_strangers
        )
    ]  # fmt: skip


async def publish(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """`rows`: job, text, its hash, versions it was rendered from, template, not after, now, customer's version."""
    await connection.executemany(SQL.publish, rows)


async def postpone(connection: Connection, job: Job, until: datetime) -> None:
    await connection.execute(SQL.postpone, job.id, until)


async def cancel(connection: Connection, job_id: UUID, reason: str) -> None:
    await connection.execute(SQL.cancel, job_id, reason)


async def person(connection: Connection, customer_id: int, receivable_id: int | None) -> Person | None:
    row = await connection.fetchrow(SQL.person, customer_id, receivable_id)
    if row is None:
        return None
    values = (row["id"], row["phone"], row["name"], row["language"], row["zone"], row["number_id"], row["version"])
    return Person(Customer(*values), row["firm"], row["country"], row["ledger_id"])


async def silences(connection: Connection, customer_id: int, now: datetime) -> frozenset[str]:
    return frozenset(row["reason"] for row in await connection.fetch(SQL.silences, customer_id, now))


async def lost_by_broker(connection: Connection, older_than_s: float) -> list[tuple[UUID, int]]:
    """(job, number) of messages to tell the broker again; must run inside the transaction that does."""
    return [(row["id"], row["number_id"]) for row in await connection.fetch(SQL.lost_by_broker, older_than_s)]
