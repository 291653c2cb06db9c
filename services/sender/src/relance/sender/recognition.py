"""Unread chats under a name nobody knows: is it a customer whom the owner saved, and whom we never wrote to?

Nothing is opened to find out. The page's list is searched by customers' numbers, and only a chat that it gives for one
of them is opened, and read when its drawer shows that number. Customers whose name resembles are searched at once, the
others one now and then, each once for every name that comes up.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from relance.domain import hearing
from relance.sender import chats
from relance.sender.desk import Desk
from relance.store import inbound
from relance.store.inbound import Chat

PAUSE_S = 20.0
"""Between two searches for somebody whose name does not resemble: a search keeps the page for about a second."""


async def recognise(desk: Desk, titles: Sequence[str]) -> None:
    """Read the chats among these unread ones that prove to be a customer's."""
    search, now = desk.search, time.monotonic()
    search.first_seen = {title: search.first_seen.get(title, now) for title in titles}
    if not titles:
        return
    async with desk.pool.acquire() as connection:
        never = {chat.customer_id: chat for chat in await inbound.never_opened(connection, desk.number_id)}
    newest = max(search.first_seen.values())
    left = {id_: chat for id_, chat in never.items() if search.looked_for.get(id_, -1.0) < newest}
    likely, others = hearing.likely_first({id_: chat.title for id_, chat in left.items()}, titles)
    if others and now >= search.next_at:
        search.next_at = now + PAUSE_S
        likely = (*likely, others[0])
    for customer_id in likely:
        search.looked_for[customer_id] = time.monotonic()
        chat = left[customer_id]
        await desk.intentions.do(lambda chat=chat: _look_for(desk, chat, titles))  # type: ignore[misc]


async def _look_for(desk: Desk, customer: Chat, titles: Sequence[str]) -> None:
    for title in await desk.page.titles_of(customer.phone):
        if title in titles:
            await chats.open_known(desk, Chat(title, customer.customer_id, customer.phone))
