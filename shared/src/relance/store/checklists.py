"""The places of a booking's checklist: made when they are asked for, kept in step with the ledger's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope
from relance.domain.documents import DocumentKind
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("checklists.sql")


@dataclass(frozen=True, slots=True)
class Booking:
    id: int
    travellers: int
    label: str
    fields: Mapping[str, str]


async def requested_for(connection: Connection, job_id: UUID, *, template: str) -> list[Booking]:
    return [Booking(**row) for row in await connection.fetch(SQL.requested_for, job_id, template)]


async def changed(connection: Connection, *, at: datetime) -> list[Booking]:
    return [Booking(**row) for row in await connection.fetch(SQL.changed, at)]


async def ask(
    connection: Connection, booking_id: int, wanted: Sequence[tuple[int, DocumentKind]], *, at: datetime
) -> bool:
    """True when something is asked for that was not before."""
    is_news = False
    for traveller, kind in wanted:
        document_id = envelope.derived_id("document", booking_id, traveller, kind)
        is_news |= bool(await connection.fetchval(SQL.ask, document_id, booking_id, traveller, kind, at))
    return is_news


async def spare(
    connection: Connection, booking_id: int, wanted: Sequence[tuple[int, DocumentKind]], *, at: datetime
) -> bool:
    """True when something that was asked for no longer is."""
    travellers, kinds = [traveller for traveller, _ in wanted], [kind.value for _, kind in wanted]
    return bool(await connection.fetch(SQL.spare, booking_id, travellers, kinds, at))
