"""What one send costs in the browser, and what a number costs in memory, on the sandbox page.

The driver opens a known chat that is not the one in front, types 200 characters, reads them back, clicks and sees the
tick. Floor, turn about on the same page: Playwright's own fill, click and wait in a chat that is open. Pacing is off
and the sandbox's ticks are prompt, so that what is measured is ours. Memory is PSS, which counts shared pages once.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from playwright import async_api

from bench.measure import Measure, median
from relance.domain import delivery
from relance.domain.delivery import SessionState
from relance.sandbox.servers import chromium, home, ports
from relance.sender import profile
from relance.sender.whatsapp import browser
from relance.sender.whatsapp.page import WhatsAppPage

MESSAGES = 2_000
TIMED = 60  # of them, each beside a bare one
NUMBER, BARE_NUMBER = "+33639980001", "+33639980002"
PEOPLE = ("+33639980101", "+33639980102", "+33639980103")
READY_S = 120.0
MEGABYTE = 1024 * 1024

COMPOSER = "[data-testid='conversation-compose-box-input']"
SEND = "[aria-label='Envoyer']"
SENT_ROW = "[data-testid='msg-container']:has([data-icon='msg-check'], [data-icon='msg-dblcheck'])"

Tell = Callable[[str], None]


@dataclass(slots=True)
class Bench:
    page: WhatsAppPage
    bare: async_api.Page
    profiles: Path
    titles: dict[str, str] = field(default_factory=dict)

    def memory(self, name: str) -> float:
        return profile.memory_bytes(self.profiles / name) / MEGABYTE


async def measures(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    async with _world(checkout) as bench:
        sends, bare, open_, cpu = await _timed(bench, tell)
        yield Measure("sender.send", median(sends), "s", floor=median(bare))
        yield Measure("sender.send_in_open_chat", median(open_), "s", floor=median(bare))
        yield Measure("sender.sends_per_minute", 60 / median(sends), "sends/min", floor=60 / median(bare))
        yield Measure("sender.cpu_per_send", cpu[0], "s", floor=cpu[1])
        first, bare_memory = bench.memory("ours"), bench.memory("bare")
        yield Measure("sender.memory", first, "MB", floor=bare_memory)
        last = await _grown(bench, first, tell)
        yield Measure(f"sender.memory_after_{MESSAGES}_sends", last, "MB", floor=first)


async def _timed(bench: Bench, tell: Tell) -> tuple[list[float], list[float], list[float], tuple[float, float]]:
    """Seconds of each send: to another chat, bare, to the chat in front; CPU seconds of the first two."""
    sends, bare, open_, spent, spent_bare = [], [], [], 0.0, 0.0
    for phone in PEOPLE:
        await _send(bench, phone, f"Bonjour {phone}")
    for turn in range(TIMED):
        before = _cpu()
        sends.append(await _send(bench, PEOPLE[turn % len(PEOPLE)], _words(f"envoi {turn}")))
        between = _cpu()
        bare.append(await _bare(bench.bare, _words(f"plancher {turn}")))
        spent, spent_bare = spent + between - before, spent_bare + _cpu() - between
        open_.append(await _send(bench, PEOPLE[turn % len(PEOPLE)], _words(f"ouvert {turn}")))
        if turn % 10 == 9:
            tell(f"{turn + 1}/{TIMED} : {median(sends):.2f} s, nu {median(bare):.2f} s")
    return sends, bare, open_, (spent / TIMED, spent_bare / TIMED)


async def _grown(bench: Bench, first: float, tell: Tell) -> float:
    """Memory after so many sends in all."""
    for turn in range(MESSAGES - 2 * TIMED):
        await _send(bench, PEOPLE[turn % len(PEOPLE)], _words(f"croissance {turn}"))
        if turn % max(MESSAGES // 20, 1) == 0:
            now = bench.memory("ours")
            tell(f"{turn + 2 * TIMED}/{MESSAGES} envois : {now:.0f} Mo ({now - first:+.0f})")
    return bench.memory("ours")


async def _send(bench: Bench, phone: str, text: str) -> float:
    """As `deliver.send` drives the page, which knows the chat's title from the second time on; seconds."""
    page = bench.page
    began, body_hash = time.perf_counter(), delivery.text_hash(text)
    bench.titles[phone] = await page.open_chat(phone, title=bench.titles.get(phone))
    assert await page.is_synced() or await _synced(page)
    baseline = delivery.last_outgoing(await page.bubbles())
    await page.clear_draft()
    assert delivery.text_hash(await page.type_text(text)) == body_hash
    await page.poise()
    await page.click_send()
    assert await page.wait_new_bubble(baseline=baseline, body_hash=body_hash, deadline_s=READY_S) is not None
    return time.perf_counter() - began


async def _synced(page: WhatsAppPage) -> bool:
    while not await page.is_synced():  # noqa: ASYNC110 - the page's own state
        await asyncio.sleep(0.02)
    return True


async def _bare(page: async_api.Page, text: str) -> float:
    began = time.perf_counter()
    await page.locator(COMPOSER).fill(text)
    await page.locator(SEND).click()
    await page.locator(SENT_ROW).filter(has_text=text[:20].rstrip()).last.wait_for()
    return time.perf_counter() - began


def _words(mark: str) -> str:
    """Two hundred characters that begin with the mark."""
    return f"{mark:<20}" + ("il reste 1 234,56 € à régler avant vendredi " * 5)[:180].rstrip() + "."


def _cpu() -> float:
    """CPU seconds of this process and of all that it started: Playwright's driver, both browsers."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = profile._text(entry / "stat").rpartition(")")[2].split()
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
                spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    family = [os.getpid()]
    for member in family:
        family += children.get(member, [])
    return sum(spent.get(member, 0.0) for member in family)


@asynccontextmanager
async def _world(checkout: Path) -> AsyncIterator[Bench]:
    place = home.prepare(checkout, "bench-sender")
    port = ports.free()
    url = f"http://{ports.LOOPBACK}:{port}"
    shutil.rmtree(place.root / "whatsapp", ignore_errors=True)
    shutil.rmtree(place.root / "profiles", ignore_errors=True)
    told = {"TICK_MIN_S": "0", "TICK_MAX_S": "0.02", "BOOT_MS": "20", "NUMBERS": f"{NUMBER}=A,{BARE_NUMBER}=B"}
    environment = os.environ | {f"RELANCE_WHATSAPP_SANDBOX_{name}": value for name, value in told.items()}
    command = ("-m", "relance.sandbox.whatsapp", "--port", str(port), "--state", str(place.root / "whatsapp"))
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ | environment,
        start_new_session=True,
    )
    profiles = place.root / "profiles"
    try:
        async with (
            aiohttp.ClientSession(url) as control,
            _driven(profiles / "ours", control, url) as page,
            _undriven(profiles / "bare", control, url) as bare,
        ):
            yield Bench(page, bare, profiles)
    finally:
        server.terminate()
        await server.wait()
        shutil.rmtree(place.root, ignore_errors=True)


@asynccontextmanager
async def _driven(directory: Path, control: aiohttp.ClientSession, url: str) -> AsyncIterator[WhatsAppPage]:
    await _answers(control)
    async with browser.launched(
        directory, executable=chromium.executable(), headless=True, base_url=url, sandbox=chromium.can_sandbox()
    ) as page:
        assert await page.wait_ready(READY_S) is SessionState.UNPAIRED
        while await page.state() is SessionState.UNPAIRED:
            ref = await page.qr_payload()
            if ref is not None:
                await _pair(control, NUMBER, ref)
            await asyncio.sleep(0.2)
        assert await page.wait_ready(READY_S) is SessionState.CONNECTED
        yield page


@asynccontextmanager
async def _undriven(directory: Path, control: aiohttp.ClientSession, url: str) -> AsyncIterator[async_api.Page]:
    """A browser as Playwright starts it, on the same page, in a chat that is open."""
    async with async_api.async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            directory, executable_path=chromium.executable(), headless=True, chromium_sandbox=chromium.can_sandbox(),
            viewport=browser.WINDOW, locale="fr-FR",
        )  # fmt: skip
        page = context.pages[0] if context.pages else await context.new_page()
        await page.goto(url)
        qr = page.locator("[data-ref]")
        await qr.first.wait_for()
        await _pair(control, BARE_NUMBER, await qr.first.get_attribute("data-ref"))
        await qr.first.wait_for(state="detached")
        await page.goto(f"{url}/send?phone={PEOPLE[0][1:]}")
        await page.locator(COMPOSER).wait_for()
        yield page
        await context.close()


async def _pair(control: aiohttp.ClientSession, number: str, ref: str | None) -> None:
    async with control.post("/control/pair", json={"number": number, "ref": ref}) as answer:
        assert answer.status == 200, await answer.text()


async def _answers(control: aiohttp.ClientSession) -> None:
    ends = time.monotonic() + READY_S
    while True:
        try:
            async with control.get("/control/health") as answer:
                assert answer.status == 200
                return
        except aiohttp.ClientConnectorError:
            assert time.monotonic() < ends, "the sandbox page does not start"
        await asyncio.sleep(0.1)
