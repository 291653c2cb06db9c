"""One workbook, polled for as long as the service lives: every ledger in it in turn, then wait.

Google is asked once for all of a workbook's tabs. How long to wait is decided in one place: the hour, what went wrong,
how long Google asked to be left alone, and whether somebody said that something changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from relance.domain.errors import LedgerClosed, LedgerUnreachable
from relance.ledger_sync.watch import Watch
from relance.runtime.lifecycle import Stopping

# Longer than Google's quota minute, shorter than an owner's patience.
LONGEST_WAIT_S = 120.0
# A person has to act first: often enough to notice that they did, seldom enough not to be a nuisance.
CLOSED_WAIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two polls, by the hour where the ledger's owner lives."""

    day_s: float
    night_s: float
    opens: time
    closes: time

    def interval_s(self, now: datetime, zone: ZoneInfo) -> float:
        local = now.astimezone(zone).time()
        return self.day_s if self.opens <= local < self.closes else self.night_s


class Poll:
    """`also`: other readings of the workbook, done in each poll after the ledgers; they may raise LedgerUnreachable."""

    def __init__(
        self,
        watches: Sequence[Watch],
        pace: Pace,
        *,
        now: Callable[[], datetime],
        also: Sequence[Callable[[], Awaitable[object]]] = (),
    ) -> None:
        self.watches = watches
        self.workbook = watches[0].ledger.workbook
        self._also = also
        self._pace = pace
        self._now = now
        self._hint = asyncio.Event()
        self._failures = 0

    def wake(self) -> None:
        """Something changed that the sheet should show, or in the sheet: read and write at once."""
        self._hint.set()

    async def run(self, stopping: Stopping, *, gap_s: float) -> None:
        """`gap_s`: hints that arrive within this long cause one reading together."""
        while not stopping.is_set():
            failure = await self.once()
            if failure is not None:
                chance = random.uniform(0.5, 1.0)  # noqa: S311
                await stopping.pause(wait_s(failure, self._failures, self._interval_s(), chance=chance))
            elif await self._hinted(self._interval_s()):
                await stopping.pause(gap_s)
            self._hint.clear()

    async def once(self) -> LedgerUnreachable | None:
        """Every ledger of the workbook once. The failure that calls for the longest wait, if there was any."""
        failures = []
        for watch in self.watches:
            await watch.round()
            if watch.failure is not None:
                failures.append(watch.failure)
        try:
            for read in self._also:
                await read()
        except LedgerUnreachable as error:
            failures.append(error)
        # One ledger that must wait for a person does not slow down its neighbours in the same workbook.
        if failures and len(failures) < len(self.watches):
            failures = [error for error in failures if not isinstance(error, LedgerClosed)]
        self._failures = self._failures + 1 if failures else 0
        return max(failures, key=_gravity, default=None)

    def _interval_s(self) -> float:
        now = self._now()
        return min(self._pace.interval_s(now, ZoneInfo(watch.ledger.zone)) for watch in self.watches)

    async def _hinted(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hint.wait()
        return self._hint.is_set()


def wait_s(failure: LedgerUnreachable, failures: int, interval_s: float, *, chance: float) -> float:
    """`chance` (0.5 to 1) spreads several workbooks of one account: they must not come back together."""
    longest = CLOSED_WAIT_S if isinstance(failure, LedgerClosed) else LONGEST_WAIT_S
    doubled = min(interval_s * float(2 ** min(failures, 10)), longest) * chance
    return max(doubled, failure.retry_after_s or 0.0)


def _gravity(failure: LedgerUnreachable) -> tuple[bool, float]:
    return isinstance(failure, LedgerClosed), failure.retry_after_s or 0.0
