"""Opens the chat of one customer and proves that it is his: names repeat, the number does not."""

from __future__ import annotations

import re

from relance.domain.errors import ComposerMissing, NotOnWhatsApp, PageStuck, SessionLost, WrongChat
from relance.sender.whatsapp import elements
from relance.sender.whatsapp.tab import Tab

CHATS = {
    "pane": elements.CHAT_PANE,
    "row": elements.CHAT_ROW,
    "title": elements.ROW_TITLE,
    "unread": elements.ROW_UNREAD,
}

SEARCH_S = 10.0
"""For the search to filter; then the deep link is used, or the chat is taken as unknown."""

UNFILTER_S = 1.0
"""For the list to be whole again; the page does not say when, and nothing is unsafe before."""

NO_WAIT_S = 0.05
"""One look."""

MOST_NAMESAKES = 5
"""Chats of the same name that are tried before the deep link."""


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


async def is_open(tab: Tab, phone: str, title: str | None) -> bool:
    """True when the chat in front is already this number's; one of another title is not even asked."""
    said = await tab.ask("said", element=elements.HEADER)
    return said is not None and title in (None, said["title"]) and await _shows(tab, phone)


async def known(tab: Tab, phone: str, title: str) -> bool:
    """Open by the list; False when no chat of that title is proven to be this number's."""
    filtered = await _search(tab, phone, title=title)
    try:
        for nth in range(MOST_NAMESAKES):
            if not await tab.click_answer("chatRow", spec=CHATS, wanted=title, nth=nth, deadline_s=NO_WAIT_S):
                return False
            await _until_titled(tab, title)
            if await _shows(tab, phone):
                return True
    finally:
        await _clear_search(tab, filtered)
    return False


async def by_link(tab: Tab, base_url: str, phone: str) -> None:
    """Open by the deep link, which reloads the application: works for people never written to."""
    await tab.goto(f"{base_url.rstrip('/')}/send?phone={digits(phone)}")
    while True:
        seen = await tab.any_of(
            elements.BAD_NUMBER,
            elements.USE_HERE,
            elements.QR,
            elements.HEADER,
            deadline_s=tab.deadlines.launch_s,
        )
        match seen:
            case elements.HEADER:
                await tab.until("gone", element=elements.STARTING, deadline_s=tab.deadlines.step_s)
                return
            case elements.BAD_NUMBER:
                await tab.click(elements.POPUP_BUTTON)
                raise NotOnWhatsApp("WhatsApp says that this number has no account")
            case elements.USE_HERE:
                await tab.click(elements.USE_HERE)
            case elements.QR:
                raise SessionLost("the number is not linked any more; pair it again")
            case _:
                raise PageStuck("the deep link led nowhere in time")


async def proven_title(tab: Tab, phone: str) -> str:
    """Title of the open chat, once the page has shown that its number is `phone`. Raises WrongChat."""
    if not await _shows(tab, phone):
        raise WrongChat("the open chat does not show the customer's number")
    said = await tab.ask("said", element=elements.HEADER)
    if said is None:
        raise WrongChat("the open chat has no header")
    title: str = said["title"]
    return title


async def by_title(tab: Tab, title: str) -> bool:
    """Open the first chat of that title, an unread one if there is; False when there is none."""
    row = {"spec": CHATS, "wanted": title, "nth": 0}
    if not await tab.click_answer("chatRow", **row, deadline_s=NO_WAIT_S):
        filtered = await _search(tab, title, title=title)
        try:
            if not await tab.click_answer("chatRow", **row, deadline_s=NO_WAIT_S):
                return False
        finally:
            await _clear_search(tab, filtered)
    await _until_titled(tab, title)
    return True


async def number_shown(tab: Tab) -> str | None:
    """Digits of the open chat's number: the header's when the contact is not saved, else the drawer's."""
    said = await tab.ask("said", element=elements.HEADER)
    if said is None:
        return None
    number: str | None = await tab.ask("digits", title=said["title"])
    return number or await _number_in_drawer(tab)


async def composer_there(tab: Tab) -> None:
    """Raises ComposerMissing when the open chat has no place to write, a sign of restriction."""
    seen = await tab.any_of(elements.COMPOSER, elements.RESTRICTED, deadline_s=tab.deadlines.composer_s)
    if seen is not elements.COMPOSER:
        raise ComposerMissing("the chat is open and has no place to write: suspected restriction")


async def _search(tab: Tab, wanted: str, *, title: str) -> str:
    """Filter the list of chats, until only those of that title are left or SEARCH_S; return what is listed."""
    await tab.fill(elements.SEARCH, wanted)
    await tab.until("onlyTitled", spec=CHATS, wanted=title, deadline_s=SEARCH_S)
    listed: str = await tab.ask("listed", spec=CHATS)
    return listed


async def _clear_search(tab: Tab, filtered: str) -> None:
    """Empty the search and wait until the list is another one, or UNFILTER_S when all chats had matched."""
    await tab.fill(elements.SEARCH, "")
    await tab.until("chatsDiffer", spec=CHATS, before=filtered, deadline_s=UNFILTER_S)


async def _shows(tab: Tab, phone: str) -> bool:
    return await number_shown(tab) == digits(phone)


async def _until_titled(tab: Tab, title: str) -> None:
    if not await tab.until("titleIs", element=elements.HEADER, wanted=title, deadline_s=tab.deadlines.step_s):
        raise PageStuck("the chat that was clicked did not open in time")


async def _number_in_drawer(tab: Tab) -> str | None:
    if (await tab.probe(elements.DRAWER))["drawer"]:
        await _close_drawer(tab)
    await tab.click(elements.HEADER)
    shown = await tab.until(
        "numberIn", element=elements.DRAWER, parts=elements.DRAWER_TEXT, deadline_s=tab.deadlines.step_s
    )
    number = str(await shown.json_value()) if shown else None
    await _close_drawer(tab)
    return number


async def _close_drawer(tab: Tab) -> None:
    await tab.click(elements.DRAWER_CLOSE)
    await tab.until("gone", element=elements.DRAWER, deadline_s=tab.deadlines.step_s)
