"""A process of `bench.throughput`, started as `python -m bench.null_senders HOW COUNT FIRST`.

`senders`: that many tenures of the real sender on numbers of transport null, in one process with one pool, as a host
would run them side by side. `floor`: that many bare consumers from queue FIRST on, one UPDATE and one ack a message.
"""

from __future__ import annotations

import asyncio
import json
import sys

import aio_pika
import asyncpg

from relance.runtime import broker, lifecycle, logs, settings
from relance.runtime.lifecycle import Stopping
from relance.sender import tenure
from relance.sender.settings import SenderSettings
from relance.store.pool import stateless

DONE = "UPDATE floor_job SET state = 'sent', changed_at = clock_timestamp() WHERE id = $1"
POOL = 8


async def senders(stopping: Stopping) -> None:
    told = settings.load(SenderSettings)
    logs.configure("sender", as_json=False, level=told.log_level)
    async with (
        lifecycle.opened_pool(told, service="sender", reset=stateless) as pool,
        lifecycle.product_clock(told) as clock,
        broker.connected(told.broker_url.get_secret_value(), service="sender") as connection,
    ):
        world = tenure.World(told, pool, connection, clock.now)
        async with asyncio.TaskGroup() as group:
            for _ in range(int(sys.argv[2])):
                group.create_task(tenure.serve(world, stopping))


async def floor(stopping: Stopping) -> None:
    told, first = settings.load(SenderSettings), int(sys.argv[3])
    async with (
        asyncpg.create_pool(told.database_url.get_secret_value(), min_size=POOL, max_size=POOL) as pool,
        await aio_pika.connect_robust(told.broker_url.get_secret_value()) as connection,
    ):

        async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            await pool.execute(DONE, json.loads(message.body)["data"]["job_id"])
            await message.ack()

        for number in range(first, first + int(sys.argv[2])):
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=1)
            queue = await channel.get_queue(f"floor.{number}")
            await queue.consume(take)
        await stopping.wait()


if __name__ == "__main__":
    lifecycle.run({"senders": senders, "floor": floor}[sys.argv[1]], service="sender")
