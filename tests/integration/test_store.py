"""The schema, its grants, and the outbox, on a real PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import asyncpg
import pytest

from relance.contracts import events
from relance.domain.errors import SettingsRejected
from relance.store import migrate, outbox, pool, seen

pytestmark = pytest.mark.servers
MESSAGE = uuid.UUID(int=7)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_migrating_twice_changes_nothing(database):
    owner = await asyncpg.connect(database.dsn("owner"))
    assert await migrate.apply(owner) == ()
    await owner.close()


async def test_a_newer_schema_is_refused(database):
    owner = await asyncpg.connect(database.dsn("owner"))
    await owner.execute("INSERT INTO schema_migration VALUES (9999, 'from_the_future', 'x')")
    with pytest.raises(SettingsRejected, match="plus récente"):
        await migrate.apply(owner)
    with pytest.raises(SettingsRejected, match="plus récente"):
        await migrate.wait_until_current(owner)
    await owner.close()


async def test_an_edited_migration_is_refused(database):
    owner = await asyncpg.connect(database.dsn("owner"))
    await owner.execute("UPDATE schema_migration SET checksum = 'other'")
    with pytest.raises(SettingsRejected, match="a changé"):
        await migrate.apply(owner)
    await owner.close()


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("sender", "SELECT * FROM document"),
        ("sender", "UPDATE receivable SET status = 'paid'"),
        ("inbox", "UPDATE receivable SET status = 'paid'"),
        ("scheduler", "SELECT * FROM media_spool"),
        ("ledger_sync", "UPDATE send_job SET body = 'x'"),
        ("cli", "SELECT * FROM media_spool"),
        ("clock", "SELECT * FROM customer"),
        ("scheduler", "SELECT * FROM inbound_message"),
        ("scheduler", "SELECT * FROM reply"),
        ("scheduler", "SELECT * FROM number_lease"),
        ("scheduler", "UPDATE outbox SET body = '{}'"),
        ("scheduler", "UPDATE send_job SET sent_at = now()"),
        ("scheduler", "INSERT INTO answer_request DEFAULT VALUES"),
        ("sender", "SELECT * FROM media_spool"),
        ("sender", "UPDATE media_spool SET mime = 'x'"),
        ("sender", "SELECT * FROM inbox_seen"),
        ("inbox", "UPDATE vault_access SET actor = 'nobody'"),
        ("inbox", "DELETE FROM vault_access"),
        ("inbox", "UPDATE reply SET intent = 'ack'"),
        ("inbox", "UPDATE hold SET reason = 'pause'"),
        ("inbox", "UPDATE human_task SET kind = 'x'"),
        ("inbox", "DELETE FROM inbox_seen"),
        ("inbox", "SELECT * FROM number"),
        ("ledger_sync", "INSERT INTO hold DEFAULT VALUES"),
        ("ledger_sync", "DELETE FROM sheet_cell"),
        ("ledger_sync", "SELECT * FROM inbox_seen"),
        ("ledger_sync", "SELECT * FROM number"),
    ],
)
async def test_a_role_may_not_touch_what_it_does_not_own(database, role, statement):
    connection = await asyncpg.connect(database.dsn(role))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_an_event_never_existed_when_its_transaction_rolled_back(database):
    async with pool.opened(database.dsn("inbox"), application="test") as opened:
        with pytest.raises(ZeroDivisionError):
            async with pool.transaction(opened) as connection:
                await outbox.tell(connection, events.HoldChanged(customer_id=1), source="test", at=NOW)
                raise ZeroDivisionError
    owner = await asyncpg.connect(database.dsn("owner"))
    assert await owner.fetchval("SELECT count(*) FROM outbox") == 0
    await owner.close()


async def test_a_repeated_message_is_known(database):
    async with pool.opened(database.dsn("inbox"), application="test") as opened:
        answers = []
        for _ in range(2):
            async with pool.transaction(opened) as connection:
                answers.append(await seen.is_first_time(connection, consumer="inbox", message_id=MESSAGE))
    assert answers == [True, False]
