"""From a row that becomes due to the message that WhatsApp accepted, through every real process; and the demo's start.

One row at a time, so that no job waits behind another. Floors, in the same run: the sender's own time with the browser
for the send, and the two servers' start for the demo's.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import asyncpg

from bench import throughput
from bench.measure import Measure, median, percentile
from relance.sandbox import practice, samples
from relance.sandbox.expected import FIRST
from relance.sandbox.practice import Practice

MESSAGES = 20_000  # through everything but a browser
SENDS = 20
STARTS = 3
DEADLINE_S = 120.0
_SPENT = re.compile(r"^relance_sender_send_duration_seconds_(sum|count)\{.*\} (\S+)$", re.MULTILINE)

Tell = Callable[[str], None]


async def measures(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    async for measure in throughput.measures(checkout, tell, messages=MESSAGES):
        yield measure
    async for measure in _starts(checkout, tell):
        yield measure
    async for measure in _sends(checkout, tell):
        yield measure


async def _starts(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    """Warm: the servers' data directories exist, as from the second demo on."""
    whole, servers = [], []
    for number in range(STARTS + 1):
        marks: dict[str, float] = {}
        began = time.monotonic()

        def say(sentence: str, began: float = began, marks: dict[str, float] = marks) -> None:
            marks[sentence] = time.monotonic() - began

        async with practice.running(checkout, "bench", say=say):
            took = time.monotonic() - began
        tell(f"démarrage {number}/{STARTS} : {took:.1f} s")
        if number:  # the first one is cold
            whole.append(took)
            servers.append(min(marks.values()))
    yield Measure("pipeline.demo_start_warm", median(whole), "s", floor=median(servers))


async def _sends(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    planned, edited, browser = [], [], []
    async with practice.running(checkout, "bench") as world:
        await _settled(world, len(FIRST))
        for number in range(SENDS):
            phone = f"+3363998{2000 + number:04d}"
            before = await _spent(world)
            typed = time.time()
            await _add_invoice(world, phone, number)
            accepted = await _accepted(world, phone)
            after = await _spent(world, more_than=before[1])
            browser.append(after[0] - before[0])
            planned.append((accepted - await _planned_at(world, phone)).total_seconds())
            edited.append((accepted - world_time(typed, world)).total_seconds())
            tell(f"envoi {number + 1}/{SENDS} : {planned[-1]:.2f} s")
    floor = median(browser)
    yield Measure("pipeline.due_to_accepted_p50", median(planned), "s", floor=floor)
    yield Measure("pipeline.due_to_accepted_p95", percentile(planned, 0.95), "s", floor=percentile(browser, 0.95))
    yield Measure("pipeline.browser_share_of_due_to_accepted", 100 * floor / median(planned), "%")
    yield Measure("pipeline.edit_to_accepted_p50", median(edited), "s", floor=floor)


async def _add_invoice(world: Practice, phone: str, number: int) -> None:
    today = world.opened_at.date()
    values = {
        "Nom du client": f"Mesure {number}", "Numéro de téléphone": phone, "Numéro de facture": f"BENCH-{number:03d}",
        "Montant de la facture": 100 + number, "Date d'échéance": (today + timedelta(days=7)).isoformat(),
        "Statut du paiement": "En attente",
    }  # fmt: skip
    edit = {"id": samples.WORKBOOK, "tab": samples.FACTURE_TAB, "row": 14 + number, "values": values}
    await world.google.post("/control/insert_row", edit)


async def _settled(world: Practice, count: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while len(await world.phones.journal()) < count:  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.2)


async def _accepted(world: Practice, phone: str) -> datetime:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            for message in await world.phones.journal():
                if message.to == phone:
                    return datetime.fromisoformat(message.accepted_at)
            await asyncio.sleep(0.1)


async def _planned_at(world: Practice, phone: str) -> datetime:
    connection = await asyncpg.connect(world.dsn("owner"))
    try:
        at: datetime = await connection.fetchval(
            "SELECT max(r.created_at) FROM reminder r JOIN send_job j ON j.id = r.job_id"
            " JOIN customer c ON c.id = j.customer_id WHERE c.phone = $1",
            phone,
        )
        return at
    finally:
        await connection.close()


def world_time(real: float, world: Practice) -> datetime:
    return datetime.fromtimestamp(real, tz=world.opened_at.tzinfo) + world.offset


async def _spent(world: Practice, *, more_than: float = -1.0) -> tuple[float, float]:
    """Seconds the sender spent in sends so far, and how many; waits for one more when asked to."""
    async with asyncio.timeout(DEADLINE_S), aiohttp.ClientSession() as http:
        while True:
            async with http.get(world.addresses.url("sender") + "/metrics") as answer:
                found = dict(_SPENT.findall(await answer.text()))
            total, count = float(found.get("sum", 0)), float(found.get("count", 0))
            if count > more_than:
                return total, count
            await asyncio.sleep(0.05)
