"""Hearing customers: every second a cheap look for unread chats, and now and then a reading of the recent ones.

Only chats that show a customer's number, or whose title was bound to a customer when we opened it by number, are
opened; everything else on that phone stays private. The sweep at start and every quarter of an hour catches what came
while nobody looked, and the ticks of messages sent earlier.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.sender import chats
from relance.sender.desk import Desk
from relance.store import inbound

# The page's chat list is virtualised: about that many rows exist at once, the most recent first.
SWEPT_CHATS = 25


async def hear(desk: Desk) -> None:
    """One listening pass: the chat left open, then each unread one."""
    await _read(desk, await desk.intentions.do(lambda: _unread(desk)))


async def sweep(desk: Desk) -> None:
    """Read the recent chats of customers, read or not."""
    titles = await desk.intentions.do(desk.page.chat_titles)
    await _read(desk, titles[:SWEPT_CHATS])


async def _unread(desk: Desk) -> tuple[str, ...]:
    await chats.read_open(desk)
    return await desk.page.unread()


async def _read(desk: Desk, titles: Sequence[str]) -> None:
    if not titles:
        return
    async with desk.pool.acquire() as connection:
        known = await inbound.known_titles(connection, desk.number_id, titles, [chats.phone_in(t) for t in titles])
    for title in known:
        await desk.intentions.do(lambda title=title: chats.open_known(desk, title))  # type: ignore[misc]
