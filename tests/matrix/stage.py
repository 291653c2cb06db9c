"""One build of the page, one real sender on it, and whoever plays: the sandbox's journal is the truth.

The harness is the scheduler (what is due goes out again, once its person has nothing in flight), the compose file (a
process that died is started again) and the people.
"""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from aiohttp import web

from relance.runtime import broker
from relance.sandbox.daemons import Daemon
from relance.sandbox.servers import chromium, ports
from relance.sandbox.whatsapp import server
from relance.sandbox.whatsapp.settings import Settings
from tests.fakes import relayed
from tests.integration.sender.conftest import AGENCY, KEY, Office
from tests.matrix.plans import Mishap, Plan

PATIENCE_S = 150.0
RELEASE_S = 0.3
# In the product ten minutes; a sender that lost its number acknowledges what it can no longer write about.
JANITOR_S = 10.0
# A second copy shows itself within a moment of a restart or a reconnection.
QUIET_S = 1.5
FINAL = frozenset({"sent", "delivered", "read", "failed", "cancelled", "review"})


@dataclass
class Stage:
    office: Office
    url: str
    http: aiohttp.ClientSession
    publisher: broker.Publisher
    environment: dict[str, str]
    directory: Path
    daemon: Daemon | None = None
    ending: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self, plan: Plan) -> None:
        fault = {"RELANCE_SENDER_FAULT_MARKER": str(self.directory / f"died-{plan.number}")}
        fault |= {} if plan.crash is None else {"RELANCE_SENDER_FAULT": plan.crash}
        self.daemon = Daemon("sender", "relance.sender", environment=self.environment | fault, logs=self.directory)
        await self.control("profile", churn=plan.churn, seed=plan.number)
        await self.daemon.start()
        await self.until(self._is_connected, "connected")

    async def stop(self) -> None:
        if self.daemon is not None:
            await self.daemon.stop()

    async def play(self, plan: Plan) -> dict[uuid.UUID, tuple[str, str]]:
        """(recipient, text) of each job, once all have ended and every answer had its time."""
        for phone, name in plan.people.items():
            await self.office.customer(phone)
            if name is not None:
                await self.control("contact", number=phone, name=name)
        began, jobs = time.monotonic(), {uuid.uuid4(): (letter.to, letter.text) for letter in plan.letters}
        async with asyncio.TaskGroup() as group:
            releasing = group.create_task(self._release(plan))
            acts = [group.create_task(self._mishap(mishap, began)) for mishap in plan.mishaps]
            acts += [group.create_task(self._answers(one.by, one.text, began + one.at)) for one in plan.answers]
            for (job_id, (to, text)), letter in zip(jobs.items(), plan.letters, strict=True):
                await asyncio.sleep(max(began + letter.at - time.monotonic(), 0))
                await self.office.job(to, id=job_id, body=text, state="due", kind="answer", published_at=None)
            await asyncio.wait(acts)
            await self.control("fault", kind="clear")
            await self.until(lambda: self._all_ended(jobs), "every message ended")
            await self.until(lambda: self._all_heard(plan), "every answer stored")
            releasing.cancel()
        await asyncio.sleep(QUIET_S)
        return jobs

    async def control(self, path: str, **asked: Any) -> Any:
        async with self.http.post(f"{self.url}/control/{path}", json=asked) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def journal(self) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/control/journal") as answer:
            entries: list[dict[str, Any]] = (await answer.json())["entries"]
            return entries

    async def until(self, check: Callable[[], Awaitable[bool]], what: str) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not await check():
            if time.monotonic() > ends:
                rows = await self.office.owner.fetch("SELECT state, reason, attempt, openings FROM send_job")
                session = await self.office.owner.fetch("SELECT state FROM whatsapp_session")
                log = (self.directory / "sender.log").read_text(encoding="utf-8")[-6000:]
                raise AssertionError(f"not within {PATIENCE_S:.0f} s: {what}\n{session} {rows}\n{log}")
            await asyncio.sleep(0.1)

    async def _is_connected(self) -> bool:
        row = await self.office.owner.fetchrow("SELECT state, qr FROM whatsapp_session")
        if row and row["state"] == "unpaired" and row["qr"]:
            await self.control("pair", number=AGENCY, ref=row["qr"])
        return bool(row and row["state"] == "connected")

    async def _release(self, plan: Plan) -> None:
        """What is due goes out, once; or twice, as after a lost confirm. The janitor tells again what nobody took."""
        while True:
            rows = await self.office.owner.fetch(
                "UPDATE send_job SET state = 'published', not_before = NULL, changed_at = clock_timestamp()"
                " WHERE id IN ("
                " SELECT DISTINCT ON (customer_id) id FROM send_job j WHERE state = 'due' AND NOT EXISTS ("
                "  SELECT FROM send_job f WHERE f.customer_id = j.customer_id"
                "  AND f.state IN ('published', 'sending', 'unknown')) ORDER BY customer_id, due_at, id) RETURNING id"
            )
            rows += await self.office.owner.fetch(
                "UPDATE send_job SET changed_at = clock_timestamp() WHERE state = 'published'"
                " AND changed_at < clock_timestamp() - make_interval(secs => $1) RETURNING id",
                JANITOR_S,
            )
            for row in rows:
                for _ in range(2 if plan.is_doubled else 1):
                    await relayed.publish(
                        self.publisher, row["id"], number_id=self.office.number_id, at=self.office.now
                    )
            await asyncio.sleep(RELEASE_S)

    async def _answers(self, phone: str, text: str, at: float) -> None:
        await asyncio.sleep(max(at - time.monotonic(), 0))
        await self.control("reply", **{"from": phone, "to": AGENCY, "text": text})

    async def _mishap(self, mishap: Mishap, began: float) -> None:
        await asyncio.sleep(max(began + mishap.at - time.monotonic(), 0))
        seconds = mishap.details.get("seconds", 0)
        owner = self.office.owner
        match mishap.kind:
            case "offline":
                await self.control("fault", kind="offline", seconds=seconds)
                await asyncio.sleep(seconds)
            case "hold_acks":
                await self.control("fault", kind="hold_acks", on=True)
                await asyncio.sleep(seconds)
                await self.control("fault", kind="hold_acks", on=False)
            case "rebuild":
                await self.control("profile", seed=int(mishap.details["seed"]), reload=True)
            case "kill_sender" | "stop_sender":
                number = signal.SIGKILL if mishap.kind == "kill_sender" else signal.SIGTERM
                if self.daemon is not None and self.daemon.pid is not None:
                    os.kill(self.daemon.pid, number)
            case "kill_browser" | "kill_renderer":
                self._kill(is_renderer=mishap.kind == "kill_renderer")
            case "take_lease":
                await owner.execute("UPDATE number_lease SET epoch = epoch + 1")
            case "cut_lease":
                await owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sender-lease'"
                    " AND datname = current_database()"
                )
            case kind:
                await self.control("fault", kind=kind, **mishap.details)

    def _kill(self, *, is_renderer: bool) -> None:
        """The browser of this stage, or the processes that draw its pages; none when it is being started."""
        try:
            lock = (self.directory / "profiles/agence-1/SingletonLock").readlink()
        except OSError:
            return
        browser = int(str(lock).rpartition("-")[2])
        for pid in _drawn_by(browser) if is_renderer else [browser]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    async def _all_ended(self, jobs: dict[uuid.UUID, tuple[str, str]]) -> bool:
        rows = await self.office.owner.fetch("SELECT state FROM send_job WHERE id = ANY($1)", list(jobs))
        return len(rows) == len(jobs) and all(row["state"] in FINAL for row in rows)

    async def _all_heard(self, plan: Plan) -> bool:
        texts = [answer.text for answer in plan.answers if answer.by in plan.people]
        found = await self.office.owner.fetchval(
            "SELECT count(DISTINCT body) FROM inbound_message WHERE body = ANY($1)", texts
        )
        return bool(found == len(texts))


@asynccontextmanager
async def opened(
    directory: Path, owner: asyncpg.Connection, *, profile: str, lang: str, **told: str
) -> AsyncIterator[Stage]:
    """`told`: dsn and broker_url of the sender."""
    number_id = await owner.fetchval("INSERT INTO number (alias, phone) VALUES ('agence-1', $1) RETURNING id", AGENCY)
    office = Office(owner, number_id, now=await owner.fetchval("SELECT now()"))
    port = ports.free()
    (directory / "whatsapp").mkdir()
    settings = Settings(port=port, state=directory / "whatsapp", boot_ms=50, profile=profile, lang=lang, tick_max_s=0.4)
    runner = web.AppRunner(server.application(settings))
    await runner.setup()
    await web.TCPSite(runner, ports.LOOPBACK, port).start()
    async with (
        aiohttp.ClientSession() as http,
        broker.connected(told["broker_url"], service="test") as connection,
        broker.publishing(connection) as publisher,
    ):
        channel = await connection.channel()
        await broker.declare_events(channel)
        await broker.declare_send_queue(channel, number_id)
        url = f"http://{ports.LOOPBACK}:{port}"
        stage = Stage(office, url, http, publisher, _environment(directory, url, **told), directory)
        try:
            yield stage
        finally:
            await stage.stop()
    await runner.cleanup()


def _environment(directory: Path, url: str, *, dsn: str, broker_url: str) -> dict[str, str]:
    return {
        "RELANCE_DATABASE_URL": dsn,
        "RELANCE_BROKER_URL": broker_url,
        "RELANCE_PROFILES": str(directory / "profiles"),
        "RELANCE_SPOOL_KEY": base64.b64encode(KEY).decode(),
        "RELANCE_WHATSAPP_URL": url,
        "RELANCE_SENDER_CHROMIUM": chromium.executable(),
        "RELANCE_SENDER_CHROMIUM_SANDBOX": str(chromium.can_sandbox()).lower(),
        "RELANCE_RECONCILE_GAP_S": "1.5",
        "RELANCE_TICK_S": "5",
        "RELANCE_BARRIER_S": "10",
        "RELANCE_GIVE_UP_S": "90",
        "RELANCE_LISTEN_S": "0.5",
        "RELANCE_LEASE_POLL_S": "0.3",
        "RELANCE_LOG_LEVEL": "debug",
    }


def _drawn_by(browser: int) -> list[int]:
    """Renderers among the browser's descendants."""
    parents, renderers = {}, []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (entry / "cmdline").read_bytes():
                renderers.append(int(entry.name))
        except OSError:
            continue
    return [pid for pid in renderers if _is_below(pid, browser, parents)]


def _is_below(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        if pid == ancestor:
            return True
        pid = parents[pid]
    return False
