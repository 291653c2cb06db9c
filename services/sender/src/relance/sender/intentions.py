"""One page, one user: whatever wants the browser queues an intention, and one worker carries them out in turn.

An intention is a whole act of a user: a send transaction, a look at a chat, a listening pass. One that fails tells its
caller; three unexpected failures in a row, or one that never ends, mean that the browser is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from relance.domain.errors import BrowserLost, RelanceError

Result = TypeVar("Result")

# Longer than any send with all its deadlines on a starved host.
LONGEST_S = 300.0
FAILURES_IN_A_ROW = 3


class Intentions:
    def __init__(self, *, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._in_hand: asyncio.Task[Any] | None = None
        self._is_over = False
        self._queue: asyncio.Queue[tuple[Callable[[], Coroutine[Any, Any, Any]], asyncio.Future[Any]]] = asyncio.Queue()

    async def do(self, intention: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Carry out one intention when its turn comes; raises what it raises."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        await self._queue.put((intention, done))
        return await done

    def cut_short(self) -> None:
        """End what is in hand where it stands, and begin nothing more: every caller is cancelled."""
        self._is_over = True
        if self._in_hand is not None:
            self._in_hand.cancel()

    async def carry_out(self) -> None:
        """The one worker. Raises BrowserLost when the page cannot be used any more."""
        failures = 0
        while True:
            intention, done = await self._queue.get()
            if self._is_over:
                done.cancel()
            if done.cancelled():
                continue
            error = await self._carry_out_one(intention, done)
            failures = failures + 1 if error and not isinstance(error, RelanceError) else 0
            if failures >= FAILURES_IN_A_ROW:
                raise BrowserLost(f"{failures} échecs de suite : {type(error).__name__}") from error

    async def _carry_out_one(
        self, intention: Callable[[], Coroutine[Any, Any, Any]], done: asyncio.Future[Any]
    ) -> BaseException | None:
        task = self._in_hand = asyncio.create_task(intention())
        try:
            await asyncio.wait({task}, timeout=self._longest_s)
            if not task.done():
                raise BrowserLost(f"la page ne répond plus depuis {self._longest_s:.0f} s")
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
                done.cancel()
        return _hand_over(task, done)


def _hand_over(task: asyncio.Task[Any], done: asyncio.Future[Any]) -> BaseException | None:
    if task.cancelled():
        done.cancel()
        return None
    error = task.exception()
    if done.cancelled():
        return error
    if error is None:
        done.set_result(task.result())
    else:
        done.set_exception(error)
    return error
