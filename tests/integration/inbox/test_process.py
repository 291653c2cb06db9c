"""The inbox as the process it is: hears the broker, files documents, stops when told, refuses a bad configuration."""

from __future__ import annotations

import asyncio
import base64
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from relance.contracts import topology
from relance.contracts.envelope import Envelope
from relance.runtime import broker
from relance.sandbox import stage
from tests.integration.inbox.world import SPOOL_KEY, World

pytestmark = pytest.mark.servers

PATIENCE_S = 120.0


@pytest.fixture
async def environment(database, broker_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "RELANCE_DATABASE_URL": database.dsn("inbox"),
        "RELANCE_BROKER_URL": broker_url,
        "RELANCE_SPOOL_KEY": base64.b64encode(SPOOL_KEY).decode(),
        "RELANCE_VAULT": "local",
        "RELANCE_VAULT_DIR": str(tmp_path / "vault"),
        "RELANCE_VAULT_KEY": base64.b64encode(b"v" * 32).decode(),
        "RELANCE_INBOX_SWEEP_S": "1",
    }


async def started(environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "relance.inbox", env=environment, stderr=asyncio.subprocess.PIPE
    )


@pytest.fixture
async def process(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    running = await started(environment)
    yield running
    if running.returncode is None:
        running.kill()
        await running.wait()


async def publish(url: str, message: Envelope) -> None:
    async with broker.connected(url, service="test") as connection:
        await broker.declare_events(await connection.channel())
        async with broker.publishing(connection) as publisher:
            for _ in range(2):  # the broker may always deliver twice
                await publisher.publish(
                    exchange=topology.EVENTS,
                    routing_key=message.data.type,
                    message_id=str(message.id),
                    body=message.model_dump(mode="json"),
                )


async def until(world: World, query: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not (await world.rows(query))[0][0]:  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.1)


async def test_the_process_understands_files_and_stops_cleanly(
    world: World, broker_url: str, process: asyncio.subprocess.Process
):
    customer = await world.customer()
    await world.ask_for_documents(customer, await world.item(customer, status="paid", balance=0))
    await publish(broker_url, await world.write(customer, media=stage.photo()))

    await until(world, "SELECT count(*) FROM media_verdict WHERE answered_at IS NOT NULL")
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), PATIENCE_S)

    assert process.returncode == 0, log.decode()
    assert (await world.answers(), await world.stored()) == (["reponse_document_recu"], 1)
    assert await world.tasks() == ["document_name"]  # the specimen is another person's
    assert b"Aline" not in log
    assert b"+33" not in log


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"RELANCE_SPOOL_KEY": "court"}, "RELANCE_SPOOL_KEY"),
        ({"RELANCE_VAULT_KEY": "court"}, "RELANCE_VAULT_KEY"),
        ({"RELANCE_VAULT": "drive"}, "RELANCE_DRIVE_FOLDER"),
        (
            {"RELANCE_VAULT": "drive", "RELANCE_DRIVE_FOLDER": "x", "RELANCE_GOOGLE_CREDENTIALS": "{}"},
            "compte de service",
        ),
    ],
    ids=["spool key", "vault key", "drive without a folder", "credentials that are not"],
)
async def test_a_bad_configuration_stops_with_one_sentence(
    environment: dict[str, str], change: dict[str, str], sentence: str
):
    process = await started(environment | change)
    _, log = await asyncio.wait_for(process.communicate(), PATIENCE_S)

    last = log.decode().strip().splitlines()[-1]
    assert (process.returncode, sentence in last, "Traceback" in log.decode()) == (2, True, False), log.decode()
