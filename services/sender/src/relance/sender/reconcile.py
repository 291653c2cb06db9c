"""Messages that may or may not have left: look in the chat, twice if need be, before anything is typed again.

Ends in `sent` when our text stands after the baseline with a tick, in `due` when two looks at least 20 s apart behind
the barrier did not find it, in `review` after three attempts. Under a clock, or without the barrier, it stays
`unknown` and is looked at again, less and less often, until a person is asked (`review`); the row is the memory, this
process only remembers when it looked. Without a baseline (we never wrote there) an empty chat is proof of absence only
on the profile that the message was typed in, which is why profiles live on a volume; on a newer one a person is asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from relance.domain import delivery, sending
from relance.domain.delivery import Finding
from relance.domain.errors import AttachmentMissing, NotOnWhatsApp, Unavailable, WrongChat
from relance.domain.sending import Conclusion, Course, JobState
from relance.runtime import logs
from relance.sender import chats, deliver
from relance.sender.desk import Desk
from relance.sender.session import Session
from relance.store import sends
from relance.store.sends import Job

log = logs.get()

# A look that does not pass the barrier is repeated; it must not keep the page from the other customers for long.
LOOK_SHARE = 0.25


@dataclass(slots=True)
class Looks:
    """What this process remembers of one unproved message; monotonic seconds."""

    count: int = 0
    absent_since: float | None = None
    next_at: float = 0.0


class Reconciler:
    def __init__(self, desk: Desk, session: Session) -> None:
        self._desk = desk
        self._session = session
        self._looks: dict[UUID, Looks] = {}

    async def look_at_all(self) -> None:
        """Look at each unproved message of the number whose turn has come."""
        async with self._desk.pool.acquire() as connection:
            unproved = await sends.unproved(connection, self._desk.number_id)
        self._looks = {job_id: self._looks.get(job_id, Looks()) for job_id in unproved}
        for job_id, looks in list(self._looks.items()):
            if self._session.is_connected and time.monotonic() >= looks.next_at:
                await self._desk.intentions.do(lambda i=job_id, s=looks: self._look(i, s))  # type: ignore[misc]

    async def _look(self, job_id: UUID, looks: Looks) -> None:
        job = await deliver.read(self._desk, job_id)
        if job is None or sending.course(job.state) is not Course.RECONCILE:
            return
        patience = self._desk.patience
        looks.count += 1
        conclusion = sending.bounded(
            await self._conclusion(job, looks),
            looks=looks.count,
            unproved_s=job.begun_since_s,
            give_up_s=patience.give_up_s,
        )
        pause_s = sending.next_look_s(
            conclusion, looks=looks.count, gap_s=patience.reconcile_gap_s, first_s=patience.first_look_s
        )
        looks.next_at = time.monotonic() + pause_s
        is_news = (conclusion.state, conclusion.reason) != (job.state, job.reason)
        if is_news and conclusion.state is not JobState.SENT:
            await deliver.conclude(self._desk, job, conclusion, from_states=sending.UNPROVED)

    async def _conclusion(self, job: Job, looks: Looks) -> Conclusion:
        desk = self._desk
        try:
            paper = await desk.enclosed(job)
            is_synced = await chats.open_for(desk, job, barrier_s=desk.patience.barrier_s * LOOK_SHARE)
            await desk.page.clear_draft()
            bubbles = await desk.page.bubbles()
        except AttachmentMissing as error:
            log.error("reconcile.attachment_missing", job_id=str(job.id), exc_info=error)
            return Conclusion(JobState.REVIEW, deliver.NOT_CARRIED.reason)
        except (NotOnWhatsApp, WrongChat, Unavailable) as error:
            log.warning("reconcile.not_opened", job_id=str(job.id), exc_info=error)
            looks.absent_since = None
            return await self._unopened(error, job)
        wanted = delivery.text_hash(job.body)
        finding, bubble = delivery.look_for(
            bubbles, baseline=job.baseline, body_hash=wanted, media=paper.media if paper else None
        )
        conclusion = sending.conclude(
            finding,
            is_synced=is_synced,
            absent_for_s=_since(looks.absent_since),
            gap_s=desk.patience.reconcile_gap_s,
            attempt=job.attempt,
            is_blank=job.baseline is None and job.begun_since_s > desk.birth.age_s,
        )
        if finding is not Finding.ABSENT or not is_synced:
            looks.absent_since = None
        elif looks.absent_since is None:
            looks.absent_since = time.monotonic()
        if conclusion.state is JobState.SENT and bubble is not None:
            await deliver.prove(desk, job, bubble, how="found")
        return conclusion

    async def _unopened(self, error: Exception, job: Job) -> Conclusion:
        """Nothing can be proved: a person decides, unless it may work later."""
        obstacle = await deliver.obstacle_of(error, self._session, job)
        is_final = isinstance(error, NotOnWhatsApp | WrongChat)
        return Conclusion(JobState.REVIEW if is_final else JobState.UNKNOWN, obstacle.reason)


def _since(moment: float | None) -> float | None:
    return None if moment is None else time.monotonic() - moment
