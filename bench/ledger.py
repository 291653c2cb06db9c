"""A ledger of 100,000 rows: brought in for the first time, read again unchanged, and with one cell edited.

Floors, in the same run: for the import a bare COPY of the rows it left in the database; for a poll the download and
decoding of the same JSON body, by the same HTTP library. Memory is this process's own; the sheet is another's.
"""

from __future__ import annotations

import gc
import json
import resource
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import requests

from bench import ledger_server
from bench.ledger_server import AMOUNT, TAB
from bench.measure import Measure, median
from relance.ledger_sync import __main__ as service
from relance.ledger_sync import pull, reading
from relance.ledger_sync.facts import Pull
from relance.ledger_sync.ledgers import google, google_account, google_book
from relance.ledger_sync.pull import Sight
from relance.ledger_sync.watch import Watch
from relance.sandbox.google import access
from relance.sandbox.servers import home, ports, postgres
from relance.store import ledgers, pool

ROWS = 100_000
POLLS = 11
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BODY = "/v4/spreadsheets/w/values:batchGet"

KEYS = {"customer": {"number_id": "number"}, "receivable": {"ledger_id": "ledger", "customer_id": "customer"}}

Tell = Callable[[str], None]


@dataclass(slots=True)
class Bench:
    base: str
    pool: pool.Pool
    owner: asyncpg.Connection
    watch: Watch

    def post(self, verb: str, **sent: Any) -> None:
        requests.post(f"{self.base}/{verb}", json=sent, timeout=60).raise_for_status()

    def calls(self) -> int:
        return sum(requests.get(f"{self.base}/count", timeout=60).json().values())

    async def writes(self) -> list[int]:
        """The last transaction that wrote each table."""
        tables = ("receivable", "customer", "sheet_cell", "outbox", "human_task")
        query = "SELECT coalesce(max(xmin::text::bigint), 0) FROM "
        return [await self.owner.fetchval(query + table) for table in tables]


async def measures(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    gc.set_threshold(*service.COLLECT_AFTER)
    with ledger_server.running(ROWS) as base:
        async with _world(checkout, base) as bench:
            took = await _import(bench)
            floor = await _copied(bench)
            tell(f"import : {took:.1f} s, COPY seul : {floor:.1f} s")
            yield Measure("ledger.import", took, "s", floor=floor)
            await _settled(bench)
            async for measure in _polls(bench, tell):
                yield measure


async def _import(bench: Bench) -> float:
    began = time.perf_counter()
    snapshot = await bench.watch._sheet.snapshot()
    read = reading.read(snapshot, bench.watch.ledger)
    async with pool.transaction(bench.pool) as connection:
        taking = Pull(connection, bench.watch.ledger, read, NOW)
        pulled = await pull.take(taking, Sight(), settle_polls=1, draw=lambda: secrets.randbits(40))
    took = time.perf_counter() - began
    assert pulled.created == ROWS
    return took


async def _copied(bench: Bench) -> float:
    """The same rows, ready in memory, into tables of the same shape, indexes, checks and foreign keys."""
    spent = 0.0
    for table in ("customer", "receivable"):
        rows = [tuple(row) for row in await bench.owner.fetch(f"SELECT * FROM {table}")]
        await bench.owner.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        for column, other in KEYS[table].items():
            await bench.owner.execute(f"ALTER TABLE floor_{table} ADD FOREIGN KEY ({column}) REFERENCES {other}")
        began = time.perf_counter()
        async with bench.owner.transaction():
            await bench.owner.copy_records_to_table(f"floor_{table}", records=rows)
        spent += time.perf_counter() - began
        await bench.owner.execute(f"DROP TABLE floor_{table}")
    return spent


async def _settled(bench: Bench) -> None:
    """As the sheet is once our keys are in it."""
    rows = await bench.owner.fetch("SELECT key FROM receivable ORDER BY position")
    bench.post("edit", keys=[row["key"] for row in rows])
    await bench.owner.execute("ANALYZE")
    for _ in range(2):
        assert not await bench.watch.round()
        assert bench.watch.trouble is None, bench.watch.trouble


async def _polls(bench: Bench, tell: Tell) -> AsyncIterator[Measure]:
    for _ in range(2):
        await _edited(bench)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    writes, calls = await bench.writes(), bench.calls()
    floors, unchanged, changed = [], [], []
    for _ in range(POLLS):
        floors.append(await _timed(_downloaded, bench))
        unchanged.append(await _timed(_polled, bench))
    assert await bench.writes() == writes, "an unchanged poll wrote"
    per_poll = (bench.calls() - calls) / POLLS - 1
    for _ in range(POLLS):
        unchanged.append(await _timed(_polled, bench))
        changed.append(await _edited(bench))
    tell(f"corps {median(floors):.3f} s, inchangé {median(unchanged):.3f} s, une cellule {median(changed):.3f} s")
    yield Measure("ledger.unchanged", median(unchanged), "s", floor=median(floors))
    yield Measure("ledger.one_change", median(changed), "s", floor=median(unchanged))
    yield Measure("ledger.calls_per_poll", per_poll, "calls", floor=1)
    yield Measure("ledger.memory", memory, "MB", floor=600)


async def _edited(bench: Bench) -> float:
    """A person corrects one amount; how long the poll takes that brings it into the database."""
    amount = 1000 + secrets.randbelow(9_000_000) / 100
    bench.post("edit", row=secrets.randbelow(ROWS), column=AMOUNT, value=amount)
    took = await _timed(_polled, bench)
    found = await bench.owner.fetchval("SELECT count(*) FROM receivable WHERE balance = $1::float8::numeric", amount)
    assert found, "the edit is not in the database"
    return took


async def _polled(bench: Bench) -> None:
    await bench.watch.round()
    assert bench.watch.trouble is None, bench.watch.trouble


async def _downloaded(bench: Bench) -> None:
    requests.get(bench.base + BODY, timeout=60).json()  # noqa: ASYNC210 - nothing else runs beside it


async def _timed(act: Callable[[Bench], Awaitable[None]], bench: Bench) -> float:
    began = time.perf_counter()
    await act(bench)
    return time.perf_counter() - began


@asynccontextmanager
async def _world(checkout: Path, base: str) -> AsyncIterator[Bench]:
    server = postgres.Postgres(home.prepare(checkout, "bench-ledger"), port=ports.free(), password="practice")
    await server.start()
    try:
        await server.create_database("bench", checkout / "deploy/postgres/roles.sql")
        owner = await asyncpg.connect(server.dsn("admin", "bench"))
        await pool._speak_json(owner)
        await owner.execute("INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001')")
        await owner.execute(
            "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
            " VALUES ('mesure', 'facture', 'google', 'w', $1, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
            TAB,
        )
        async with pool.opened(server.dsn("ledger_sync", "bench"), application="bench", size=3) as opened:
            yield Bench(base, opened, owner, await _watch(base, opened, owner))
        await owner.close()
    finally:
        await server.stop("immediate")


async def _watch(base: str, opened: pool.Pool, owner: asyncpg.Connection) -> Watch:
    told = json.dumps(access.service_account_info(f"{base}/token"))
    account = google_account.opened(told, base_url=base, counted=lambda _: None, per_minute=0)
    book = google_book.Book(account, "w")
    (ledger,) = await ledgers.enabled(owner)
    sheet = google.GoogleLedger(account, workbook="w", tab=TAB, book=book)
    return Watch(ledger, sheet, opened, now=lambda: NOW, settle_polls=1)
