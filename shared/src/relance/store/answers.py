"""Direct answers that the inbox wants: the row is the truth, `answer.requested` only hurries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope
from relance.contracts.events import AnswerRequested
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("answers.sql")


def job_id(inbound_id: UUID) -> UUID:
    """The message that answers that one."""
    return envelope.derived_id("answer", inbound_id)


async def ask(connection: Connection, wanted: AnswerRequested, *, at: datetime) -> bool:
    """False when an answer to that message was wanted before."""
    values = (wanted.inbound_id, wanted.customer_id, wanted.receivable_id, wanted.template)
    return bool(await connection.fetchval(SQL.ask, *values, job_id(wanted.inbound_id), at))


async def unplanned(
    connection: Connection, *, since: datetime, templates: Collection[str]
) -> tuple[AnswerRequested, ...]:
    rows = await connection.fetch(SQL.unplanned, since, sorted(templates))
    return tuple(AnswerRequested(**row) for row in rows)
