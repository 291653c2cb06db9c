"""Crash points C1 to C8, C18, C19 and C22 of the delivery protocol: from the plan to the sender's hands.

The real plan, release, relay, broker edge and sender on a real PostgreSQL and RabbitMQ; only the page is a fake, whose
`sent` is the truth. A crash inside a transaction is its backend ended while it stands there. About 25 seconds in all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import pytest

from relance.contracts import topology
from relance.domain.errors import Unavailable
from relance.domain.pacing import Pace
from relance.runtime import broker, clock
from relance.runtime.lifecycle import Stopping
from relance.scheduler import relay
from relance.scheduler.settings import SchedulerSettings
from relance.sender import deliver
from relance.sender.desk import Desk, Patience
from relance.sender.session import Session
from relance.store import pool
from tests.fakes.whatsapp_phone import FakePhone
from tests.integration.scheduling.world import World

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

ANA = "+33639980101"
LATCH = 4242
OPEN_JOBS = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND exchange = 'relance.send'"
PATIENCE_S = 60.0
AT_ONCE = Pace(timedelta(0), timedelta(0))


class Mortal(World):
    """A world whose backends can be ended."""

    admin: asyncpg.Connection


class Sender:
    """The sender's verbs over a fake page, fed by the real broker."""

    def __init__(self, desk: Desk, session: Session, phone: FakePhone) -> None:
        self.desk = desk
        self.session = session
        self.phone = phone
        self.handled = 0
        self.breaks = False

    async def take(self, message) -> None:
        self.handled += 1
        if self.breaks:
            raise ZeroDivisionError
        await deliver.deliver(self.desk, self.session, message.data.job_id)

    async def give_up(self, message) -> None:
        self.handled += 1
        await deliver.give_up(self.desk, message.data.job_id)


@pytest.fixture
async def world(database) -> AsyncIterator[Mortal]:
    owner, admin = await asyncpg.connect(database.dsn("owner")), await asyncpg.connect(database.dsn("admin"))
    async with pool.opened(database.dsn("scheduler"), application="test") as opened:
        made = Mortal(owner, opened)
        made.admin = admin
        await made.prepare()
        made.pace = AT_ONCE
        yield made
    await owner.close()
    await admin.close()


@pytest.fixture
async def sender(database, world) -> AsyncIterator[Sender]:
    await world.owner.execute("INSERT INTO number_lease VALUES (1, 'test', 1, clock_timestamp(), 'here')")
    async with pool.opened(database.dsn("sender"), application="sender", size=3) as opened:
        phone = FakePhone()
        patience = Patience(barrier_s=0, tick_s=0, reconcile_gap_s=0)
        desk = Desk(opened, phone, 1, 1, lambda: world.now, bytes(32), patience=patience)
        worker = asyncio.create_task(desk.intentions.carry_out())
        session = Session(desk)
        await session.begin()
        await session.look()
        yield Sender(desk, session, phone)
        worker.cancel()
        await asyncio.wait({worker})


@pytest.fixture
def settings(database, broker_url) -> SchedulerSettings:
    return SchedulerSettings(database_url=database.dsn("scheduler"), broker_url=broker_url, scheduler_poll_s=0.2)


@pytest.fixture
async def item(world, sender) -> int:
    """One reminder to Ana is due."""
    return await world.facture(await world.customer(ANA), 1)


@asynccontextmanager
async def relaying(settings: SchedulerSettings) -> AsyncIterator[None]:
    """The relay at work, until the block ends."""
    stopping = Stopping()
    async with broker.connected(settings.broker_url.get_secret_value(), service="scheduler") as connection:
        task = asyncio.create_task(relay.Relay(connection, settings).work(stopping))
        yield
        stopping.set()
        await task


@asynccontextmanager
async def consuming(settings: SchedulerSettings, sender: Sender) -> AsyncIterator[None]:
    queue = topology.send_queue(1)
    async with broker.connected(settings.broker_url.get_secret_value(), service="sender") as connection:
        channel = await connection.channel()
        await broker.declare_events(channel)
        await broker.declare_send_queue(channel, 1)
        async with broker.consuming(connection, queue, sender.take, database=sender.desk.pool, at_last=sender.give_up):
            yield


async def until(claim) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await claim():  # noqa: ASYNC110 - the state is a server's
            await asyncio.sleep(0.05)


async def in_state(world: Mortal, state: str) -> bool:
    return [job["state"] for job in await world.jobs()] == [state]


async def dies_inside(world: Mortal, table: str, work: Awaitable[object]) -> None:
    """Run `work` until it writes to `table`, and end its backend there."""
    await world.owner.execute(
        f"""
        CREATE OR REPLACE FUNCTION wait_for_death() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_advisory_xact_lock({LATCH}); RETURN NULL; END $$;
        CREATE TRIGGER wait_for_death AFTER INSERT OR UPDATE ON {table} EXECUTE FUNCTION wait_for_death();
        SELECT pg_advisory_lock({LATCH});
        """
    )
    task = asyncio.ensure_future(work)

    async def is_ended() -> bool:
        return bool(
            await world.admin.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND objid = $1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                LATCH,
            )
        )

    await until(is_ended)
    with pytest.raises((*pool.LOST, asyncpg.PostgresError)):
        await task
    await world.owner.execute(f"SELECT pg_advisory_unlock({LATCH}); DROP TRIGGER wait_for_death ON {table}")


async def reaches_ana_once(world: Mortal, settings: SchedulerSettings, sender: Sender) -> None:
    async with relaying(settings), consuming(settings, sender):
        await until(lambda: in_state(world, "sent"))
    assert [to for to, _ in sender.phone.sent] == [ANA]


@pytest.mark.usefixtures("item")
class TestBeforeTheBroker:
    async def test_c01_dying_before_the_plan_is_committed_plans_it_again(self, world, settings, sender):
        await dies_inside(world, "reminder", world.plan())
        assert await world.jobs() == []
        assert await world.plan() == 1
        await world.release()
        await reaches_ana_once(world, settings, sender)

    async def test_c02_dying_between_plan_and_release_releases_later(self, world, settings, sender):
        await world.plan()
        await world.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relance_scheduler'"
            " AND datname = current_database()"
        )
        await world.pool.expire_connections()  # a process that starts again has new ones
        assert await in_state(world, "due")
        assert await world.plan() == 0
        assert await world.release() == 1
        await reaches_ana_once(world, settings, sender)

    @pytest.mark.parametrize("table", ["number_budget", "send_job", "outbox"])
    async def test_c03_dying_inside_the_release_spends_and_publishes_nothing(
        self,
        world,
        settings,
        sender,
        table,
    ):
        await world.plan()
        await dies_inside(world, table, world.release())
        assert await in_state(world, "due")
        assert not await world.owner.fetchval("SELECT coalesce(max(sent), 0) FROM number_budget")
        assert await world.owner.fetchval(OPEN_JOBS) == 0
        assert await world.release() == 1
        await reaches_ana_once(world, settings, sender)
        assert await world.owner.fetchval("SELECT sent FROM number_budget") == 1

    async def test_c04_a_hint_that_nobody_heard_costs_one_poll(self, world, settings, sender):
        await world.plan()
        await world.release()  # its NOTIFY is over before anybody listens
        await reaches_ana_once(world, settings, sender)


async def published(settings: SchedulerSettings, world: Mortal) -> None:
    """One window of the relay: on the broker and confirmed."""
    async with (
        broker.connected(settings.broker_url.get_secret_value(), service="scheduler") as connection,
        broker.publishing(connection) as publisher,
        world.pool.acquire() as database,
    ):
        await relay.Relay(connection, settings).publish_waiting(database, publisher)


class Unheard(broker.Publisher):
    """The message arrives; its confirm does not."""

    async def publish(self, **message) -> None:
        await super().publish(**message)
        raise Unavailable("the connection broke before the confirm")


class TestOnTheBroker:
    async def test_c05_dying_before_the_confirm_publishes_twice_and_sends_once(
        self,
        world,
        settings,
        sender,
        item,
    ):
        await world.plan()
        await world.release()
        async with broker.connected(settings.broker_url.get_secret_value(), service="scheduler") as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            async with world.pool.acquire() as database:
                with suppress(Unavailable):
                    await relay.Relay(connection, settings).publish_waiting(database, Unheard(channel))
        assert await world.owner.fetchval(OPEN_JOBS) == 1
        await self._second_copy_is_harmless(world, settings, sender)

    async def test_c06_dying_before_the_mark_publishes_twice_and_sends_once(
        self,
        world,
        settings,
        sender,
        item,
    ):
        await world.plan()
        await world.release()
        await dies_inside(world, "outbox", published(settings, world))
        assert await world.owner.fetchval(OPEN_JOBS) == 1
        await self._second_copy_is_harmless(world, settings, sender)

    async def test_c07_a_broker_that_lost_everything_is_told_again(
        self, world, settings, sender, item, rabbitmq_server
    ):
        await world.plan()
        await world.release()
        await published(settings, world)
        await rabbitmq_server.wipe()
        await world.owner.execute("UPDATE send_job SET changed_at = clock_timestamp() - interval '11 minutes'")
        await relay.tell_again(world.pool, clock.RealClock(), settings.scheduler_janitor_s)
        await reaches_ana_once(world, settings, sender)

    async def test_c08_a_queue_that_is_missing_is_declared_and_the_message_leaves(
        self,
        world,
        settings,
        sender,
        item,
        rabbitmq_server,
    ):
        async with relaying(settings):
            await world.owner.execute("SELECT 1")
            await rabbitmq_server.wipe()
            await world.plan()
            await world.release()

            async def is_marked() -> bool:
                return await world.owner.fetchval("SELECT bool_and(published_at IS NOT NULL) FROM outbox")

            await until(is_marked)
            async with consuming(settings, sender):
                await until(lambda: in_state(world, "sent"))
        assert len(sender.phone.sent) == 1

    async def test_c22_a_message_that_always_fails_is_given_up_and_a_person_told(
        self,
        world,
        settings,
        sender,
        item,
    ):
        sender.breaks = True
        await world.plan()
        await world.release()
        async with relaying(settings), consuming(settings, sender):
            await until(lambda: in_state(world, "failed"))
        assert sender.handled == topology.DELIVERY_LIMIT + 1
        assert sender.phone.sent == []
        assert [row["kind"] for row in await world.owner.fetch("SELECT kind FROM human_task")] == ["send_failed"]
        await relay.tell_again(world.pool, clock.RealClock(), 0)
        assert await world.owner.fetchval(OPEN_JOBS) == 0

    async def _second_copy_is_harmless(self, world, settings, sender) -> None:
        async with relaying(settings), consuming(settings, sender):

            async def both_came() -> bool:
                return sender.handled == 2 and await in_state(world, "sent")

            await until(both_came)
        assert [to for to, _ in sender.phone.sent] == [ANA]


class TestPaidInBetween:
    async def test_c18_paid_between_release_and_claim_is_not_sent(self, world, settings, sender, item):
        await world.plan()
        await world.release()
        await world.pay(item)
        async with relaying(settings), consuming(settings, sender):

            async def is_taken() -> bool:
                return sender.handled == 1

            await until(is_taken)
        assert await in_state(world, "cancelled")
        assert sender.phone.sent == []

    async def test_c19_paid_between_the_last_look_and_the_click_is_said(self, world, settings, sender, item, capsys):
        click = sender.phone.click_send

        async def paid_meanwhile() -> None:
            await click()
            await world.pay(item)

        sender.phone.click_send = paid_meanwhile
        await world.plan()
        await world.release()
        await reaches_ana_once(world, settings, sender)
        assert "send.crossed" in capsys.readouterr().out
