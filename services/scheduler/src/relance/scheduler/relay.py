"""The relay: outbox → broker, each message confirmed before it is marked.

Dying between the confirmation and the mark publishes a message again, which its receiver recognises. A hint
(NOTIFY) makes it prompt; the poll makes it sure. One relay works at a time so that order is kept; another waits for
its lock to die with its connection. The janitor tells again what the broker lost.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from aio_pika.abc import AbstractRobustConnection

from relance.contracts import events, topology
from relance.domain.errors import Unavailable
from relance.runtime import broker, logs
from relance.runtime.clock import Clock
from relance.runtime.lifecycle import Stopping
from relance.scheduler import metrics
from relance.scheduler.settings import SchedulerSettings
from relance.store import jobs, outbox, pool, relaying, seen
from relance.store.pool import Connection, Pool

log = logs.get()

# Confirms overlap up to here; a thousand at once gains nothing more.
WINDOW = 100
KILLED = 137


class Relay:
    """Publishes until told to stop; every failure leaves the rows open."""

    def __init__(self, connection: AbstractRobustConnection, settings: SchedulerSettings) -> None:
        self._broker = connection
        self._settings = settings
        self._declared: set[str] = set()
        self._is_heard = True

    async def work(self, stopping: Stopping) -> None:
        hint = asyncio.Event()
        dsn = self._settings.database_url.get_secret_value()
        async with pool.listening(dsn, "relance_outbox", hint) as connection:
            while not stopping.is_set() and not await relaying.try_lock(connection):
                await stopping.pause(self._settings.scheduler_poll_s)
            async with broker.publishing(self._broker) as publisher:
                while not stopping.is_set():
                    hint.clear()
                    await self._publish_all(connection, publisher)
                    await self._report(connection)
                    await _hinted(hint, stopping, self._settings.scheduler_poll_s)

    async def _publish_all(self, connection: Connection, publisher: broker.Publisher) -> None:
        """A broker that is away costs the time of its absence and one line; its queues may be gone with it."""
        try:
            while await self.publish_waiting(connection, publisher) == WINDOW:
                pass
        except (Unavailable, *broker.LOST) as error:
            self._declared.clear()
            if self._is_heard:
                log.warning("relay.unconfirmed", exc_info=error)
            self._is_heard = False
            return
        if not self._is_heard:
            log.info("relay.confirmed_again")
        self._is_heard = True

    async def publish_waiting(self, connection: Connection, publisher: broker.Publisher) -> int:
        """Publish one window and mark what was confirmed; raises Unavailable when something was not."""
        rows = await relaying.waiting(connection, limit=WINDOW)
        if not rows:
            return 0
        await self._declare(rows)
        results = await asyncio.gather(*(_publish(publisher, row) for row in rows), return_exceptions=True)
        confirmed = [row.id for row, result in zip(rows, results, strict=True) if result is None]
        if confirmed:
            fault_point("after_publish", self._settings.scheduler_fault, self._settings.scheduler_fault_marker)
            await relaying.mark(connection, confirmed)
            metrics.RELAYED.inc(len(confirmed))
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(rows)

    async def _declare(self, rows: Sequence[relaying.Waiting]) -> None:
        """Queues of the numbers that these rows go to: the relay may well run before any sender."""
        wanted = {row.routing_key for row in rows if row.exchange == topology.SEND} - self._declared
        if not wanted and self._declared:
            return
        async with asyncio.timeout(broker.PUBLISH_TIMEOUT_S), self._broker.channel() as channel:
            await broker.declare_events(channel)
            for key in wanted:
                await broker.declare_send_queue(channel, int(key.rpartition(".")[2]))
        self._declared |= wanted | {topology.EVENTS}

    async def _report(self, connection: Connection) -> None:
        pending, age_s = await relaying.backlog(connection)
        metrics.PENDING.set(pending)
        metrics.OLDEST.set(age_s)


async def tell_again(database: Pool, clock: Clock, older_than_s: float) -> None:
    """The janitor: messages published long ago that nobody took get a new outbox row."""
    async with pool.transaction(database) as connection:
        for job_id, number_id in await jobs.lost_by_broker(connection, older_than_s):
            event = events.SendJob(job_id=job_id, number_id=number_id)
            await outbox.tell(connection, event, source="scheduler", at=clock.now())
            metrics.RETOLD.inc()
            log.warning("outbox.told_again", job_id=str(job_id), number_id=number_id)
        await relaying.prune(connection)
        await seen.forget(connection)


def fault_point(name: str, wanted: str, marker: Path) -> None:
    """Dies here, once, when a test asks for it: no cleanup, as a SIGKILL would."""
    if name != wanted or marker.exists():
        return
    marker.touch()
    os._exit(KILLED)


async def _publish(publisher: broker.Publisher, row: relaying.Waiting) -> None:
    await publisher.publish(
        exchange=row.exchange, routing_key=row.routing_key, message_id=str(row.message_id), body=row.body
    )


async def _hinted(hint: asyncio.Event, stopping: Stopping, seconds: float) -> None:
    """Wait for the hint, the end or the poll, whichever comes first."""
    waits = {asyncio.create_task(hint.wait()), asyncio.create_task(stopping.wait())}
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
