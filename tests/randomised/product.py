"""The product beside the person: its own pull and push over a real database, its ledger under faults.

The person acts between any two calls that the product makes of a workbook: before a reading, between reading and
writing, just before a write lands. A call itself is one instant, at Google as in a rename.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from relance.ledger_sync.ledgers import google_account, xlsx
from relance.ledger_sync.ledgers.port import CellPatch, Ledger, Result, Snapshot
from relance.ledger_sync.watch import Watch
from relance.store import pool
from relance.store.ledgers import LedgerRow
from tests.integration.sandbox_google.conftest import RunningGoogle
from tests.randomised.human import Human
from tests.randomised.sheet import Row

log = logging.getLogger("storm")

PARIS = ZoneInfo("Europe/Paris")
OPEN = ("pending", "reminded", "late")
FAULTS = ("quota", "error_503", "drop_after_apply", "latency")
Interrupt = Callable[[bool], None]
"""Told whether the call it comes before is the one that writes."""


class BetweenCalls(google_account.Account):
    """The real account; somebody may act before each of its calls."""

    interrupt: Interrupt = staticmethod(lambda _: None)

    reads = 0

    async def call(self, method: str, *args: Any) -> Any:
        self.interrupt(method == "batch_update")
        answer = await super().call(method, *args)
        self.reads += method == "values_batch_get"
        return answer


class BetweenLooks(xlsx.XlsxLedger):
    """The real local ledger; somebody may act before each of its looks at the file."""

    interrupt: Interrupt = staticmethod(lambda _: None)
    reads = 0
    is_writing = False

    def _version(self) -> Any:
        self.interrupt(self.is_writing)
        self.reads += 1
        return super()._version()

    def _replace(self, *args: Any) -> bool:
        self.is_writing = True
        try:
            return super()._replace(*args)
        finally:
            self.is_writing = False


class Watched:
    """The ledger as given, which remembers what the sheet was when it was read."""

    def __init__(self, ledger: Ledger, human: Human, counted: BetweenCalls | BetweenLooks) -> None:
        self._ledger = ledger
        self._counted = counted
        self._human = human
        self.read_at = 0
        self.meant: Sequence[CellPatch] = ()
        self.crossed: set[int] = set()
        """Rows whose status a person typed in the instant of this write."""
        self.met = 0
        """How often a write of ours met such a word, and let it stand."""

    async def snapshot(self) -> Snapshot:
        before, reads = self._human.sheet.version, self._counted.reads
        found = await self._ledger.snapshot()
        # Of acts during the snapshot it is not known whether it saw them; one of looks only saw none.
        if self._counted.reads > reads:
            self.read_at = before
        return found

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        self.meant, self.crossed = patches, set()
        try:
            results = await self._ledger.apply(patches)
        finally:
            self.meant = ()
        for patch, result in zip(patches, results, strict=True):
            self.met += patch.is_shared and patch.row in self.crossed and result is Result.CONFLICT
        return results


class Product:
    def __init__(self, ledger: LedgerRow, sheet: Ledger, pool_: pool.Pool, *, now: datetime) -> None:
        self.now = now
        self.watch: Watch
        self._ledger = ledger
        self._pool = pool_
        self._sheet = sheet
        self.results: Counter[Result] = Counter()
        self.restart()

    def restart(self) -> None:
        self.watch = Watch(self._ledger, self._sheet, self._pool, now=lambda: self.now, settle_polls=2)

    async def round(self) -> Counter[Result]:
        self.now += timedelta(minutes=1)
        done = await self.watch.round()
        self.results += done
        return done

    @property
    def is_braked(self) -> bool:
        return (self.watch.trouble or "").startswith("Rien n'est écrit")


class World:
    """What the rest of the house does meanwhile: reminders leave, customers claim, agents pause, steps are decided."""

    def __init__(self, admin: asyncpg.Connection, human: Human, product: Product, chance: random.Random) -> None:
        self._admin = admin
        self._human = human
        self._product = product
        self._chance = chance

    async def turn(self) -> None:
        """Something happens to one item, whose row the person has not touched since it was read."""
        found = await self._admin.fetch(
            "SELECT id, customer_id, position, status FROM receivable"
            " WHERE absences = 0 AND problems = '[]' AND status = ANY($1::text[]) ORDER BY id",
            list(OPEN),
        )
        if not found:
            return
        item = self._chance.choice(found)
        row = self._human.sheet.rows[item["position"] - 1]
        assert row.cells, "an item stands on a row that is blank"
        act = self._chance.choices([self._sent, self._claims, self._pauses, self._decides], [4, 2, 1, 3])[0]
        log.debug("row %s, item %s: %s", row.number, item["id"], act.__name__)
        await act(item, row)

    async def _sent(self, item: asyncpg.Record, row: Row) -> None:
        job, at = uuid.uuid4(), self._product.now + timedelta(seconds=30)
        await self._admin.execute(
            "INSERT INTO send_job (id, number_id, customer_id, receivable_id, kind, template, language, state, due_at,"
            " sent_at, evidence) VALUES ($1, 1, $2, $3, 'payment', 'voyage_j30', 'fr', 'sent', $4, $4, '{}')",
            job, item["customer_id"], item["id"], at,
        )  # fmt: skip
        await self._admin.execute(
            "INSERT INTO reminder (id, ledger_id, receivable_id, step, due_at, job_id, created_at)"
            " VALUES ($1, 1, $2, $3, $4, $5, $4)",
            uuid.uuid4(), item["id"], f"step-{job}", at, job,
        )  # fmt: skip
        row.sent_on = at.astimezone(PARIS).date()
        row.reasons["sent"] = True

    async def _claims(self, item: asyncpg.Record, row: Row) -> None:
        await self._hold(item, "paid_claim")
        row.reasons["claim"] = True
        row.may_hold_claim = False
        row.holds.add("paid_claim")

    async def _pauses(self, item: asyncpg.Record, row: Row) -> None:
        if "pause" in row.holds:
            await self._admin.execute(
                "UPDATE hold SET lifted_at = $2, lifted_by = 'test' WHERE receivable_id = $1 AND reason = 'pause'",
                item["id"], self._product.now,
            )  # fmt: skip
            row.holds.discard("pause")
        else:
            await self._hold(item, "pause")
            row.holds.add("pause")

    async def _hold(self, item: asyncpg.Record, reason: str) -> None:
        """As the inbox places one: what was said last counts, and takes the place of what was said before."""
        at = self._product.now + timedelta(seconds=30)
        await self._admin.execute(
            "UPDATE hold SET lifted_at = $3, lifted_by = 'test'"
            " WHERE receivable_id = $1 AND reason = $2 AND lifted_at IS NULL",
            item["id"], reason, at,
        )  # fmt: skip
        await self._admin.execute(
            "INSERT INTO hold (scope, receivable_id, reason, by, created_at) VALUES ('item', $1, $2, 'test', $3)",
            item["id"], reason, at,
        )  # fmt: skip

    async def _decides(self, item: asyncpg.Record, row: Row) -> None:
        step = self._chance.choice(["voyage_j30", "voyage_j15"])
        at = self._product.now + timedelta(days=self._chance.randrange(1, 90))
        row.next_step, row.next_on = step, at.astimezone(PARIS).date()
        await self._admin.execute(
            "INSERT INTO decision (receivable_id, verdict, next_step, next_at, decided_at)"
            " VALUES ($1, 'wait', $2, $3, $4) ON CONFLICT (receivable_id) DO UPDATE"
            " SET next_step = EXCLUDED.next_step, next_at = EXCLUDED.next_at, decided_at = EXCLUDED.decided_at",
            item["id"], step, at, self._product.now,
        )  # fmt: skip


class OnlineFaults:
    is_shut = False
    """Whether nobody can edit meanwhile."""

    def __init__(self, server: RunningGoogle, chance: random.Random) -> None:
        self._server, self._chance = server, chance

    def strike(self) -> None:
        path = self._chance.choice(["", "batchGet", ":batchUpdate"])
        self._server.control("fault", kind=self._chance.choice(FAULTS), times=1, path=f"{path}", seconds=0.02)

    def clear(self) -> None:
        self._server.control("fault", kind="clear")


class LocalFaults:
    """Left open in a spreadsheet program, or caught half written."""

    def __init__(self, path: Any, chance: random.Random) -> None:
        self._path, self._chance = path, chance
        self._lock = path.with_name(f"~${path.name}")
        self._whole: bytes | None = None

    @property
    def is_shut(self) -> bool:
        return self._whole is not None

    def strike(self) -> None:
        if self._chance.random() < 0.7:
            self._lock.touch()
        else:
            self._whole = self._path.read_bytes()
            self._path.write_bytes(self._whole[: len(self._whole) // 2])

    def clear(self) -> None:
        self._lock.unlink(missing_ok=True)
        if self._whole is not None:
            self._path.write_bytes(self._whole)
            self._whole = None
