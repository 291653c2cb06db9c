"""The sender's side of a message: claim, conclude, mark, follow. Every write carries the lease's epoch.

A write that touches no row means that the row moved on or that the number belongs to another process: the caller
reads again, it never assumes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope, events
from relance.domain import sending
from relance.domain.sending import Conclusion, JobState
from relance.domain.suspicion import Signs
from relance.store import named, outbox
from relance.store.pool import Connection

SQL = named.load("sends.sql")


@dataclass(frozen=True, slots=True)
class Job:
    id: UUID
    number_id: int
    customer_id: int
    receivable_id: int | None
    template: str
    body: str
    state: JobState
    reason: str | None
    attempt: int  # since a person last granted more
    openings: int
    begun_since_s: float  # real seconds
    written_since_s: float | None  # real seconds since our last message to this person, None without one
    rest_s: float  # real seconds that the number still keeps silent
    is_forgotten: bool  # the database was put back, and nothing was sent to this person since
    baseline: str | None
    phone: str
    title: str | None  # None: this customer's chat was never opened
    attachment_id: UUID | None = None  # `attachments.of_job` gives it; the text never leaves without


@dataclass(frozen=True, slots=True)
class Standing:
    state: JobState
    is_ours: bool
    blocker: str | None

    @property
    def may_click(self) -> bool:
        return self.is_ours and self.state is JobState.SENDING and self.blocker is None


async def read(connection: Connection, job_id: UUID) -> Job | None:
    row = await connection.fetchrow(SQL.read, job_id)
    if row is None:
        return None
    return Job(
        id=row["id"],
        number_id=row["number_id"],
        customer_id=row["customer_id"],
        receivable_id=row["receivable_id"],
        template=row["template"],
        body=row["body"] or "",
        state=JobState(row["state"]),
        reason=row["reason"],
        attempt=row["attempt"],
        openings=row["openings"],
        begun_since_s=row["begun_since_s"],
        written_since_s=row["written_since_s"],
        rest_s=row["rest_s"] or 0.0,
        is_forgotten=bool(row["is_forgotten"]),
        baseline=row["baseline"],
        phone=row["phone"],
        title=row["title"],
        attachment_id=row["attachment_id"],
    )


async def unproved(connection: Connection, number_id: int) -> tuple[UUID, ...]:
    return tuple(row["id"] for row in await connection.fetch(SQL.unproved, number_id))


async def claim(connection: Connection, job_id: UUID, *, epoch: int, baseline: str | None, at: datetime) -> int | None:
    """Which attempt has begun, since a person last granted more; None when the row, the lease or the rules say no."""
    since_granted: int | None = await connection.fetchval(SQL.claim, job_id, epoch, baseline, at)
    return since_granted


async def standing(connection: Connection, job_id: UUID, *, epoch: int, at: datetime) -> Standing:
    row = await connection.fetchrow(SQL.standing, job_id, epoch, at)
    return Standing(JobState(row["state"]), row["is_ours"], row["blocker"])


async def settle(
    connection: Connection,
    job: Job,
    conclusion: Conclusion,
    *,
    from_states: Collection[JobState],
    epoch: int,
    at: datetime,
) -> bool:
    """Write any end but sent; a person's gets a task. False when nothing was written. Inside a transaction."""
    state, reason = conclusion.state, conclusion.reason
    rests_until = None if conclusion.rest is None else at + conclusion.rest
    came_from = [str(s) for s in from_states]
    attempt = await connection.fetchval(SQL.settle, job.id, epoch, state, reason, came_from, rests_until)
    if attempt is None:
        return False
    if state is not JobState.UNKNOWN:
        await connection.execute(SQL.end_attempt, job.id, attempt, reason or state, at)
    if state in sending.FOR_A_HUMAN:
        await ask_human(
            connection,
            kind=f"send_{state}",
            subject=f"{job.id}/{attempt}",
            at=at,
            customer_id=job.customer_id,
            receivable_id=job.receivable_id,
        )
    return True


async def mark_sent(
    connection: Connection, job_id: UUID, *, epoch: int, provider_msg: str, evidence: dict[str, object], at: datetime
) -> tuple[bool, str | None]:
    """Whether it was marked now, and what would forbid it by now (it crossed the click)."""
    event, event_id = events.MessageSent(job_id=job_id), envelope.derived_id("message.sent", job_id)
    told = outbox.as_row(event, source="sender", at=at, message_id=event_id)
    row = await connection.fetchrow(SQL.mark_sent, job_id, epoch, provider_msg, evidence, at, *told)
    return (False, None) if row is None else (True, row["blocker"])


async def abandon(connection: Connection, *, number_id: int, epoch: int) -> None:
    await connection.execute(SQL.abandon, number_id, epoch)


async def follow(
    connection: Connection, *, number_id: int, customer_id: int, provider_msg: str, tick: int, at: datetime
) -> bool:
    """True when this tick was news for one of our messages."""
    return await connection.fetchval(SQL.follow, number_id, customer_id, provider_msg, tick, at) is not None


async def known_bubbles(connection: Connection, number_id: int, customer_id: int) -> frozenset[str]:
    return frozenset(row["key"] for row in await connection.fetch(SQL.known_bubbles, number_id, customer_id))


async def signs(connection: Connection, number_id: int) -> Signs:
    return Signs(**await connection.fetchrow(SQL.signs, number_id))


async def ask_human(
    connection: Connection,
    *,
    kind: str,
    subject: str,
    at: datetime,
    customer_id: int | None = None,
    receivable_id: int | None = None,
    inbound_id: UUID | None = None,
) -> None:
    await connection.execute(SQL.ask_human, kind, subject, customer_id, receivable_id, inbound_id, at)
