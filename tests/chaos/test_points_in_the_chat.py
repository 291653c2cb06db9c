"""Crash points C9 to C17, C20, C21, C23 of the delivery protocol: real sender processes, real Chromium, one chat each.

One world for all of them: the sender is started again when it dies, as compose would, and told by a file where to die
next. Whoever is written to in a test is written to in no other. The sandbox's journal is the truth. About two minutes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from relance.sandbox.daemons import Daemon
from relance.sandbox.servers import postgres
from relance.sender import profile
from tests.conftest import fresh
from tests.fakes import relayed
from tests.integration.sender.conftest import AGENCY, BODY
from tests.matrix import stage
from tests.matrix.stage import Stage

pytestmark = [
    pytest.mark.servers, pytest.mark.browser, pytest.mark.timeout(400), pytest.mark.asyncio(loop_scope="module"),
]  # fmt: skip

LEFT = ("sent", "delivered", "read")
LATCH = 4242
_phones = iter(f"+3363998{n:04}" for n in range(3000, 4000))


@dataclass
class Chat:
    """The stage, a sender that is kept alive on it, and what the tests ask of both."""

    stage: Stage
    admin: asyncpg.Connection
    order: Path
    sender: Daemon | None = None

    @property
    def owner(self) -> asyncpg.Pool:
        return self.stage.office.owner

    async def start(self, **told: str) -> None:
        environment = self.stage.environment | {"RELANCE_SENDER_FAULT_ORDER": str(self.order)} | told
        # What a sender that died said last is not what the next one finds.
        await self.owner.execute("UPDATE whatsapp_session SET state = 'connecting'")
        self.sender = Daemon("sender", "relance.sender", environment=environment, logs=self.stage.directory)
        await self.sender.start()

    async def ready(self) -> None:
        """Linked and connected, whoever owns the number."""
        if self.sender is None:
            await self.start()

        async def is_connected() -> bool:
            row = await self.owner.fetchrow("SELECT state, qr FROM whatsapp_session")
            if row and row["state"] == "unpaired" and row["qr"]:
                await self.stage.control("pair", number=AGENCY, ref=row["qr"])
            return bool(row and row["state"] == "connected")

        await self.stage.until(is_connected, "connected")

    async def stop(self) -> None:
        if self.sender is not None:
            await self.sender.stop()
        self.sender = None

    async def message(self, to: str | None = None, body: str = BODY) -> tuple[uuid.UUID, str]:
        to = to or next(_phones)
        job = await self.stage.office.job(to, body=body, kind="answer")
        await self.publish(job)
        return job, to

    async def publish(self, job: uuid.UUID) -> None:
        office = self.stage.office
        await relayed.publish(self.stage.publisher, job, number_id=office.number_id, at=office.now)

    async def dies_at(self, point: str) -> tuple[uuid.UUID, str]:
        """A message during which the sender dies there; it is being started again."""
        await self.ready()
        before = self.sender.restarts
        self.order.write_text(point)
        job, to = await self.message()

        async def is_dead() -> bool:
            return not self.order.exists() and self.sender.restarts == before + 1

        await self.stage.until(is_dead, f"death at {point}")
        return job, to

    async def ends(self, job: uuid.UUID, *states: str) -> str | None:
        async def is_there() -> bool:
            return (await self.stage.office.row(job))["state"] in states

        await self.stage.until(is_there, f"message in {states}")
        return (await self.stage.office.row(job))["reason"]

    async def received(self, to: str) -> list[str]:
        return [one["text"] for one in await self.stage.journal() if one["to"] == to and one["direction"] == "out"]

    async def again(self, job: uuid.UUID) -> None:
        """As the scheduler does with what is due."""
        await self.owner.execute("UPDATE send_job SET state = 'published' WHERE id = $1 AND state = 'due'", job)
        await self.publish(job)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory, postgres_server, rabbitmq_server) -> AsyncIterator[Chat]:
    await rabbitmq_server.wipe()
    directory: Path = tmp_path_factory.mktemp("chat")
    async with fresh(postgres_server) as database:
        owner = await asyncpg.create_pool(database.dsn("owner"), min_size=0, max_size=4)
        admin = await asyncpg.connect(postgres_server.dsn("admin", "postgres"))
        told = {"dsn": database.dsn("sender"), "broker_url": rabbitmq_server.url("admin")}
        async with stage.opened(directory, owner, profile="2026a", lang="fr", **told) as opened:
            made = Chat(opened, admin, directory / "die-at")
            yield made
            await made.stop()
        owner.terminate()
        await admin.close()


async def test_c09_dying_before_the_claim_is_as_if_it_had_never_come(chat):
    job, to = await chat.dies_at("before_claim")
    await chat.ends(job, *LEFT)
    assert await chat.received(to) == [BODY]
    assert (await chat.stage.office.row(job))["attempt"] == 1


@pytest.mark.parametrize("point", ["after_claim", "after_typing", "before_click"])
async def test_c10_c11_dying_before_the_click_leaves_nothing_and_it_is_sent_anew(chat, point):
    """After the typing a draft is left in the composer: nothing of it may reach the next message."""
    job, to = await chat.dies_at(point)
    assert await chat.ends(job, "due") == "absent"
    assert await chat.received(to) == []
    await chat.again(job)
    await chat.ends(job, *LEFT)
    assert await chat.received(to) == [BODY]


async def test_c12_dying_after_the_click_it_is_found_and_not_repeated(chat):
    job, to = await chat.dies_at("after_click")
    await chat.ends(job, *LEFT)
    assert await chat.received(to) == [BODY]
    assert (await chat.stage.office.row(job))["attempt"] == 1


async def test_c13_clicked_while_offline_it_leaves_by_itself_once(chat):
    await chat.ready()
    await chat.stage.control("fault", kind="ambush", on="sending", act="offline")
    job, to = await chat.dies_at("after_click")
    await chat.stage.control("fault", kind="offline")
    await asyncio.sleep(5)
    assert await chat.received(to) == []
    assert (await chat.stage.office.row(job))["state"] in {"sending", "unknown"}
    await chat.stage.control("fault", kind="clear")
    await chat.ends(job, *LEFT)
    assert await chat.received(to) == [BODY]


async def test_c15_a_commit_that_nobody_heard_of_is_read_again(chat):
    """The connection ends inside the transaction that marks the message as sent."""
    await chat.ready()
    latch = await chat.owner.acquire()
    await latch.execute(
        f"""
        CREATE FUNCTION wait_for_death() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_advisory_xact_lock({LATCH}); RETURN NULL; END $$;
        CREATE TRIGGER wait_for_death AFTER UPDATE ON send_job FOR EACH ROW WHEN (NEW.state = 'sent')
            EXECUTE FUNCTION wait_for_death();
        SELECT pg_advisory_lock({LATCH});
        """
    )
    job, to = await chat.message()

    async def is_cut() -> bool:
        cut = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1"
        )
        return bool(await chat.admin.fetch(cut, LATCH))

    await chat.stage.until(is_cut, "the mark's connection cut")
    await latch.execute(f"SELECT pg_advisory_unlock({LATCH}); DROP TRIGGER wait_for_death ON send_job")
    await chat.owner.release(latch)
    await chat.ends(job, *LEFT)
    assert await chat.received(to) == [BODY]


@pytest.mark.parametrize("point", ["before_mark", "after_mark"])
async def test_c16_dying_around_the_mark_the_copy_changes_nothing(chat, point):
    job, to = await chat.dies_at(point)
    await chat.ends(job, *LEFT)
    await chat.ready()
    assert await chat.received(to) == [BODY]
    assert (await chat.stage.office.row(job))["attempt"] == 1


async def test_c17_a_frozen_sender_that_wakes_up_neither_types_nor_writes(chat):
    """Frozen with the message typed, its number taken by another process, woken up."""
    await chat.ready()
    await chat.stage.control("fault", kind="hold_acks", on=True)
    job, to = await chat.message()
    await chat.ends(job, "sending")
    frozen = chat.sender.pid
    os.kill(frozen, signal.SIGSTOP)
    second = Daemon(
        "sender", "relance.sender", environment=chat.stage.environment | {"RELANCE_LEASE_SILENCE_S": "1"},
        logs=chat.stage.directory,
    )  # fmt: skip
    epoch = await chat.owner.fetchval("SELECT epoch FROM number_lease")
    try:
        await second.start()

        async def is_taken() -> bool:
            return await chat.owner.fetchval("SELECT epoch FROM number_lease") > epoch

        await chat.stage.until(is_taken, "taken over")
        os.kill(frozen, signal.SIGCONT)
        await chat.stage.control("fault", kind="clear")
        await chat.ends(job, *LEFT, "due")
        if (await chat.stage.office.row(job))["state"] == "due":
            await chat.again(job)
            await chat.ends(job, *LEFT)
        assert await chat.received(to) == [BODY]
    finally:
        await second.stop()


async def test_c20_a_copy_delivered_while_the_first_is_in_hand_is_nothing_new(chat):
    await chat.ready()
    await chat.stage.control("fault", kind="hold_acks", on=True)
    job, to = await chat.message()
    await chat.ends(job, "sending")
    await chat.publish(job)
    await asyncio.sleep(1)
    await chat.stage.control("fault", kind="clear")
    await chat.ends(job, *LEFT)
    await chat.publish(job)
    await asyncio.sleep(1)
    assert await chat.received(to) == [BODY]


async def test_c21_sigterm_under_a_clock_leaves_it_to_the_next_start(chat):
    """Not over within the bound, the message in hand is `unknown`; the browser closes, and the next start proves it."""
    await chat.stop()
    await chat.start(RELANCE_STOP_S="2", RELANCE_TICK_S="60")
    await chat.ready()
    await chat.stage.control("fault", kind="hold_acks", on=True)
    job, to = await chat.message()

    async def is_clicked() -> bool:
        return await chat.received(to) == [BODY]

    await chat.stage.until(is_clicked, "clicked")
    await chat.stop()
    assert await chat.ends(job, "unknown") == "stopped"
    await chat.stage.control("fault", kind="clear")
    await chat.ready()
    await chat.ends(job, *LEFT)
    assert await chat.received(to) == [BODY]


async def test_c23_after_an_old_backup_each_chat_is_looked_into_before_anything_is_typed(chat, postgres_server):
    """Sent after the backup was taken: the restored rows say published. One text is the same, one was written anew."""
    await chat.ready()
    same, changed, unsent = [await chat.stage.office.job(next(_phones), kind="answer", state="due") for _ in range(3)]
    people = {job: await _phone_of(chat, job) for job in (same, changed, unsent)}
    await chat.stop()
    source = await chat.owner.fetchval("SELECT current_database()")
    async with _backup(postgres_server, source) as backup:
        await chat.ready()
        for job in (same, changed):
            await chat.again(job)
            await chat.ends(job, *LEFT)
        await chat.stop()
        restored = await asyncpg.create_pool(postgres_server.dsn("owner", backup), min_size=1, max_size=4)
        try:
            lost, chat.stage.office.owner = chat.owner, restored
            await restored.execute("UPDATE send_job SET body = 'Bonjour, il reste 70 €' WHERE id = $1", changed)
            await chat.start(RELANCE_DATABASE_URL=postgres_server.dsn("sender", backup))
            await chat.ready()
            for job in (same, changed, unsent):
                await chat.again(job)
            assert await chat.ends(changed, "review") == "restored"
            await chat.ends(same, *LEFT)
            await chat.ends(unsent, *LEFT)
            assert (await chat.stage.office.row(same))["evidence"].find("restored") > 0
        finally:
            chat.stage.office.owner = lost
            await chat.stop()
            restored.terminate()
    assert [await chat.received(people[job]) for job in (same, changed, unsent)] == [[BODY], [BODY], [BODY]]


async def test_c14_clicked_with_the_profile_lost_it_is_sent_anew_or_asked_about(chat):
    """The bubble under its clock goes with the profile. A first message proves nothing then; a later one does."""
    await chat.ready()
    known = next(_phones)
    first, _ = await chat.message(known, "Bonjour, premier message")
    await chat.ends(first, *LEFT)
    jobs = []
    for to in (known, next(_phones)):
        await chat.stage.control("fault", kind="ambush", on="sending", act="offline")
        chat.order.write_text("after_click")
        jobs.append((await chat.message(to))[0])

        async def is_dead() -> bool:
            return not chat.order.exists()

        await chat.stage.until(is_dead, "death after the click")
        await chat.stage.control("fault", kind="offline")
        await chat.stop()
        await chat.stage.control("fault", kind="clear")
        await _lose(chat.stage.directory / "profiles/agence-1")
        await chat.ready()
        await chat.ends(jobs[-1], "due", "review")
    assert await chat.stage.office.ended(jobs[0]) == ("due", "absent")
    assert await chat.stage.office.ended(jobs[1]) == ("review", "profile_lost")
    assert await chat.received(known) == ["Bonjour, premier message"]


@asynccontextmanager
async def _backup(server: postgres.Postgres, name: str) -> AsyncIterator[str]:
    """A copy of the database as it is now; nobody else may be connected to it meanwhile."""
    made, admin = f"{name}_backup", await asyncpg.connect(server.dsn("admin", "postgres"))
    try:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
        await admin.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        await admin.fetch(others, name)
        await admin.execute(f'CREATE DATABASE "{made}" TEMPLATE "{name}" OWNER relance_owner')
        await admin.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        yield made
        await admin.execute(f'DROP DATABASE "{made}" WITH (FORCE)')
    finally:
        await admin.close()


async def _lose(home: Path) -> None:
    """The profile and whatever still writes to it: a browser outlives the sender that died."""
    profile.end_old_browser(home)
    while home.exists():
        shutil.rmtree(home, ignore_errors=True)
        await asyncio.sleep(0.1)


async def _phone_of(chat: Chat, job: uuid.UUID) -> str:
    phone: str = await chat.owner.fetchval(
        "SELECT phone FROM customer WHERE id = (SELECT customer_id FROM send_job WHERE id = $1)", job
    )
    return phone
