"""`relance init-sheet --map` on a sheet in use: accepted, followed, and not one cell of its owner's touched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from relance.ledger_sync import fitting, init_google, init_xlsx
from relance.ledger_sync.ledgers import google, xlsx
from relance.ledger_sync.ledgers.port import Ledger
from relance.ledger_sync.watch import Watch
from relance.store import ledgers, pool
from tests.contract.test_init_sheet import Local, Online
from tests.integration.sandbox_google.conftest import RunningGoogle
from tests.integration.scheduling.world import TUESDAY

pytestmark = pytest.mark.servers

HEADER = ["Dossier de", "Joindre au", "Destinations", "Envol", "Prix", "Où on en est", "Mémo"]
ROWS = [
    ["Ana Verdier", "+33 6 39 98 01 10", "Lisbonne", "2027-05-01", 1200, "En attente", "côté fenêtre"],
    ["Bruno Lacaze", "+33 6 39 98 01 11", "Oslo", "2027-06-12", 1800, "Payé", ""],
    ["Chloé Tissier", "06 12", "Rome", "2027-07-03", 900, "En attente", ""],
]


@pytest.fixture(params=["xlsx", "google"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Local | Online]:
    server = None if request.param == "xlsx" else RunningGoogle(tmp_path / "google")
    made = Online(server) if server else Local(tmp_path / "w.xlsx")
    made.starts_with(HEADER, *ROWS)
    yield made
    if server:
        server.stop()


@pytest.fixture
async def admin(database: Any) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.dsn("admin"))
    await connection.execute(
        """
        INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001');
        INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)
        VALUES ('voyages', 'voyage', 'xlsx', 'w', 'Voyages', 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)
        """
    )
    yield connection
    await connection.close()


def sheet_of(keeper: Local | Online) -> Ledger:
    if isinstance(keeper, Local):
        return xlsx.XlsxLedger(keeper.path, tab="Voyages", locale="fr_FR")
    return google.GoogleLedger(keeper.account, workbook="w", tab="Voyages")


async def test_a_mapped_sheet_is_followed_and_only_columns_of_ours_are_written(
    keeper: Local | Online, admin: asyncpg.Connection, database: Any
) -> None:
    before = keeper.rows("Voyages")
    async with (
        pool.opened(database.dsn("cli"), application="test", size=1) as operator,
        pool.opened(database.dsn("ledger_sync"), application="test", size=2) as sheets,
    ):
        async with operator.acquire() as connection:
            (row,) = await ledgers.enabled(connection)
            found = fitting.propose(await sheet_of(keeper).snapshot(), row)
            await ledgers.keep_mapping(connection, row.id, found.mapping())
            (row,) = await ledgers.enabled(connection)
        tabs = [fitting.owned_columns(row, found)]
        if isinstance(keeper, Local):
            init_xlsx.build(keeper.path, tabs)
        else:
            await init_google.build(keeper.account, "w", tabs)
        watch = Watch(row, sheet_of(keeper), sheets, now=lambda: TUESDAY, settle_polls=1)
        for _ in range(4):
            await watch.round()
    after = keeper.rows("Voyages")
    assert [line[: len(HEADER)] for line in after] == before
    assert after[0][len(HEADER)] == "Réf."
    assert all(line[len(HEADER)] for line in after[1:])
    assert "+33 6 39 98 00 00" in after[3][len(HEADER) + 1]
    items = await admin.fetch("SELECT label, status, balance, departs_on::text FROM receivable ORDER BY position")
    assert [tuple(item) for item in items][:2] == [
        ("Lisbonne", "pending", 1200, "2027-05-01"),
        ("Oslo", "paid", 1800, "2027-06-12"),
    ]
