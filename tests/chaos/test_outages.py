"""The database stays away while events wait: whatever was told before is still done after."""

from __future__ import annotations

import asyncio
import os
import signal

import aio_pika
import asyncpg
import pytest

from relance.contracts import topology
from relance.sandbox import samples
from relance.sandbox.expected import CAMILLE, CHAPTERS, FIRST, HARBOUR
from relance.sandbox.stage import Stage
from tests.chaos.truth import DEADLINE_S, each_exactly_once

pytestmark = [pytest.mark.product, pytest.mark.timeout(500)]

_, _, THANKS, PAPER, _, _, STOPPED, _ = (chapter.messages for chapter in CHAPTERS)
# Far longer than six attempts one second apart.
ABSENCE_S = 35.0


async def test_events_that_wait_through_a_long_absence_of_the_database_are_not_lost(world):
    """The inbox wakes with a backlog and no database: a request for papers that left, the paper itself, a STOP."""
    async with world() as running:
        stage = Stage(running)
        await each_exactly_once(running)
        os.kill(running.daemons["inbox"].pid, signal.SIGSTOP)
        await stage.types(samples.VOYAGE_TAB, CAMILLE[0], "Statut du paiement", "Payé")
        await each_exactly_once(running, FIRST + THANKS)
        await stage.sends_photo(CAMILLE[1])
        await running.phones.reply(HARBOUR[1], "STOP")
        await until_told(running, inbound=2)

        await running.pg.stop("fast")
        os.kill(running.daemons["inbox"].pid, signal.SIGCONT)
        await asyncio.sleep(ABSENCE_S)
        await running.pg.start()

        await each_exactly_once(running, FIRST + THANKS + PAPER + STOPPED)
        await stage.vault_holds(1)
        assert await given_up(running) == 0
        assert running.daemons["inbox"].restarts == 0


async def until_told(running, *, inbound: int) -> None:
    """Wait until the broker has been told of so many incoming messages, and of everything else."""
    owner = await asyncpg.connect(running.dsn("owner"))
    try:
        async with asyncio.timeout(DEADLINE_S):
            while await told(owner) != (inbound, 0):  # noqa: ASYNC110 - it happens in other processes
                await asyncio.sleep(0.2)
    finally:
        await owner.close()


async def told(owner: asyncpg.Connection) -> tuple[int, int]:
    row = await owner.fetchrow(
        "SELECT count(*) FILTER (WHERE routing_key = 'inbound.received.v1') AS inbound,"
        " count(*) FILTER (WHERE published_at IS NULL) AS open FROM outbox"
    )
    return row["inbound"], row["open"]


async def given_up(running) -> int:
    """Messages that nobody could handle."""
    connection = await aio_pika.connect(running.mq.url("admin"))
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(topology.DEAD_QUEUE, passive=True)
        return queue.declaration_result.message_count or 0
