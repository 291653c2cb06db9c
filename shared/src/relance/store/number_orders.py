"""What an operator sees of a number and orders of it: status, pause, resume, questions to the sender that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from relance.domain.delivery import SessionState
from relance.domain.pacing import Budget
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("number_orders.sql")

# A person waits at a terminal; later nobody reads the answer.
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Stop:
    cause: str  # operator, restriction
    reason: str
    at: datetime  # real time
    by: str


@dataclass(frozen=True, slots=True)
class Spending:
    id: int
    speaks: bool  # enabled, and nothing keeps it silent
    zone: str
    budget: Budget | None


@dataclass(frozen=True, slots=True)
class Status:
    id: int
    alias: str
    phone: str
    enabled: bool
    zone: str
    session: SessionState | None
    advice: str  # of the page, on what to do
    owner: str | None
    silent_s: float | None  # since its owner's last heartbeat
    budget: Budget | None
    stops: tuple[Stop, ...]
    due: int
    under_way: int
    for_a_person: int


async def status(connection: Connection, alias: str | None, now: datetime) -> list[Status]:
    stops: dict[int, list[Stop]] = {}
    for row in await connection.fetch(SQL.stops):
        stop = Stop(row["cause"], row["reason"], row["stopped_at"], row["stopped_by"])
        stops.setdefault(row["number_id"], []).append(stop)
    return [
        Status(
            id=row["id"],
            alias=row["alias"],
            phone=row["phone"],
            enabled=row["enabled"],
            zone=row["zone"],
            session=None if row["state"] is None else SessionState(row["state"]),
            advice=row["advice"],
            owner=row["owner"],
            silent_s=row["silent_s"],
            budget=_budget(row),
            stops=tuple(stops.get(row["id"], ())),
            due=row["due"],
            under_way=row["under_way"],
            for_a_person=row["for_a_person"],
        )
        for row in await connection.fetch(SQL.status, alias, now)
    ]


async def spending(connection: Connection) -> list[Spending]:
    rows = await connection.fetch(SQL.spending)
    return [Spending(row["id"], row["speaks"], row["zone"], _budget(row)) for row in rows]


async def pause(connection: Connection, number_id: int, *, reason: str, by: str) -> bool:
    """False when a person had paused it already."""
    return await connection.fetchval(SQL.pause, number_id, reason, by) is not None


async def resume(connection: Connection, number_id: int, *, by: str, at: datetime) -> frozenset[str]:
    """The causes that ended. Inside a transaction."""
    ended = await connection.fetch(SQL.resume, number_id, by)
    for stop in ended:
        await connection.execute(SQL.close_task, f"{number_id}/{stop['id']}", at)
    return frozenset(stop["cause"] for stop in ended)


async def ask(connection: Connection, number_id: int, kind: str, *, by: str) -> int:
    return int(await connection.fetchval(SQL.ask, number_id, kind, by))


async def open_request(connection: Connection, number_id: int) -> tuple[int, str] | None:
    row = await connection.fetchrow(SQL.open_request, number_id, PATIENCE_S)
    return None if row is None else (row["id"], row["kind"])


async def answer(connection: Connection, request_id: int, found: Mapping[str, object]) -> None:
    await connection.execute(SQL.answer, request_id, dict(found))


async def answered(connection: Connection, request_id: int) -> dict[str, object] | None:
    found: dict[str, object] | None = await connection.fetchval(SQL.answered, request_id)
    return found


def _budget(row: Mapping[str, object]) -> Budget | None:
    names = ("local_day", "sent", "next_at", "first_contacts", "days_spoken", "recent")
    if row["local_day"] is None:
        return None
    values = {name: row[name] for name in names}
    return Budget(**values | {"recent": tuple(row["recent"])})  # type: ignore[arg-type]
