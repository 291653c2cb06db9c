"""The scheduler: plans, releases, relays, hears. Every loop may die anywhere; the tables say where to go on."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

import asyncpg

from relance.domain.errors import Unavailable
from relance.runtime import broker, clock, health, lifecycle, logs, settings
from relance.runtime.lifecycle import Stopping
from relance.scheduler import enclosing, events, metrics, plan, relay, release, texts, written
from relance.scheduler.settings import SchedulerSettings
from relance.scheduler.wishes import Terms, Wishes
from relance.store import attention, deciding, jobs, number_orders, pool
from relance.store.pool import Pool

log = logs.get()

SERVICE = "scheduler"
# A plan that did not end for this many ticks (at least a minute) is not "ready".
LATE_TICKS = 10
AWAY = (*pool.LOST, asyncpg.OperatorInterventionError)
RETRY_S = 1.0
# With a million rows some turn comes every second.
SHORTEST_PAUSE_S = 1.0
# Counting reads every decision, so it is no part of the plan.
COUNT_S = 60.0
REPORT_S = 15.0


class Scheduler:
    """The loops and what they share: the pool, the texts, and whose turn it is."""

    def __init__(self, database: Pool, given: Terms, config: SchedulerSettings, product: clock.Clock) -> None:
        self._database = database
        self._wishes = Wishes(given)
        self._config = config
        self._clock = product
        self._randomness = random.SystemRandom()
        self._planned_at = time.monotonic()
        self._until_next_s = config.scheduler_tick_s
        self.turn = events.Turn()

    def now(self) -> datetime:
        return self._clock.now()

    async def plan_forever(self, stopping: Stopping) -> None:
        while not stopping.is_set():
            self.turn.plan.clear()
            await self._with_the_database(self._plan, stopping)
            await _woken((self.turn.plan.wait, self._moved, stopping.wait), self._until_next_s)

    async def hear_orders(self, stopping: Stopping) -> None:
        """What a person orders is planned at once, wherever it was typed."""
        dsn = self._config.database_url.get_secret_value()
        gone = asyncio.Event()
        async with pool.listening(dsn, "relance_plan", self.turn.plan) as connection:
            connection.add_termination_listener(lambda _: gone.set())
            self.turn.plan.set()  # what was ordered while nobody listened
            while not (stopping.is_set() or gone.is_set()):
                await _woken((gone.wait, stopping.wait), self._config.scheduler_tick_s)
        if gone.is_set():
            raise Unavailable("la base ne répond pas")

    async def release_forever(self, stopping: Stopping) -> None:
        while not stopping.is_set():
            self.turn.release.clear()
            await self._with_the_database(self._release, stopping)
            await _woken((self.turn.release.wait, stopping.wait), self._config.scheduler_release_s)

    async def enclose_forever(self, stopping: Stopping) -> None:
        """Apart from the release: a slow server of invoices makes nobody else wait."""
        while not stopping.is_set():
            self.turn.enclose.clear()
            await self._with_the_database(self._enclose, stopping)
            await _woken((self.turn.enclose.wait, stopping.wait), self._config.scheduler_release_s)

    async def erase_ended(self) -> None:
        await enclosing.erase_ended(self._database, self.now())

    async def report(self) -> None:
        async with self._database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            metrics.tell_jobs(await jobs.standing(connection))
            pace = (await self._wishes.now(connection)).pace
            for spent in await number_orders.spending(connection):
                metrics.tell_number(spent, pace, self.now())

    async def _plan(self) -> None:
        terms = await self._terms()
        if await plan.run(self._database, terms.texts, terms.policy, self.now()):
            self.turn.enclose.set()
            self.turn.release.set()
        self._planned_at = time.monotonic()
        self._until_next_s = await self._pause_s()

    async def _pause_s(self) -> float:
        """Until the tick, or until time alone changes a decision: a hold that ends, a step that comes."""
        now = self.now()
        turn = await plan.next_turn(self._database, now)
        tick_s = self._config.scheduler_tick_s
        return tick_s if turn is None else min(tick_s, max((turn - now).total_seconds(), SHORTEST_PAUSE_S))

    async def _release(self) -> None:
        terms = await self._terms()
        rules = release.Rules(terms.policy, terms.pace, self._randomness)
        await release.run(self._database, terms.texts, rules, self.now())

    async def _enclose(self) -> None:
        terms = await self._terms()
        means = enclosing.Means(self._config, self._config.sealing_key())
        if await enclosing.run(self._database, terms.policy, means, self.now()):
            self.turn.release.set()

    async def _terms(self) -> Terms:
        async with self._database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            return await self._wishes.now(connection)

    async def _with_the_database(self, work: Callable[[], Awaitable[None]], stopping: Stopping) -> None:
        """A database that is away costs the time of its absence: the tables say where to go on."""
        while not stopping.is_set():
            try:
                await work()
                return
            except AWAY as error:
                log.warning("scheduler.database_away", task=work.__name__, wait_s=RETRY_S, exc_info=error)
            await stopping.pause(RETRY_S)

    async def look_at_everybody(self) -> None:
        async with self._database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            await attention.look_at_everybody(connection)
        self.turn.plan.set()

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


async def _terms(connection: pool.Connection, config: SchedulerSettings, now: datetime) -> Terms:
    """The deployment's own texts, rules and pace. Raises SettingsRejected."""
    headers = await deciding.headers(connection)
    own = written.purposes(config.sequences_file)
    given = texts.load(config.templates_dir, headers, is_discreet=config.scheduler_discreet, purposes=own)
    await written.take(connection, config.sequences_file, given, now)
    policy = await written.laid_on(connection, config.policy(), config.sequences_file)
    return Terms(given, policy, config.pace())


async def main(stopping: Stopping) -> None:
    config = settings.load(SchedulerSettings)
    logs.configure(SERVICE, as_json=config.log_json, level=config.log_level)
    config.policy()
    config.sealing_key()
    async with (
        lifecycle.product_clock(config) as product,
        lifecycle.opened_pool(config, service=SERVICE) as database,
        broker.connected(config.broker_url.get_secret_value(), service=SERVICE) as rabbit,
    ):
        async with database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            given = await _terms(connection, config, product.now())
        scheduler = Scheduler(database, given, config, product)
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
                ("orders", lambda: scheduler.hear_orders(stopping)),
                ("enclose", lambda: scheduler.enclose_forever(stopping)),
                ("release", lambda: scheduler.release_forever(stopping)),
                ("relay", lambda: publisher.work(stopping)),
            ):
                loops.create_task(lifecycle.supervised(work, task=task, stopping=stopping))
            tidy_s = min(config.scheduler_janitor_s / 2, 60.0)
            for task, seconds, chore in (
                ("janitor", tidy_s, lambda: relay.tell_again(database, product, config.scheduler_janitor_s)),
                ("answers", tidy_s, ear.catch_up),
                ("attachments", tidy_s, scheduler.erase_ended),
                ("report", REPORT_S, scheduler.report),
                ("sweep", config.scheduler_sweep_h * 3600, scheduler.look_at_everybody),
                ("count", COUNT_S, lambda: plan.count(database)),
            ):
                loops.create_task(lifecycle.every(seconds, chore, task=task, stopping=stopping))


if __name__ == "__main__":
    lifecycle.run(main, service=SERVICE)
