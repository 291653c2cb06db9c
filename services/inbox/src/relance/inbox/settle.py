"""What a message changes, in one transaction: reply, holds, cancelled jobs, a person's task, the answer asked for, and
the trace by which somebody can take it all back.

Called for each `inbound.received`, and by the sweep for messages whose announcement was lost; the reply row, written
first, makes the effects happen once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope, events
from relance.domain import calendar, effects
from relance.domain.effects import Effects, Person
from relance.domain.receivable import Hold, HoldReason
from relance.inbox import classify, metrics
from relance.runtime import lifecycle, logs
from relance.store import answers, documents, holds, outbox, pool, replies, tasks
from relance.store import effects as audit
from relance.store.effects import Changed
from relance.store.pool import Connection, Pool
from relance.store.replies import Message, Unread

log = logs.get()

SOURCE = "inbox"
COUNTRY_OTHERWISE = "FR"
STOP_ANSWER = "reponse_stop"
FAILED = "reply_failed"


async def settle(connection: Connection, inbound_id: UUID, *, at: datetime) -> bool:
    """Understand one message and do what follows; False when that was done before. Inside a transaction."""
    message = await replies.message(connection, inbound_id)
    if message is None:
        log.error("reply.no_message", inbound_id=str(inbound_id))
        return False
    items = await replies.open_items(connection, message.customer_id)
    reply = classify.read(message, owed=[item.balance for item in items if item.balance is not None])
    if not await replies.add(connection, message, reply, at=at):
        return False
    person = Person(
        zone=message.zone,
        country=calendar.country_of(message.phone, COUNTRY_OTHERWISE),
        items=items,
        quoted=message.quoted_items,
        broken_promises=await replies.broken_promises(connection, message.customer_id),
    )
    decided = effects.of(reply, person, received_on=classify.received_on(message))
    changed = await _apply(connection, message, decided, at=at)
    await audit.add(connection, message.id, message.customer_id, changed, at=at)
    metrics.MESSAGES.labels(number_id=str(message.number_id), intent=reply.intent.value).inc()
    log.info("reply.understood", inbound_id=str(inbound_id), intent=reply.intent.value, rule=reply.rule)
    return True


async def answer(
    connection: Connection,
    message_id: UUID,
    *,
    customer_id: int,
    receivable_id: int | None,
    template: str,
    at: datetime,
) -> bool:
    """Ask the scheduler for the one answer to a message. Nobody who is silenced gets any, but the answer to STOP."""
    if template != STOP_ANSWER and await holds.is_silenced(connection, customer_id=customer_id, at=at):
        return False
    asked = events.AnswerRequested(
        inbound_id=message_id, customer_id=customer_id, receivable_id=receivable_id, template=template
    )
    is_first = await answers.ask(connection, asked, at=at)
    if is_first:
        once = envelope.derived_id("answer.requested", message_id)
        await outbox.tell(connection, asked, source=SOURCE, at=at, message_id=once)
    return is_first


async def catch_up(database: Pool, now: Callable[[], datetime]) -> None:
    """Settle what no event announced: the rows are the truth, events only hurry.

    A message that cannot be understood becomes a person's, is tried again at the next sweep, and holds up no other.
    """
    last: Unread | None = None
    while batch := await _unread(database, after=last):
        for message in batch:
            if not await lifecycle.survived(_settle_late(database, message, at=now()), task="catch_up"):
                if not await pool.answers(database):
                    return
                await _hand_over(database, message, at=now())
        last = batch[-1]


async def _unread(database: Pool, *, after: Unread | None) -> tuple[Unread, ...]:
    async with database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        return await replies.unread(connection, after=after)


async def _settle_late(database: Pool, message: Unread, *, at: datetime) -> None:
    async with pool.transaction(database) as connection:
        await settle(connection, message.id, at=at)
        await tasks.close(connection, FAILED, message.id, at=at)


async def _hand_over(database: Pool, message: Unread, *, at: datetime) -> None:
    async with pool.transaction(database) as connection:
        await tasks.open_task(
            connection, FAILED, message.id, at=at, customer_id=message.customer_id, inbound_id=message.id
        )


async def expire(database: Pool, now: Callable[[], datetime]) -> None:
    """End holds whose time is over; a claim that nobody confirmed meanwhile becomes a person's task."""
    async with pool.transaction(database) as connection:
        at = now()
        over = await holds.expire(connection, at=at)
        for hold in over:
            if hold.reason is HoldReason.PAID_CLAIM and not hold.is_paid:
                await tasks.open_task(
                    connection,
                    "claim_unconfirmed",
                    hold.id,
                    at=at,
                    customer_id=hold.customer_id,
                    receivable_id=hold.receivable_id,
                )
        for customer_id in sorted({hold.customer_id for hold in over if hold.customer_id is not None}):
            await outbox.tell(connection, events.HoldChanged(customer_id=customer_id), source=SOURCE, at=at)


async def _apply(connection: Connection, message: Message, decided: Effects, *, at: datetime) -> Changed:
    changed = Changed(receivable_id=decided.item_id, trusted=decided.trusts)
    is_news = await _hold(connection, message, decided, changed, at=at)
    if decided.cancels:
        await replies.cancel_jobs(
            connection,
            customer_id=message.customer_id,
            item_id=decided.item_id,
            kinds=decided.cancels,
            reason=decided.cancel_reason,
        )
    if decided.needs_human:
        changed.told = await tasks.open_task(
            connection, "reply", message.id, at=at, customer_id=message.customer_id, inbound_id=message.id,
            receivable_id=decided.item_id,
        )  # fmt: skip
    if decided.defers_documents:
        for receivable_id in await documents.defer(
            connection, customer_id=message.customer_id, inbound_id=message.id, at=at
        ):
            changed.deferred = True
            await outbox.tell(connection, events.DocumentsChanged(receivable_id=receivable_id), source=SOURCE, at=at)
    # What a machine writes again and again is never answered: two machines would talk for ever.
    if decided.answer is not None and is_news and not message.is_repeated:
        changed.answered = await answer(
            connection,
            message.id,
            customer_id=message.customer_id,
            receivable_id=decided.item_id,
            template=decided.answer,
            at=at,
        )
    return changed


async def _hold(connection: Connection, message: Message, decided: Effects, changed: Changed, *, at: datetime) -> bool:
    """Place and lift; True when something is held that was not, or until another day."""
    is_news = False
    if decided.hold is not None:
        placed = await holds.place(
            connection,
            customer_id=message.customer_id,
            hold=Hold(decided.hold, decided.until, SOURCE),
            at=at,
            item_id=decided.item_id,
            inbound_id=message.id,
        )
        changed.hold_id = placed.id
        changed.ended_holds += placed.replaced
        is_news = placed.is_news or decided.hold is HoldReason.PROMISE
    if decided.lifts is not None:
        changed.ended_holds += await holds.lift(
            connection, customer_id=message.customer_id, reason=decided.lifts, by=SOURCE, at=at
        )
    if decided.hold is not None or changed.ended_holds:
        await outbox.tell(connection, events.HoldChanged(customer_id=message.customer_id), source=SOURCE, at=at)
    return is_news
