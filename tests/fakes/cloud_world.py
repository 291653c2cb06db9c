"""The sandbox Cloud API, a number that speaks through it, and the sender's ears: real HTTP and a real database."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import asyncpg
from aiohttp.test_utils import TestServer

from relance.runtime import health
from relance.sandbox.cloud_api import server
from relance.sandbox.cloud_api.world import Account
from relance.sender.cloud import graph, webhook
from relance.sender.cloud.page import CloudPage
from relance.sender.settings import SenderSettings
from relance.store import pool
from relance.store.numbers import Number
from tests.conftest import Database

AGENCY = "+33639980001"


@dataclass
class CloudWorld:
    account: Account
    url: str
    settings: SenderSettings
    owner: asyncpg.Connection
    pool: pool.Pool
    number: Number
    http: aiohttp.ClientSession
    hears_at: str
    people: int = 0

    @asynccontextmanager
    async def page(self, *, epoch: int = 1) -> AsyncIterator[CloudPage]:
        async with graph.opened(self.settings, self.number) as client:
            made = CloudPage(client, self.pool, number_id=self.number.id, epoch=epoch)
            await made.state()
            yield made

    async def somebody(self) -> str:
        """A customer who has just written, so that anything may be said for 24 hours."""
        phone = await self.stranger()
        await self.writes(phone, "Bonjour", ago_s=0)
        return phone

    async def stranger(self) -> str:
        """A customer who never wrote."""
        self.people += 1
        phone = f"+3363998{self.people + 1000:04d}"
        await self.owner.execute(
            "INSERT INTO customer (phone, name, language, zone, number_id)"
            " VALUES ($1, 'Ana', 'fr', 'Europe/Paris', $2)",
            phone,
            self.number.id,
        )
        return phone

    async def writes(
        self, phone: str, text: str, *, ago_s: float = 0, media: tuple[str, str, bytes] | None = None
    ) -> None:
        asked: dict[str, Any] = {"from": phone, "text": text, "ago_s": ago_s}
        if media:
            kind, mime, content = media
            asked["media"] = {"kind": kind, "mime": mime, "base64": base64.b64encode(content).decode()}
        wamid = (await self.control("incoming", **asked))["id"]
        known = "SELECT EXISTS (SELECT FROM customer WHERE phone = $1)"
        if await self.owner.fetchval(known, phone):
            await self.until("SELECT EXISTS (SELECT FROM cloud_message WHERE key = $1)", wamid)

    async def control(self, verb: str, **asked: Any) -> Any:
        async with self.http.post(f"{self.url}/control/{verb}", json=asked) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def until(self, query: str, *values: Any) -> None:
        """Wait until the database says so; the test's own time-out ends it."""
        while not await self.owner.fetchval(query, *values):  # noqa: ASYNC110 - another process's event
            await asyncio.sleep(0.02)

    def arrived(self, phone: str) -> list[str]:
        return [one.text for one in self.account.journal if one.to == phone]


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[CloudWorld]:
    account = Account()
    owner = await asyncpg.connect(database.dsn("owner"))
    number_id = await owner.fetchval(
        "INSERT INTO number (alias, phone, transport, cloud_phone_id, cloud_account_id)"
        " VALUES ('agence-1', $1, 'cloud_api', $2, $3) RETURNING id",
        AGENCY,
        account.phone_id,
        account.account_id,
    )
    await owner.execute("INSERT INTO number_lease VALUES ($1, 'test', 1, clock_timestamp(), 'here')", number_id)
    number = Number(number_id, "agence-1", AGENCY, "cloud_api", account.phone_id, account.account_id)
    async with (
        TestServer(server.application(account)) as meta,
        pool.opened(database.dsn("sender"), application="sender", size=3) as opened_pool,
        aiohttp.ClientSession() as http,
    ):
        settings = told(database, f"http://127.0.0.1:{meta.port}", account)
        routes = webhook.routes(settings, opened_pool, now)
        async with health.served("127.0.0.1", 0, lambda: None, routes=routes) as port:
            hears_at = f"http://127.0.0.1:{port}{webhook.PATH}"
            made = CloudWorld(account, settings.cloud_url, settings, owner, opened_pool, number, http, hears_at)
            assert await made.control("subscribe", url=hears_at) == {"verified": True}
            yield made
    await owner.close()


def now() -> datetime:
    return datetime.now(tz=UTC)


def told(database: Database, url: str, account: Account) -> SenderSettings:
    return SenderSettings(
        database_url=database.dsn("sender"),
        broker_url="amqp://unused",
        profiles="/nonexistent",
        spool_key=base64.b64encode(bytes(32)).decode(),
        cloud_url=url,
        cloud_token=account.token,
        cloud_app_secret=account.app_secret,
        cloud_verify_token=account.verify_token,
    )  # type: ignore[arg-type]
