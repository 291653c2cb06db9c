"""How a service lives and dies.

`run(service)` is the whole of every `__main__`: settings, logs, signals, exit status. A service is a set of supervised
loops in one task group; SIGTERM sets `stopping` and every loop ends at its next safe point. Before its first loop a
service only waits for its servers, and SIGTERM ends that wait where it stands. A loop that fails is
logged, counted and started again with a growing pause: the process keeps nothing in memory that it could not lose.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvloop

from relance.domain.errors import SettingsRejected, Unavailable
from relance.runtime import clock, logs, metrics
from relance.runtime.settings import ServiceSettings
from relance.store import migrate, pool

log = logs.get()

EXIT_SETTINGS = 2
EXIT_UNAVAILABLE = 1
RESTART_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


class Stopping(asyncio.Event):
    """Set once by SIGTERM or Ctrl-C. `is_heeded` once a loop looks at it: until then the service is starting."""

    is_heeded = False

    async def pause(self, seconds: float) -> bool:
        """Wait; True when it is time to stop."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait()
        return self.is_set()


def run(main: Callable[[Stopping], Awaitable[None]], *, service: str) -> None:
    """Run a service to its end. Exit status 0 after SIGTERM, 2 on refused settings, 1 on anything else."""
    try:
        uvloop.run(_with_signals(main, service))
    except SettingsRejected as error:
        print(f"{service}: {error}", file=sys.stderr)
        raise SystemExit(EXIT_SETTINGS) from None
    except Unavailable as error:
        print(f"{service}: {error}", file=sys.stderr)
        raise SystemExit(EXIT_UNAVAILABLE) from None


async def _with_signals(main: Callable[[Stopping], Awaitable[None]], service: str) -> None:
    stopping = Stopping()
    loop = asyncio.get_running_loop()
    life = loop.create_task(_life(main, stopping), name=service)

    def stop() -> None:
        if not (stopping.is_set() or stopping.is_heeded):
            life.cancel()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.wait({life})
    if not (life.cancelled() and stopping.is_set()):
        life.result()
    log.info("service.stopped")


async def _life(main: Callable[[Stopping], Awaitable[None]], stopping: Stopping) -> None:
    metrics.declare_build()
    try:
        await main(stopping)
    except* (SettingsRejected, Unavailable) as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def supervised(work: Callable[[], Awaitable[None]], *, task: str, stopping: Stopping) -> None:
    """Run `work` until it returns or the service stops; failures restart it with a growing pause."""
    stopping.is_heeded = True
    pause = RESTART_PAUSE_S
    while not stopping.is_set():
        began = time.monotonic()
        try:
            await work()
            return
        except SettingsRejected:
            raise
        except Exception as error:  # the supervised loop: the one place that survives anything
            if time.monotonic() - began > LONGEST_PAUSE_S:
                pause = RESTART_PAUSE_S  # it had worked: this is a new trouble, not the last one again
            metrics.LOOP_FAILURES.labels(task=task).inc()
            log.error("loop.failed", task=task, wait_s=pause, exc_info=error)
        await stopping.pause(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


async def every(seconds: float, work: Callable[[], Awaitable[object]], *, task: str, stopping: Stopping) -> None:
    """Run `work` now and then every so many real seconds, surviving its failures."""
    stopping.is_heeded = True
    while not stopping.is_set():
        try:
            await work()
        except SettingsRejected:
            raise
        except Exception as error:
            metrics.LOOP_FAILURES.labels(task=task).inc()
            log.error("loop.failed", task=task, wait_s=seconds, exc_info=error)
        await stopping.pause(seconds)


async def survived(work: Awaitable[object], *, task: str) -> bool:
    """One piece of many: when it fails that is counted and logged, and the next one has its turn."""
    try:
        await work
    except SettingsRejected:
        raise
    except Exception as error:
        metrics.LOOP_FAILURES.labels(task=task).inc()
        log.error("loop.piece_failed", task=task, exc_info=error)
        return False
    return True


@asynccontextmanager
async def opened_pool(
    settings: ServiceSettings, *, service: str, reset: pool.Reset | None = None
) -> AsyncIterator[pool.Pool]:
    """The service's pool, once the schema is the one its code knows."""
    async with pool.opened(settings.database_url.get_secret_value(), application=service, reset=reset) as opened:
        async with opened.acquire() as connection:
            await migrate.wait_until_current(connection)
        yield opened


@asynccontextmanager
async def product_clock(settings: ServiceSettings) -> AsyncIterator[clock.Clock]:
    if settings.clock == "real":
        yield clock.RealClock()
        return
    async with clock.following(settings.database_url.get_secret_value()) as movable:
        yield movable
