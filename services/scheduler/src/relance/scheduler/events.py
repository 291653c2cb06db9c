"""What the others tell the scheduler. Most events only mean "plan now"; an answer that is asked for becomes a job.

Many events at once wake the plan once. Nothing is lost when an event is, or when the process dies: the plan reads the
tables, and so does `catch_up`; an answer is keyed by the message it answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from relance.contracts import events
from relance.contracts.envelope import Envelope
from relance.domain.steps import Purpose
from relance.runtime import logs
from relance.scheduler import texts
from relance.store import answers, jobs, pool, seen
from relance.store.pool import Connection, Pool

log = logs.get()

CONSUMER = "scheduler"
QUEUE = "scheduler.events"
# An answer that nobody could give for so long would only surprise.
ANSWERABLE = timedelta(days=7)


class Turn:
    """Wakes the plan and the release; however many events, one more turn of each."""

    def __init__(self) -> None:
        self.plan = asyncio.Event()
        self.enclose = asyncio.Event()
        self.release = asyncio.Event()


class Ear:
    def __init__(self, database: Pool, turn: Turn, now: Callable[[], datetime]) -> None:
        self._database = database
        self._turn = turn
        self._now = now

    async def consume(self, message: Envelope) -> None:
        if isinstance(message.data, events.AnswerRequested):
            await self._answer(message, message.data)
            self._turn.release.set()
            return
        self._turn.plan.set()

    async def catch_up(self) -> None:
        """Answers that no event announced: the rows are the truth, events only hurry."""
        since = self._now() - ANSWERABLE
        async with pool.transaction(self._database) as connection:
            for asked in await answers.unplanned(connection, since=since, templates=texts.ANSWERS):
                await self._plan(connection, asked)
                self._turn.release.set()

    async def _answer(self, message: Envelope, asked: events.AnswerRequested) -> None:
        if asked.template not in texts.ANSWERS:
            log.error("answer.unknown_template", inbound_id=str(asked.inbound_id), reason=asked.template)
            return
        async with pool.transaction(self._database) as connection:
            if await seen.is_first_time(connection, consumer=CONSUMER, message_id=message.id):
                await self._plan(connection, asked)

    async def _plan(self, connection: Connection, asked: events.AnswerRequested) -> None:
        person = await jobs.person(connection, asked.customer_id, asked.receivable_id)
        if person is None:
            log.error("answer.unknown_customer", inbound_id=str(asked.inbound_id), customer_id=asked.customer_id)
            return
        job = jobs.Job(
            id=answers.job_id(asked.inbound_id),
            number_id=person.customer.number_id,
            customer_id=person.customer.id,
            receivable_id=asked.receivable_id,
            purpose=Purpose.ANSWER,
            template=asked.template,
            language=person.customer.language,
            due_at=self._now(),
        )
        await jobs.plan(connection, job)
        log.info("answer.planned", job_id=str(job.id), inbound_id=str(asked.inbound_id))
