"""What planning and wording cost: a planning pass over a million open items beside one over a hundred thousand, as many
due in both, and beside the bare query for those due; a message beside str.format and Babel.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import resources
from pathlib import Path

import asyncpg
from babel import dates, numbers

from bench.measure import Measure, median
from relance.domain.money import Money
from relance.domain.receivable import Customer, Kind, Receivable, Status
from relance.domain.standing import Case
from relance.domain.steps import Policy
from relance.runtime import logs
from relance.sandbox.servers import home, ports, postgres
from relance.scheduler import plan, texts
from relance.store import attention, pool

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DUE = 1_000
SMALL, LARGE = 100_000, 1_000_000
PASSES = 3
MESSAGES = 10_000
ROUNDS = 5

# Placeholders of the shipped text, as the fields of the bare pattern.
FIELDS = {"Nom": "name", "Facture": "label", "Échéance": "due", "Solde": "left", "Lien": "link", "Agence": "firm"}

Tell = Callable[[str], None]


async def measures(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    for measure in _wording(tell):
        yield measure
    async for measure in _planning(checkout, tell):
        yield measure


async def _planning(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    logs.configure("bench", as_json=False, level="warning")
    place = home.prepare(checkout, "bench-sequences")
    server = postgres.Postgres(place, port=ports.free(), password="practice")
    await server.start()
    try:
        await server.create_database("bench", checkout / "deploy/postgres/roles.sql")
        small = await _passes(server, 0, SMALL, tell)
        large = await _passes(server, SMALL, LARGE, tell)
    finally:
        await server.stop("immediate")
        shutil.rmtree(place.servers, ignore_errors=True)
        shutil.rmtree(place.root, ignore_errors=True)
    yield Measure("sequences.plan_100k_open_1k_due", small[0], "s", floor=small[1])
    yield Measure("sequences.plan_1m_open_1k_due", large[0], "s", floor=large[1])
    yield Measure("sequences.plan_1m_beside_100k", large[0], "s", floor=small[0])
    yield Measure("sequences.plan_idle_1m_open", large[2], "s", floor=large[1])


async def _passes(server: postgres.Postgres, present: int, wanted: int, tell: Tell) -> tuple[float, float, float]:
    """(a pass with a thousand due, the bare query for those due, a pass with none), medians in seconds."""
    owner = await asyncpg.connect(server.dsn("owner", "bench"))
    texts_, policy, took, bare, idle = texts.load(None), Policy(), [], [], []
    try:
        began = time.monotonic()
        await _fill(owner, present, wanted)
        tell(f"{wanted} lignes ouvertes en {time.monotonic() - began:.0f} s")
        async with pool.opened(server.dsn("scheduler", "bench"), application="bench") as scheduler:
            for turn in range(PASSES):
                await _make_due(owner, turn, present, wanted)
                bare.append(await _timed(lambda: owner.fetch(attention.SQL.due, NOW, DUE)))
                began = time.monotonic()
                planned = await plan.run(scheduler, texts_, policy, NOW)
                took.append(time.monotonic() - began)
                assert planned == DUE, planned
                await plan.run(scheduler, texts_, policy, NOW)  # reads what the pass itself changed
                idle.append(await _timed(lambda: plan.run(scheduler, texts_, policy, NOW)))
                tell(f"passe {turn + 1}/{PASSES} : {took[-1]:.2f} s pour {planned} messages")
    finally:
        await owner.close()
    return median(took), median(bare), median(idle)


async def _fill(owner: asyncpg.Connection, present: int, wanted: int) -> None:
    """Open invoices decided long ago, whose next step is weeks away; two for each person."""
    if not present:
        await owner.execute(_LEDGER)
    await owner.execute(_PEOPLE, present // 2 + 1, wanted // 2)
    await owner.execute(_ROWS, present + 1, wanted, NOW)
    await owner.execute(_DECISIONS, NOW)
    await owner.execute("DELETE FROM plan_mark")
    await owner.execute("UPDATE plan_sweep SET after_id = NULL")
    await owner.execute("VACUUM ANALYZE")


async def _make_due(owner: asyncpg.Connection, turn: int, present: int, wanted: int) -> None:
    """A thousand people, spread over the new rows, whose step falls due by the clock alone: no mark."""
    await owner.execute(_LATE, (wanted - present) // DUE, turn * 2, NOW, present, DUE)
    await owner.execute("DELETE FROM plan_mark")


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.monotonic()
    await work()
    return time.monotonic() - began


def _wording(tell: Tell) -> list[Measure]:
    texts_ = texts.load(None)
    cases = [_case(number) for number in range(MESSAGES)]
    pattern = _as_format()
    ours, bare = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for case in cases:
            texts_.reminder("facture_2", [case], NOW)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        for case in cases:
            _formatted(pattern, case)
        bare.append(time.perf_counter() - began)
    tell(f"{MESSAGES} messages : {median(ours):.2f} s, str.format et Babel {median(bare):.2f} s")
    each = 1e6 / MESSAGES
    return [Measure("sequences.render_message", each * median(ours), "µs", floor=each * median(bare))]


def _as_format() -> str:
    """The shipped text as a bare pattern of str.format."""
    text = resources.files("relance.templates").joinpath("fr/facture_2.txt").read_text(encoding="utf-8")
    for name, field in FIELDS.items():
        text = text.replace("{{" + name + "}}", "{" + field + "}")
    return text.replace("? ", "")


def _formatted(pattern: str, case: Case) -> str:
    row = case.receivable
    assert row.balance is not None
    return pattern.format(
        name="Ana Martin",
        label=row.label,
        due=dates.format_date(row.due_on, "d MMMM y", locale="fr"),
        left=numbers.format_currency(row.balance.amount, row.balance.currency, locale="fr"),
        link=row.payment_link,
        firm=case.firm,
    )


def _case(number: int) -> Case:
    """As the ledger gives it: every amount and every name of its own."""
    row = Receivable(
        id=number, ledger_id=1, key=f"K{number:07}", kind=Kind.FACTURE, customer_id=number, status=Status.PENDING,
        total=Money(Decimal(100_000 + 37 * number) / 100, "EUR"),
        balance=Money(Decimal(50_000 + 37 * number) / 100, "EUR"),
        due_on=NOW.date() - timedelta(days=number % 30), departs_on=None, label=f"INV-2026-{number:05}",
        payment_link=f"https://pay.example/{number}", travellers=1, tickets_received=False, paused_until=None,
        version=1, absences=0, paid_at=None,
        fields={
            "Nom du client": f"Ana Martin {number}", "Numéro de téléphone": f"+336399{number:05}",
            "Numéro de facture": f"INV-2026-{number:05}", "Montant de la facture": f"{1000 + number},37 €",
            "Date d'échéance": "2026-11-23", "Statut du paiement": "En attente", "Notes": "à rappeler",
        },
    )  # fmt: skip
    customer = Customer(number, f"+336399{number:05}", f"Ana Martin {number}", "fr", "Europe/Paris", 1)
    return Case(row, customer, "Europe/Paris", "FR", firm="Atelier Brun")


_LEDGER = """
INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001');
INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)
VALUES ('factures', 'facture', 'xlsx', 'w', 't', 'Atelier Brun', 'EUR', 'FR', 'Europe/Paris', 1);
INSERT INTO ledger_activation VALUES (1, 'active', 0, now(), now(), 'bench');
"""
_PEOPLE = """
INSERT INTO customer (phone, name, language, zone, number_id)
SELECT '+3361' || lpad(n::text, 8, '0'), 'Client ' || n, 'fr', 'Europe/Paris', 1
FROM generate_series($1::int, $2::int) n
"""
_ROWS = """
INSERT INTO receivable (ledger_id, key, customer_id, status, currency, total, balance, due_on, label, payment_link,
                        fields, fingerprint, cells_hash, position, created_at, changed_at)
SELECT 1, 'K' || n, (n + 1) / 2, 'pending', 'EUR', 1200, 800 + n % 100, $3::date + 40, 'INV-' || n,
       'https://pay.example/' || n, '{"Notes": ""}', 'f' || n, 'h', n, $3, $3
FROM generate_series($1::int, $2::int) n
"""
_DECISIONS = """
INSERT INTO decision (receivable_id, verdict, blockers, next_step, next_at, look_at, decided_at)
SELECT id, 'wait', '{not_yet}', 'facture_1', $1::timestamptz + interval '33 d', $1::timestamptz + interval '33 d', $1
FROM receivable
ON CONFLICT DO NOTHING
"""
_LATE = """
WITH late AS (
    UPDATE receivable SET due_on = $3::timestamptz::date - 1
    WHERE id IN (SELECT $4::int + $1::int * n + $2::int + 1 FROM generate_series(0, $5::int - 1) n)
    RETURNING id
)
UPDATE decision SET look_at = $3 FROM late WHERE receivable_id = late.id
"""
