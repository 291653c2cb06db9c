"""One ledger: read, take in, write back. `poll` calls it again and again.

An unreachable ledger is noted and said once; the other ledgers go on.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from relance.domain.errors import LedgerClosed, LedgerUnreachable
from relance.ledger_sync import metrics, pull, push, reading
from relance.ledger_sync.facts import Pull
from relance.ledger_sync.ledgers.port import Ledger, Result
from relance.ledger_sync.pull import Pulled, Sight
from relance.ledger_sync.reading import Reading
from relance.runtime import logs
from relance.store import pool, receivables
from relance.store.ledgers import LedgerRow

log = logs.get()

BRAKE = "ledger_brake"
# A change in the database that was committed out of order is noticed at the latest after this long.
SWEEP_S = 300.0


class Watch:
    def __init__(
        self, ledger: LedgerRow, sheet: Ledger, pool_: pool.Pool, *, now: Callable[[], datetime], settle_polls: int
    ) -> None:
        self.ledger = ledger
        self.trouble: str | None = None
        """Why the ledger cannot be followed now; a French sentence, None when all is well."""
        self.failure: LedgerUnreachable | None = None
        """What the last round failed with."""
        self._sheet = sheet
        self._pool = pool_
        self._now = now
        self._settle_polls = settle_polls
        self._sight = Sight()
        self._newest: object = None
        self._swept_at = float("-inf")
        metrics.declare(ledger.id)

    async def round(self) -> Counter[Result]:
        """Read once and write back what differs. An unreachable ledger is noted, not raised."""
        began = time.monotonic()
        try:
            results = await self._round()
        except LedgerUnreachable as error:
            self.failure = error
            metrics.REFUSED.labels(sheet_id=self.ledger.id).set(1 if isinstance(error, LedgerClosed) else 0)
            # Whether what was being written arrived is not known: the next round looks at everything again.
            self._newest = None
            self._say(str(error))
            return Counter()
        self.failure = None
        sheet_id = self.ledger.id
        metrics.REFUSED.labels(sheet_id=sheet_id).set(0)
        metrics.DURATION.labels(sheet_id=sheet_id).observe(time.monotonic() - began)
        metrics.LAST_SUCCESS.labels(sheet_id=sheet_id).set(time.time())
        metrics.CONFLICTS.labels(sheet_id=sheet_id).inc(results[Result.CONFLICT])
        if results:
            log.info("ledger.written", ledger_id=sheet_id, cells=results[Result.APPLIED], changed=results.total())
        return results

    async def _round(self) -> Counter[Result]:
        snapshot = await self._sheet.snapshot()
        read = reading.read(snapshot, self.ledger, self._sight.reading)
        at = self._now()
        touched: frozenset[int] | None = frozenset()
        if not self._sight.is_quiet or self._sight.reading is not read:
            pulled = await self._take(read, at)
            self._say(pulled.brake and f"Rien n'est écrit dans « {self.ledger.name} » : {pulled.brake}.")
            if pulled.brake:
                self._newest = None
                return Counter()
            touched = pulled.edited
        elif self.trouble:
            self._say(None)
        newest = await self._news(at)
        if newest != self._newest or time.monotonic() > self._swept_at + SWEEP_S:
            touched = None
        if touched is not None and not touched:
            return Counter()
        ids = [item_id for _, item_id in self._sight.items.values()] if touched is None else sorted(touched)
        results = await push.write(self._pool, self.ledger, self._sheet, read, ids=ids, at=at)
        if touched is None:
            self._newest, self._swept_at = newest, time.monotonic()
        if results.keys() - {Result.KEPT}:
            # What did not land is tried again at the next round.
            self._newest = None
        return results

    async def _news(self, at: datetime) -> object:
        async with self._pool.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            return await receivables.newest(connection, now=at)

    async def _take(self, read: Reading, at: datetime) -> Pulled:
        sight = replace(self._sight, sightings=Counter(self._sight.sightings))
        async with pool.transaction(self._pool) as connection:
            taking = Pull(connection, self.ledger, read, at)
            pulled = await pull.take(taking, sight, settle_polls=self._settle_polls, draw=lambda: secrets.randbits(40))
            if pulled.brake:
                subject = f"{self.ledger.id}:{at:%Y-%m-%d}"
                await receivables.owner_task(connection, kind=BRAKE, subject=subject, at=at)
            elif self.trouble or pulled.is_accepted:
                await receivables.owner_task_done(connection, kind=BRAKE, subject=str(self.ledger.id))
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
