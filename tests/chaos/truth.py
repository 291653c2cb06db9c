"""The question every chaos test ends with, asked of the sandbox's journal."""

from __future__ import annotations

import asyncio
import time

from relance.sandbox import story, wiring
from relance.sandbox.controls import Accepted
from relance.sandbox.expected import FIRST, Line
from relance.sandbox.practice import Practice

DEADLINE_S = 180.0
# Long enough for a second copy to show itself: a redelivery comes within a second of a restart.
QUIET_S = 5.0


async def sent(world: Practice) -> list[Accepted]:
    return await world.phones.journal(sent_by=wiring.NUMBER.phone)


async def until_sent(world: Practice, count: int) -> None:
    """Wait until so many messages are in the ground truth."""
    async with asyncio.timeout(DEADLINE_S):
        while len(await sent(world)) < count:  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.05)


async def each_exactly_once(world: Practice, expected: tuple[Line, ...] = FIRST) -> None:
    """The one assertion of this folder: whatever happened, everybody got each message once, and nothing else."""
    give_up = time.monotonic() + DEADLINE_S
    missing, unexpected = [""], []
    while missing and time.monotonic() < give_up:
        await asyncio.sleep(0.3)
        missing, unexpected = story.compare(await sent(world), list(expected))
    if not missing:
        await asyncio.sleep(QUIET_S)
        missing, unexpected = story.compare(await sent(world), list(expected))
    assert (missing, unexpected) == ([], [])
