"""The chat that is open: whose it is, and reading what stands in it.

Every intention that uses the page begins by reading the chat left open, for what arrives in an open chat bears no
unread badge. Read, store, then go on: a bubble is stored once under its own key, so reading twice costs nothing.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence

from relance.contracts import envelope, events
from relance.domain import delivery, hearing
from relance.domain.delivery import Bubble, Tick
from relance.domain.errors import IdentityHidden, MediaRefused, PageStuck, RelanceError
from relance.runtime import logs
from relance.sender import filetype, metrics
from relance.sender.chat_page import MOST_MEDIA_BYTES
from relance.sender.desk import Desk, OpenChat
from relance.store import inbound, outbox, pool, sends
from relance.store.inbound import Chat

log = logs.get()

MEDIA_TRIES = 2
SYNC_POLL_S = 0.2
KEPT_MEDIA = frozenset({"image", "document"})
# Nobody but a person listens to a voice note, and the phone plays it.
WITHOUT_MEDIA = frozenset({"text", "audio"})

_INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"\+[\d\s().-]{7,30}")


async def open_for(desk: Desk, job: sends.Job, *, barrier_s: float) -> bool:
    """Open the customer's chat by number, verified; True once the barrier is passed. Raises what `open_chat` raises."""
    await read_open(desk)
    desk.open_chat = None
    shown = await desk.page.open_chat(job.phone, title=job.title)
    desk.open_chat = OpenChat(job.customer_id, shown)
    if not await is_synced_within(desk, barrier_s):
        return False
    await read_open(desk)
    return True


async def open_known(desk: Desk, chat: Chat) -> None:
    """Open the chat that the list shows for a customer and read it, if it proves to be his; else leave it alone."""
    await read_open(desk)
    desk.open_chat = None
    try:
        if not await desk.page.open_listed(chat.phone, title=chat.title):
            return
    except IdentityHidden:
        await _say_hidden(desk, chat)
        return
    desk.open_chat = OpenChat(chat.customer_id, chat.title)
    await is_synced_within(desk, desk.patience.barrier_s)
    await read_open(desk)


async def is_synced_within(desk: Desk, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not await desk.page.is_synced():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(SYNC_POLL_S)
    return True


async def read_open(desk: Desk) -> None:
    """Store what is new in the open chat and follow the ticks of our messages in it."""
    chat = desk.open_chat
    if chat is None:
        return
    try:
        if not (chat.is_bound or await desk.page.is_synced()):
            return
        bubbles = await desk.page.bubbles()
    except PageStuck:
        # The page reloaded and shows no chat any more: what comes now bears a badge again.
        desk.open_chat = None
        return
    if not chat.is_bound:
        await _bind(desk, chat, bubbles)
    for key, bubble in hearing.news(bubbles, history_until=chat.history_until, stored=chat.stored):
        await _store(desk, chat, bubble, key=key)
        chat.stored[key] = delivery.text_hash(bubble.text)
    await _follow(desk, chat, bubbles)


def phone_in(title: str) -> str | None:
    """The number that an unsaved contact's title is, in E.164; None for a name."""
    plain = _INVISIBLE.sub("", title).strip()
    return "+" + re.sub(r"\D", "", plain) if _NUMBER.fullmatch(plain) else None


async def _bind(desk: Desk, chat: OpenChat, bubbles: Sequence[Bubble]) -> None:
    async with desk.pool.acquire() as connection:
        chat.history_until = await inbound.bind(
            connection,
            number_id=desk.number_id,
            customer_id=chat.customer_id,
            title=chat.title,
            last_outgoing=delivery.last_outgoing(bubbles),
            at=desk.now(),
        )
        chat.stored = await inbound.stored(connection, desk.number_id, chat.customer_id)
    chat.is_bound = True


async def _say_hidden(desk: Desk, chat: Chat) -> None:
    """A chat known by its title that shows no number any more: a person has to see whose it is. Once a day."""
    at = desk.now()
    subject = f"{chat.customer_id}@{at:%Y-%m-%d}"
    async with desk.pool.acquire() as connection:
        await sends.ask_human(connection, kind="chat_hidden", subject=subject, at=at, customer_id=chat.customer_id)


async def _store(desk: Desk, chat: OpenChat, bubble: Bubble, *, key: str) -> None:
    media, trouble = await _fetched(desk, bubble)
    kind = "text" if bubble.media is None else bubble.media
    message = inbound.Incoming(
        number_id=desk.number_id,
        customer_id=chat.customer_id,
        page_key=key,
        kind=kind if media or kind in WITHOUT_MEDIA else "other",
        body=bubble.text,
        media=media,
    )
    at = desk.now()
    async with pool.transaction(desk.pool) as connection:
        if not await inbound.add(connection, message, key=desk.spool_key, at=at):
            return
        if trouble is not None:
            await sends.ask_human(
                connection,
                kind=trouble,
                subject=str(message.id),
                at=at,
                customer_id=chat.customer_id,
                inbound_id=message.id,
            )
        await outbox.tell(
            connection,
            events.InboundReceived(inbound_id=message.id, customer_id=chat.customer_id),
            source="sender",
            at=at,
            message_id=envelope.derived_id("inbound.received", message.id),
        )
    log.info("inbound.stored", inbound_id=str(message.id), customer_id=chat.customer_id, kind=message.kind)


async def _fetched(desk: Desk, bubble: Bubble) -> tuple[inbound.Media | None, str | None]:
    """What is kept of a bubble's file, or what a person has to be told of it. Its type is told by its content."""
    if bubble.media not in KEPT_MEDIA:
        return None, None
    for _ in range(MEDIA_TRIES):
        try:
            data, _named = await desk.page.fetch_media(bubble.key)
        except MediaRefused:
            return None, "media_refused"
        except RelanceError as error:
            log.warning("inbound.media_failed", kind=bubble.media, exc_info=error)
            continue
        mime = filetype.kept(data)
        if mime is None or len(data) > MOST_MEDIA_BYTES:
            return None, "media_refused"
        return inbound.Media(data, mime), None
    return None, "media_unreadable"


async def _follow(desk: Desk, chat: OpenChat, bubbles: Sequence[Bubble]) -> None:
    for bubble in bubbles:
        tick = bubble.tick
        if tick is None or tick < Tick.DELIVERED or chat.ticks.get(bubble.key, Tick.CLOCK) >= tick:
            continue
        async with desk.pool.acquire() as connection:
            is_news = await sends.follow(
                connection,
                number_id=desk.number_id,
                customer_id=chat.customer_id,
                provider_msg=bubble.key,
                tick=tick,
                at=desk.now(),
            )
        chat.ticks[bubble.key] = tick
        if is_news:
            metrics.ACKS.labels(str(desk.number_id), tick.name.lower()).inc()
