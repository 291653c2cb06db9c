"""What happens to a message in hand when its effect fails, on a real RabbitMQ and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import asyncpg
import pytest

from relance.contracts import envelope, events, topology
from relance.runtime import broker, clock
from relance.store import pool, seen

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

QUEUE = "inbox.events"
PATIENCE_S = 60.0
# Longer than all attempts that the delivery limit allows, one second apart.
ABSENCE_S = 9.0


@dataclass
class House:
    """One consumer of the inbox's queue, whose database can be taken away."""

    url: str
    database: pool.Pool
    admin: asyncpg.Connection
    name: str
    attempts: int = 0
    handled: list[uuid.UUID] = field(default_factory=list)
    error: Exception | None = None

    async def go_away(self) -> None:
        await self.admin.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false')
        await self.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", self.name)

    async def come_back(self) -> None:
        await self.admin.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS true')

    async def consume(self, message: envelope.Envelope) -> None:
        self.attempts += 1
        if self.error is not None:
            raise self.error
        async with pool.transaction(self.database) as connection:
            await seen.is_first_time(connection, consumer="inbox", message_id=message.id)
        self.handled.append(message.id)

    def consuming(self, connection):
        return broker.consuming(connection, QUEUE, self.consume, database=self.database)

    async def told(self, connection) -> uuid.UUID:
        message = envelope.wrap(events.MessageSent(job_id=uuid.uuid4()), source="test", at=clock.RealClock().now())
        await broker.declare_events(await connection.channel())
        async with broker.publishing(connection) as publisher:
            await publisher.publish(
                exchange=topology.EVENTS,
                routing_key=message.data.type,
                message_id=str(message.id),
                body=message.model_dump(mode="json"),
            )
        return message.id

    async def waiting(self, connection, queue: str) -> int:
        channel = await connection.channel()
        declared = await channel.declare_queue(queue, passive=True, robust=False)
        await channel.close()
        return declared.declaration_result.message_count or 0


@pytest.fixture
async def house(database, broker_url) -> AsyncIterator[House]:
    admin = await asyncpg.connect(database.server.dsn("admin", "postgres"))
    async with pool.opened(database.dsn("inbox"), application="test") as opened:
        made = House(broker_url, opened, admin, database.name)
        yield made
        await made.come_back()
    await admin.close()


async def until(claim: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await claim():  # noqa: ASYNC110 - another process's state
            await asyncio.sleep(0.1)


async def test_a_message_outlasts_a_long_absence_of_the_database(house: House):
    async with broker.connected(house.url, service="test") as connection:
        message = await house.told(connection)
        await house.go_away()
        async with house.consuming(connection):
            await asyncio.sleep(ABSENCE_S)
            assert house.handled == []
            await house.come_back()

            async def is_handled() -> bool:
                return house.handled == [message]

            await until(is_handled)
        assert await house.waiting(connection, topology.DEAD_QUEUE) == 0
        assert await house.waiting(connection, QUEUE) == 0


async def test_stopping_during_an_absence_is_prompt_and_gives_the_message_back(house: House):
    async with broker.connected(house.url, service="test") as connection:
        await house.told(connection)
        await house.go_away()
        async with house.consuming(connection):
            await asyncio.sleep(4.0)
            assert house.attempts
            began = time.monotonic()
        assert time.monotonic() - began < 4.0

        async def is_back() -> bool:
            return await house.waiting(connection, QUEUE) == 1

        await until(is_back)


async def test_a_message_that_fails_by_itself_is_given_up_after_six_attempts(house: House):
    house.error = asyncpg.DataError("this one can never be written")
    async with broker.connected(house.url, service="test") as connection:
        await house.told(connection)
        async with house.consuming(connection):

            async def is_dead() -> bool:
                return await house.waiting(connection, topology.DEAD_QUEUE) == 1

            await until(is_dead)
    assert house.attempts == topology.DELIVERY_LIMIT + 1
