"""The one browser tab: looks at the page, waits for states, clicks and types; nothing here knows what a chat is.

All of Playwright's errors end here as `PageStuck`. Before each click a dialog in the way ("Nouveautés") is closed, for
it would swallow the click.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright import async_api

from relance.domain.errors import PageStuck
from relance.sender import metrics
from relance.sender.chat_page import Paper
from relance.sender.whatsapp import elements
from relance.sender.whatsapp.signals import Element

POLLING_MS = 100
"""How often a state is looked at while waiting; each look costs the page about a millisecond."""

MOST_DIALOGS = 5
"""Dialogs closed in a row before the page is declared stuck."""

GRACE_S = 5.0
"""For Playwright to say that its own deadline passed."""

LOOKING = ("signals", "bubbles", "list", "census")
"""The files of looking/, in the order in which they are joined."""

CONTEXT_LOST = ("context was destroyed", "Cannot find context", "frame was detached")


INTERRUPTED = ("interrupted by another navigation", "ERR_ABORTED")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Generous ends of waits that normally last milliseconds: an oversold host stretches latency a hundredfold."""

    launch_s: float = 120.0
    step_s: float = 45.0  # one element or one state; the real page needs up to 30 s
    composer_s: float = 30.0  # after the chat is open; then a restriction is suspected
    answer_s: float = 60.0  # an evaluation; the real page's watchdog is 5 s on an idle host
    click_s: float = 1.0  # the send button, seen just before; what the rows said must not grow old meanwhile
    drain_s: float = 10.0  # for a clock to go away before the browser closes; a reconnection lasts 3 to 5 s


class Tab:
    def __init__(
        self, page: async_api.Page, deadlines: Deadlines, *, deaf_to: Collection[tuple[str, str]] = frozenset()
    ) -> None:
        """`deaf_to`: (element, signal) that are not listened to, because a build of the page makes them lie."""
        self.page = page
        self.deadlines = deadlines
        self.deaf_to = deaf_to

    async def ask(self, question: str, **about: Any) -> Any:
        """Answer of one of the functions of looking/, as JSON; asked again when the page reloads meanwhile."""
        script = _script(question)
        ends = time.monotonic() + self.deadlines.answer_s
        while True:
            try:
                async with asyncio.timeout(max(0.1, ends - time.monotonic())):
                    return await self.page.evaluate(script, _plain(about, self.deaf_to))
            except TimeoutError as error:
                raise PageStuck(f"the page did not answer in {self.deadlines.answer_s:.0f} s: {question}") from error
            except async_api.Error as error:
                if not any(sign in error.message for sign in CONTEXT_LOST):
                    raise PageStuck(_first_line(error)) from error
                async with self._bounded("reload"):
                    await self.page.wait_for_load_state(timeout=self.deadlines.step_s * 1000)

    async def until(self, question: str, *, deadline_s: float, **about: Any) -> async_api.JSHandle | None:
        """Handle on the first truthy answer, None when the deadline passes; survives reloads of the page.

        Without a deadline it is one look, however long a busy host takes for it.
        """
        if deadline_s <= 0:
            return await self._look(question, about)
        try:
            return await self.page.wait_for_function(
                _script(question),
                arg=_plain(about, self.deaf_to),
                timeout=max(1.0, deadline_s * 1000),
                polling=POLLING_MS,
            )
        except async_api.TimeoutError:
            return None
        except async_api.Error as error:
            raise PageStuck(_first_line(error)) from error

    async def find(self, element: Element, *, deadline_s: float | None = None) -> async_api.ElementHandle:
        """The element, visible and top-most; closes dialogs on the way. Raises PageStuck at the deadline."""
        deadline_s = self.deadlines.step_s if deadline_s is None else deadline_s
        ends = time.monotonic() + deadline_s
        for _ in range(MOST_DIALOGS):
            left = ends - time.monotonic()
            blockers = [elements.NEWS_BUTTON]
            found = await self.until("find", element=element, blockers=blockers, deadline_s=left)
            if found is None:
                break
            handle, facts = await self._opened(found)
            if facts["blocker"] is None:
                count(element, facts["index"])
                return handle
            await self._click(handle)
        for signal in element.signals:
            metrics.ELEMENT_HITS.labels(element=element.name, signal=signal.name, result="absent").inc()
        raise PageStuck(f"{element.name} was not seen in {deadline_s:.0f} s")

    async def poised(
        self, *, send: Element, header: Element, composer: Element, deadline_s: float
    ) -> tuple[async_api.ElementHandle, dict[str, Any]]:
        """Send button with the header's title and the draft, seen at the same instant; both on top of all else."""
        found = await self.until("poised", send=send, header=header, composer=composer, deadline_s=deadline_s)
        if found is None:
            raise PageStuck(f"{send.name} was not seen in {deadline_s:.0f} s")
        handle, facts = await self._opened(found)
        count(send, facts["index"])
        return handle, facts

    async def click(self, element: Element, *, deadline_s: float | None = None) -> None:
        await self._click(await self.find(element, deadline_s=deadline_s))

    async def click_answer(self, question: str, *, deadline_s: float, **about: Any) -> bool:
        """Click the element that looking/ answers with; False when it gave none in time."""
        found = await self.until(question, deadline_s=deadline_s, **about)
        handle = found.as_element() if found else None
        if handle is None:
            return False
        await self._click(handle)
        return True

    async def click_now(self, handle: async_api.ElementHandle) -> None:
        """Raises PageStuck when it did not happen within click_s, or nobody can tell."""
        await self._click(handle, limit_s=self.deadlines.click_s)

    async def fill(self, element: Element, text: str) -> None:
        """Put text into a plain field by its own setter and one input event, which React-like fields need."""
        handle = await self.find(element)
        async with self._bounded("filling a field"):
            await handle.fill(text, timeout=self.deadlines.step_s * 1000)

    async def put_file(self, field: Element, paper: Paper, *, deadline_s: float) -> bool:
        """Give a file to a file field, visible or not; False when there is none in time."""
        found = await self.until("field", element=field, deadline_s=deadline_s)
        if found is None:
            return False
        handle, facts = await self._opened(found)
        async with self._bounded("attaching"):
            await handle.set_input_files(_file(paper), timeout=self.deadlines.step_s * 1000)
        count(field, facts["index"])
        return True

    async def choose_file(self, item: Element, paper: Paper) -> None:
        """Give a file to the chooser that a menu item opens."""
        async with self._bounded("attaching"):
            async with self.page.expect_file_chooser(timeout=self.deadlines.step_s * 1000) as choosing:
                await self.click(item)
            await (await choosing.value).set_files(_file(paper))

    async def reveal(self, handle: async_api.ElementHandle) -> None:
        async with self._bounded("scrolling"):
            await handle.scroll_into_view_if_needed(timeout=self.deadlines.step_s * 1000)

    async def any_of(self, *wanted: Element, deadline_s: float) -> Element | None:
        """The first of the elements that is seen, None at the deadline."""
        found = await self.until("anyOf", elements=list(wanted), deadline_s=deadline_s)
        if found is None:
            return None
        async with self._bounded("reading"):
            name = await found.json_value()
        return next(element for element in wanted if element.name == name)

    async def probe(self, *wanted: Element) -> dict[str, bool]:
        seen = await self.ask("probe", elements=list(wanted))
        for element in wanted:
            if seen[element.name] is not None:
                count(element, seen[element.name])
        return {name: index is not None for name, index in seen.items()}

    async def until_probe_differs(
        self, wanted: Sequence[Element], seen: Mapping[str, bool], *, deadline_s: float
    ) -> None:
        before = {name: 0 if is_there else None for name, is_there in seen.items()}
        await self.until("probeDiffers", elements=list(wanted), seen=before, deadline_s=deadline_s)

    async def press(self, key: str) -> None:
        async with self._bounded(key):
            await self.page.keyboard.press(key)

    async def insert(self, text: str) -> None:
        async with self._bounded("typing"):
            await self.page.keyboard.insert_text(text)

    async def goto(self, url: str) -> None:
        """Also when the page reloads itself at the same moment, which takes our address away."""
        async with self._bounded("opening the page", limit_s=self.deadlines.launch_s):
            while True:
                try:
                    await self.page.goto(url, wait_until="commit", timeout=self.deadlines.launch_s * 1000)
                except async_api.Error as error:
                    if not any(sign in error.message for sign in INTERRUPTED):
                        raise
                else:
                    return

    async def saved_by(self, question: str, *, deadline_s: float, **about: Any) -> tuple[Path, async_api.Download]:
        """File that the browser downloads when the answered element is clicked; the caller deletes it."""
        async with self._bounded("download"):
            async with self.page.expect_download(timeout=deadline_s * 1000) as downloading:
                if not await self.click_answer(question, deadline_s=deadline_s, **about):
                    raise PageStuck("nothing to download in this bubble")
            download = await downloading.value
            return Path(await download.path()), download

    async def end(self) -> None:
        """Close the browser, which writes its storage down; one that does not answer is left to be killed."""
        with suppress(PageStuck):
            async with self._bounded("closing"):
                await self.page.context.close()

    async def _look(self, question: str, about: Mapping[str, Any]) -> async_api.JSHandle | None:
        async with self._bounded("looking"):
            handle = await self.page.evaluate_handle(_script(question), _plain(about, self.deaf_to))
            return handle if await handle.evaluate("(answer) => Boolean(answer)") else None

    async def _opened(self, found: async_api.JSHandle) -> tuple[async_api.ElementHandle, dict[str, Any]]:
        async with self._bounded("reading"):
            parts = await found.get_properties()
            handle = parts["element"].as_element()
            facts: dict[str, Any] = await parts["facts"].json_value()
        if handle is None:
            raise PageStuck("the element went away")
        return handle, facts

    async def _click(self, handle: async_api.ElementHandle, *, limit_s: float | None = None) -> None:
        limit_s = limit_s or self.deadlines.step_s
        # Playwright's own end comes first: it is the one that stops the browser from clicking later.
        async with self._bounded("click", limit_s=limit_s + GRACE_S):
            await handle.click(timeout=limit_s * 1000)

    @asynccontextmanager
    async def _bounded(self, doing: str, *, limit_s: float | None = None) -> AsyncIterator[None]:
        """Whatever goes wrong is PageStuck; a frozen page does not hold a key press for ever."""
        limit_s = limit_s or self.deadlines.answer_s
        try:
            async with asyncio.timeout(limit_s):
                yield
        except TimeoutError as error:
            raise PageStuck(f"{doing}: no end in {limit_s:.0f} s") from error
        except async_api.Error as error:
            raise PageStuck(f"{doing}: {_first_line(error)}") from error


def count(element: Element, winner: int) -> None:
    for signal in element.signals[:winner]:
        metrics.ELEMENT_HITS.labels(element=element.name, signal=signal.name, result="miss").inc()
    metrics.ELEMENT_HITS.labels(element=element.name, signal=element.signals[winner].name, result="hit").inc()


def _file(paper: Paper) -> async_api.FilePayload:
    return {"name": paper.name, "mimeType": paper.media_type, "buffer": paper.data}


def _first_line(error: async_api.Error) -> str:
    """Later lines hold Playwright's call log, which quotes the page and thus people."""
    return error.message.splitlines()[0][:120] if error.message else "the browser gave no reason"


@cache
def _library() -> str:
    parts = Path(__file__).with_name("looking")
    return "\n".join((parts / f"{name}.js").read_text(encoding="utf-8") for name in LOOKING)


@cache
def _script(question: str) -> str:
    return f"(about) => {{ {_library()}\nreturn look.{question}(about); }}"


def _plain(about: Any, deaf_to: Collection[tuple[str, str]]) -> Any:
    if isinstance(about, Element):
        return _heard(about, frozenset(signal for name, signal in deaf_to if name == about.name))
    if isinstance(about, Mapping):
        return {key: _plain(value, deaf_to) for key, value in about.items()}
    if isinstance(about, list | tuple):
        return [_plain(value, deaf_to) for value in about]
    return about


@cache
def _heard(element: Element, deaf_to: frozenset[str]) -> dict[str, Any]:
    plain = asdict(element)
    for signal in plain["signals"]:
        if signal["name"] in deaf_to:
            signal |= {"css": "", "read": ""}
    return plain
