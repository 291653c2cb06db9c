"""Which papers are expected: those that a request which left asked for, in step with what the row says today."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from relance.contracts import events, travel
from relance.domain import checklist
from relance.domain.documents import DocumentKind
from relance.inbox import settle
from relance.inbox.desk import Desk
from relance.store import checklists, documents, outbox, pool
from relance.store.checklists import Booking
from relance.store.pool import Connection

REQUEST_TEMPLATE = "voyage_documents"
# How far back a request is looked for that no event announced.
EVENT_LOST = timedelta(days=90)


async def expect(connection: Connection, job_id: UUID, *, at: datetime) -> None:
    """A message left: when it asked for papers, each one is now asked for."""
    for booking in await checklists.requested_for(connection, job_id, template=REQUEST_TEMPLATE):
        if await checklists.ask(connection, booking.id, wanted(booking), at=at):
            await _tell(connection, booking, at=at)


async def expect_unannounced(desk: Desk) -> None:
    """Requests that left although no event said so yet: a paper must never arrive before it is asked for."""
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        for job_id in await documents.unexpected(connection, template=REQUEST_TEMPLATE, since=at - EVENT_LOST):
            await expect(connection, job_id, at=at)


async def follow_rows(desk: Desk) -> None:
    """A traveller more, one less, another list in the ledger: the places follow; what has come stays."""
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        for booking in await checklists.changed(connection, at=at):
            places = wanted(booking)
            is_more = await checklists.ask(connection, booking.id, places, at=at)
            if await checklists.spare(connection, booking.id, places, at=at) or is_more:
                await _tell(connection, booking, at=at)


def wanted(booking: Booking) -> tuple[tuple[int, DocumentKind], ...]:
    return checklist.asked(booking.fields, booking.label, booking.travellers, travel.rules())


async def _tell(connection: Connection, booking: Booking, *, at: datetime) -> None:
    await outbox.tell(connection, events.DocumentsChanged(receivable_id=booking.id), source=settle.SOURCE, at=at)
