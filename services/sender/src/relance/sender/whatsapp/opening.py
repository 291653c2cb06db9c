"""Opens the chat of one customer and proves that it is his: names repeat, the number does not.

A number is proven by the contact drawer, and by the header alone when it is the number itself and the chat was opened
by the deep link to it. A saved contact may be called like another person, or like another person's number.
"""

from __future__ import annotations

import re

from relance.domain.errors import ComposerMissing, IdentityHidden, NotOnWhatsApp, PageStuck, SessionLost
from relance.sender.whatsapp import bubble_elements, chat_elements, elements, standing
from relance.sender.whatsapp.tab import Tab

CHATS = {
    "pane": elements.CHAT_PANE,
    "row": elements.CHAT_ROW,
    "title": elements.ROW_TITLE,
    "unread": elements.ROW_UNREAD,
    "tick": bubble_elements.TICK,
}

SEARCH_S = 10.0
"""For the search to filter; then the deep link is used, or the chat is taken as unknown."""

SETTLED_S = 0.5
"""For results that came to be all of them."""

UNFILTER_S = 1.0
"""For the list to be whole again; the page does not say when, and nothing is unsafe before."""

NUMBER_S = 10.0
"""For the drawer to show a number; one that hides it (a username, a privacy id) never does."""

ONE_LOOK = 0.0

MOST_NAMESAKES = 5
"""Chats of the same name that are tried before the deep link."""


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


async def shown_title(tab: Tab) -> str | None:
    said = await tab.ask("said", element=chat_elements.HEADER)
    return None if said is None else str(said["title"])


async def known(tab: Tab, phone: str, title: str) -> bool:
    """Open by the list, searched by number; False when no chat of that title is proven to be this number's."""
    filtered, has_filtered = await _search(tab, phone, title=title)
    try:
        if not has_filtered and filtered.split("\n").count(title) > 1:
            return False
        for nth in range(MOST_NAMESAKES):
            if not await tab.click_answer("chatRow", spec=CHATS, wanted=title, nth=nth, deadline_s=ONE_LOOK):
                return False
            await _until_titled(tab, title)
            if await is_proven(tab, phone):
                return True
    finally:
        await _clear_search(tab, filtered)
    return False


async def titles_found(tab: Tab, phone: str) -> tuple[str, ...]:
    """Titles that the list gives for a number; nothing is opened."""
    found, has_filtered = await _search(tab, phone, title=None)
    await _clear_search(tab, found)
    titles = tuple(dict.fromkeys(title for title in found.split("\n") if title))
    return titles if has_filtered or len(titles) == 1 else ()


async def by_link(tab: Tab, base_url: str, phone: str) -> None:
    """Open by the deep link, which reloads the application: works for people never written to."""
    await tab.goto(f"{base_url.rstrip('/')}/send?phone={digits(phone)}")
    obstacles = (elements.BAD_NUMBER, elements.USE_HERE, elements.QR, *standing.BARRED)
    while True:
        seen = await tab.any_of(*obstacles, chat_elements.HEADER, deadline_s=tab.deadlines.launch_s)
        match seen:
            case chat_elements.HEADER:
                await tab.until("gone", element=elements.STARTING, deadline_s=tab.deadlines.step_s)
                return
            case elements.BAD_NUMBER:
                await tab.click(elements.POPUP_BUTTON)
                raise NotOnWhatsApp("WhatsApp says that this number has no account")
            case elements.USE_HERE:
                await tab.click(elements.USE_HERE)
                await tab.until("gone", element=elements.USE_HERE, deadline_s=tab.deadlines.step_s)
            case None:
                raise PageStuck("the deep link led nowhere in time")
            case _:
                raise SessionLost(f"the page shows {seen.name} instead of a chat")


async def is_proven(tab: Tab, phone: str) -> bool:
    """Whether the open chat's drawer shows this number and no other. Raises IdentityHidden when it shows none."""
    await _close_drawer(tab)
    await tab.click(chat_elements.HEADER)
    shown = await tab.until("numberIn", **_DRAWN, deadline_s=NUMBER_S)
    seen = await tab.ask("numbersIn", **_DRAWN)
    await _close_drawer(tab)
    if shown is None or not seen:
        raise IdentityHidden("the page shows no number for this chat")
    return bool(seen["numbers"] == [digits(phone)])


async def composer_there(tab: Tab) -> None:
    """Raises ComposerMissing when the open chat has no place to write, a sign of restriction."""
    seen = await tab.any_of(chat_elements.COMPOSER, chat_elements.RESTRICTED, deadline_s=tab.deadlines.composer_s)
    if seen is not chat_elements.COMPOSER:
        raise ComposerMissing("the chat is open and has no place to write: suspected restriction")


_DRAWN = {"element": chat_elements.DRAWER, "parts": chat_elements.DRAWER_TEXT}


async def _search(tab: Tab, phone: str, *, title: str | None) -> tuple[str, bool]:
    """Filter the list by number; what is listed then, and whether that is what the number gave."""
    before = await _listed(tab)
    await tab.fill(elements.SEARCH, phone)
    if not await tab.until("hasFiltered", spec=CHATS, wanted=title, before=before, deadline_s=SEARCH_S):
        return before, False
    # Results come late and in parts: they are what they are once nothing has moved for a moment.
    while (listed := await _listed(tab)).split("\n") != [title]:
        if not await tab.until("chatsDiffer", spec=CHATS, before=listed, deadline_s=SETTLED_S):
            break
    return listed, True


async def _listed(tab: Tab) -> str:
    listed: str = await tab.ask("listed", spec=CHATS)
    return listed


async def _clear_search(tab: Tab, filtered: str) -> None:
    """Empty the search and wait until the list is another one, or UNFILTER_S when all chats had matched."""
    await tab.fill(elements.SEARCH, "")
    await tab.until("chatsDiffer", spec=CHATS, before=filtered, deadline_s=UNFILTER_S)


async def _until_titled(tab: Tab, title: str) -> None:
    if not await tab.until("titleIs", element=chat_elements.HEADER, wanted=title, deadline_s=tab.deadlines.step_s):
        raise PageStuck("the chat that was clicked did not open in time")


async def _close_drawer(tab: Tab) -> None:
    if not (await tab.probe(chat_elements.DRAWER))["drawer"]:
        return
    await tab.click(chat_elements.DRAWER_CLOSE)
    await tab.until("gone", element=chat_elements.DRAWER, deadline_s=tab.deadlines.step_s)
