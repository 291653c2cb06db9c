"""The connection pool of one service, under its own role.

Every acquire and every command has a deadline: without one, asyncpg waits for ever. After a lost connection the
outcome of a statement is unknown: callers read the row again, they never assume.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
from asyncpg import Connection as Connection
from asyncpg import Pool as Pool

from relance.domain.errors import SettingsRejected, Unavailable
from relance.store import named

SQL = named.load("pool.sql")

LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError)
"""Raised when the server went away: the outcome of what was under way is unknown."""

# Four services of at most eight connections each stay far below PostgreSQL's default of 100.
POOL_SIZE = 8
ACQUIRE_TIMEOUT_S = 30.0
# Generous: an oversold host stretches statements a hundredfold.
COMMAND_TIMEOUT_S = 60.0
PATIENCE_S = 120.0
PROBE_TIMEOUT_S = 5.0
RETRY_S = 0.5


Reset = Callable[[Connection], Awaitable[None]]


async def stateless(_: Connection) -> None:
    """For a service that leaves nothing in a session, no lock, no setting: asyncpg's reset is a round trip each time.

    What was left of a transaction is rolled back all the same.
    """


@asynccontextmanager
async def opened(
    dsn: str, *, application: str, size: int = POOL_SIZE, reset: Reset | None = None
) -> AsyncIterator[Pool]:
    """A pool that answers; waits for a server that is still starting, raises Unavailable when it never comes."""
    pool = await _patiently(dsn, application, size=size, reset=reset)
    try:
        yield pool
    finally:
        pool.terminate()


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One transaction; nothing that waits for a browser, a broker or Google belongs inside."""
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def listening(dsn: str, channel: str, heard: asyncio.Event) -> AsyncIterator[Connection]:
    """A connection of its own that sets the event at each NOTIFY. Raises Unavailable when there is no server."""
    try:
        connection = await asyncpg.connect(dsn, command_timeout=COMMAND_TIMEOUT_S)
    except LOST as error:
        raise Unavailable("la base ne répond pas") from error
    try:
        await connection.add_listener(channel, lambda *_: heard.set())
        yield connection
    finally:
        connection.terminate()


async def answers(pool: Pool) -> bool:
    """Whether the server takes a statement now: tells its absence from the failure of one statement."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S), pool.acquire() as connection:
            await connection.execute(SQL.probe)
    except (*LOST, asyncpg.PostgresError):
        return False
    return True


async def _patiently(dsn: str, application: str, *, size: int, reset: Reset | None) -> Pool:
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size,
                command_timeout=COMMAND_TIMEOUT_S,
                timeout=ACQUIRE_TIMEOUT_S,
                server_settings={"application_name": application},
                init=_speak_json,
                reset=reset,
            )
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise SettingsRejected("PostgreSQL refuse ce mot de passe : vérifiez RELANCE_DATABASE_URL") from error
        except LOST as error:
            if time.monotonic() > give_up:
                raise Unavailable("PostgreSQL ne répond pas : est-il démarré, l'adresse est-elle juste ?") from error
        await asyncio.sleep(RETRY_S)


async def _speak_json(connection: Connection) -> None:
    # In PostgreSQL's binary form, which COPY needs: one byte of version, then the text.
    await connection.set_type_codec(
        "jsonb",
        encoder=lambda value: b"\x01" + json.dumps(value).encode(),
        decoder=lambda stored: json.loads(stored[1:]),
        schema="pg_catalog",
        format="binary",
    )
