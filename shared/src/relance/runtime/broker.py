"""RabbitMQ, with the rules that drills taught us (docs/adr/0003-broker.md).

Publishing is persistent, mandatory and confirmed: a returned or unconfirmed message raises, and the outbox row stays
open. Consuming is prefetch 1; a message is acknowledged after its effect is committed. A consumer edge that fails
rejects with requeue, and the queue's delivery limit sends poison to the dead-letter queue. An absence of the database
is no message's fault: meanwhile the message stays in hand, and no delivery is counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
import pydantic
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustConnection
from aio_pika.connection import make_url
from aiormq.exceptions import ChannelInvalidStateError, DeliveryError

from relance.contracts import envelope, topology
from relance.domain.errors import Unavailable
from relance.runtime import logs, metrics
from relance.store import pool

log = logs.get()

Consume = Callable[[envelope.Envelope], Awaitable[None]]

# Outcome unknown after this: the outbox row stays open and the message is published again.
PUBLISH_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 120.0
ATTEMPT_TIMEOUT_S = 60.0
RETRY_S = 0.5
HEARTBEAT_S = 20
# Closing politely is worth this much; the broker notices a socket that is gone all the same.
CLOSE_TIMEOUT_S = 5.0
WATCH_EVERY_S = 15.0
ALWAYS_THERE = "amq.direct"
# Longer than a restart of the broker on an oversold host (130 s measured): starting anew then changes nothing.
STALE_S = 300.0
# A failed delivery goes back at once on a quorum queue; this keeps a failing dependency from being hammered.
REQUEUE_PAUSE_S = 1.0
# While the database is away: from the first pause to the longest, each twice the one before.
AWAY_PAUSE_S = 0.5
LONGEST_AWAY_PAUSE_S = 5.0

LOST = (aio_pika.exceptions.AMQPError, ChannelInvalidStateError, ConnectionError, TimeoutError, RuntimeError)


@asynccontextmanager
async def connected(url: str, *, service: str) -> AsyncIterator[AbstractRobustConnection]:
    connection = await _patiently(url, service)
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_watch(connection, service), name="broker-watch")
            yield connection
            watch.cancel()
    except BaseExceptionGroup as failures:
        # The task group is ours: what one block raised, its caller gets as it was raised.
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise
    finally:
        await connection.close()


async def _watch(connection: AbstractRobustConnection, service: str) -> None:
    """A consumer that goes silent looks exactly like an idle one: ask the broker, and die rather than wait for ever."""
    channel = await connection.channel()
    heard = time.monotonic()
    while time.monotonic() - heard < STALE_S:
        try:
            async with asyncio.timeout(WATCH_EVERY_S):
                # The channel beneath: a robust one would remember every question and ask it again at each reconnection.
                beneath = await channel.get_underlay_channel()
                await beneath.exchange_declare(ALWAYS_THERE, passive=True)
        except LOST as error:
            log.debug("broker.silent", exc_info=error)
        else:
            heard = time.monotonic()
            metrics.BROKER_HEARTBEAT.labels(service=service).set(time.time())
        await asyncio.sleep(WATCH_EVERY_S)
    raise Unavailable("RabbitMQ se tait depuis trop longtemps : le service s'arrête pour repartir à neuf")


async def _patiently(url: str, service: str) -> AbstractRobustConnection:
    give_up = time.monotonic() + CONNECT_TIMEOUT_S
    while True:
        try:
            return await _connect(url, service)
        except (*LOST, StopAsyncIteration) as error:  # the latter: it hung up in the middle of the greeting
            if time.monotonic() > give_up:
                raise Unavailable("RabbitMQ ne répond pas : est-il démarré, l'adresse est-elle juste ?") from error
        await asyncio.sleep(RETRY_S)


async def _connect(url: str, service: str) -> AbstractRobustConnection:
    """One attempt that leaves nothing behind: the robust kind goes on by itself when its caller has given up."""
    connection = aio_pika.RobustConnection(
        make_url(url, heartbeat=HEARTBEAT_S), client_properties={"connection_name": service}
    )
    try:
        await connection.connect(timeout=ATTEMPT_TIMEOUT_S)
    except BaseException:
        await connection.close()
        raise
    return connection


async def declare_events(channel: AbstractRobustChannel) -> None:
    """Exchanges, the dead-letter queue, and every service's event queue: nothing published is ever unroutable."""
    events = await channel.declare_exchange(topology.EVENTS, "topic", durable=True)
    await channel.declare_exchange(topology.SEND, "direct", durable=True)
    dead = await channel.declare_exchange(topology.DEAD, "direct", durable=True)
    queue = await channel.declare_queue(topology.DEAD_QUEUE, durable=True, arguments=topology.dead_queue_arguments())
    await queue.bind(dead, topology.DEAD_QUEUE)
    for name, keys in topology.SUBSCRIPTIONS.items():
        queue = await channel.declare_queue(name, durable=True, arguments=topology.work_queue_arguments())
        for key in keys:
            await queue.bind(events, key)


async def declare_send_queue(channel: AbstractRobustChannel, number_id: int) -> None:
    queue = await channel.declare_queue(
        topology.send_queue(number_id), durable=True, arguments=topology.send_queue_arguments()
    )
    await queue.bind(topology.SEND, topology.send_queue(number_id))


class Publisher:
    """Publishes outbox rows, each confirmed by the broker or raised."""

    def __init__(self, channel: AbstractRobustChannel) -> None:
        self._channel = channel

    async def publish(self, *, exchange: str, routing_key: str, message_id: str, body: dict[str, object]) -> None:
        """Raises Unavailable when the broker did not confirm; the message may have arrived all the same."""
        message = aio_pika.Message(
            json.dumps(body, separators=(",", ":")).encode(),
            message_id=message_id,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                await self._channel.ready()
                target = await self._channel.get_exchange(exchange, ensure=False)
                await target.publish(message, routing_key, mandatory=True, timeout=PUBLISH_TIMEOUT_S)
        except (DeliveryError, *LOST) as error:
            raise Unavailable(f"le courtier n'a pas confirmé un message pour {routing_key}") from error


@asynccontextmanager
async def publishing(connection: AbstractRobustConnection) -> AsyncIterator[Publisher]:
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        yield Publisher(channel)
    finally:
        if not channel.is_closed:
            await channel.close()


@asynccontextmanager
async def consuming(
    connection: AbstractRobustConnection,
    queue_name: str,
    consume: Consume,
    *,
    database: pool.Pool | None = None,
    at_last: Consume | None = None,
) -> AsyncIterator[None]:
    """Consume one declared queue, one message at a time, for as long as the block lasts.

    At its end no new message starts; the one in hand is finished or goes back. `database` is the one that effects are
    written to: while it is away, the message in hand is tried again and again. `at_last` takes the place of `consume`
    for a message that failed as often as the queue allows, so that its row can say so.
    """
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=1)
    # Declared, not merely got: only a declared queue gets its consumer back when the broker returns.
    queue = await channel.declare_queue(queue_name, durable=True, arguments=topology.arguments_of(queue_name))
    idle, ending = asyncio.Event(), asyncio.Event()
    idle.set()
    edge = _Edge(queue_name, consume, database, ending, at_last)

    async def on_message(message: AbstractIncomingMessage) -> None:
        idle.clear()
        try:
            await edge.take(message)
        finally:
            idle.set()

    tag = await queue.consume(on_message)
    try:
        yield
    finally:
        ending.set()
        await _ended(queue.cancel(tag), queue_name)
        await idle.wait()
        await _ended(channel.close(), queue_name)


async def _ended(closing: Awaitable[object], queue_name: str) -> None:
    """While the broker is away a robust channel waits for its return: SIGTERM must not."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await closing
    except LOST as error:
        log.warning("broker.close_failed", queue=queue_name, exc_info=error)


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where messages of one queue meet their effect, and their failures are dealt with."""

    queue_name: str
    consume: Consume
    database: pool.Pool | None
    ending: asyncio.Event
    at_last: Consume | None

    async def take(self, message: AbstractIncomingMessage) -> None:
        try:
            parsed = envelope.Envelope.model_validate_json(message.body)
        except pydantic.ValidationError as error:
            log.error("broker.message_rejected", queue=self.queue_name, error=f"{error.error_count()} errors")
            self._count("rejected")
            await _settle(message.reject(requeue=False), self.queue_name)
            return
        consume = self.at_last if self.at_last is not None and _is_last(message) else self.consume
        failure = await self._attempt(consume, parsed)
        pause = AWAY_PAUSE_S
        while failure is not None and await self._is_database_away():
            log.warning("broker.database_away", queue=self.queue_name, message_id=str(parsed.id), wait_s=pause)
            if await self._ends_within(pause):
                return  # the channel that closes gives the message back
            pause = min(pause * 2, LONGEST_AWAY_PAUSE_S)
            failure = await self._attempt(consume, parsed)
        if failure is None:
            self._count("handled")
            await _settle(message.ack(), self.queue_name)
            return
        log.error("broker.message_failed", queue=self.queue_name, message_id=str(parsed.id), exc_info=failure)
        self._count("failed")
        await self._ends_within(REQUEUE_PAUSE_S)
        await _settle(message.reject(requeue=True), self.queue_name)

    async def _attempt(self, consume: Consume, parsed: envelope.Envelope) -> Exception | None:
        try:
            await consume(parsed)
        except Exception as error:  # noqa: BLE001 - the consumer edge: whatever it is, the message is not lost
            return error
        return None

    async def _is_database_away(self) -> bool:
        return self.database is not None and not await pool.answers(self.database)

    async def _ends_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.ending.wait()
        return self.ending.is_set()

    def _count(self, outcome: str) -> None:
        metrics.CONSUMED.labels(queue=self.queue_name, outcome=outcome).inc()


def _is_last(message: AbstractIncomingMessage) -> bool:
    """Whether the broker will not bring it again: it counts re-deliveries."""
    count = message.headers.get("x-delivery-count", 0)
    return isinstance(count, int) and count >= topology.DELIVERY_LIMIT


async def _settle(settling: Awaitable[None], queue_name: str) -> None:
    """A tag from before a crash of the connection is worthless: the message comes again and meets its own trace."""
    try:
        await settling
    except LOST as error:
        log.warning("broker.settle_failed", queue=queue_name, exc_info=error)
