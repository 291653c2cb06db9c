"""Servers and the scheduler die under the whole product; the sandbox's journal says what was sent all the same.

Each crash point of the delivery protocol has its own test in `test_points_on_the_way` and `test_points_in_the_chat`.
"""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tests.chaos.truth import each_exactly_once, until_sent

pytestmark = [pytest.mark.product, pytest.mark.timeout(400)]


async def test_a_scheduler_killed_between_publish_and_mark_sends_nothing_twice(world, tmp_path):
    """C5 and C6: the message is on the broker, the outbox row is still open."""
    fault = {"RELANCE_SCHEDULER_FAULT": "after_publish", "RELANCE_SCHEDULER_FAULT_MARKER": str(tmp_path / "died")}
    async with world(scheduler=fault) as running:
        await each_exactly_once(running)
        assert (tmp_path / "died").exists()
        assert running.daemons["scheduler"].restarts == 1


async def test_a_broker_that_stops_and_comes_back_delays_and_nothing_else(world):
    async with world() as running:
        await until_sent(running, 2)
        await running.mq.stop()
        await asyncio.sleep(3)
        await running.mq.start()
        await each_exactly_once(running)


async def test_a_broker_killed_outright_delays_and_nothing_else(world):
    async with world() as running:
        await until_sent(running, 2)
        await running.mq.kill()
        await running.mq.start()
        await each_exactly_once(running)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_database_that_stops_and_comes_back_delays_and_nothing_else(world, mode):
    async with world() as running:
        await until_sent(running, 2)
        await running.pg.stop(mode)
        await asyncio.sleep(3)
        await running.pg.start()
        await each_exactly_once(running)


async def test_every_broker_message_delivered_twice_is_sent_once(world):
    """Every outbox row is published a second time, as after a lost confirm."""
    async with world() as running:
        doubling = asyncio.create_task(publish_everything_twice(running.dsn("admin")))
        try:
            await each_exactly_once(running)
        finally:
            doubling.cancel()
        owner = await asyncpg.connect(running.dsn("owner"))
        jobs = await owner.fetchval("SELECT count(*) FROM outbox WHERE exchange = 'relance.send'")
        await owner.close()
        assert jobs >= 10


async def publish_everything_twice(dsn):
    doubled: set[int] = set()
    connection = await asyncpg.connect(dsn)
    try:
        while True:
            rows = await connection.fetch(
                "UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL AND id <> ALL($1::bigint[])"
                " RETURNING id",
                list(doubled),
            )
            doubled |= {row["id"] for row in rows}
            await asyncio.sleep(0.05)
    finally:
        connection.terminate()
