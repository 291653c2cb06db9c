"""Hearing customers: every second a cheap look for unread chats, and now and then a reading of the recent ones.

Only chats that show a customer's number, whose title was bound to a customer when we opened it by number, or that the
list gives for a customer's number, are opened; everything else on that phone stays private.

To open a chat is to mark it read, before its messages are stored: the sweep at start and every quarter of an hour reads
again what a dying process had only opened, and finds what came while nobody looked, and late ticks.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.sender import chats, recognition
from relance.sender.desk import Desk
from relance.store import inbound
from relance.store.inbound import Chat

SWEPT_CHATS = 25
"""Of customers, the most recent first."""


async def hear(desk: Desk) -> None:
    """One listening pass: the chat left open, then each unread one, then names that may be customers."""
    titles = await desk.intentions.do(lambda: _unread(desk))
    known = await _known(desk, titles)
    await _read(desk, known)
    strange = [title for title in titles if chats.phone_in(title) is None and title not in {c.title for c in known}]
    await recognition.recognise(desk, strange)


async def sweep(desk: Desk) -> None:
    """Read the recent chats of customers, read or not."""
    titles = await desk.intentions.do(desk.page.chat_titles)
    await _read(desk, (await _known(desk, titles))[:SWEPT_CHATS])


async def _unread(desk: Desk) -> tuple[str, ...]:
    await chats.read_open(desk)
    return await desk.page.unread()


async def _known(desk: Desk, titles: Sequence[str]) -> tuple[Chat, ...]:
    if not titles:
        return ()
    async with desk.pool.acquire() as connection:
        phones = [chats.phone_in(title) for title in titles]
        return await inbound.known_chats(connection, desk.number_id, titles, phones)


async def _read(desk: Desk, known: Sequence[Chat]) -> None:
    for chat in known:
        await desk.intentions.do(lambda chat=chat: chats.open_known(desk, chat))  # type: ignore[misc]
