"""What an operator orders of numbers and messages, as typed, under the operator's role."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from relance.cli.app import app
from relance.contracts import envelope, events, topology
from relance.domain.delivery import SessionState
from relance.domain.errors import Refused, Unavailable
from relance.domain.suspicion import Sign
from relance.runtime import broker
from relance.sender import deliver, questions
from tests.integration.sender.conftest import ANA, BEN

pytestmark = pytest.mark.servers


@pytest.fixture
def relance(database, office):
    """Types a command; returns what it prints. The product's clock says what the office's does."""

    async def typed(*words, answer="", **env):
        await office.owner.execute(
            "UPDATE clock SET offset_s = extract(epoch FROM $1::timestamptz - clock_timestamp())", office.now
        )
        env = {"RELANCE_DATABASE_URL": database.dsn("cli"), "RELANCE_OPERATOR": "Inès"} | env
        done = await asyncio.to_thread(CliRunner().invoke, app, list(words), env=env, input=answer)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return typed


async def status(relance) -> dict[str, Any]:
    return json.loads(await relance("number", "status", "agence-1", "--json"))[0]


async def test_status_says_what_is_spent_what_waits_and_what_to_do(relance, session, office):
    await office.owner.execute(
        "INSERT INTO number_budget VALUES (1, $1, 4, $2, 2, 3, ARRAY[$3::timestamptz])",
        office.now.date(), office.now, office.now,
    )  # fmt: skip
    await office.job(state="due")
    await office.job(BEN, state="review", attempt=1, claimed_at=office.now)
    task = "INSERT INTO human_task (kind, subject, created_at) SELECT 'send_review', id || '/1', $1 FROM send_job"
    await office.owner.execute(f"{task} WHERE state = 'review'", office.now)

    found = await status(relance)

    assert found["state"] == "connecté"
    assert (found["hour"], found["day"], found["strangers"]) == ("1/20", "4/20", "2/5")
    assert (found["waiting"], found["for_a_person"]) == (1, 1)
    assert "relance review" in found["todo"]


async def test_a_paused_number_clicks_no_more_and_goes_on_when_resumed(relance, desk, session, office, phone):
    async def is_paused() -> None:
        await relance("number", "pause", "agence-1", "--reason", "congés")

    phone.after_typing = is_paused
    job = await office.job()

    await deliver.deliver(desk, session, job)

    assert phone.sent == []
    assert phone.draft == ""
    assert await office.ended(job) == ("due", "number_stopped")
    found = await status(relance)
    assert "en pause depuis" in found["state"]
    assert "congés" in found["state"]
    assert "déjà en pause" in await relance("number", "pause", "agence-1")

    await relance("number", "resume", "agence-1")
    phone.after_typing = None
    await office.owner.execute("UPDATE send_job SET state = 'published'")
    await deliver.deliver(desk, session, job)
    assert [to for to, _ in phone.sent] == [ANA]


async def test_only_a_person_who_looked_ends_a_suspicion(relance, session, office):
    await session.restrict(Sign.REFUSED)
    await session.look()
    assert "a refusé plusieurs messages" in (await status(relance))["todo"]

    assert "reste arrêté" in await relance("number", "resume", "agence-1", answer="n\n")
    await session.look()
    assert session.state is SessionState.RESTRICTED

    assert "reprend" in await relance("number", "resume", "agence-1", answer="y\n")
    await session.look()
    assert session.state is SessionState.CONNECTED
    assert await office.owner.fetchval("SELECT count(*) FROM human_task WHERE closed_at IS NULL") == 0


async def test_two_refused_messages_stop_the_number_and_a_person_clears_them(session, office, relance):
    for phone in (ANA, BEN):
        await office.job(phone, state="failed", reason="refused_by_whatsapp")
    await office.owner.execute("UPDATE send_job SET begun_at = clock_timestamp()")
    await session.mind_signs()
    assert session.state is SessionState.RESTRICTED

    await relance("number", "resume", "agence-1", "--yes")
    await session.look()
    await session.mind_signs()
    assert session.state is SessionState.CONNECTED


async def test_an_unknown_number_is_said_with_those_that_exist(relance, office):
    with pytest.raises(Refused, match="agence-1"):
        await relance("number", "status", "agence-9")


async def in_review(office, phone=ANA):
    job = await office.job(phone, state="review", reason="unprovable", attempt=3, claimed_at=office.now)
    task = "INSERT INTO human_task (kind, subject, created_at) VALUES ('send_review', $1, $2) RETURNING id"
    return job, str(await office.owner.fetchval(task, f"{job}/3", office.now))


async def test_a_message_that_a_person_saw_is_sent_and_told(relance, office):
    job, number = await in_review(office)
    assert "se laisse pas lire" in await relance("review")
    assert "parti" in await relance("review", number, "--sent")
    row = await office.row(job)
    assert (row["state"], row["sent_at"]) == ("sent", office.now)
    assert await office.told() == ["message.sent.v1"]
    assert json.loads(await relance("review", "--json")) == []


async def test_a_message_that_did_not_leave_has_its_attempts_again(relance, desk, session, office, phone):
    job, number = await in_review(office)
    await relance("review", number, "--not-sent")
    assert (await office.row(job))["state"] == "due"

    await office.owner.execute("UPDATE send_job SET state = 'published'")
    await deliver.deliver(desk, session, job)

    assert [to for to, _ in phone.sent] == [ANA]
    assert (await office.row(job))["attempt"] == 4


async def test_an_old_message_does_not_follow_a_newer_one(relance, office):
    _, number = await in_review(office)
    newer = await office.job(state="sent", sent_at=office.now, evidence="{}")
    await office.owner.execute(
        "UPDATE send_job SET claimed_at = $2 WHERE id = $1", newer, office.now + timedelta(days=1)
    )
    with pytest.raises(Refused, match="plus récent"):
        await relance("review", number, "--not-sent")
    await relance("review", number, "--cancel")
    assert json.loads(await relance("review", "--json")) == []


async def test_a_message_that_certainly_failed_is_only_noted(relance, office):
    job = await office.job(state="failed", reason="not_on_whatsapp")
    task = "INSERT INTO human_task (kind, subject, created_at) VALUES ('send_failed', $1, $2) RETURNING id"
    number = str(await office.owner.fetchval(task, f"{job}/0", office.now))
    with pytest.raises(Refused, match="--seen"):
        await relance("review", number, "--not-sent")
    await relance("review", number, "--seen")
    assert await office.ended(job) == ("failed", "not_on_whatsapp")


async def test_a_verdict_is_one_thing(relance, office):
    _, number = await in_review(office)
    with pytest.raises(Refused, match="une seule chose"):
        await relance("review", number, "--sent", "--cancel")
    with pytest.raises(Refused, match="aucun message"):
        await relance("review", "999", "--sent")


async def test_dead_letters_are_shown_as_often_as_one_likes_and_requeued(relance, broker_url, office):
    job = await office.job()
    message = envelope.wrap(events.SendJob(job_id=job, number_id=1), source="scheduler", at=office.now)
    queue = topology.send_queue(1)
    async with broker.connected(broker_url, service="test") as connection:
        channel = await connection.channel()
        await broker.declare_events(channel)
        await broker.declare_send_queue(channel, 1)
        async with broker.publishing(connection) as publisher:
            await publisher.publish(
                exchange=topology.SEND, routing_key=queue, message_id=str(message.id),
                body=message.model_dump(mode="json"),
            )  # fmt: skip
        asked = await channel.declare_queue(queue, passive=True)
        taken = asyncio.Event()
        tag = await asked.consume(partial(_reject, seen=taken))
        await asyncio.wait_for(taken.wait(), 60)
        await asked.cancel(tag)

        async def shown() -> list[dict[str, Any]]:
            return json.loads(await relance("dlq", "--json", RELANCE_BROKER_URL=broker_url))

        async with asyncio.timeout(60):
            while not (rows := await shown()):  # noqa: ASYNC110 - the broker's own pace
                await asyncio.sleep(0.2)
        for _ in range(25):
            assert await shown() == rows
        assert (rows[0]["type"], rows[0]["queue"]) == ("send.job.v1", queue)

        said = await relance("dlq", str(message.id), "--requeue", RELANCE_BROKER_URL=broker_url)
        assert "1 message(s) remis" in said
        assert await shown() == []
        back = asyncio.Event()
        await asked.consume(partial(_reject, seen=back))
        await asyncio.wait_for(back.wait(), 60)


async def _reject(message, seen: asyncio.Event) -> None:
    await message.reject(requeue=False)
    seen.set()


@dataclass
class Found:
    element: str
    answered: str | None
    signals: tuple[dict[str, Any], ...]


async def test_doctor_is_answered_by_whoever_holds_the_number(relance, desk, session, phone):
    async def census():
        signal = {"name": "role", "matches": 2, "shown": 1}
        return (Found("composer", "role", (signal,)), Found("qr", None, (signal,))), {"outline": ["main"]}

    async def link_code(asked):
        return "ABCD-EFGH"

    phone.census, phone.link_code = census, link_code

    async def answering() -> None:
        while True:
            await questions.answer(desk, session)
            await asyncio.sleep(0.05)

    worker = asyncio.create_task(answering())
    try:
        said = await relance("doctor", "agence-1")
        assert "composer\trole\trole 1/2" in said
        assert "1 élément(s) reconnu(s) sur 2" in said
        with pytest.raises(Unavailable, match="déjà associé"):
            await relance("pair", "agence-1", "--code")
    finally:
        worker.cancel()
