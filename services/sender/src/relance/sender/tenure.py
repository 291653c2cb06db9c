"""One tenure of a number: from taking its lease to giving it back.

    lease → old browser ended → new browser → [ watch · listen · reconcile · consume ] → browser closed → lease back
                                     ↑___________________ worn: nightly, or grown too large ___|

Losing the lease or the browser ends the tenure at once, and the next one starts from the rows. SIGTERM ends it gently:
no new message is taken, the one in hand is finished or left `unknown`, and only then the browser closes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from aio_pika.abc import AbstractRobustConnection

from relance.contracts import envelope, events, topology
from relance.runtime import broker, lifecycle, logs
from relance.runtime.lifecycle import Stopping
from relance.sender import deliver, enclosing, listen, metrics, profile, questions, transports, wear
from relance.sender.desk import Desk, Patience
from relance.sender.faults import FaultPoints
from relance.sender.lease import Lease, taken
from relance.sender.reconcile import Reconciler
from relance.sender.session import Session
from relance.sender.settings import SenderSettings
from relance.sender.wear import Limits
from relance.store import pool, sends, spool

log = logs.get()

RECONCILE_S = 1.0
CONSUME_S = 0.5
SIGNS_S = 30.0
QUESTIONS_S = 1.0
BROWSER = "whatsapp_web"
MEGABYTE = 1024 * 1024
# How soon a message may be taken after the page connected, and how soon none is after it lost its connection.
CONNECTION_POLL_S = 0.2


@dataclass(slots=True)
class World:
    """What outlives tenures. `status` is the sentence of /health/ready; None when messages can be sent."""

    settings: SenderSettings
    pool: pool.Pool
    broker: AbstractRobustConnection
    now: Callable[[], datetime]
    status: str | None = "en attente : démarrage"


async def serve(world: World, stopping: Stopping) -> None:
    """Hold one free number until the service stops; returns at once when there is none (an idle standby)."""
    settings = world.settings
    root = settings.profiles.resolve()
    async with taken(
        settings.database_url.get_secret_value(),
        alias=settings.sender_number,
        profiles=root,
        silence_s=settings.lease_silence_s,
    ) as lease:
        if lease is None:
            world.status = "en attente : tous les numéros sont tenus par d'autres processus"
            return
        metrics.hold(lease.number_id)
        try:
            await _hold(world, lease, root, stopping)
        except ExceptionGroup as group:
            first = _first(group)
            metrics.BROWSER_RESTARTS.labels(str(lease.number_id), type(first).__name__).inc()
            raise first from group
        finally:
            metrics.release(lease.number_id)
            world.status = "en attente : aucun numéro n'est tenu"


async def _hold(world: World, lease: Lease, root: Path, stopping: Stopping) -> None:
    """The lease outlives browsers: one that is worn is closed and the next one opened, without a word to anybody."""
    async with asyncio.TaskGroup() as group, _background(group, lease.keep()):
        while not stopping.is_set():
            await _live(world, lease, root, stopping)


async def _live(world: World, lease: Lease, root: Path, stopping: Stopping) -> None:
    settings, ending = world.settings, Stopping()
    async with transports.opened(settings, lease, world.pool, root) as page:
        log.info("transport.opened", number_id=lease.number_id, kind=lease.number.transport)
        desk = Desk(
            pool=world.pool,
            page=page,
            number_id=lease.number_id,
            epoch=lease.epoch,
            now=world.now,
            spool_key=spool.key_from(settings.spool_key.get_secret_value()),
            patience=Patience(
                settings.barrier_s, settings.tick_s, settings.reconcile_gap_s, give_up_s=settings.give_up_s
            ),
            faults=FaultPoints(settings.sender_fault, settings.sender_fault_marker, settings.sender_fault_order),
            stopping=ending,
            birth=lease.birth,
            phone=lease.number.phone,
            enclosed=partial(enclosing.paper_of, world.pool, settings.opening_key()),
        )
        async with (
            asyncio.TaskGroup() as work,
            _background(work, desk.intentions.carry_out()),
            _background(work, _end_when_worn(settings, lease, ending, stopping)),
            _background(work, _cut_short(settings, desk, ending)),
        ):
            await _work(world, desk, ending)


async def _end_when_worn(settings: SenderSettings, lease: Lease, ending: Stopping, stopping: Stopping) -> None:
    """Sets `ending` when the service stops, and when the browser has grown too old or too large."""
    began = time.monotonic()
    is_browser = lease.number.transport == BROWSER
    limits = Limits(settings.browser_memory_mb * MEGABYTE, settings.browser_settled_s, settings.browser_hour)
    while not ending.is_set() and not await stopping.pause(settings.browser_look_s):
        if not is_browser:
            continue
        memory_bytes = await asyncio.to_thread(profile.memory_bytes, lease.home)
        worn = wear.reason(
            limits, age_s=time.monotonic() - began, memory_bytes=memory_bytes, hour=time.localtime().tm_hour
        )
        metrics.BROWSER_MEMORY.labels(str(lease.number_id)).set(memory_bytes)
        if worn is not None:
            metrics.BROWSER_RESTARTS.labels(str(lease.number_id), worn).inc()
            log.info("browser.worn", number_id=lease.number_id, reason=worn)
            ending.set()
    ending.set()


async def _cut_short(settings: SenderSettings, desk: Desk, ending: Stopping) -> None:
    """What is in hand at the end may be finished, within a bound; what it leaves is looked for at the next start."""
    await ending.wait()
    await asyncio.sleep(settings.stop_s)
    log.warning("send.cut_short", number_id=desk.number_id)
    desk.intentions.cut_short()


async def _work(world: World, desk: Desk, stopping: Stopping) -> None:
    session = Session(desk)
    await session.begin()
    reconciler = Reconciler(desk, session)
    settings = world.settings
    ears = _Ears(desk, session, settings.sweep_s)
    async with asyncio.TaskGroup() as loops:
        loops.create_task(session.watch(stopping))
        loops.create_task(_say_status(world, desk, session, stopping))
        loops.create_task(lifecycle.every(settings.listen_s, ears.hear, task="listen", stopping=stopping))
        loops.create_task(lifecycle.every(RECONCILE_S, reconciler.look_at_all, task="reconcile", stopping=stopping))
        loops.create_task(
            lifecycle.every(
                CONSUME_S,
                lambda: _consume(world, desk, session, reconciler, stopping=stopping),
                task="consume",
                stopping=stopping,
            )
        )
        loops.create_task(
            lifecycle.every(QUESTIONS_S, lambda: questions.answer(desk, session), task="questions", stopping=stopping)
        )
        loops.create_task(lifecycle.every(SIGNS_S, session.mind_signs, task="signs", stopping=stopping))
    await session.end()
    await _leave(desk)


async def _consume(world: World, desk: Desk, session: Session, reconciler: Reconciler, *, stopping: Stopping) -> None:
    """Take messages while the page is connected; at the end finish the one in hand."""
    if not (session.is_connected and world.broker.connected.is_set()):
        return
    queue = topology.send_queue(desk.number_id)
    channel = await world.broker.channel()
    await broker.declare_send_queue(channel, desk.number_id)
    await channel.close()

    async def take(message: envelope.Envelope) -> None:
        if isinstance(message.data, events.SendJob):
            await deliver.deliver(desk, session, message.data.job_id)

    async def give_up(message: envelope.Envelope) -> None:
        if isinstance(message.data, events.SendJob):
            await deliver.give_up(desk, message.data.job_id)

    await reconciler.look_at_all()
    async with broker.consuming(world.broker, queue, take, database=world.pool, at_last=give_up):
        while session.is_connected and not await stopping.pause(CONNECTION_POLL_S):
            pass


async def _leave(desk: Desk) -> None:
    """What is still in hand was not finished in time: the next start looks for it in the chat."""
    async with desk.pool.acquire() as connection:
        await sends.abandon(connection, number_id=desk.number_id, epoch=desk.epoch)


async def _say_status(world: World, desk: Desk, session: Session, stopping: Stopping) -> None:
    while not await stopping.pause(CONNECTION_POLL_S):
        world.status = None if session.is_connected else f"{session.state.value} : {desk.page.sentence()}"
    world.status = "en attente : le navigateur s'arrête"


class _Ears:
    """Listening, with a sweep of the recent chats at each new connection and now and then."""

    def __init__(self, desk: Desk, session: Session, sweep_s: float) -> None:
        self._desk = desk
        self._session = session
        self._sweep_s = sweep_s
        self._swept_at: float | None = None

    async def hear(self) -> None:
        if not self._session.can_hear:
            self._swept_at = None
            return
        if self._swept_at is None or time.monotonic() - self._swept_at >= self._sweep_s:
            await listen.sweep(self._desk)
            self._swept_at = time.monotonic()
        await listen.hear(self._desk)


@asynccontextmanager
async def _background(group: asyncio.TaskGroup, work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that lasts exactly as long as the block; its failure ends the block."""
    task = group.create_task(work)
    try:
        yield
    finally:
        task.cancel()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
