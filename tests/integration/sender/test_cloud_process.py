"""The real sender as a process on a number of the official API: told by the broker and by Meta, ended by SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import pytest

from relance.runtime import broker
from relance.sandbox.servers import ports
from relance.sender.cloud import webhook
from tests.fakes import cloud_world, relayed
from tests.integration.sender.test_cloud_api import TEXT, job_for

pytestmark = pytest.mark.servers

PATIENCE_S = 120


async def test_a_message_leaves_an_answer_comes_back_and_no_browser_is_started(database, broker_url, tmp_path: Path):
    async with cloud_world.opened(database) as world, asyncio.timeout(PATIENCE_S):
        port, settings = ports.free(), world.settings
        environment = os.environ | {
            "RELANCE_DATABASE_URL": database.dsn("sender"),
            "RELANCE_BROKER_URL": broker_url,
            "RELANCE_PROFILES": str(tmp_path),
            "RELANCE_SPOOL_KEY": settings.spool_key.get_secret_value(),
            "RELANCE_HTTP_PORT": str(port),
            "RELANCE_CLOUD_URL": settings.cloud_url,
            "RELANCE_CLOUD_TOKEN": world.account.token,
            "RELANCE_CLOUD_APP_SECRET": world.account.app_secret,
            "RELANCE_CLOUD_VERIFY_TOKEN": world.account.verify_token,
            "RELANCE_SENDER_CHROMIUM": "/nowhere/chromium",
        }
        ana = await world.somebody()
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "relance.sender", env=environment)
        try:
            await world.until("SELECT EXISTS (SELECT FROM whatsapp_session WHERE state = 'connected')")
            url = f"http://127.0.0.1:{port}{webhook.PATH}"
            assert await world.control("subscribe", url=url) == {"verified": True}
            job = await job_for(world, ana)
            await publish(broker_url, job, world.number.id)
            await world.until("SELECT state IN ('sent', 'delivered') FROM send_job WHERE id = $1", job)
            await world.writes(ana, "J'ai payé")
            await world.until("SELECT EXISTS (SELECT FROM inbound_message WHERE body = 'J''ai payé')")
            assert world.arrived(ana) == [TEXT]
        finally:
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0


async def publish(broker_url: str, job: UUID, number_id: int) -> None:
    async with broker.connected(broker_url, service="test") as connection:
        channel = await connection.channel()
        await broker.declare_events(channel)
        await broker.declare_send_queue(channel, number_id)
        async with broker.publishing(connection) as publisher:
            await relayed.publish(publisher, job, number_id=number_id, at=cloud_world.now())
