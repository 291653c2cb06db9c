"""A bucket of calls: full at the start, refilled evenly, so that Google never has to refuse one.

Google counts per minute; ours refills all the time, so no minute of theirs sees more than the bucket and its refill.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

MINUTE_S = 60.0


class Bucket:
    """`per_minute` calls in any minute, 0 for no limit. One event loop; callers are served in their order."""

    def __init__(
        self,
        per_minute: int,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        # Half may leave at once, half refills within the minute: together never more than Google's own limit.
        self._size = per_minute / 2
        self._rate = per_minute / 2 / MINUTE_S
        self._monotonic = monotonic
        self._sleep = sleep
        self._left = self._size
        self._at = monotonic()

    async def take(self) -> None:
        """Return when one more call may be made."""
        if not self._rate:
            return
        now = self._monotonic()
        self._left = min(self._size, self._left + (now - self._at) * self._rate) - 1
        self._at = now
        if self._left < 0:
            await self._sleep(-self._left / self._rate)


class Quota:
    """Reads and writes, which Google meters apart, each `per_minute`."""

    def __init__(self, per_minute: int) -> None:
        self._reads, self._writes = Bucket(per_minute), Bucket(per_minute)

    async def take(self, *, is_write: bool) -> None:
        await (self._writes if is_write else self._reads).take()
