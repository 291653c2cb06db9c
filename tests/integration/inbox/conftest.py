from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from relance.inbox.desk import Desk
from relance.inbox.vault import local
from relance.store import pool
from tests.integration.inbox.world import SETTING_UP, SPOOL_KEY, Clock, FragileVault, World, at_a_glance


@pytest.fixture
async def world(database, tmp_path: Path) -> AsyncIterator[World]:
    owner = await asyncpg.connect(database.dsn("owner"))
    await owner.execute(SETTING_UP)
    vault, clock = FragileVault(local.LocalVault(tmp_path / "vault", key=b"v" * 32)), Clock()
    async with pool.opened(database.dsn("inbox"), application="test") as opened:
        desk = Desk(opened, vault, SPOOL_KEY, clock.now, at_a_glance, silence=timedelta(0))
        yield World(owner, desk, vault, clock)
    await owner.close()
