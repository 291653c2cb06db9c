"""The relay, the ear and the whole process, on a real RabbitMQ."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from datetime import time, timedelta
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from relance.contracts import envelope, events, topology
from relance.domain import calendar
from relance.domain.errors import Unavailable
from relance.domain.steps import Policy
from relance.runtime import broker, clock
from relance.scheduler import events as hearing
from relance.scheduler import relay
from relance.scheduler.settings import SchedulerSettings
from tests.integration.scheduling.world import DAY

pytestmark = pytest.mark.servers
# Oversold machines stretch a start-up a hundredfold; the wait ends as soon as the state is there.
PATIENCE_S = 60


@pytest.fixture
def settings(database, broker_url, tmp_path) -> SchedulerSettings:
    return SchedulerSettings(
        database_url=database.dsn("scheduler"),
        broker_url=broker_url,
        scheduler_poll_s=0.2,
        scheduler_fault_marker=tmp_path / "died",
    )


async def until(claim, seconds=PATIENCE_S):
    async with asyncio.timeout(seconds):
        while not (found := await claim()):  # noqa: ASYNC110 - the state is another process's
            await asyncio.sleep(0.1)
    return found


async def drained(url: str, queue_name: str) -> list[envelope.Envelope]:
    connection = await aio_pika.connect_robust(url)
    async with connection:
        channel = await connection.channel()
        arguments = (
            topology.send_queue_arguments() if queue_name.startswith("send.") else topology.work_queue_arguments()
        )
        queue = await channel.declare_queue(queue_name, durable=True, arguments=arguments)
        found: list[envelope.Envelope] = []

        async def keep(message):
            found.append(envelope.Envelope.model_validate_json(message.body))
            await message.ack()

        await queue.consume(keep)
        count = -1
        while count != len(found):
            count = len(found)
            await asyncio.sleep(1.0)
    return found


async def published_once(settings, world):
    async with broker.connected(settings.broker_url.get_secret_value(), service="test") as connection:
        one = relay.Relay(connection, settings)
        async with broker.publishing(connection) as publisher, world.pool.acquire() as database:
            try:
                return await one.publish_waiting(database, publisher)
            except Unavailable as error:
                unconfirmed = error  # raised inside, the connection's group would wrap it
    raise unconfirmed


async def test_a_released_job_reaches_its_queue_and_is_marked(world, settings, broker_url):
    await world.facture(await world.customer(), 1)
    await world.plan()
    await world.release()
    assert await published_once(settings, world) == 2, "the message, and that the plan changed"
    (message,) = await drained(broker_url, "send.1")
    assert message.data.job_id == (await world.jobs())[0]["id"]
    assert await world.owner.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0
    assert await published_once(settings, world) == 0


async def test_a_broker_that_does_not_confirm_leaves_the_row_open(world, settings):
    await world.owner.execute(
        """INSERT INTO outbox (message_id, exchange, routing_key, body)
           VALUES (gen_random_uuid(), 'relance.events', 'nobody.listens', '{}')"""
    )
    with pytest.raises(Unavailable):
        await published_once(settings, world)
    assert await world.owner.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1


async def test_what_the_broker_lost_is_told_again_once(world):
    await world.facture(await world.customer(), 1)
    await world.plan()
    await world.release()
    await world.owner.execute("UPDATE outbox SET published_at = now()")
    await world.owner.execute("UPDATE send_job SET changed_at = now() - interval '11 minutes'")
    for _ in range(2):
        await relay.tell_again(world.pool, clock.RealClock(), 600)
    assert await world.owner.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1


async def asked(world, customer, template="reponse_humain", inbound=None):
    asked = events.AnswerRequested(
        inbound_id=inbound or uuid.uuid4(), customer_id=customer, receivable_id=None, template=template
    )
    turn = hearing.Turn()
    ear = hearing.Ear(world.pool, turn, lambda: world.now)
    await ear.consume(envelope.wrap(asked, source="inbox", at=world.now))
    return turn


async def test_an_answer_asked_twice_for_one_message_leaves_once(world):
    ana, inbound = await world.customer(), uuid.uuid4()
    for _ in range(2):
        turn = await asked(world, ana, inbound=inbound)
    assert turn.release.is_set()
    assert await world.release() == 1
    assert len(await world.send()) == 1
    assert await world.release() == 0


async def wanted(world, customer, *, template="reponse_stop", age=timedelta(0)) -> uuid.UUID:
    """As the inbox writes it down; its event is lost."""
    inbound = uuid.uuid4()
    await world.owner.execute(
        "INSERT INTO inbound_message (id, number_id, customer_id, page_key, kind, received_at)"
        " VALUES ($1, 1, $2, $4, 'text', $3)", inbound, customer, world.now - age, str(inbound),
    )  # fmt: skip
    await world.owner.execute(
        "INSERT INTO answer_request (inbound_id, customer_id, template, job_id, asked_at) VALUES ($1, $2, $3, $4, $5)",
        inbound, customer, template, envelope.derived_id("answer", inbound), world.now - age,
    )  # fmt: skip
    return inbound


async def test_an_answer_whose_request_was_lost_leaves_all_the_same_and_once(world):
    ana = await world.customer()
    inbound = await wanted(world, ana)
    turn = hearing.Turn()
    ear = hearing.Ear(world.pool, turn, lambda: world.now)
    for _ in range(2):
        await ear.catch_up()
    assert turn.release.is_set()
    assert await world.release() == 1
    assert "plus de message automatique" in (await world.send())[0]
    await asked(world, ana, "reponse_stop", inbound)
    await ear.catch_up()
    assert len(await world.jobs()) == 1


async def test_neither_unknown_nor_very_old_answers_are_caught_up(world):
    ana = await world.customer()
    await wanted(world, ana, template="voyage_j30")
    await wanted(world, ana, age=8 * DAY)
    await hearing.Ear(world.pool, hearing.Turn(), lambda: world.now).catch_up()
    assert await world.jobs() == []


async def test_what_was_handled_is_remembered_for_a_month(world):
    await world.owner.execute(
        "INSERT INTO inbox_seen (consumer, message_id, seen_at) VALUES"
        " ('inbox', gen_random_uuid(), now() - interval '31 days'),"
        " ('inbox', gen_random_uuid(), now() - interval '29 days')"
    )
    await relay.tell_again(world.pool, clock.RealClock(), 600)
    assert await world.owner.fetchval("SELECT count(*) FROM inbox_seen") == 1


async def test_an_answer_never_leaves_at_night(world):
    world.now += timedelta(hours=12)
    await asked(world, await world.customer())
    assert await world.release() == 0
    world.now += timedelta(hours=12)
    assert await world.release() == 1


async def test_a_silenced_person_gets_the_confirmation_of_silence_and_nothing_else(world):
    ana = await world.customer()
    await world.hold(ana, "optout", scope="customer")
    await asked(world, ana, "reponse_stop")
    await asked(world, ana, "reponse_humain")
    assert await world.release() == 1
    assert "plus de message automatique" in (await world.send())[0]
    world.now += timedelta(minutes=2)
    assert await world.release() == 0
    assert [job["reason"] for job in await world.jobs("cancelled")] == ["optout"]


async def test_an_unknown_answer_is_dropped_with_a_trace(world):
    await asked(world, await world.customer(), "voyage_j30")
    assert await world.jobs() == []


async def test_other_events_ask_for_a_plan(world):
    turn = hearing.Turn()
    ear = hearing.Ear(world.pool, turn, lambda: world.now)
    await ear.consume(envelope.wrap(events.HoldChanged(customer_id=1), source="inbox", at=world.now))
    assert turn.plan.is_set()


def environment(database, broker_url, tmp_path: Path, **more: str) -> dict[str, str]:
    return os.environ | {
        "RELANCE_DATABASE_URL": database.dsn("scheduler"),
        "RELANCE_BROKER_URL": broker_url,
        "RELANCE_CLOCK": "movable",
        "RELANCE_SCHEDULER_TICK_S": "0.5",
        "RELANCE_SCHEDULER_RELEASE_S": "0.2",
        "RELANCE_SCHEDULER_GAP_MIN_S": "0.1",
        "RELANCE_SCHEDULER_GAP_MAX_S": "0.2",
        "RELANCE_SCHEDULER_HOURS": "always",
        "RELANCE_SCHEDULER_SEND_AT": "00:00",
        "RELANCE_SCHEDULER_FAULT_MARKER": str(tmp_path / "died"),
        **more,
    }


async def started(env: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "relance.scheduler",
        env=env,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(PATIENCE_S):
        _, errors = await process.communicate()
    return process.returncode, errors.decode()


async def test_killed_between_publish_and_mark_it_publishes_again_and_one_job_remains(
    world, database, broker_url, tmp_path
):
    world.now = clock.RealClock().now()
    await world.facture(await world.customer(), 1)
    world.policy = Policy(hours=calendar.parse_hours(calendar.ALWAYS), send_at=time(0))
    while await world.owner.fetchval("SELECT count(*) FROM plan_mark"):
        await world.plan()
    await world.owner.execute("UPDATE outbox SET published_at = now()")  # that the plan changed is known
    env = environment(database, broker_url, tmp_path, RELANCE_SCHEDULER_FAULT="after_publish")
    assert (await ended(await started(env)))[0] == relay.KILLED
    again = await started(env)
    is_out = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL AND routing_key = 'send.1'"
    try:
        await until(lambda: world.owner.fetchval(is_out))
    finally:
        again.send_signal(signal.SIGTERM)
    assert (await ended(again))[0] == 0
    messages = await drained(broker_url, "send.1")
    assert len(messages) == 2
    assert len({message.id for message in messages}) == 1
    assert len(await world.jobs()) == 1


async def test_the_process_follows_moved_time_and_stops_on_sigterm(world, database, broker_url, tmp_path):
    world.now = clock.RealClock().now()
    await world.facture(await world.customer(), -7 - 3)
    env = environment(database, broker_url, tmp_path, RELANCE_SCHEDULER_TICK_S="600")
    process = await started(env)
    try:
        await until(lambda: world.owner.fetchval("SELECT count(*) FROM decision WHERE verdict = 'wait'"))
        await world.owner.execute("UPDATE clock SET offset_s = $1", (4 * DAY).total_seconds())
        await until(lambda: world.jobs("published"))
    finally:
        process.send_signal(signal.SIGTERM)
    assert (await ended(process))[0] == 0


async def test_what_a_person_orders_is_planned_and_told_at_once(world, database, broker_url, tmp_path):
    world.now = clock.RealClock().now()
    item = await world.facture(await world.customer(), -30)
    env = environment(database, broker_url, tmp_path, RELANCE_SCHEDULER_TICK_S="600")
    process = await started(env)

    def is_held(held: bool):
        sql = "SELECT 1 FROM decision WHERE receivable_id = $1 AND ('held:pause' = ANY(blockers)) = $2"
        return lambda: world.owner.fetchval(sql, item, held)

    try:
        await until(is_held(False))
        hold = await world.hold(item)
        await until(is_held(True))
        await world.lift(hold)
        await until(is_held(False))
        await world.owner.execute(
            "INSERT INTO hold (scope, receivable_id, reason, by, created_at, until)"
            " VALUES ('item', $1, 'promise', 'test', now(), now() + interval '3 s')",
            item,
        )
        promised = "SELECT count(*) FROM decision_history WHERE 'held:promise' = ANY(blockers)"
        await until(lambda: world.owner.fetchval(promised))
        await until(lambda: world.owner.fetchval("SELECT 1 FROM decision WHERE NOT 'held:promise' = ANY(blockers)"))
        told = "SELECT count(*) >= 4 FROM outbox WHERE routing_key = 'plan.changed.v1'"
        await until(lambda: world.owner.fetchval(told))
    finally:
        process.send_signal(signal.SIGTERM)
    assert (await ended(process))[0] == 0


async def test_an_unknown_placeholder_stops_the_process_with_one_sentence(world, database, broker_url, tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "voyage_j30.txt").write_text("Bonjour {{Prenon}}", encoding="utf-8")
    env = environment(database, broker_url, tmp_path, RELANCE_TEMPLATES_DIR=str(tmp_path))
    status, errors = await ended(await started(env))
    assert status == 2
    assert "fr/voyage_j30.txt" in errors
    assert "Prenon" in errors
    assert "Traceback" not in errors


async def test_missing_settings_stop_the_process_with_one_sentence(tmp_path):
    status, errors = await ended(await started({"PATH": os.environ["PATH"]}))
    assert status == 2
    assert "RELANCE_DATABASE_URL" in errors


async def test_servers_that_go_away_cost_the_time_of_their_absence(
    world, database, broker_url, rabbitmq_server, tmp_path
):
    world.now = clock.RealClock().now()
    process = await started(environment(database, broker_url, tmp_path))
    try:
        await world.facture(await world.customer(), 1)
        await until(lambda: world.jobs("published"))
        await rabbitmq_server.stop()
        admin = await asyncpg.connect(database.dsn("admin"))
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relance_scheduler'"
        )
        await admin.close()
        await world.facture(await world.customer("+33639980102", "Léo Petit"), 1)
        await until(lambda: released(world, 2))
        await rabbitmq_server.start()
        await until(lambda: world.owner.fetchval("SELECT bool_and(published_at IS NOT NULL) FROM outbox"))
    finally:
        process.send_signal(signal.SIGTERM)
    assert (await ended(process))[0] == 0
    jobs = {message.data.job_id for message in await drained(broker_url, "send.1")}
    assert jobs == {job["id"] for job in await world.jobs()}


async def released(world, count: int) -> bool:
    return len(await world.jobs("published")) == count


async def test_it_stops_on_sigterm_although_the_broker_is_away(world, database, broker_url, rabbitmq_server, tmp_path):
    process = await started(environment(database, broker_url, tmp_path))
    try:
        await world.facture(await world.customer(), 50)
        await until(lambda: world.owner.fetchval("SELECT count(*) FROM decision"))
        await rabbitmq_server.stop()
        process.send_signal(signal.SIGTERM)
        assert (await ended(process))[0] == 0
    finally:
        await rabbitmq_server.start()
        if process.returncode is None:
            process.kill()
