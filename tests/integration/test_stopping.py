"""SIGTERM while a service is still waiting for its servers: it ends at once, and well."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.servers

START_S = 60.0
STOP_S = 10.0
KEY = base64.b64encode(b"k" * 32).decode()

Meet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(START_S)
    writer.close()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@asynccontextmanager
async def server(meet: Meet) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """(port, set at the first visit)."""
    visited = asyncio.Event()
    meetings: set[asyncio.Task[None]] = set()

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visited.set()
        meetings.add(asyncio.ensure_future(meet(reader, writer)))

    listening = await asyncio.start_server(welcome, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1], visited
    finally:
        listening.close()
        for meeting in meetings:
            meeting.cancel()


def environment(place: Path, *, database: str, broker: str) -> dict[str, str]:
    return os.environ | {
        "RELANCE_DATABASE_URL": database,
        "RELANCE_BROKER_URL": broker,
        "RELANCE_SPOOL_KEY": KEY,
        "RELANCE_VAULT_KEY": KEY,
        "RELANCE_VAULT_DIR": str(place / "vault"),
        "RELANCE_PROFILES": str(place / "profiles"),
    }


async def told_to_stop(service: str, env: dict[str, str], visited: asyncio.Event) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", service, env=env, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(START_S):
            await visited.wait()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_S):
            _, errors = await process.communicate()
        return process.returncode, errors.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("meet", [say_nothing, hang_up])
@pytest.mark.parametrize("service", ["relance.scheduler", "relance.inbox", "relance.sender", "relance.ledger_sync"])
async def test_a_service_waiting_for_postgresql_stops_when_told(tmp_path, service, meet):
    async with server(meet) as (port, visited):
        env = environment(tmp_path, database=f"postgresql://x:y@127.0.0.1:{port}/x", broker="amqp://x:y@127.0.0.1:1/x")
        status, errors = await told_to_stop(service, env, visited)
    assert status == 0, errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("meet", [say_nothing, hang_up])
async def test_a_service_waiting_for_rabbitmq_stops_when_told(database, tmp_path, meet):
    async with server(meet) as (port, visited):
        env = environment(tmp_path, database=database.dsn("scheduler"), broker=f"amqp://x:y@127.0.0.1:{port}/x")
        status, errors = await told_to_stop("relance.scheduler", env, visited)
    assert status == 0, errors
    assert "Traceback" not in errors
