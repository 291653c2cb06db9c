from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from relance.store import pool
from tests.integration.scheduling.world import World


@pytest.fixture
async def world(database) -> AsyncIterator[World]:
    owner = await asyncpg.connect(database.dsn("owner"))
    async with pool.opened(database.dsn("scheduler"), application="test") as opened:
        made = World(owner, opened)
        await made.prepare()
        yield made
    await owner.close()
