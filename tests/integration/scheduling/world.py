"""A scheduler's world on a real database: rows as ledger-sync would write them, a sender that answers at once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from relance.domain.pacing import Pace
from relance.domain.steps import Policy
from relance.scheduler import plan, release, texts

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TEXTS = texts.load(None)


class World:
    """Acts as the other services with the owner's rights; plans and releases with the scheduler's."""

    def __init__(self, owner: asyncpg.Connection, pool: asyncpg.Pool) -> None:
        self.owner = owner
        self.pool = pool
        self.now = TUESDAY
        self.policy = Policy()
        self.pace = Pace(timedelta(seconds=30), timedelta(seconds=30))

    async def prepare(self) -> None:
        await self.owner.execute(
            """
            INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001');
            INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)
            VALUES ('voyages', 'voyage', 'xlsx', 'w', 't', 'Agence Azur', 'EUR', 'FR', 'Europe/Paris', 1),
                   ('factures', 'facture', 'xlsx', 'w', 't', 'Agence Azur', 'EUR', 'FR', 'Europe/Paris', 1);
            INSERT INTO whatsapp_session VALUES (1, 'connected', NULL, now());
            """
        )

    async def customer(self, phone: str = "+33639980101", name: str = "Ana Martin") -> int:
        sql = """INSERT INTO customer (phone, name, language, zone, number_id) VALUES ($1, $2, 'fr', 'Europe/Paris', 1)
                 RETURNING id"""
        return await self.owner.fetchval(sql, phone, name)

    async def facture(self, customer: int | None, days_late: int, **changes: Any) -> int:
        return await self._row(2, customer, due_on=self.now.date() - days_late * DAY, **changes)

    async def voyage(self, customer: int | None, days_left: int, **changes: Any) -> int:
        departs = self.now.date() + days_left * DAY
        return await self._row(1, customer, due_on=departs - 30 * DAY, departs_on=departs, **changes)

    async def _row(
        self, ledger: int, customer: int | None, *, due_on: date, departs_on: date | None = None, **changes: Any
    ) -> int:
        count = await self.owner.fetchval("SELECT count(*) FROM receivable")
        row = {
            "ledger_id": ledger, "key": f"KEY{count:05}", "customer_id": customer, "status": "pending",
            "currency": "EUR", "total": 1200, "balance": 800, "due_on": due_on, "departs_on": departs_on,
            "label": f"Objet {count}", "payment_link": "https://pay.example/x", "fingerprint": f"f{count}",
            "cells_hash": "h", "position": count, "created_at": self.now, "changed_at": self.now,
        } | changes  # fmt: skip
        columns = ", ".join(row)
        marks = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        return await self.owner.fetchval(
            f"INSERT INTO receivable ({columns}) VALUES ({marks}) RETURNING id", *row.values()
        )

    async def pay(self, item: int, evidence: str = "sheet") -> None:
        """As ledger-sync does: the row, and every message about it that no key was pressed for."""
        await self.owner.execute(
            """UPDATE receivable SET status = 'paid', paid_evidence = $2, paid_at = $3, changed_at = $3,
               version = version + 1
               WHERE id = $1""", item, evidence, self.now,
        )  # fmt: skip
        await self.owner.execute(
            """UPDATE send_job SET state = 'cancelled', reason = 'paid'
               WHERE state IN ('due', 'published') AND kind = 'payment'
               AND id IN (SELECT job_id FROM reminder WHERE receivable_id = $1)""", item,
        )  # fmt: skip

    async def hold(self, item: int, reason: str = "pause", scope: str = "item") -> int:
        return await self.owner.fetchval(
            f"""INSERT INTO hold (scope, {'receivable' if scope == 'item' else scope}_id, reason, by, created_at)
                VALUES ($1, $2, $3, 'test', $4) RETURNING id""", scope, item, reason, self.now,
        )  # fmt: skip

    async def lift(self, hold: int) -> None:
        await self.owner.execute("UPDATE hold SET lifted_at = $2, lifted_by = 'test' WHERE id = $1", hold, self.now)

    async def plan(self) -> int:
        return await plan.run(self.pool, TEXTS, self.policy, self.now)

    async def release(self) -> int:
        rules = release.Rules(self.policy, self.pace, random.Random(1))
        return await release.run(self.pool, TEXTS, rules, self.now)

    async def send(self) -> list[str]:
        """As the sender does, at once, with everything that is published: the texts."""
        blocked = await self.owner.fetchval(
            "SELECT count(*) FROM send_job WHERE state = 'published' AND send_blocker(id, $1) IS NOT NULL", self.now
        )
        assert blocked == 0, "what the release lets go, the sender's own check must let go"
        rows = await self.owner.fetch(
            """UPDATE send_job SET state = 'sent', sent_at = $1, claimed_at = $1, evidence = '{}'
               WHERE state = 'published' RETURNING body""", self.now,
        )  # fmt: skip
        return [row["body"] for row in rows]

    async def turn(self) -> list[str]:
        """Plan, release and send until nothing more leaves now (each message waits for the number's pause)."""
        texts_ = []
        while await self.plan() or await self.jobs("due"):
            if not await self.release():
                break
            texts_ += await self.send()
            self.now += self.pace.longest
        return texts_

    async def jobs(self, state: str | None = None) -> list[asyncpg.Record]:
        return await self.owner.fetch(
            "SELECT * FROM send_job WHERE $1::text IS NULL OR state = $1 ORDER BY due_at, template", state
        )

    async def decision(self, item: int) -> asyncpg.Record:
        return await self.owner.fetchrow("SELECT * FROM decision WHERE receivable_id = $1", item)
