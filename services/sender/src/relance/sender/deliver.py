"""One message, sent as a transaction: never twice, never lost, never after a payment that we knew of.

    open by number and verify → barrier → baseline → intent committed → type, read back
    → the button with the header and the draft, once more → go or no-go → one click, now or never
    → a new bubble with a tick → proof committed → acknowledged

If the process dies before the intent, the row still says `published` and the broker brings it again. After the intent
the row says `sending`, and whoever comes next looks in the chat before anything else (`reconcile`).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from uuid import UUID

from relance.domain import delivery, sending
from relance.domain.delivery import Bubble, Finding
from relance.domain.errors import (
    AttachmentMissing,
    ComposerMissing,
    IdentityHidden,
    LeaseLost,
    NotOnWhatsApp,
    PageStuck,
    SessionLost,
    TextRefused,
    Unavailable,
    WrongChat,
)
from relance.domain.sending import Conclusion, Course, JobState
from relance.domain.suspicion import Sign
from relance.runtime import logs
from relance.sender import chats, metrics
from relance.sender.desk import Desk
from relance.sender.session import Session
from relance.store import pool, sends
from relance.store.sends import Job

log = logs.get()

BEFORE_CLAIM = frozenset({JobState.PUBLISHED})
NOT_CARRIED = Conclusion(JobState.FAILED, "attachment_not_carried")


async def deliver(desk: Desk, session: Session, job_id: UUID) -> None:
    """Handle one delivery of the broker; returning means that it may be acknowledged.

    What is found in `sending` or `unknown` is left to the reconciler, which looks at the row every second: a delivery
    is never held while a message is being proved.
    """
    job = await read(desk, job_id)
    if job is None or job.number_id != desk.number_id:
        log.error("send.misrouted", job_id=str(job_id), number_id=desk.number_id)
        return
    if sending.course(job.state) is not Course.SEND:
        return
    if await desk.stopping.pause(job.rest_s):
        await conclude(desk, job, Conclusion(JobState.DUE, "stopping"), from_states=BEFORE_CLAIM)
        return
    desk.faults.reach("before_claim")
    await desk.intentions.do(lambda: send(desk, session, job))


async def give_up(desk: Desk, job_id: UUID) -> None:
    """The broker brings it for the last time, and every time before ended in a failure that nobody expected."""
    job = await read(desk, job_id)
    if job is not None and job.number_id == desk.number_id:
        await conclude(desk, job, Conclusion(JobState.FAILED, "poison"), from_states=BEFORE_CLAIM)


async def send(desk: Desk, session: Session, job: Job) -> None:
    began = time.monotonic()
    try:
        paper = await desk.enclosed(job)
    except AttachmentMissing as error:
        log.error("send.attachment_missing", job_id=str(job.id), exc_info=error)
        await conclude(desk, job, NOT_CARRIED, from_states=BEFORE_CLAIM)
        return
    opened = await _opened(desk, session, job)
    if isinstance(opened, Conclusion):
        await conclude(desk, job, opened, from_states=BEFORE_CLAIM)
        return
    baseline, already = delivery.last_outgoing(opened), None
    if job.is_forgotten:
        finding, already, baseline = await _remembered(desk, job, opened)
        if finding not in (Finding.ABSENT, Finding.SENT):
            await conclude(desk, job, Conclusion(JobState.REVIEW, "restored"), from_states=BEFORE_CLAIM)
            return
    attempt = await _claimed(desk, job, baseline)
    if attempt is None:
        return
    desk.faults.reach("after_claim")
    if already is not None:
        await prove(desk, job, already, how="restored")
        return
    body_hash = delivery.text_hash(job.body)
    await desk.page.clear_draft()
    try:
        typed = await (desk.page.attach(paper, job.body) if paper else desk.page.type_text(job.body))
    except TextRefused as error:
        log.warning("send.text_refused", job_id=str(job.id), exc_info=error)
        await conclude(desk, job, Conclusion(JobState.FAILED, "no_template"), from_states=sending.UNPROVED)
        return
    if delivery.text_hash(typed) != body_hash:
        await desk.page.clear_draft()
        await conclude(desk, job, sending.given_back(attempt, "mistyped"), from_states=sending.UNPROVED)
        return
    desk.faults.reach("after_typing")
    if not await _clicked(desk, job, attempt):
        return
    desk.faults.reach("after_click")
    bubble = await desk.page.wait_new_bubble(
        baseline=baseline, body_hash=body_hash, deadline_s=desk.patience.tick_s, media=paper.media if paper else None
    )
    if bubble is None:
        await conclude(desk, job, Conclusion(JobState.UNKNOWN, "no_tick"), from_states=sending.UNPROVED)
        return
    desk.faults.reach("before_mark")
    await prove(desk, job, bubble, how="seen")
    metrics.DURATION.labels(str(desk.number_id)).observe(time.monotonic() - began)


async def read(desk: Desk, job_id: UUID) -> Job | None:
    async with desk.pool.acquire() as connection:
        return await sends.read(connection, job_id)


async def conclude(desk: Desk, job: Job, conclusion: Conclusion, *, from_states: Collection[JobState]) -> None:
    async with pool.transaction(desk.pool) as connection:
        is_written = await sends.settle(
            connection, job, conclusion, from_states=from_states, epoch=desk.epoch, at=desk.now()
        )
    if not is_written:
        log.warning("send.overtaken", job_id=str(job.id), state=conclusion.state, epoch=desk.epoch)
        return
    metrics.MESSAGES.labels(str(desk.number_id), job.template, conclusion.state).inc()
    tell = log.warning if conclusion.state in sending.FOR_A_HUMAN else log.info
    tell("send.concluded", job_id=str(job.id), step=job.template, state=conclusion.state, reason=conclusion.reason)


async def prove(desk: Desk, job: Job, bubble: Bubble, *, how: str) -> None:
    """Mark sent with the bubble as proof; a row that is already final stays as it is."""
    evidence: dict[str, object] = {
        "bubble": bubble.key,
        "tick": None if bubble.tick is None else bubble.tick.name,
        "how": how,
    }
    async with desk.pool.acquire() as connection:
        is_marked, crossed = await sends.mark_sent(
            connection, job.id, epoch=desk.epoch, provider_msg=bubble.key, evidence=evidence, at=desk.now()
        )
    desk.faults.reach("after_mark")
    if not is_marked:
        log.warning("send.overtaken", job_id=str(job.id), state=JobState.SENT, epoch=desk.epoch)
        return
    number = str(desk.number_id)
    metrics.MESSAGES.labels(number, job.template, JobState.SENT).inc()
    metrics.ACKS.labels(number, "server").inc()
    metrics.LAST_SUCCESS.labels(number).set_to_current_time()
    if crossed == "paid":
        log.warning("send.crossed", job_id=str(job.id), reason=crossed)
    log.info("send.sent", job_id=str(job.id), step=job.template, action=how)


async def obstacle_of(error: Exception, session: Session, job: Job) -> Conclusion:
    """What a chat that could not be opened makes of a message of which nothing was typed."""
    match error:
        case NotOnWhatsApp():
            return Conclusion(JobState.FAILED, "not_on_whatsapp")
        case IdentityHidden():
            return Conclusion(JobState.REVIEW, "identity_hidden")
        case WrongChat():
            return Conclusion(JobState.REVIEW, "wrong_chat")
        case ComposerMissing():
            await session.restrict(Sign.COMPOSER)
            return Conclusion(JobState.DUE, "restricted")
        case SessionLost():
            return Conclusion(JobState.DUE, "session")
        case _:
            return sending.not_opened(job.openings + 1, "page")


async def _opened(desk: Desk, session: Session, job: Job) -> Sequence[Bubble] | Conclusion:
    """What stands in the customer's chat, open, verified and synced; nothing is typed on anything else."""
    try:
        is_synced = await chats.open_for(desk, job, barrier_s=desk.patience.barrier_s)
        bubbles = await desk.page.bubbles()
    except (NotOnWhatsApp, WrongChat, Unavailable) as error:
        log.warning("send.not_opened", job_id=str(job.id), exc_info=error)
        return await obstacle_of(error, session, job)
    if not is_synced:
        return sending.not_opened(job.openings + 1, "barrier")
    wrote_before = job.written_since_s is not None and job.written_since_s > desk.birth.age_s
    if delivery.lacks_history(bubbles, wrote_before=wrote_before):
        return sending.not_opened(job.openings + 1, "history")
    return bubbles


async def _remembered(desk: Desk, job: Job, bubbles: Sequence[Bubble]) -> tuple[Finding, Bubble | None, str | None]:
    """What the chat says of a message that the database may have forgotten, and the last bubble that it knows."""
    async with desk.pool.acquire() as connection:
        known = await sends.known_bubbles(connection, job.number_id, job.customer_id)
    finding, found = delivery.look_for_forgotten(bubbles, known=known, body_hash=delivery.text_hash(job.body))
    return finding, found, next((b.key for b in reversed(bubbles) if b.key in known), None)


async def _claimed(desk: Desk, job: Job, baseline: str | None) -> int | None:
    """The attempt begun; else the row says why not. The commit comes before any key press."""
    at = desk.now()
    async with desk.pool.acquire() as connection:
        attempt = await sends.claim(connection, job.id, epoch=desk.epoch, baseline=baseline, at=at)
        if attempt is not None:
            return attempt
        standing = await sends.standing(connection, job.id, epoch=desk.epoch, at=at)
    if not standing.is_ours:
        raise LeaseLost("le bail a été repris pendant la réservation d'un message")
    if standing.state is JobState.PUBLISHED:
        await conclude(desk, job, sending.refused(standing.blocker), from_states=BEFORE_CLAIM)
    return None


async def _clicked(desk: Desk, job: Job, attempt: int) -> bool:
    """Everything that may take long, then the last look, then one click; what was typed is removed when it says no."""
    try:
        await desk.page.poise()
    except WrongChat as error:
        # A person, or the page itself, opened another chat or touched the text: not ours to clear.
        log.warning("send.not_clicked", job_id=str(job.id), exc_info=error)
        await conclude(desk, job, sending.given_back(attempt, "page_touched"), from_states=sending.UNPROVED)
        return False
    async with desk.pool.acquire() as connection:
        standing = await sends.standing(connection, job.id, epoch=desk.epoch, at=desk.now())
        # Inside the block: giving the connection back is a round trip to the server.
        if standing.may_click:
            return await _clicked_now(desk, job)
    await desk.page.clear_draft()
    if not standing.is_ours:
        raise LeaseLost("le bail a été repris pendant la frappe d'un message")
    if standing.state in sending.UNPROVED:
        await conclude(desk, job, sending.refused(standing.blocker), from_states=sending.UNPROVED)
    return False


async def _clicked_now(desk: Desk, job: Job) -> bool:
    desk.faults.reach("before_click")
    try:
        await desk.page.click_send()
    except PageStuck as error:
        log.warning("send.not_clicked", job_id=str(job.id), exc_info=error)
        await conclude(desk, job, Conclusion(JobState.UNKNOWN, "click"), from_states=sending.UNPROVED)
        return False
    return True
