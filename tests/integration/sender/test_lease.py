"""One number, one owner, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from relance.domain.errors import LeaseLost, SettingsRejected
from relance.sender import lease

pytestmark = pytest.mark.servers


HERE = Path("/dev/null/nowhere")


def taking(database, *, alias=None, silence_s=60.0):
    return lease.taken(database.dsn("sender"), alias=alias, profiles=HERE, silence_s=silence_s)


async def test_a_number_has_one_owner_and_each_take_over_a_new_epoch(database, office):
    async with taking(database) as first:
        async with taking(database) as second:
            assert second is None
        assert first.epoch == 2
    async with taking(database) as third:
        assert third.epoch == 3


async def test_two_senders_hold_two_numbers_and_the_third_waits(database, office):
    await office.owner.execute("INSERT INTO number (alias, phone) VALUES ('agence-2', '+33639980002')")
    async with taking(database) as first, taking(database) as second, taking(database) as third:
        assert {first.number.alias, second.number.alias} == {"agence-1", "agence-2"}
        assert third is None


async def test_a_disabled_number_is_nobodys(database, office):
    await office.owner.execute("UPDATE number SET enabled = false")
    async with taking(database) as held:
        assert held is None


async def test_an_alias_that_nobody_has_is_refused_with_a_sentence(database, office):
    with pytest.raises(SettingsRejected, match="agence-9"):
        async with taking(database, alias="agence-9"):
            pass


async def test_an_owner_whose_connection_ends_knows_at_once(database, office):
    async with taking(database) as held:
        keeping = asyncio.create_task(held.keep())
        admin = await asyncpg.connect(database.dsn("admin"))
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'sender-lease' AND datname = current_database()"
        )
        await admin.close()
        with pytest.raises(LeaseLost):
            await asyncio.wait_for(keeping, 20)


async def test_an_owner_whose_epoch_was_taken_stops(database, office):
    async with taking(database) as held:
        await office.owner.execute("UPDATE number_lease SET epoch = epoch + 1")
        with pytest.raises(LeaseLost):
            await asyncio.wait_for(held.keep(), 20)


async def test_a_frozen_owner_is_evicted(database, office):
    async with taking(database) as frozen:
        await office.owner.execute("UPDATE number_lease SET heartbeat = heartbeat - interval '10 minutes'")
        async with taking(database) as refused:
            assert refused is None  # its connection is being ended
        await asyncio.wait_for(frozen.lost.wait(), 20)
        async with taking(database) as taken:
            assert taken.epoch == frozen.epoch + 1
