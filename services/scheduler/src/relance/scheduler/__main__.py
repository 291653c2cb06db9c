"""The scheduler: plans, releases, relays, hears. Every loop may die anywhere; the tables say where to go on."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

import asyncpg

from relance.runtime import broker, clock, health, lifecycle, logs, settings
from relance.runtime.lifecycle import Stopping
from relance.scheduler import events, metrics, plan, relay, release, texts
from relance.scheduler.settings import SchedulerSettings
from relance.scheduler.texts import Texts
from relance.store import deciding, jobs, pool
from relance.store.pool import Pool

log = logs.get()

SERVICE = "scheduler"
# A plan that did not end for this many ticks (at least a minute) is not "ready".
LATE_TICKS = 10
AWAY = (*pool.LOST, asyncpg.OperatorInterventionError)
RETRY_S = 1.0
REPORT_S = 15.0


class Scheduler:
    """The loops and what they share: the pool, the texts, and whose turn it is."""

    def __init__(self, database: Pool, texts_: Texts, config: SchedulerSettings, product: clock.Clock) -> None:
        self._database = database
        self._texts = texts_
        self._config = config
        self._clock = product
        self._policy = config.policy()
        self._rules = release.Rules(self._policy, config.pace(), random.SystemRandom())
        self._planned_at = time.monotonic()
        self.turn = events.Turn()

    def now(self) -> datetime:
        return self._clock.now()

    async def plan_forever(self, stopping: Stopping) -> None:
        while not stopping.is_set():
            self.turn.plan.clear()
            await self._with_the_database(self._plan, stopping)
            await _woken((self.turn.plan.wait, self._moved, stopping.wait), self._config.scheduler_tick_s)

    async def release_forever(self, stopping: Stopping) -> None:
        while not stopping.is_set():
            self.turn.release.clear()
            await self._with_the_database(self._release, stopping)
            await _woken((self.turn.release.wait, stopping.wait), self._config.scheduler_release_s)

    async def report(self) -> None:
        async with self._database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            metrics.tell_jobs(await jobs.standing(connection))

    async def _plan(self) -> None:
        if await plan.run(self._database, self._texts, self._policy, self.now()):
            self.turn.release.set()
        self._planned_at = time.monotonic()

    async def _release(self) -> None:
        await release.run(self._database, self._texts, self._rules, self.now())

    async def _with_the_database(self, work: Callable[[], Awaitable[None]], stopping: Stopping) -> None:
        """A database that is away costs the time of its absence: the tables say where to go on."""
        while not stopping.is_set():
            try:
                await work()
                return
            except AWAY as error:
                log.warning("scheduler.database_away", task=work.__name__, wait_s=RETRY_S, exc_info=error)
            await stopping.pause(RETRY_S)

    def complaint(self) -> str | None:
        silent_s = time.monotonic() - self._planned_at
        late = silent_s > max(60.0, LATE_TICKS * self._config.scheduler_tick_s)
        return f"aucun plan depuis {silent_s:.0f} s" if late else None

    async def _moved(self) -> None:
        """Returns when somebody moves product time; real time never moves."""
        if isinstance(self._clock, clock.MovableClock):
            await self._clock.moved.wait()
            self._clock.moved.clear()
            return
        await asyncio.Event().wait()


async def _woken(reasons: tuple[Callable[[], Awaitable[object]], ...], seconds: float) -> None:
    waits = {asyncio.ensure_future(reason()) for reason in reasons}
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def main(stopping: Stopping) -> None:
    config = settings.load(SchedulerSettings)
    logs.configure(SERVICE, as_json=config.log_json, level=config.log_level)
    config.policy()
    async with (
        lifecycle.product_clock(config) as product,
        lifecycle.opened_pool(config, service=SERVICE) as database,
        broker.connected(config.broker_url.get_secret_value(), service=SERVICE) as rabbit,
    ):
        async with database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            headers = await deciding.headers(connection)
        scheduler = Scheduler(database, texts.load(config.templates_dir, headers), config, product)
        async with rabbit.channel() as channel:
            await broker.declare_events(channel)
        ear = events.Ear(database, scheduler.turn, scheduler.now)
        publisher = relay.Relay(rabbit, config)
        async with (
            health.served(config.http_host, config.http_port, scheduler.complaint) as port,
            broker.consuming(rabbit, events.QUEUE, ear.consume, database=database),
            asyncio.TaskGroup() as loops,
        ):
            log.info("service.started", port=port)
            for task, work in (
                ("plan", lambda: scheduler.plan_forever(stopping)),
                ("release", lambda: scheduler.release_forever(stopping)),
                ("relay", lambda: publisher.work(stopping)),
            ):
                loops.create_task(lifecycle.supervised(work, task=task, stopping=stopping))
            loops.create_task(lifecycle.every(REPORT_S, scheduler.report, task="report", stopping=stopping))
            for task, tidy in (
                ("janitor", lambda: relay.tell_again(database, product, config.scheduler_janitor_s)),
                ("answers", ear.catch_up),
            ):
                pause_s = min(config.scheduler_janitor_s / 2, 60.0)
                loops.create_task(lifecycle.every(pause_s, tidy, task=task, stopping=stopping))


if __name__ == "__main__":
    lifecycle.run(main, service=SERVICE)
