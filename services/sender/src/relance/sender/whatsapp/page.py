"""WhatsApp Web as intentions: open this customer's chat, type, click once, say what the chat shows.

Called by the sender's one browser worker, never by two tasks at a time. Waits are on states; their ends are in
`Deadlines`. Whatever the browser refuses is raised as PageStuck: the outcome of an act under way is then unknown.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from playwright import async_api

from relance.domain import delivery
from relance.domain.delivery import Bubble, Finding, SessionState, Tick
from relance.domain.errors import PageStuck, WrongChat
from relance.sender import chat_page
from relance.sender.chat_page import Paper
from relance.sender.whatsapp import (
    census,
    chat_elements,
    composing,
    elements,
    media,
    opening,
    pairing,
    reading,
    standing,
)
from relance.sender.whatsapp.composing import Draft
from relance.sender.whatsapp.standing import Cause, Standing
from relance.sender.whatsapp.tab import Tab

WALK_AGAIN_S = 60.0
"""Private chats may stay unread for ever on the owner's phone; scrolling past them each second would be a nuisance."""

RELOAD_AGAIN_S = 300.0
"""A page that WhatsApp calls too old, or that cannot store, is loaded anew that often."""


class WhatsAppPage:
    def __init__(self, tab: Tab, base_url: str, *, number: str | None = None) -> None:
        """`number` (E.164): another one that is found linked is logged out of."""
        self._tab = tab
        self._base_url = base_url
        self._number = number
        self._is_foreign: bool | None = None  # whether the linked number is another one; None: not known yet
        self._was_connected = False
        self._phone: str | None = None
        self._title: str | None = None
        self._told: set[tuple[str, str]] = set()  # numbers that are their chat's title, proven once
        self._draft: Draft | None = None
        self._button: async_api.ElementHandle | None = None
        self._walked = (0, 0.0)  # unread chats announced when the whole list was last walked, and when
        self._reloaded_at: float | None = None
        self.standing = Standing(SessionState.CONNECTING)

    async def state(self) -> SessionState:
        return await self._state_from(await self._tab.probe(*standing.WATCHED))

    async def wait_ready(self, deadline_s: float) -> SessionState:
        """The first state that does not end by itself, or the last one seen; takes the session back from other tabs."""
        ends = time.monotonic() + deadline_s
        while True:
            seen = await self._tab.probe(*standing.WATCHED)
            state = await self._state_from(seen)
            left = ends - time.monotonic()
            if left <= 0 or state not in standing.PASSING:
                return state
            if seen["use_here"]:
                await self._tab.click(elements.USE_HERE)
            elif self.standing.cause in standing.RELOADED and self._may_reload():
                await self._tab.goto(self._base_url)
            await self._tab.until_probe_differs(standing.WATCHED, seen, deadline_s=left)

    def sentence(self) -> str:
        return self.standing.sentence

    async def qr_payload(self) -> str | None:
        return await pairing.qr_payload(self._tab)

    async def link_code(self, phone: str) -> str:
        """As `pairing.link_code`."""
        return await pairing.link_code(self._tab, phone)

    async def census(self) -> tuple[tuple[census.Found, ...], dict[str, Any]]:
        """Signals found and missed, and the shape of the page; no content."""
        return await census.counted(self._tab), await census.skeleton(self._tab)

    async def open_chat(self, phone: str, *, title: str | None) -> str:
        """Open the chat of `phone` (E.164), ready to be written in; return its title, by which inbound chats are known.

        `title` is what an earlier call returned. Raises NotOnWhatsApp, WrongChat, ComposerMissing, SessionLost.
        """
        self._forget()
        front = await opening.shown_title(self._tab)
        is_open = front is not None and (
            (phone, front) in self._told or (front == title and await opening.is_proven(self._tab, phone))
        )
        if not is_open and (title is None or not await opening.known(self._tab, phone, title)):
            await opening.by_link(self._tab, self._base_url, phone)
            await self._prove(phone)
        self._phone, self._title = phone, await opening.shown_title(self._tab)
        if self._title is None:
            raise WrongChat("the open chat has no header")
        await opening.composer_there(self._tab)
        return self._title

    async def open_listed(self, phone: str, *, title: str) -> bool:
        self._forget()
        if not await opening.known(self._tab, phone, title):
            return False
        self._phone, self._title = phone, title
        return True

    async def titles_of(self, phone: str) -> tuple[str, ...]:
        return await opening.titles_found(self._tab, phone)

    async def is_synced(self) -> bool:
        """The barrier: connected, the open chat's history loaded, nothing of ours under a clock."""
        there = (chat_elements.HEADER, chat_elements.MESSAGES, chat_elements.HISTORY_LOADING)
        seen = await self._tab.probe(*standing.WATCHED, *there)
        if not (seen["header"] and seen["messages"]) or seen["history_loading"]:
            return False
        if await self._state_from(seen) is not SessionState.CONNECTED:
            return False
        return all(bubble.tick is not Tick.CLOCK for bubble in await self.bubbles())

    async def bubbles(self) -> tuple[Bubble, ...]:
        """The open chat's loaded bubbles, oldest first. Raises PageStuck when another chat came to the front."""
        return (await self._seen()).bubbles

    async def clear_draft(self) -> None:
        """Leave the composer empty, and no file before it. Raises PageStuck when something stays."""
        self._draft = self._button = None
        await composing.put_away(self._tab)
        await composing.cleared(self._tab)

    async def type_text(self, text: str) -> str:
        """Type line by line; return what the composer holds, once it says the text or step_s has passed."""
        self._draft = await composing.typed(self._tab, text, composing.TEXT)
        return self._draft.said

    async def attach(self, paper: Paper, caption: str) -> str:
        await self._prove_again()
        self._draft = await composing.attached(self._tab, paper, caption)
        return self._draft.said

    async def poise(self) -> None:
        """Wait for the send button. Refuses when header or composer are no longer what open_chat and type_text left.

        Raises WrongChat, PageStuck; nothing is clicked here.
        """
        self._button = None
        draft = self._draft
        if draft is None or self._title is None:
            raise WrongChat("nothing was typed in a chat that was verified")
        if draft.place is composing.TEXT:
            await self._prove_again()
        button, seen = await self._tab.poised(
            send=draft.place.send,
            composer=draft.place.box,
            header=chat_elements.HEADER,
            deadline_s=self._tab.deadlines.step_s,
        )
        if seen["title"] != self._title:
            raise WrongChat("another chat is open than the one that was verified")
        if delivery.text_hash(seen["draft"]) != delivery.text_hash(draft.said):
            raise WrongChat("the composer no longer holds what was read back")
        self._button = button

    async def click_send(self) -> None:
        """One click on the button that `poise` saw, at once or not at all.

        After PageStuck the chat must be looked at before anything else: it may have been clicked.
        """
        button, self._button, self._draft = self._button, None, None
        if button is None:
            raise PageStuck("nothing is ready to be sent")
        await self._tab.click_now(button)

    async def wait_new_bubble(
        self, *, baseline: str | None, body_hash: str, deadline_s: float, media: str | None = None
    ) -> Bubble | None:
        """Ours after the baseline with a tick beyond the clock; None at the deadline, or at once when it failed."""
        ends = time.monotonic() + deadline_s
        while True:
            seen = await self._seen()
            finding, bubble = delivery.look_for(seen.bubbles, baseline=baseline, body_hash=body_hash, media=media)
            left = ends - time.monotonic()
            if finding is Finding.SENT:
                return bubble
            if finding is Finding.FAILED or left <= 0:
                return None
            await reading.until_changed(self._tab, seen.shape, deadline_s=left)

    async def unread(self) -> tuple[str, ...]:
        """Titles of the chats with an unread badge, those in sight; now and then those further down the list too.

        News come to the top of the list, so that looking further is needed only for what was unread before.
        """
        seen = await self._tab.ask("chats", spec=opening.CHATS)
        found = [chat["title"] for chat in seen["chats"] if chat["unread"]]
        if len(found) < seen["announced"] and self._must_walk(seen["announced"]):
            found = [chat["title"] for chat in await self._all_chats() if chat["unread"]]
        if found:
            reading.count_hits(seen["hits"], opening.CHATS.values())
        return tuple(dict.fromkeys(found))

    async def chat_titles(self) -> tuple[str, ...]:
        return tuple(chat["title"] for chat in await self._all_chats())

    async def fetch_media(self, key: str) -> tuple[bytes, str]:
        """As `media.fetched`, of at most MOST_MEDIA_BYTES."""
        return await media.fetched(self._tab, key, at_most=chat_page.MOST_MEDIA_BYTES)

    async def close(self) -> None:
        """Wait a little for a clock to go, then close the browser, which writes its storage down."""
        with suppress(PageStuck):
            await self._drain()
        await self._tab.end()

    def _forget(self) -> None:
        self._phone = self._title = self._draft = self._button = None

    async def _seen(self) -> reading.Seen:
        seen = await reading.chat(self._tab)
        if self._title is not None and seen.title != self._title:
            raise PageStuck("another chat is in front than the one that was opened")
        return seen

    async def _prove(self, phone: str) -> None:
        """Raises WrongChat unless the chat that the deep link opened is this number's."""
        title = await opening.shown_title(self._tab)
        if title is not None and await self._tab.ask("digits", title=title) == opening.digits(phone):
            self._told.add((phone, title))
        elif not await opening.is_proven(self._tab, phone):
            raise WrongChat("the open chat does not show the customer's number")

    async def _is_of(self, phone: str, title: str) -> bool:
        return (phone, title) in self._told or await opening.is_proven(self._tab, phone)

    async def _prove_again(self) -> None:
        """Two chats may have one title: whose this one is is looked at once more, just before it is written to."""
        if self._phone is None or self._title is None or await opening.shown_title(self._tab) != self._title:
            raise WrongChat("another chat is open than the one that was verified")
        if not await self._is_of(self._phone, self._title):
            raise WrongChat("the open chat does not show the customer's number")

    async def _drain(self) -> None:
        ends = time.monotonic() + self._tab.deadlines.drain_s
        while (await self._tab.probe(chat_elements.MESSAGES))["messages"]:
            seen = await reading.chat(self._tab)
            left = ends - time.monotonic()
            if left <= 0 or all(bubble.tick is not Tick.CLOCK for bubble in seen.bubbles):
                return
            await reading.until_changed(self._tab, seen.shape, deadline_s=left)

    def _must_walk(self, announced: int) -> bool:
        last, at = self._walked
        if announced == last and time.monotonic() - at < WALK_AGAIN_S:
            return False
        self._walked = (announced, time.monotonic())
        return True

    def _may_reload(self) -> bool:
        if self._reloaded_at is not None and time.monotonic() - self._reloaded_at < RELOAD_AGAIN_S:
            return False
        self._reloaded_at = time.monotonic()
        return True

    async def _all_chats(self) -> list[dict[str, str]]:
        listed: list[dict[str, str]] = await self._tab.ask("allChats", spec=opening.CHATS)
        return listed

    async def _state_from(self, seen: dict[str, bool]) -> SessionState:
        was_linked = self._was_connected or (seen["qr"] and bool(await self._tab.ask("wasLinked")))
        self.standing = standing.standing_of(seen, was_linked=was_linked)
        if self.standing.state is SessionState.CONNECTED and self._number and self._is_foreign is not False:
            self._is_foreign = await pairing.is_foreign(self._tab, self._number)
            if self._is_foreign:
                with suppress(PageStuck):
                    await pairing.log_out(self._tab)
        if self._is_foreign:
            self.standing = Standing(SessionState.LOGGED_OUT, Cause.OTHER_NUMBER)
        state = self.standing.state
        self._was_connected = self._was_connected or state is SessionState.CONNECTED
        return state
