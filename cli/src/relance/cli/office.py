"""The operator's desk: a connection under the operator's role, the product's hour, and whose orders they are."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from relance.cli import practice_world
from relance.cli.settings import Settings
from relance.domain.errors import Refused, SettingsRejected
from relance.runtime import settings
from relance.scheduler import explain
from relance.scheduler.explain import View
from relance.scheduler.settings import Pacing, Rules
from relance.store import clock, orders, pool
from relance.store.orders import Author, Ledger, Row
from relance.store.pool import Connection


@dataclass(frozen=True, slots=True)
class Desk:
    connection: Connection
    now: datetime

    @property
    def author(self) -> Author:
        return Author(whoever_asks(), self.now)

    async def view(self) -> View:
        return await explain.view(self.connection, settings.load(Rules), settings.load(Pacing).pace())

    async def rows(self, target: str, ledger: str | None = None) -> list[Row]:
        return await explain.rows_named(self.connection, target, ledger=ledger)

    async def row(self, target: str, ledger: str | None = None) -> Row:
        """The one row that is meant; raises Refused when several could be."""
        rows = await self.rows(target, ledger)
        if len(rows) > 1:
            known = ", ".join(f"{row.key} ({row.ledger})" for row in rows[:5])
            raise Refused(f"« {target} » désigne plusieurs lignes : {known}. Donnez une Réf., ou --ledger")
        return rows[0]

    async def ledger(self, name: str) -> Ledger:
        found = await orders.ledger_named(self.connection, name)
        if found is None:
            known = ", ".join(f"« {one} »" for one in (await orders.ledger_names(self.connection)).values())
            raise SettingsRejected(f"aucun classeur ne s'appelle « {name} » (connus : {known or 'aucun'})")
        return found


@asynccontextmanager
async def opened() -> AsyncIterator[Desk]:
    async with (
        pool.opened(practice_world.database_url(), application="cli", size=1) as database,
        database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection,
    ):
        yield Desk(connection, await clock.now(connection))


def whoever_asks() -> str:
    """The name kept beside an order: the one that was given, else that of the operator's session."""
    if told := settings.load(Settings).operator.strip():
        return told
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "opérateur"
