"""A real Chromium on the sandbox's page."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext, Locator, Page, Playwright, expect

from .conftest import AGENCY, Sandbox

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


class Desk:
    """The screen of the linked device, and what one does there."""

    def __init__(self, sandbox: Sandbox, context: BrowserContext, page: Page) -> None:
        self.sandbox = sandbox
        self.base = str(sandbox.client.make_url("/")).rstrip("/")
        self.context = context
        self.page = page
        self.errors: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def link(self) -> None:
        await self.page.goto(self.base)
        await self.page.wait_for_selector('div[data-ref^="2@"] canvas')
        await self.sandbox.control("pair", number=AGENCY)
        await self.page.wait_for_selector("#pane-side")

    async def open(self, path: str) -> Page:
        await self.page.goto(self.base + path)
        return self.page

    async def open_chat(self, phone: str, text: str = "") -> Locator:
        await self.page.goto(f"{self.base}/send?phone={phone.lstrip('+')}&text={text}")
        await self.page.wait_for_selector("#main [role=application][aria-busy=false]")
        await self.page.wait_for_function("() => document.activeElement.dataset.tab === '10'")
        return self.page.locator("footer [role=textbox]")

    def tick(self, name: str) -> Locator:
        return self.page.locator(f'[data-testid=msg-meta] [data-icon="{name}"]')


class Computer:
    """A browser profile on disk, and the browser that can be killed over it."""

    def __init__(self, sandbox: Sandbox, profile: Path, playwright: Playwright) -> None:
        self._sandbox = sandbox
        self._profile = profile
        self._playwright = playwright

    async def start(self) -> Desk:
        context = await self._playwright.chromium.launch_persistent_context(
            self._profile, executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        self.desk = Desk(self._sandbox, context, context.pages[0])
        return self.desk

    async def kill_and_restart(self) -> Desk:
        """SIGKILL, as a power cut would; only the browser of this profile."""
        async with self.desk.context.expect_event("close", timeout=PATIENCE_MS):
            for process in Path("/proc").glob("[0-9]*"):
                if self._is_our_browser(process):
                    os.kill(int(process.name), signal.SIGKILL)
        for lock in self._profile.glob("Singleton*"):
            lock.unlink()
        return await self.start()

    def _is_our_browser(self, process: Path) -> bool:
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            return False
        return f"--user-data-dir={self._profile}\0".encode() in command and b"--type=" not in command


@asynccontextmanager
async def computer(sandbox: Sandbox, profile: Path, playwright: Playwright) -> AsyncIterator[Computer]:
    made = Computer(sandbox, profile, playwright)
    await made.start()
    try:
        yield made
    finally:
        await made.desk.context.close()
