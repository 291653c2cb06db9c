"""A sandbox WhatsApp on a real port, and a real Chromium linked to it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from relance.domain import delivery
from relance.domain.delivery import Bubble, SessionState
from relance.sandbox.whatsapp import server, settings
from relance.sender.chat_page import Paper
from relance.sender.whatsapp import browser, chat_elements, elements
from relance.sender.whatsapp.page import WhatsAppPage
from relance.sender.whatsapp.tab import Deadlines

SENDER = "+33639980001"
CHROMIUM = "/usr/bin/chromium"
# Nothing is clicked late here on purpose, and the host may be starved.
DEADLINES = Deadlines(step_s=20, composer_s=10, click_s=10, drain_s=1)
READY_S = 60

LOSING = """(() => {
  const lost = JSON.parse(localStorage.getItem("lost-signals") ?? "[]");
  const lose = () => lost.forEach(({ css, attribute }) =>
    document.querySelectorAll(css).forEach((element) => element.removeAttribute(attribute)));
  if (lost.length) new MutationObserver(lose).observe(document, { subtree: true, childList: true, attributes: true });
})()"""


class World:
    """The sandbox's control API, and the page under test."""

    def __init__(self, control: aiohttp.ClientSession, page: WhatsAppPage, url: str) -> None:
        self._control = control
        self._next = 0
        self.page = page
        self.url = url

    async def post(self, path: str, **asked: Any) -> Any:
        async with self._control.post(f"/control/{path}", json=asked) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def fault(self, kind: str, **more: Any) -> None:
        await self.post("fault", kind=kind, **more)

    async def sent_to(self, phone: str) -> list[str]:
        """Ground truth: texts that the server accepted for this person."""
        return [entry["text"] for entry in await self.journal(phone)]

    async def reply(
        self,
        phone: str,
        text: str = "",
        *,
        media: tuple[str, str, bytes] | None = None,
        album: Sequence[bytes] = (),
        **more: Any,
    ) -> str:
        """A customer writes; the message's id."""
        asked: dict[str, Any] = {"from": phone, "to": SENDER, "text": text} | more
        if media:
            name, mime, content = media
            asked["media"] = {"name": name, "mime": mime, "base64": base64.b64encode(content).decode()}
            asked["media"] |= {name: asked.pop(name) for name in ("kind", "state") if name in asked}
        if album:
            pictures = [base64.b64encode(each).decode() for each in album]
            asked["album"] = [{"name": "photo.png", "mime": "image/png", "base64": each} for each in pictures]
        told: dict[str, Any] = await self.post("reply", **asked)
        return str(told["id"])

    async def serve(self, profile: str, lang: str, **more: Any) -> None:
        """Another build of the page, from now on."""
        await self.post("profile", profile=profile, lang=lang, **({"churn": 0} | more))
        await self.restart_page()

    async def journal(self, phone: str) -> list[dict[str, Any]]:
        """Ground truth: what the server accepted for this person."""
        async with self._control.get("/control/journal") as answer:
            entries = (await answer.json())["entries"]
        return [entry for entry in entries if entry["to"] == phone and entry["direction"] == "out"]

    def somebody(self) -> str:
        """A customer nobody has written to."""
        self._next += 1
        return f"+3363998{self._next + 1000:04d}"

    async def send(
        self, phone: str, text: str, *, title: str | None = None, paper: Paper | None = None
    ) -> Bubble | None:
        page = self.page
        await page.open_chat(phone, title=title)
        while not await page.is_synced():
            await page._tab.until("gone", element=chat_elements.HISTORY_LOADING, deadline_s=READY_S)
        baseline = delivery.last_outgoing(await page.bubbles())
        await page.clear_draft()
        hashed = delivery.text_hash(text)
        assert delivery.text_hash(await (page.attach(paper, text) if paper else page.type_text(text))) == hashed
        await page.poise()
        await page.click_send()
        media = paper.media if paper else None
        return await page.wait_new_bubble(baseline=baseline, body_hash=hashed, deadline_s=READY_S, media=media)

    async def accounts(self) -> list[dict[str, Any]]:
        async with self._control.get("/control/accounts") as answer:
            told: dict[str, Any] = await answer.json()
        return list(told["accounts"])

    async def link(self) -> None:
        """The owner's phone scans the code that the page shows."""
        await self.page._tab.until("attributeDiffers", element=elements.QR, before=None, deadline_s=READY_S)
        ref = await self.page.qr_payload()
        assert await self.post("pair", number=SENDER, ref=ref) == {"linked": 1}
        await self.page._tab.until("gone", element=elements.QR, deadline_s=READY_S)
        assert await self.page.wait_ready(READY_S) is SessionState.CONNECTED

    async def lose(self, *lost: tuple[str, str]) -> None:
        """From now on the page is without these (css, attribute); with none, it is whole again."""
        rules = [{"css": css, "attribute": attribute} for css, attribute in lost]
        browser_page = self.page._tab.page
        await browser_page.evaluate("(rules) => localStorage.setItem('lost-signals', JSON.stringify(rules))", rules)
        await self.restart_page()

    async def shows(self, css: str) -> bool:
        return bool(await self.page._tab.page.query_selector(css))

    async def restart_page(self) -> None:
        await self.page._tab.goto(self.url)
        assert await self.page.wait_ready(READY_S) is SessionState.CONNECTED


@asynccontextmanager
async def linked(directory: Path, **more: Any) -> AsyncIterator[World]:
    """`more` are settings of the sandbox."""
    chosen = settings.Settings(port=0, state=directory / "state", boot_ms=20, tick_max_s=0.3, **more)
    app = server.application(chosen)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with (
            aiohttp.ClientSession(url) as control,
            browser.launched(
                directory / "profile",
                executable=CHROMIUM,
                headless=True,
                base_url=url,
                sandbox=False,
                deadlines=DEADLINES,
            ) as page,
        ):
            await page._tab.page.context.add_init_script(LOSING)
            world = World(control, page, url)
            assert await page.wait_ready(READY_S) is SessionState.UNPAIRED
            await world.link()
            yield world
    finally:
        await runner.cleanup()
