"""What the scheduler knows when it decides, in a handful of set-based reads, and what it decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relance.domain.money import Money
from relance.domain.receivable import Customer, Hold, HoldReason, Kind, Receivable, Status
from relance.domain.sequence import Decision
from relance.domain.standing import FIRST_SEEN_PAID, MAY_HAVE_LEFT, Case, Contact, Documents, Fate, Past
from relance.domain.steps import Purpose
from relance.store import named, sequences
from relance.store.pool import Connection

SQL = named.load("deciding.sql")

_FATES = {
    "sent": Fate.SENT,
    "delivered": Fate.SENT,
    "read": Fate.SENT,
    "failed": Fate.FAILED,
    "review": Fate.IN_DOUBT,
    "cancelled": Fate.SKIPPED,
}

ASKED_BY_STEP = frozenset({"needs_approval", "human_step", "attachment", "text_refused"})
"""Tasks that each step of an item asks anew; of the others an item has one."""

Kept = tuple[str, str | None, tuple[str, ...], str | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Known:
    """A case, and the decision kept for it so far."""

    case: Case
    kept: Kept | None


async def open_cases(connection: Connection, now: datetime) -> list[Known]:
    return await cases_of(connection, [row["id"] for row in await connection.fetch(SQL.open_ids)], now)


async def cases_of(connection: Connection, receivables: Sequence[int], now: datetime) -> list[Known]:
    return await _known(connection, await connection.fetch(SQL.named_rows, receivables), now)


async def keep(connection: Connection, news: Sequence[tuple[Case, Decision]], now: datetime) -> None:
    """The decisions that changed, their history, and the tasks they give to a person. Must run inside a transaction."""
    values = [(case.receivable.id, *as_kept(decision), now) for case, decision in news]
    await connection.executemany(SQL.keep, values)
    await connection.executemany(SQL.remember, values)
    tasks = [_task(case, decision.task, decision.step, now) for case, decision in news if decision.task is not None]
    await connection.executemany(SQL.ask_person, tasks)


async def history(connection: Connection, receivable_id: int, *, limit: int = 50) -> list[Mapping[str, Any]]:
    return [dict(row) for row in await connection.fetch(SQL.history, receivable_id, limit)]


async def try_lock(connection: Connection) -> bool:
    return bool(await connection.fetchval(SQL.try_lock))


async def unlock(connection: Connection) -> None:
    await connection.execute(SQL.unlock)


async def headers(connection: Connection) -> frozenset[str]:
    return frozenset(row["header"] for row in await connection.fetch(SQL.headers))


def as_kept(decision: Decision) -> Kept:
    return (decision.verdict.value, decision.step, decision.blockers, decision.next_step, decision.next_at)


async def _known(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Known]:
    ids = [row["id"] for row in rows]
    people = list({row["customer_id"] for row in rows if row["customer_id"] is not None})
    holds = _Holds(await connection.fetch(SQL.live_holds, now, ids, people))
    past: dict[int, list[Past]] = defaultdict(list)
    for row in await connection.fetch(SQL.past, ids):
        past[row["receivable_id"]].append(_past(row))
    contacts = {row["customer_id"]: _contact(row) for row in await connection.fetch(SQL.contacts, people)}
    files = {row["receivable_id"]: _documents(row) for row in await connection.fetch(SQL.documents, ids)}
    said = await sequences.said(connection, ids, people)
    return [
        Known(
            Case(
                receivable=_receivable(row),
                customer=_customer(row),
                zone=row["ledger_zone"],
                country=row["country"],
                firm=row["firm"],
                holds=holds.of(row),
                past=tuple(past[row["id"]]),
                contact=contacts.get(row["customer_id"], Contact()),
                documents=files.get(row["id"]),
                ledger_paused_until=row["ledger_paused_until"],
                is_ledger_off=not row["ledger_enabled"],
                is_pilot=row["pilot"] or row["customer_id"] in said.pilots,
                was_paid_at_first=row["paid_evidence"] == FIRST_SEEN_PAID,
                registration=said.registrations.get(row["ledger_id"], ""),
                awaits_activation=row["ledger_id"] in said.waiting_ledgers,
                approved=said.approved.get(row["id"], frozenset()),
                own_sequence=said.begun.get(row["id"]),
            ),
            _kept(row),
        )
        for row in rows
    ]


class _Holds:
    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._by_scope: dict[tuple[str, int], list[Hold]] = defaultdict(list)
        for row in rows:
            target = row["ledger_id"] or row["customer_id"] or row["receivable_id"]
            self._by_scope[row["scope"], target].append(Hold(HoldReason(row["reason"]), row["until"], row["by"]))

    def of(self, item: Mapping[str, Any]) -> tuple[Hold, ...]:
        keys = (("ledger", item["ledger_id"]), ("customer", item["customer_id"]), ("item", item["id"]))
        return tuple(hold for key in keys for hold in self._by_scope.get(key, ()))


def _task(case: Case, kind: str, step: str | None, now: datetime) -> tuple[object, ...]:
    row = case.receivable
    about = f"receivable:{row.id}:{step}" if kind in ASKED_BY_STEP else f"receivable:{row.id}"
    return (kind, about, row.customer_id, row.id, now)


def _kept(row: Mapping[str, Any]) -> Kept | None:
    if row["verdict"] is None:
        return None
    return (row["verdict"], row["step"], tuple(row["blockers"]), row["next_step"], row["next_at"])


def _past(row: Mapping[str, Any]) -> Past:
    fate = Fate.SKIPPED if row["skipped"] is not None else _FATES.get(row["state"], Fate.PENDING)
    purpose = Purpose.PAYMENT if row["kind"] is None else Purpose(row["kind"])  # only payment steps are ever skipped
    sent_at = row["sent_at"] if fate in MAY_HAVE_LEFT else None
    return Past(row["step"], row["cycle"], fate, row["due_at"], sent_at, purpose, row["is_stuck"])


def _contact(row: Mapping[str, Any]) -> Contact:
    return Contact(row["last_payment_at"], row["last_automatic_at"], row["is_being_written_to"], row["is_unreachable"])


def _documents(row: Mapping[str, Any]) -> Documents:
    return Documents(tuple(row["missing"]), row["changed_at"], tuple(row["received"]))


def _customer(row: Mapping[str, Any]) -> Customer | None:
    if row["customer_id"] is None:
        return None
    names = ("customer_id", "phone", "name", "language", "zone", "number_id", "customer_version")
    return Customer(*(row[name] for name in names))


def _receivable(row: Mapping[str, Any]) -> Receivable:
    currency = row["currency"] or row["ledger_currency"]
    return Receivable(
        id=row["id"],
        ledger_id=row["ledger_id"],
        key=row["key"],
        kind=Kind(row["kind"]),
        customer_id=row["customer_id"],
        status=Status(row["status"]),
        total=None if row["total"] is None else Money(row["total"], currency),
        balance=None if row["balance"] is None else Money(row["balance"], currency),
        due_on=row["due_on"],
        departs_on=row["departs_on"],
        label=row["label"],
        payment_link=row["payment_link"],
        travellers=row["travellers"],
        tickets_received=row["tickets_received"],
        paused_until=row["paused_until"],
        version=row["version"],
        absences=row["absences"],
        paid_at=row["paid_at"],
        problems=tuple(problem["sentence"] for problem in row["problems"]),
        fields=row["fields"],
    )
