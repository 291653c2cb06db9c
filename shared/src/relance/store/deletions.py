"""Files that go for good. A line is written before anything is deleted and completed once the vault no longer has it.

    scheduled (reason, due) ── begun ── the vault deletes, and shows that nothing is left ── deleted: the proof

A crash anywhere leaves a line that is not completed, and deleting again is harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from relance.store import named
from relance.store.pool import Connection

SQL = named.load("deletions.sql")


@dataclass(frozen=True, slots=True)
class Clock:
    """After the return (or the departure); without a date; and for what no paper became."""

    after_return: timedelta = timedelta(days=30)
    undated: timedelta = timedelta(days=396)
    rejected: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Deletion:
    id: int
    document_id: UUID | None
    media_id: UUID | None
    vault_id: str | None
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """`proof` is None until it is carried out."""

    id: int
    asked_at: datetime
    asked_by: str
    done_at: datetime | None
    proof: dict[str, object] | None


async def schedule(connection: Connection, clock: Clock, *, at: datetime) -> None:
    """Everything whose time has come; what is scheduled already stays as it is."""
    await connection.execute(SQL.schedule_wrong_person, at)
    await connection.execute(SQL.schedule_retention, at, clock.after_return.days, at - clock.undated)
    await connection.execute(SQL.schedule_rejected, at, at - clock.rejected, at - clock.undated)


async def doubtful(connection: Connection) -> list[tuple[int, int]]:
    """(customer, booking) whose papers were accepted from a number that says it is another person's."""
    return [(row["customer_id"], row["receivable_id"]) for row in await connection.fetch(SQL.doubtful_accepted)]


async def due(connection: Connection, *, at: datetime) -> tuple[Deletion, ...]:
    return tuple(Deletion(**row) for row in await connection.fetch(SQL.due, at))


async def begin(connection: Connection, deletion_id: int, *, at: datetime) -> bool:
    return bool(await connection.fetchval(SQL.begin, deletion_id, at))


async def complete(connection: Connection, gone: Deletion, *, at: datetime) -> bool:
    """False when another inbox was faster."""
    if not await connection.fetchval(SQL.done, gone.id, at):
        return False
    if gone.document_id is not None:
        await connection.execute(SQL.detach, gone.document_id, gone.vault_id, at, gone.reason)
    if gone.media_id is not None:
        await connection.execute(SQL.forget_holder, gone.media_id)
    return True


async def note(connection: Connection, document_id: UUID, *, actor: str, at: datetime) -> int:
    """Write the deletion into the access log; the booking it belongs to."""
    return int(await connection.fetchval(SQL.note, document_id, actor, at))


async def redo(connection: Connection, vault_id: str) -> bool:
    """True when that file was deleted by an order and an upload has put it back."""
    return bool(await connection.fetchval(SQL.redo, vault_id))


async def open_orders(connection: Connection) -> tuple[tuple[int, int], ...]:
    """(order, customer), the oldest first."""
    return tuple((row["id"], row["customer_id"]) for row in await connection.fetch(SQL.open_erasures))


async def schedule_order(connection: Connection, order_id: int, customer_id: int, *, at: datetime) -> None:
    await connection.execute(SQL.schedule_erasure, customer_id, order_id, at)
    await connection.execute(SQL.hurry, customer_id, order_id, at)


async def finish_order(connection: Connection, order_id: int, customer_id: int, *, at: datetime) -> bool:
    """Erase the texts and keep the proof, once no file is left; False while one is."""
    if await connection.fetchval(SQL.remaining, order_id, customer_id):
        return False
    files = await connection.fetchrow(SQL.files_of, order_id)
    erased = await connection.fetchval(SQL.erase_person, customer_id, at)
    proof = {
        "files_in_vault": files["vault"] if files else 0,
        "files_in_spool": files["spool"] if files else 0,
    } | erased
    return bool(await connection.fetchval(SQL.finish, order_id, at, proof))


async def order(connection: Connection, customer_id: int, *, by: str, at: datetime) -> None:
    await connection.execute(SQL.order, customer_id, at, by)


async def last_order(connection: Connection, customer_id: int) -> Order | None:
    row = await connection.fetchrow(SQL.last_order, customer_id)
    return Order(**row) if row else None
