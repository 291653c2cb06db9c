"""A person and the product edit one workbook at the same time, with faults: the ledger's acceptance.

`--operations 10000 --seed 7` for the long run; a failure names the seed and the act after which it was seen.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from relance.ledger_sync.ledgers import google_account
from relance.ledger_sync.ledgers.google import GoogleLedger
from relance.sandbox.google import access
from relance.store import ledgers, pool
from tests.integration.sandbox_google.conftest import RunningGoogle
from tests.randomised.human import Human
from tests.randomised.product import (
    BetweenCalls,
    BetweenLooks,
    LocalFaults,
    OnlineFaults,
    Product,
    Watched,
    World,
)  # fmt: skip
from tests.randomised.sheet import Sheet
from tests.randomised.surfaces import TAB, WORKBOOK, Local, Online
from tests.randomised.verdict import Verdict

log = logging.getLogger("storm")

pytestmark = [pytest.mark.servers, pytest.mark.timeout(7200)]

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST_ROWS = 28
# Of the writes of a status, those that a person is made to cross; the first one always.
CROSSED = 0.3
# Acts between two inspections, at least; an inspection needs the product to come to rest.
STRETCH, INSPECTIONS = 100, 40
MOST_ROUNDS_TO_REST = 15


class Storm:
    def __init__(self, human: Human, product: Product, watched: Watched, faults: Any, world: World) -> None:
        self.human, self.product, self.world = human, product, world
        self.watched = watched
        self._faults = faults
        self.is_raging = False

    def interrupt(self, chance: random.Random, *, is_writing: bool) -> None:
        if not self.is_raging or self._faults.is_shut:
            return
        shared = [patch.row for patch in self.watched.meant if patch.is_shared and not self.watched.crossed]
        if is_writing and shared and (not self.watched.met or chance.random() < CROSSED):
            row = chance.choice(shared)
            if self.human.cross(row):
                self.watched.crossed.add(row)
        elif chance.random() < 0.15:
            self.human.act()

    async def round(self) -> None:
        done = await self.product.round()
        log.debug(
            "read %s of %s, wrote %s, %s",
            self.watched.read_at,
            self.human.sheet.version,
            done,
            self.product.watch.trouble,
        )
        if self.product.watch.trouble is None or self.product.is_braked:
            self.human.polled(self.watched.read_at, is_braked=self.product.is_braked)

    async def rage(self, acts: int, chance: random.Random) -> None:
        """Acts of the person, rounds of the product, faults and the world's turns, in any order."""
        self.is_raging = True
        until = self.human.acts + acts
        while self.human.acts < until:
            for _ in range(chance.choice([1, 1, 2, 3])):
                self.human.act()
            if chance.random() < 0.12:
                self._faults.strike()
            await self.round()
            self._faults.clear()
            is_fresh = self.watched.read_at == self.human.sheet.version
            if is_fresh and self.product.watch.trouble is None and chance.random() < 0.5:
                await self.world.turn()
            if chance.random() < 0.02:
                self.product.restart()
        self.is_raging = False

    async def rest(self) -> None:
        self.human.tidy()
        quiet = 0
        for _ in range(MOST_ROUNDS_TO_REST):
            written_before = self.product.results.total()
            await self.round()
            is_still = self.product.results.total() == written_before and self.product.watch.trouble is None
            quiet = quiet + 1 if is_still else 0
            if quiet >= 3:
                return
        raise AssertionError(f"the product does not come to rest: {self.product.watch.trouble}")


@pytest.fixture(params=["xlsx", "google"])
async def storm(request: pytest.FixtureRequest, database: Any, tmp_path: Path) -> AsyncIterator[tuple[Storm, Any, Any]]:
    seed = request.config.getoption("seed")
    admin = await asyncpg.connect(database.dsn("admin"))
    await admin.execute("INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001')")
    await admin.execute(
        "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
        " VALUES ('voyages', 'voyage', $1, 'w', $2, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
        request.param, TAB,
    )  # fmt: skip
    server = RunningGoogle(tmp_path / "google") if request.param == "google" else None
    path, chance = tmp_path / "voyages.xlsx", random.Random(f"surface {seed}")
    surface = Online(server) if server else Local(path, chance)
    human = Human(Sheet(), surface, random.Random(f"human {seed}"))
    human.start(FIRST_ROWS)
    ledger: Any
    if server:
        told = json.dumps(access.service_account_info(f"{server.base}/token"))
        plain = google_account.opened(told, base_url=server.base, counted=lambda _: None, per_minute=0)
        interrupted: Any = BetweenCalls(
            plain.credentials_fn, base_url=server.base, counted=lambda _: None, per_minute=0
        )
        ledger = GoogleLedger(interrupted, workbook=WORKBOOK, tab=TAB)
    else:
        ledger = interrupted = BetweenLooks(path, tab=TAB, locale="fr_FR")
    watched = Watched(ledger, human, interrupted)
    faults = OnlineFaults(server, chance) if server else LocalFaults(path, chance)
    try:
        async with pool.opened(database.dsn("ledger_sync"), application="test", size=3) as pool_:
            async with pool_.acquire() as connection:
                (row,) = await ledgers.enabled(connection)
            product = Product(row, watched, pool_, now=START)
            world = World(admin, human, product, random.Random(f"world {seed}"))
            made = Storm(human, product, watched, faults, world)
            between = random.Random(f"between {seed}")
            interrupted.interrupt = lambda is_writing: made.interrupt(between, is_writing=is_writing)
            yield made, admin, surface
    finally:
        if server:
            server.stop()
        await admin.close()


async def test_no_edit_is_lost_and_no_row_confused_in_a_storm(
    storm: tuple[Storm, Any, Any], request: pytest.FixtureRequest
) -> None:
    made, admin, surface = storm
    operations, seed = request.config.getoption("operations"), request.config.getoption("seed")
    chance = random.Random(f"storm {seed}")
    await made.rest()
    while made.human.acts < operations:
        stretch = max(STRETCH, operations // INSPECTIONS)
        await made.rage(min(stretch, operations - made.human.acts), chance)
        await made.rest()
        items = await admin.fetch(
            "SELECT r.*, c.phone FROM receivable r LEFT JOIN customer c ON c.id = r.customer_id ORDER BY r.id"
        )
        wrong = Verdict(made.human.sheet, surface, items).all()
        assert not wrong, "\n".join([f"seed {seed}, after {made.human.acts} acts:", *wrong])
    log.info("met %s, %s", made.watched.met, made.product.results)
    assert made.watched.met > 0, "nobody ever typed a status in the instant of our writing one"
