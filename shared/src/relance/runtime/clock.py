"""Product time. Real in production; in the practice world an offset kept in the database, so that all services agree.

Due dates, allowed hours and budgets follow this clock. Leases, heartbeats, janitor ages and deadlines stay on real
time, else one jump of the clock would expire every lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

import asyncpg

from relance.store import clock as kept
from relance.store import pool

# The hint is a NOTIFY; the poll covers a lost one. A person moving time by hand does not see half a second.
POLL_S = 0.5


class Clock(Protocol):
    def now(self) -> datetime: ...


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """`now()` never waits: the offset is refreshed in the background by `following()`."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset
        self.moved = asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def set_offset(self, offset: timedelta) -> None:
        if offset != self._offset:
            self._offset = offset
            self.moved.set()


@asynccontextmanager
async def following(dsn: str) -> AsyncIterator[MovableClock]:
    """A clock that follows the offset in the database; survives the server's restarts, keeping the last offset."""
    clock = MovableClock()
    connection = await asyncpg.connect(dsn)
    try:
        clock.set_offset(await kept.offset(connection))
    finally:
        await connection.close()
    follower = asyncio.create_task(_follow(dsn, clock), name="clock")
    try:
        yield clock
    finally:
        follower.cancel()
        await asyncio.wait({follower})


async def _follow(dsn: str, clock: MovableClock) -> None:
    while True:
        try:
            await _follow_one_connection(dsn, clock)
        except (*pool.LOST, asyncpg.PostgresError):
            await asyncio.sleep(POLL_S)


async def _follow_one_connection(dsn: str, clock: MovableClock) -> None:
    hint = asyncio.Event()
    connection = await asyncpg.connect(dsn, command_timeout=pool.COMMAND_TIMEOUT_S)
    try:
        await connection.add_listener("relance_clock", lambda *_: hint.set())
        while True:
            clock.set_offset(await kept.offset(connection))
            await _hint_or_poll(hint)
    finally:
        connection.terminate()


async def _hint_or_poll(hint: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_S):
            await hint.wait()
    except TimeoutError:
        return
    hint.clear()
