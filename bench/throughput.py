"""Planned reminders through release, relay, broker, claim and null transport to `sent`, over twenty numbers.

Everything is the product's: the scheduler is its process, the senders are its tenures, ten to a process. The floor, in
the same run and with as many processes: publish confirmed (window 100), consume with prefetch 1 from as many quorum
queues, one UPDATE, acknowledge. Pacing is off; every safety is on.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aio_pika
import asyncpg

from bench.measure import Measure, percentile
from relance.contracts import topology
from relance.domain.steps import Policy
from relance.runtime import broker, logs
from relance.sandbox.servers import home, ports, postgres, rabbitmq
from relance.scheduler import plan, texts
from relance.store import pool

NUMBERS = 20
PROCESSES = 2
WINDOW = 100
RATE, PACED = 10, 300  # messages a second, and how many
DEADLINE_S = 1800.0

# No pacing, which is not what is measured; hours, holds, versions and fences as ever.
UNPACED = {
    "RELANCE_SCHEDULER_GAP_MIN_S": "0", "RELANCE_SCHEDULER_GAP_MAX_S": "0", "RELANCE_SCHEDULER_DAILY_CAP": "1000000",
    "RELANCE_SCHEDULER_HOURLY_CAP": "1000000", "RELANCE_SCHEDULER_FIRST_CONTACTS": "1000000",
    "RELANCE_SCHEDULER_RAMP": "", "RELANCE_SCHEDULER_IN_FLIGHT": "100", "RELANCE_SCHEDULER_TICK_S": "3600",
}  # fmt: skip

Tell = Callable[[str], None]


@dataclass(slots=True)
class Bench:
    owner: asyncpg.Connection
    pg: postgres.Postgres
    mq: rabbitmq.RabbitMQ
    root: Path
    now: datetime

    async def started(self, *command: str, **extra: str) -> asyncio.subprocess.Process:
        role = "scheduler" if "scheduler" in command[0] else "sender"
        told = {
            "RELANCE_DATABASE_URL": self.pg.dsn(role, "bench"),
            "RELANCE_BROKER_URL": self.mq.url("admin"),
            "RELANCE_CLOCK": "movable",
            "RELANCE_LOG_LEVEL": "warning",
            "RELANCE_PROFILES": str(self.root / "profiles"),
            "RELANCE_SPOOL_KEY": "A" * 43 + "=",
            "RELANCE_SENDER_NULL_JOURNAL": str(self.root / "journal"),
        }
        return await asyncio.create_subprocess_exec(sys.executable, "-m", *command, env=os.environ | told | extra)

    async def until(self, query: str, wanted: int, what: str, tell: Tell | None = None) -> None:
        ends, told_at = time.monotonic() + DEADLINE_S, time.monotonic()
        while (count := await self.owner.fetchval(query)) < wanted:
            if time.monotonic() > ends:
                raise AssertionError(f"{what}: {count} of {wanted}")
            if tell and time.monotonic() - told_at > 5:
                told_at = time.monotonic()
                tell(f"{what} : {count} / {wanted}")
            await asyncio.sleep(0.2)


async def measures(checkout: Path, tell: Tell, *, messages: int) -> AsyncIterator[Measure]:
    logs.configure("bench", as_json=False, level="error")
    async with _world(checkout) as bench:
        floor = await _floor(bench, messages, tell)
        tell(f"plancher : {floor:.0f} messages/s")
        whole, paced = await _product(bench, messages, tell)
        yield Measure("pipeline.throughput", whole, "msg/s", floor=floor)
        yield Measure("pipeline.latency_p99_at_10_per_s", percentile(paced, 0.99), "s")
        yield Measure("pipeline.latency_p50_at_10_per_s", percentile(paced, 0.5), "s")


async def _product(bench: Bench, messages: int, tell: Tell) -> tuple[float, list[float]]:
    await _plan(bench, messages + PACED, tell)
    late = await bench.owner.fetch(
        "UPDATE send_job SET due_at = due_at + interval '1 year' WHERE id IN"
        " (SELECT id FROM send_job ORDER BY id LIMIT $1) RETURNING id", PACED,
    )  # fmt: skip
    await bench.owner.execute("INSERT INTO sending_stop (stopped_at, stopped_by) VALUES (now(), 'bench')")
    async with _running(bench, [("bench.null_senders", "senders", str(NUMBERS // PROCESSES))] * PROCESSES):
        async with _running(bench, [("relance.scheduler",)], RELANCE_SCHEDULER_RELEASE_S="0.02", **UNPACED):
            await bench.until("SELECT count(*) FROM whatsapp_session WHERE state = 'connected'", NUMBERS, "numéros")
            await asyncio.sleep(3)
            began = await bench.owner.fetchval(
                "UPDATE sending_stop SET ended_at = now(), ended_by = 'bench' RETURNING clock_timestamp()"
            )
            await bench.until(SENT, messages, "envoyés", tell)
            ended = await bench.owner.fetchval("SELECT max(changed_at) FROM send_job WHERE state = 'sent'")
        _judge(bench.root / "journal", messages)
        async with _running(bench, [("relance.scheduler",)], **UNPACED):
            paced = await _paced(bench, messages, [row["id"] for row in late], tell)
    return messages / (ended - began).total_seconds(), paced


async def _paced(bench: Bench, sent: int, jobs: Sequence[uuid.UUID], tell: Tell) -> list[float]:
    """Real seconds from due to sent, ten falling due a second, the release at its ordinary pace."""
    await bench.until("SELECT (count(*) = 0)::int FROM outbox WHERE published_at IS NULL", 1, "file d'attente vidée")
    due: dict[uuid.UUID, datetime] = {}
    for job in jobs:
        due[job] = await bench.owner.fetchval(
            "UPDATE send_job SET due_at = $2 WHERE id = $1 RETURNING clock_timestamp()", job, bench.now
        )
        await asyncio.sleep(1 / RATE)
    await bench.until(SENT, sent + len(jobs), "envoyés à dix par seconde", tell)
    rows = await bench.owner.fetch("SELECT id, changed_at FROM send_job WHERE id = ANY($1)", list(jobs))
    return [(row["changed_at"] - due[row["id"]]).total_seconds() for row in rows]


async def _plan(bench: Bench, wanted: int, tell: Tell) -> None:
    """By the planner itself: as many people, each with an invoice that is late since yesterday."""
    for statement in (_LEDGER, _PEOPLE, _ROWS):
        given = () if statement is _LEDGER else (wanted, NUMBERS) if statement is _PEOPLE else (wanted, bench.now)
        await bench.owner.execute(statement, *given)
    await bench.owner.execute("ANALYZE")
    texts_, policy, planned = texts.load(None), Policy(), 0
    async with pool.opened(bench.pg.dsn("scheduler", "bench"), application="bench") as scheduler:
        while planned < wanted:
            more = await plan.run(scheduler, texts_, policy, bench.now)
            planned += more
            tell(f"planifiés : {planned} / {wanted}")
            assert more, "nothing more is planned"


async def _floor(bench: Bench, messages: int, tell: Tell) -> float:
    await bench.owner.execute(_FLOOR % messages)
    jobs = [row["id"] for row in await bench.owner.fetch("SELECT id FROM floor_job")]
    each = NUMBERS // PROCESSES
    async with await aio_pika.connect_robust(bench.mq.url("admin")) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await broker.declare_events(channel)
        for number in range(NUMBERS):
            await channel.declare_queue(f"floor.{number}", durable=True, arguments=topology.send_queue_arguments())
        commands = [("bench.null_senders", "floor", str(each), str(first * each)) for first in range(PROCESSES)]
        async with _running(bench, commands, RELANCE_DATABASE_URL=bench.pg.dsn("owner", "bench")):
            await asyncio.sleep(3)
            began = await bench.owner.fetchval("SELECT clock_timestamp()")
            for start in range(0, len(jobs), WINDOW):
                window = enumerate(jobs[start : start + WINDOW], start)
                await asyncio.gather(*(_published(channel, place, job) for place, job in window))
            await bench.until("SELECT count(*) FROM floor_job WHERE state = 'sent'", messages, "plancher", tell)
        ended = await bench.owner.fetchval("SELECT max(changed_at) FROM floor_job")
        for number in range(NUMBERS):
            await channel.queue_delete(f"floor.{number}")
    return messages / (ended - began).total_seconds()


async def _published(channel: aio_pika.abc.AbstractChannel, place: int, job: uuid.UUID) -> None:
    """A body of the size of ours."""
    body = {
        "id": str(uuid.uuid4()), "type": "send.job.v1", "source": "scheduler", "time": "2026-11-24T09:30:00+00:00",
        "data": {"job_id": str(job), "number_id": place % NUMBERS},
    }  # fmt: skip
    message = aio_pika.Message(json.dumps(body).encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await channel.default_exchange.publish(message, f"floor.{place % NUMBERS}", mandatory=True)


def _judge(journal: Path, wanted: int) -> None:
    """What really "left": each message once."""
    lines = journal.read_text(encoding="utf-8").splitlines()
    people = {json.loads(line)["to"] for line in lines}
    assert (len(lines), len(people)) == (wanted, wanted), f"{len(lines)} left, to {len(people)} people"


@asynccontextmanager
async def _running(bench: Bench, commands: Sequence[tuple[str, ...]], **extra: str) -> AsyncIterator[None]:
    processes = [await bench.started(*command, **extra) for command in commands]
    try:
        yield
    finally:
        for process in processes:
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))


@asynccontextmanager
async def _world(checkout: Path) -> AsyncIterator[Bench]:
    place = home.prepare(checkout, "bench-pipeline")
    pg = postgres.Postgres(place, port=ports.free(), password="practice")
    mq = rabbitmq.RabbitMQ(place, port=ports.free(), password="practice")
    # What senders remember of an earlier run would make this database look like one that was put back.
    shutil.rmtree(place.root / "profiles", ignore_errors=True)
    (place.root / "journal").unlink(missing_ok=True)
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, place.servers, ignore_errors=True)
        stack.push_async_callback(mq.stop)
        stack.push_async_callback(pg.stop, "immediate")
        await asyncio.gather(pg.start(), mq.start())
        await pg.create_database("bench", checkout / "deploy/postgres/roles.sql")
        owner = await asyncpg.connect(pg.dsn("owner", "bench"))
        stack.push_async_callback(owner.close)
        # A Tuesday morning: every hour is an allowed one.
        wanted = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
        await owner.execute("UPDATE clock SET offset_s = $1", (wanted - datetime.now(tz=UTC)).total_seconds())
        yield Bench(owner, pg, mq, place.root, wanted + timedelta(minutes=1))


SENT = "SELECT count(*) FROM send_job WHERE state = 'sent'"
_LEDGER = """
INSERT INTO number (alias, phone, transport)
SELECT 'agence-' || n, '+336399800' || lpad(n::text, 2, '0'), 'null' FROM generate_series(1, 20) n;
INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)
VALUES ('factures', 'facture', 'xlsx', 'w', 't', 'Atelier Brun', 'EUR', 'FR', 'Europe/Paris', 1);
INSERT INTO ledger_activation VALUES (1, 'active', 0, now(), now(), 'bench');
"""
_PEOPLE = """
INSERT INTO customer (phone, name, language, zone, number_id)
SELECT '+3361' || lpad(n::text, 8, '0'), 'Client ' || n, 'fr', 'Europe/Paris', 1 + n % $2::int
FROM generate_series(1, $1::int) n
"""
_ROWS = """
INSERT INTO receivable (ledger_id, key, customer_id, status, currency, total, balance, due_on, label, payment_link,
                        fields, fingerprint, cells_hash, position, created_at, changed_at)
SELECT 1, 'K' || n, n, 'pending', 'EUR', 1200, 800 + n % 100, $2::timestamptz::date - 1, 'INV-' || n,
       'https://pay.example/' || n, '{"Notes": ""}', 'f' || n, 'h', n, $2, $2
FROM generate_series(1, $1::int) n
"""
_FLOOR = """
CREATE TABLE floor_job (id uuid PRIMARY KEY, state text NOT NULL, changed_at timestamptz) WITH (fillfactor = 70);
INSERT INTO floor_job SELECT gen_random_uuid(), 'published' FROM generate_series(1, %d)
"""
