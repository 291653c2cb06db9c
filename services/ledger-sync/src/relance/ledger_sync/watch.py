"""One ledger, followed for as long as the service lives: read, take in, write back, wait.

An unreachable ledger is this loop's own affair: it says so once, waits longer each time, and the others go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync import metrics, pull, push
from relance.ledger_sync.ledgers.port import Ledger, Result
from relance.ledger_sync.pull import Pull, Pulled, Reading, Sight
from relance.runtime import logs
from relance.runtime.lifecycle import Stopping
from relance.store import pool, receivables
from relance.store.ledgers import LedgerRow

log = logs.get()

# Longer than Google's quota minute, shorter than an owner's patience.
LONGEST_WAIT_S = 120.0


class Watch:
    def __init__(
        self, ledger: LedgerRow, sheet: Ledger, pool_: pool.Pool, *, now: Callable[[], datetime], settle_polls: int
    ) -> None:
        self.ledger = ledger
        self.trouble: str | None = None
        """Why the ledger cannot be followed now; a French sentence, None when all is well."""
        self._sheet = sheet
        self._pool = pool_
        self._now = now
        self._settle_polls = settle_polls
        self._sight = Sight()
        self._failures = 0
        self._hint = asyncio.Event()
        metrics.declare(ledger.id)

    def wake(self) -> None:
        """Something changed that the sheet should show: read and write at once."""
        self._hint.set()

    async def run(self, stopping: Stopping, *, poll_s: float, gap_s: float) -> None:
        while not stopping.is_set():
            await self.round()
            if self._failures:
                # Full jitter over the doubled wait: several ledgers of one account must not come back together.
                wait = min(poll_s * 2**self._failures, LONGEST_WAIT_S) * random.uniform(0.5, 1.0)  # noqa: S311
                await stopping.pause(wait)
            elif await self._hinted(poll_s):
                await stopping.pause(gap_s)
            self._hint.clear()

    async def round(self) -> Counter[Result]:
        """Read once and write back what differs. An unreachable ledger is noted, not raised."""
        began = time.monotonic()
        try:
            results = await self._round()
        except LedgerUnreachable as error:
            self._failures += 1
            self._say(str(error))
            return Counter()
        self._failures = 0
        sheet_id = self.ledger.id
        metrics.DURATION.labels(sheet_id=sheet_id).observe(time.monotonic() - began)
        metrics.LAST_SUCCESS.labels(sheet_id=sheet_id).set(time.time())
        metrics.CONFLICTS.labels(sheet_id=sheet_id).inc(results[Result.CONFLICT])
        if results:
            log.info("ledger.written", ledger_id=sheet_id, cells=results[Result.APPLIED], changed=results.total())
        return results

    async def _round(self) -> Counter[Result]:
        snapshot = await self._sheet.snapshot()
        reading = pull.read(snapshot, self.ledger)
        at = self._now()
        if not self._sight.is_quiet or self._sight.last != snapshot:
            pulled = await self._take(reading, at)
            self._say(pulled.brake and f"Rien n'est écrit dans « {self.ledger.name} » : {pulled.brake}.")
            if pulled.brake:
                return Counter()
        return await push.write(self._pool, self.ledger, self._sheet, reading, at=at)

    async def _take(self, reading: Reading, at: datetime) -> Pulled:
        sight = Sight(sightings=Counter(self._sight.sightings), last=reading.snapshot)
        async with pool.transaction(self._pool) as connection:
            taking = Pull(connection, self.ledger, reading, at)
            pulled = await pull.take(taking, sight, settle_polls=self._settle_polls, draw=lambda: secrets.randbits(40))
            if pulled.brake:
                subject = f"{self.ledger.id}:{at:%Y-%m-%d}"
                await receivables.owner_task(connection, kind="ledger_brake", subject=subject, at=at)
        self._sight = sight
        self._count(pulled)
        return pulled

    def _count(self, pulled: Pulled) -> None:
        sheet_id = self.ledger.id
        metrics.ROWS.labels(sheet_id=sheet_id).set(pulled.rows)
        metrics.INVALID_ROWS.labels(sheet_id=sheet_id).set(pulled.held)
        metrics.BRAKE.labels(sheet_id=sheet_id).set(1 if pulled.brake else 0)
        if pulled.created or pulled.changed:
            log.info("ledger.read", ledger_id=sheet_id, rows=pulled.rows, count=pulled.created, changed=pulled.changed)

    def _say(self, trouble: str | None) -> None:
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if trouble:
            log.error("ledger.troubled", ledger_id=self.ledger.id, backend=self.ledger.backend, hint=trouble)
        else:
            log.info("ledger.recovered", ledger_id=self.ledger.id)

    async def _hinted(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hint.wait()
        return self._hint.is_set()
