"""The real sender, as a process: real Chromium on the sandbox page, real broker, killed where it hurts."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from relance.contracts import envelope, events, topology
from relance.runtime import broker
from relance.sandbox.servers import chromium, ports
from relance.sandbox.whatsapp import server
from relance.sandbox.whatsapp.settings import Settings
from tests.integration.sender.conftest import AGENCY, ANA, BEN, BODY, KEY, Office

pytestmark = [pytest.mark.servers, pytest.mark.browser]

PATIENCE_S = 120.0


@dataclass
class Stage:
    """One sender process at a time, the sandbox it writes to, the broker it is told by."""

    office: Office
    environment: dict[str, str]
    sandbox_url: str
    broker_url: str
    http: aiohttp.ClientSession
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self, **extra: str) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "relance.sender", env=self.environment | extra, stderr=log
            )

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)

    async def ended(self) -> int:
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)

    async def control(self, path: str, **asked: Any) -> None:
        async with self.http.post(f"{self.sandbox_url}/control/{path}", json=asked) as answer:
            assert answer.status == 200, await answer.text()

    async def received(self) -> list[tuple[str, str]]:
        async with self.http.get(f"{self.sandbox_url}/control/journal") as answer:
            entries = (await answer.json())["entries"]
        return [(entry["to"], entry["text"]) for entry in entries if entry["direction"] == "out"]

    async def publish(self, job_id: Any) -> None:
        payload = events.SendJob(job_id=job_id, number_id=self.office.number_id)
        message = envelope.wrap(payload, source="scheduler", at=self.office.now)
        async with broker.connected(self.broker_url, service="test") as connection:
            channel = await connection.channel()
            await broker.declare_events(channel)
            await broker.declare_send_queue(channel, self.office.number_id)
            async with broker.publishing(connection) as publisher:
                await publisher.publish(
                    exchange=topology.SEND,
                    routing_key=topology.send_queue(self.office.number_id),
                    message_id=str(message.id),
                    body=message.model_dump(mode="json"),
                )

    async def until(self, check: Callable[[], Awaitable[bool]], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not await check():  # noqa: ASYNC110 - another process's event
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pytest.fail(f"{what}: not within {PATIENCE_S:.0f} s\n{self.log.read_text()[-6000:]}")

    async def paired(self) -> None:
        async def is_linked() -> bool:
            state = await self.office.owner.fetchrow("SELECT state, qr FROM whatsapp_session")
            if state and state["state"] == "unpaired" and state["qr"]:
                await self.control("pair", number=AGENCY, ref=state["qr"])
            return bool(state and state["state"] == "connected")

        await self.until(is_linked, "paired by the QR code of the session row")

    async def settled(self, job_id: Any, *states: str) -> None:
        async def is_there() -> bool:
            return (await self.office.row(job_id))["state"] in states

        await self.until(is_there, f"message in {states}")


@pytest.fixture
async def stage(database, broker_url, office: Office, tmp_path: Path) -> AsyncIterator[Stage]:
    port = ports.free()
    runner = web.AppRunner(server.application(Settings(port=port, state=tmp_path / "whatsapp", boot_ms=50)))
    (tmp_path / "whatsapp").mkdir()
    await runner.setup()
    await web.TCPSite(runner, ports.LOOPBACK, port).start()
    url = f"http://{ports.LOOPBACK}:{port}"
    environment = os.environ | {
        "RELANCE_DATABASE_URL": database.dsn("sender"),
        "RELANCE_BROKER_URL": broker_url,
        "RELANCE_PROFILES": str(tmp_path / "profiles"),
        "RELANCE_SPOOL_KEY": base64.b64encode(KEY).decode(),
        "RELANCE_WHATSAPP_URL": url,
        "RELANCE_SENDER_CHROMIUM": chromium.executable(),
        "RELANCE_SENDER_CHROMIUM_SANDBOX": str(chromium.can_sandbox()).lower(),
        "RELANCE_RECONCILE_GAP_S": "2",
        "RELANCE_LEASE_POLL_S": "0.3",
        "RELANCE_LOG_LEVEL": "debug",
    }
    async with aiohttp.ClientSession() as http:
        made = Stage(office, environment, url, broker_url, http, tmp_path / "sender.log")
        # The product's clock is the real one here: the rows must be of today.
        office.now = await office.owner.fetchval("SELECT now()")
        yield made
        if made.process and made.process.returncode is None:
            made.process.kill()
            await made.process.wait()
    await runner.cleanup()


async def test_a_message_is_sent_a_reply_is_heard_and_sigterm_ends_it(stage):
    await stage.start()
    await stage.paired()
    job = await stage.office.job()

    await stage.publish(job)
    await stage.settled(job, "sent", "delivered", "read")
    await stage.control("reply", **{"from": ANA, "text": "j'ai payé"})

    async def is_heard() -> bool:
        return await stage.office.owner.fetchval("SELECT body FROM inbound_message") == "j'ai payé"

    await stage.until(is_heard, "reply heard")
    assert await stage.received() == [(ANA, BODY)]
    assert await stage.stop() == 0


async def test_a_standby_takes_over_from_a_killed_sender_with_the_same_login(stage):
    await stage.start()
    await stage.paired()
    killed = stage.process
    await stage.start()
    job = await stage.office.job()
    killed.kill()
    await killed.wait()

    await stage.publish(job)
    await stage.settled(job, "sent", "delivered", "read")

    assert await stage.received() == [(ANA, BODY)]
    assert (await stage.office.row(job))["epoch"] == 3
    assert await stage.stop() == 0


async def test_sigterm_finishes_the_message_in_hand(stage):
    await stage.start()
    await stage.paired()
    await stage.control("fault", kind="hold_acks", on=True)
    job = await stage.office.job()
    await stage.publish(job)

    async def is_clicked() -> bool:
        return await stage.received() == [(ANA, BODY)]

    await stage.until(is_clicked, "clicked")
    stage.process.terminate()
    await stage.control("fault", kind="clear")

    assert await stage.ended() == 0
    assert (await stage.office.row(job))["state"] in {"sent", "delivered"}


async def test_messages_go_on_after_the_broker_came_back(stage, rabbitmq_server):
    await stage.start()
    await stage.paired()
    before, after = await stage.office.job(), await stage.office.job(BEN)
    await stage.publish(before)
    await stage.settled(before, "sent", "delivered", "read")

    await rabbitmq_server.stop()
    await rabbitmq_server.start()
    await stage.publish(after)
    await stage.settled(after, "sent", "delivered", "read")

    assert [to for to, _ in await stage.received()] == [ANA, BEN]
    assert await stage.stop() == 0


async def test_a_killed_browser_is_replaced_and_the_login_survives(stage, tmp_path):
    await stage.start()
    await stage.paired()
    lock = str((tmp_path / "profiles/agence-1/SingletonLock").readlink())

    os.kill(int(lock.rpartition("-")[2]), signal.SIGKILL)

    async def is_replaced() -> bool:
        row = await stage.office.owner.fetchrow(
            "SELECT epoch, state FROM number_lease JOIN whatsapp_session USING (number_id)"
        )
        return (row["epoch"], row["state"]) == (3, "connected")

    await stage.until(is_replaced, "browser replaced")
    job = await stage.office.job()
    await stage.publish(job)
    await stage.settled(job, "sent", "delivered", "read")
    assert await stage.stop() == 0


async def test_a_worn_browser_is_replaced_under_the_same_lease_and_messages_go_on(stage):
    settled = {"RELANCE_BROWSER_MEMORY_MB": "1", "RELANCE_BROWSER_SETTLED_S": "1", "RELANCE_BROWSER_LOOK_S": "20"}
    await stage.start(**settled)
    await stage.paired()

    async def is_worn() -> bool:
        return "browser.worn" in stage.log.read_text()

    await stage.until(is_worn, "browser worn")
    job = await stage.office.job()
    await stage.publish(job)
    await stage.settled(job, "sent", "delivered", "read")
    assert stage.log.read_text().count("lease.taken") == 1
    assert await stage.received() == [(ANA, BODY)]
    assert await stage.stop() == 0


async def test_without_chromium_it_ends_with_one_sentence(stage):
    await stage.start(RELANCE_SENDER_CHROMIUM="/nowhere/chromium")

    assert await stage.ended() == 2
    assert "Chromium est introuvable" in stage.log.read_text()
    assert "Traceback" not in stage.log.read_text()
