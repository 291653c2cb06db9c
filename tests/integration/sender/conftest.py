"""A desk over a real PostgreSQL and a fake phone, and the rows a sender finds there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import pytest

from relance.sender import enclosing
from relance.sender.desk import Desk, Patience
from relance.sender.session import Session
from relance.store import pool, spool
from tests.fakes.whatsapp_phone import FakePhone

AGENCY = "+33639980001"
ANA = "+33639980101"
BEN = "+33639980102"
BODY = "Bonjour Ana,\nil reste 1 234,56 € à régler.\nRépondez STOP pour ne plus recevoir de rappel."
KEY = bytes(range(32))


@dataclass
class Office:
    """What the other services would have written, and what the sender made of it."""

    owner: asyncpg.Connection
    number_id: int
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    customers: dict[str, int] = field(default_factory=dict)

    async def customer(self, phone: str) -> int:
        if phone not in self.customers:
            self.customers[phone] = await self.owner.fetchval(
                "INSERT INTO customer (phone, name, language, zone, number_id)"
                " VALUES ($1, 'Ana Martin', 'fr', 'Europe/Paris', $2) RETURNING id",
                phone,
                self.number_id,
            )
        return self.customers[phone]

    async def receivable(self, phone: str = ANA, *, status: str = "pending") -> int:
        return await self.owner.fetchval(
            "INSERT INTO receivable (ledger_id, key, customer_id, status, fingerprint, cells_hash, position,"
            " created_at, changed_at) VALUES (1, $1, $2, $3, '', '', 1, $4, $4) RETURNING id",
            uuid.uuid4().hex[:8],
            await self.customer(phone),
            status,
            self.now,
        )

    async def job(self, phone: str = ANA, *, items: dict[int, int] | None = None, **columns: Any) -> uuid.UUID:
        given = {
            "id": uuid.uuid4(),
            "number_id": self.number_id,
            "customer_id": await self.customer(phone),
            "kind": "payment",
            "template": "facture_1",
            "language": "fr",
            "item_versions": json.dumps({str(k): v for k, v in (items or {}).items()}),
            "body": BODY,
            "state": "published",
            "due_at": self.now,
            "not_after": self.now + timedelta(hours=5),
        } | columns
        names, places = ", ".join(given), ", ".join(f"${i + 1}" for i in range(len(given)))
        await self.owner.execute(f"INSERT INTO send_job ({names}) VALUES ({places})", *given.values())
        return given["id"]

    async def attachment(self, body: bytes) -> uuid.UUID:
        """A file of the scheduler's, sealed under the tests' key."""
        made = uuid.uuid4()
        nonce, sealed = spool.seal(KEY, made, body)
        await self.owner.execute(
            """INSERT INTO attachment (id, kind, mime, file_name, size_bytes, sha256, nonce, sealed, made_at)
               VALUES ($1, 'pdf', 'application/pdf', 'facture.pdf', $2, $3, $4, $5, $6)""",
            made,
            len(body),
            hashlib.sha256(body).hexdigest(),
            nonce,
            sealed,
            self.now,
        )
        return made

    async def begun(self, phone: str = ANA, *, attempt: int = 1, **columns: Any) -> uuid.UUID:
        """A message whose sender died somewhere after its claim."""
        job_id = await self.job(phone, state="sending", attempt=attempt, claimed_at=self.now, epoch=1, **columns)
        await self.owner.execute(
            "INSERT INTO attempt (job_id, no, epoch, claimed_at) VALUES ($1, $2, 1, $3)", job_id, attempt, self.now
        )
        return job_id

    async def hold(self, phone: str, reason: str) -> None:
        await self.owner.execute(
            "INSERT INTO hold (scope, customer_id, reason, by, created_at) VALUES ('customer', $1, $2, 'test', $3)",
            await self.customer(phone),
            reason,
            self.now,
        )

    async def pay(self, receivable_id: int) -> None:
        await self.owner.execute(
            "UPDATE receivable SET status = 'paid', paid_evidence = 'sheet', version = version + 1 WHERE id = $1",
            receivable_id,
        )

    async def row(self, job_id: uuid.UUID) -> asyncpg.Record:
        return await self.owner.fetchrow("SELECT * FROM send_job WHERE id = $1", job_id)

    async def ended(self, job_id: uuid.UUID) -> tuple[str, str | None]:
        row = await self.row(job_id)
        return row["state"], row["reason"]

    async def told(self) -> list[str]:
        return [r["routing_key"] for r in await self.owner.fetch("SELECT routing_key FROM outbox ORDER BY id")]

    async def tasks(self) -> list[str]:
        return [r["kind"] for r in await self.owner.fetch("SELECT kind FROM human_task ORDER BY id")]


@pytest.fixture
async def office(database) -> AsyncIterator[Office]:
    owner = await asyncpg.connect(database.dsn("owner"))
    number_id = await owner.fetchval("INSERT INTO number (alias, phone) VALUES ('agence-1', $1) RETURNING id", AGENCY)
    await owner.execute(
        "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
        " VALUES ('factures', 'facture', 'xlsx', 'w', 't', 'Agence', 'EUR', 'FR', 'Europe/Paris', $1)",
        number_id,
    )
    await owner.execute("INSERT INTO number_lease VALUES ($1, 'test', 1, clock_timestamp(), 'here')", number_id)
    yield Office(owner, number_id)
    await owner.close()


@pytest.fixture
def phone() -> FakePhone:
    return FakePhone()


@pytest.fixture
async def desk(database, office: Office, phone: FakePhone) -> AsyncIterator[Desk]:
    async with pool.opened(database.dsn("sender"), application="sender", size=3) as opened:
        made = Desk(
            pool=opened,
            page=phone,
            number_id=office.number_id,
            epoch=1,
            now=lambda: office.now,
            spool_key=KEY,
            patience=Patience(barrier_s=0, tick_s=0, reconcile_gap_s=0),
            enclosed=partial(enclosing.paper_of, opened, KEY),
        )
        worker = asyncio.create_task(made.intentions.carry_out())
        yield made
        worker.cancel()
        await asyncio.wait({worker})


@pytest.fixture
async def session(desk: Desk) -> Session:
    made = Session(desk)
    await made.begin()
    await made.look()
    return made
