"""WhatsApp Web as intentions: open this customer's chat, type, click once, say what the chat shows.

Called by the sender's one browser worker, never by two tasks at a time. Waits are on states; their ends are in
`Deadlines`. Whatever the browser refuses is raised as PageStuck: the outcome of an act under way is then unknown.
"""

from __future__ import annotations

import time
from contextlib import suppress

from playwright import async_api

from relance.domain import delivery
from relance.domain.delivery import Bubble, Finding, SessionState, Tick
from relance.domain.errors import PageStuck, WrongChat
from relance.sender.whatsapp import elements, opening, pairing, reading
from relance.sender.whatsapp.tab import Tab

WALK_AGAIN_S = 60.0
"""Private chats may stay unread for ever on the owner's phone; scrolling past them each second would be a nuisance."""


class WhatsAppPage:
    def __init__(self, tab: Tab, base_url: str) -> None:
        self._tab = tab
        self._base_url = base_url
        self._was_connected = False
        self._title: str | None = None
        self._typed: str | None = None
        self._button: async_api.ElementHandle | None = None
        self._walked = (0, 0.0)  # unread chats announced when the whole list was last walked, and when

    async def state(self) -> SessionState:
        return await self._state_from(await self._tab.probe(*pairing.WATCHED))

    async def wait_ready(self, deadline_s: float) -> SessionState:
        """The first state that does not end by itself, or the last one seen; takes the session back from other tabs."""
        ends = time.monotonic() + deadline_s
        while True:
            seen = await self._tab.probe(*pairing.WATCHED)
            state = await self._state_from(seen)
            left = ends - time.monotonic()
            if left <= 0 or state not in pairing.PASSING:
                return state
            if seen["use_here"]:
                await self._tab.click(elements.USE_HERE)
            await self._tab.until_probe_differs(pairing.WATCHED, seen, deadline_s=left)

    async def qr_payload(self) -> str | None:
        return await pairing.qr_payload(self._tab)

    async def open_chat(self, phone: str, *, title: str | None) -> str:
        """Open the chat of `phone` (E.164), ready to be written in; return its title, by which inbound chats are known.

        `title` is what an earlier call returned. Raises NotOnWhatsApp, WrongChat, ComposerMissing, SessionLost.
        """
        self._title = self._typed = self._button = None
        is_open = await opening.is_open(self._tab, phone, title)
        if not is_open and (title is None or not await opening.known(self._tab, phone, title)):
            await opening.by_link(self._tab, self._base_url, phone)
        self._title = await opening.proven_title(self._tab, phone)
        await opening.composer_there(self._tab)
        return self._title

    async def is_synced(self) -> bool:
        """The barrier: connected, the open chat's history loaded, nothing of ours under a clock."""
        seen = await self._tab.probe(*pairing.WATCHED, elements.HEADER, elements.MESSAGES, elements.HISTORY_LOADING)
        if not (seen["header"] and seen["messages"]) or seen["history_loading"]:
            return False
        if await self._state_from(seen) is not SessionState.CONNECTED:
            return False
        return all(bubble.tick is not Tick.CLOCK for bubble in await self.bubbles())

    async def bubbles(self) -> tuple[Bubble, ...]:
        """The open chat's loaded bubbles, oldest first."""
        found, _ = await reading.chat(self._tab)
        return found

    async def clear_draft(self) -> None:
        """Leave the composer empty. Raises PageStuck when something stays in it."""
        self._typed = self._button = None
        ends = time.monotonic() + self._tab.deadlines.step_s
        while (said := await self._draft()).strip():
            if time.monotonic() >= ends:
                raise PageStuck("the draft could not be cleared")
            await self._focus_composer()
            await self._tab.press("Control+A")
            await self._tab.press("Delete")
            await self._until_draft_differs(said, ends)

    async def type_text(self, text: str) -> str:
        """Type line by line; return what the composer holds, once it says the text or step_s has passed."""
        ends = time.monotonic() + self._tab.deadlines.step_s
        await self._focus_composer()
        for position, line in enumerate(text.splitlines()):
            if position:
                await self._tab.press("Shift+Enter")
            if line:
                await self._tab.insert(line)
        wanted = delivery.text_hash(text)
        while delivery.text_hash(said := await self._draft()) != wanted and time.monotonic() < ends:
            await self._until_draft_differs(said, ends)
        self._typed = said
        return said

    async def poise(self) -> None:
        """Wait for the send button. Refuses when header or composer are no longer what open_chat and type_text left.

        Raises WrongChat, PageStuck; nothing is clicked here.
        """
        self._button = None
        button, seen = await self._tab.poised(deadline_s=self._tab.deadlines.step_s)
        if self._title is None or seen["title"] != self._title:
            raise WrongChat("another chat is open than the one that was verified")
        if self._typed is None or delivery.text_hash(seen["draft"]) != delivery.text_hash(self._typed):
            raise WrongChat("the composer no longer holds what was read back")
        self._button = button

    async def click_send(self) -> None:
        """One click on the button that `poise` saw, at once or not at all.

        After PageStuck the chat must be looked at before anything else: it may have been clicked.
        """
        button, self._button, self._typed = self._button, None, None
        if button is None:
            raise PageStuck("nothing is ready to be sent")
        await self._tab.click_now(button)

    async def wait_new_bubble(self, *, baseline: str | None, body_hash: str, deadline_s: float) -> Bubble | None:
        """Our text after the baseline with a tick beyond the clock; None at the deadline, or at once when it failed."""
        ends = time.monotonic() + deadline_s
        while True:
            bubbles, shape = await reading.chat(self._tab)
            finding, bubble = delivery.look_for(bubbles, baseline=baseline, body_hash=body_hash)
            left = ends - time.monotonic()
            if finding is Finding.SENT:
                return bubble
            if finding is Finding.FAILED or left <= 0:
                return None
            await reading.until_changed(self._tab, shape, deadline_s=left)

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

    async def open_by_title(self, title: str) -> str | None:
        """Open a chat of the list; return its number in E.164, None when there is no such chat or no number shown."""
        self._title = self._typed = self._button = None
        if not await opening.by_title(self._tab, title):
            return None
        number = await opening.number_shown(self._tab)
        return f"+{number}" if number else None

    async def fetch_media(self, key: str) -> tuple[bytes, str]:
        return await reading.media(self._tab, key)

    async def close(self) -> None:
        """Wait a little for a clock to go, then close the browser, which writes its storage down."""
        with suppress(PageStuck):
            await self._drain()
        await self._tab.end()

    async def _drain(self) -> None:
        ends = time.monotonic() + self._tab.deadlines.drain_s
        while (await self._tab.probe(elements.MESSAGES))["messages"]:
            bubbles, shape = await reading.chat(self._tab)
            left = ends - time.monotonic()
            if left <= 0 or all(bubble.tick is not Tick.CLOCK for bubble in bubbles):
                return
            await reading.until_changed(self._tab, shape, deadline_s=left)

    def _must_walk(self, announced: int) -> bool:
        last, at = self._walked
        if announced == last and time.monotonic() - at < WALK_AGAIN_S:
            return False
        self._walked = (announced, time.monotonic())
        return True

    async def _all_chats(self) -> list[dict[str, str]]:
        listed: list[dict[str, str]] = await self._tab.ask("allChats", spec=opening.CHATS)
        return listed

    async def _state_from(self, seen: dict[str, bool]) -> SessionState:
        was_linked = self._was_connected or (seen["qr"] and bool(await self._tab.ask("wasLinked")))
        state = pairing.state_of(seen, was_linked=was_linked)
        self._was_connected = self._was_connected or state is SessionState.CONNECTED
        return state

    async def _focus_composer(self) -> None:
        await self._tab.click(elements.COMPOSER)
        if not await self._tab.until("focused", element=elements.COMPOSER, deadline_s=self._tab.deadlines.step_s):
            raise PageStuck("the composer did not take the focus")

    async def _draft(self) -> str:
        said = await self._tab.ask("said", element=elements.COMPOSER)
        if said is None:
            raise PageStuck("the composer went away")
        text: str = said["text"]
        return text

    async def _until_draft_differs(self, said: str, ends: float) -> None:
        left = max(0.0, ends - time.monotonic())
        await self._tab.until("saidDiffers", element=elements.COMPOSER, before=said, deadline_s=left)
