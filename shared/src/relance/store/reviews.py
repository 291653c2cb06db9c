"""Messages of which nobody knows whether they left: a person looks at the phone and says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from relance.contracts import envelope, events
from relance.domain.sending import JobState
from relance.store import named, outbox
from relance.store.pool import Connection

SQL = named.load("reviews.sql")


class Verdict(StrEnum):
    SENT = "sent"
    AGAIN = "again"
    CANCEL = "cancel"
    SEEN = "seen"  # nothing to decide: it certainly did not leave, and the person knows now


@dataclass(frozen=True, slots=True)
class Review:
    id: int  # of the task
    kind: str  # send_review, send_failed
    created_at: datetime
    job_id: UUID
    state: JobState
    reason: str | None
    template: str
    body: str
    claimed_at: datetime | None
    customer: str
    phone: str
    number: str


async def waiting(connection: Connection) -> list[Review]:
    return [Review(**{**row, "state": JobState(row["state"])}) for row in await connection.fetch(SQL.open)]


async def decide(connection: Connection, review: Review, verdict: Verdict, *, by: str, at: datetime) -> bool:
    """False when it cannot be decided so any more. Inside a transaction."""
    if not await _written(connection, review, verdict, by=by, at=at):
        return False
    await connection.execute(SQL.close, review.id, at)
    return True


async def _written(connection: Connection, review: Review, verdict: Verdict, *, by: str, at: datetime) -> bool:
    match verdict:
        case Verdict.SENT:
            evidence = {"how": "person", "by": by}
            if await connection.fetchval(SQL.sent, review.job_id, at, evidence) is None:
                return False
            told = events.MessageSent(job_id=review.job_id)
            message_id = envelope.derived_id("message.sent", review.job_id)
            await outbox.tell(connection, told, source="cli", at=at, message_id=message_id)
            return True
        case Verdict.AGAIN:
            return await connection.fetchval(SQL.again, review.job_id, at) is not None
        case Verdict.CANCEL:
            return await connection.fetchval(SQL.cancel, review.job_id) is not None
        case Verdict.SEEN:
            return review.state is not JobState.REVIEW
