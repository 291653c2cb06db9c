"""The plan and the release on a real PostgreSQL, under the scheduler's own role."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from relance.domain.pacing import Pace
from relance.scheduler import explain, forecast
from relance.store import jobs, pool, stops
from tests.integration.scheduling.world import DAY, TEXTS

pytestmark = pytest.mark.servers


async def test_a_due_item_becomes_one_message_however_often_it_is_planned(world):
    item = await world.facture(await world.customer(), 1)
    assert await world.plan() == 1
    assert await asyncio.gather(*(world.plan() for _ in range(4))) == [0, 0, 0, 0]
    assert len(await world.jobs()) == 1
    assert (await world.decision(item))["blockers"] == ["in_flight"]


async def test_two_planners_at_once_make_one_message(world):
    await world.facture(await world.customer(), 1)
    assert sum(await asyncio.gather(*(world.plan() for _ in range(6)))) == 1
    assert len(await world.jobs()) == 1


async def test_an_unchanged_decision_is_written_once(world):
    await world.facture(await world.customer(), -20)
    for _ in range(3):
        await world.plan()
        world.now += timedelta(minutes=1)
    assert await world.owner.fetchval("SELECT count(*) FROM decision_history") == 1


async def test_released_it_is_rendered_paid_for_and_told(world):
    item = await world.facture(await world.customer(), 1)
    await world.plan()
    assert await world.release() == 1
    (job,) = await world.jobs("published")
    assert "Ana Martin" in job["body"]
    assert "800\u00a0€" in job["body"]
    assert job["item_versions"] == f'{{"{item}": 1}}'
    assert job["not_after"] > world.now
    told = [row["routing_key"] for row in await world.owner.fetch("SELECT routing_key FROM outbox ORDER BY id")]
    assert told == ["plan.changed.v1", "send.1"]
    assert await world.owner.fetchval("SELECT sent FROM number_budget") == 1


async def test_several_items_of_one_person_are_one_message_and_each_is_counted(world):
    ana = await world.customer()
    older, newer = await world.facture(ana, 11), await world.facture(ana, 1)
    other = await world.facture(await world.customer("+33639980102", "Léo Petit"), 1)
    texts = await world.turn()
    grouped = next(text for text in texts if "Ana" in text)
    assert grouped.count("Objet") == 2
    rows = await world.owner.fetch("SELECT receivable_id, step, job_id FROM reminder WHERE job_id IS NOT NULL")
    by_item = {row["receivable_id"]: row for row in rows}
    assert by_item[older]["job_id"] == by_item[newer]["job_id"] != by_item[other]["job_id"]
    assert len(await world.jobs()) == 2


async def test_another_ledger_of_the_same_person_waits_for_the_interval(world):
    ana = await world.customer()
    await world.facture(ana, 1)
    trip = await world.voyage(ana, 25)
    assert len(await world.turn()) == 1
    assert (await world.decision(trip))["blockers"] == ["interval", "one_per_day"]
    world.now += 3 * DAY
    assert len(await world.turn()) == 1


async def test_the_whole_travel_story(world):
    """D-30, D-15, paid, thanks, documents, chaser: each once, in order."""
    trip = await world.voyage(await world.customer(), 30)
    story = await world.turn()
    world.now += 16 * DAY
    story += await world.turn()
    await world.pay(trip)
    world.now += timedelta(minutes=6)
    story += await world.turn()
    await world.owner.execute(
        """INSERT INTO document (id, receivable_id, kind, state, changed_at)
           VALUES (gen_random_uuid(), $1, 'pan', 'asked', $2)""", trip, world.now,
    )  # fmt: skip
    story += await world.turn()
    world.now += timedelta(hours=49)
    story += await world.turn()
    templates = [job["template"] for job in await world.owner.fetch("SELECT template FROM send_job ORDER BY sent_at")]
    assert templates == [
        "voyage_j30", "voyage_j15", "voyage_confirmation", "voyage_documents", "voyage_documents_relance",
    ]  # fmt: skip
    assert len(story) == 5
    assert "carte PAN" in story[-1]
    assert "passeport" not in story[-1]


async def test_a_row_first_seen_paid_gets_nothing(world):
    await world.facture(
        await world.customer(), 1, status="paid", paid_evidence="sheet:first-seen", paid_at=world.now - DAY
    )
    assert await world.turn() == []


async def test_paid_between_the_plan_and_the_release_never_leaves(world):
    item = await world.facture(await world.customer(), 1)
    await world.plan()
    await world.owner.execute(
        "UPDATE receivable SET status = 'paid', paid_evidence = 'sheet', paid_at = $2, version = 2 WHERE id = $1",
        item, world.now,
    )  # fmt: skip
    assert await world.release() == 0
    assert [job["reason"] for job in await world.jobs("cancelled")] == ["paid"]


async def test_a_step_cancelled_by_a_hold_comes_back_when_it_is_lifted_and_leaves_once(world):
    item = await world.facture(await world.customer(), 1)
    await world.plan()
    hold = await world.hold(item)
    assert await world.release() == 0
    await world.plan()
    assert (await world.decision(item))["blockers"] == ["held:pause"]
    await world.lift(hold)
    assert len(await world.turn()) == 1
    world.now += DAY
    assert await world.turn() == []
    assert len(await world.jobs()) == 1


async def test_a_step_held_until_the_next_one_came_is_skipped_and_said_so(world):
    item = await world.facture(await world.customer(), -7)
    await world.plan()
    hold = await world.hold(item)
    await world.release()
    world.now += 9 * DAY
    await world.lift(hold)
    assert len(await world.turn()) == 1
    fates = {r["step"]: r["skipped"] for r in await world.owner.fetch("SELECT step, skipped FROM reminder")}
    assert fates == {"facture_1": "skipped_stale", "facture_2": None}


async def test_a_group_revived_without_its_paid_item_does_not_count_it(world):
    ana = await world.customer()
    kept, settled = await world.facture(ana, 5), await world.facture(ana, 1)
    await world.plan()
    await world.pay(settled, "sheet")
    (text,) = [text for text in await world.turn() if "Sauf erreur" in text]
    assert "Objet 0" in text
    assert "Objet 1" not in text
    rows = await world.owner.fetch("SELECT receivable_id, job_id, skipped FROM reminder WHERE step = 'facture_2'")
    fates = {row["receivable_id"]: (row["job_id"] is not None, row["skipped"]) for row in rows}
    assert fates == {kept: (True, None), settled: (False, "withdrawn")}


async def test_at_night_a_due_message_waits_for_the_morning(world):
    await world.facture(await world.customer(), 1)
    await world.plan()
    world.now += timedelta(hours=12)
    assert await world.release() == 0
    (job,) = await world.jobs("due")
    assert job["due_at"].hour == 7  # 08:00 in Paris
    world.now = job["due_at"]
    assert await world.release() == 1


async def test_nothing_is_released_while_the_number_is_not_connected(world):
    await world.facture(await world.customer(), 1)
    await world.plan()
    await world.owner.execute("UPDATE whatsapp_session SET state = 'offline'")
    assert await world.release() == 0
    await world.owner.execute("UPDATE whatsapp_session SET state = 'connected'")
    assert await world.release() == 1


async def test_nothing_is_released_while_everything_is_stopped_and_nothing_is_lost_by_it(world):
    await world.facture(await world.customer(), 1)
    await world.plan()
    assert await stops.stop(world.owner, by="Inès", reason="essai", at=world.now)
    assert not await stops.stop(world.owner, by="Marc", reason="", at=world.now)
    assert await world.release() == 0
    async with world.pool.acquire() as connection:
        assert (await stops.in_force(connection)).by == "Inès"
    await stops.end(world.owner, by="Inès", at=world.now)
    assert await world.release() == 1


async def test_a_number_keeps_its_pause_its_cap_and_few_in_flight(world):
    for n in range(5):
        await world.facture(await world.customer(f"+3363998020{n}", f"Client {n}"), 1)
    await world.plan()
    assert [await world.release(), await world.release()] == [1, 0]
    world.now += timedelta(seconds=30)
    assert await world.release() == 1
    world.pace = Pace(timedelta(0), timedelta(0), daily_cap=60, in_flight=2)
    world.now += timedelta(seconds=30)
    assert await world.release() == 0
    await world.send()
    world.pace = Pace(timedelta(0), timedelta(0), daily_cap=3)
    assert [await world.release(), await world.release()] == [1, 0]


async def test_old_doubts_do_not_silence_the_number(world):
    for n in range(4):
        await world.facture(await world.customer(f"+3363998020{n}", f"Client {n}"), 1)
    world.pace = Pace(timedelta(0), timedelta(0))
    await world.plan()
    assert [await world.release() for _ in range(2)] == [3, 0]
    await world.owner.execute("UPDATE send_job SET state = 'unknown' WHERE state = 'published'")
    assert await world.release() == 0
    await world.owner.execute("UPDATE send_job SET begun_at = clock_timestamp() - interval '6 minutes'")
    assert await world.release() == 1


async def test_a_ledger_switched_off_before_the_release_sends_nothing(world):
    await world.facture(await world.customer(), 1)
    await world.plan()
    await world.owner.execute("UPDATE ledger SET enabled = false")
    assert await world.release() == 0
    assert [job["reason"] for job in await world.jobs("cancelled")] == ["ledger_off"]


async def test_a_text_names_the_customer_it_was_written_to(world):
    ana = await world.customer()
    await world.facture(ana, 1)
    await world.plan()
    await world.release()
    await world.owner.execute("UPDATE customer SET name = 'Anna Martin', version = version + 1")
    (job,) = await world.jobs("published")
    assert await world.owner.fetchval("SELECT send_blocker($1, $2)", job["id"], world.now) == "stale"


async def comes_back(world, rest):
    await world.owner.execute(
        "UPDATE send_job SET state = 'due', openings = openings + 1, not_before = $1 WHERE state = 'published'",
        world.now + rest,
    )


async def test_a_chat_that_does_not_open_lets_the_others_go_first_and_costs_one_turn(world):
    world.pace = Pace(timedelta(0), timedelta(0), daily_cap=2)
    first = await world.facture(await world.customer(), 2)
    await world.plan()
    await world.release()
    await comes_back(world, timedelta(minutes=2))
    assert await world.release() == 0
    await world.facture(await world.customer("+33639980102", "Léo Petit"), 1)
    await world.facture(await world.customer("+33639980103", "Zoé Roy"), 1)
    await world.plan()
    assert [await world.release(), await world.release()] == [1, 0], "one turn was spent on each, and the cap is two"
    await world.send()
    world.now += timedelta(minutes=2)
    assert [await world.release(), await world.release()] == [1, 0], "what was counted today may still leave today"
    assert (await world.jobs("published"))[0]["receivable_id"] == first
    assert await world.owner.fetchval("SELECT sent FROM number_budget") == 2


async def test_a_message_in_review_is_never_repeated_and_the_next_step_leaves(world):
    item = await world.facture(await world.customer(), -7)
    await world.plan()
    await world.release()
    await world.owner.execute("UPDATE send_job SET state = 'review', reason = 'unprovable', claimed_at = $1", world.now)
    assert await world.turn() == []
    assert (await world.decision(item))["next_step"] == "facture_2"
    world.now += 8 * DAY
    assert len(await world.turn()) == 1
    assert [job["state"] for job in await world.jobs()] == ["review", "sent"]


async def test_messages_that_have_not_ended_are_counted_by_state(world):
    for n in range(2):
        await world.facture(await world.customer(f"+3363998020{n}", f"Client {n}"), 1)
    world.pace = Pace(timedelta(0), timedelta(0))
    await world.plan()
    await world.release()
    await world.release()
    asks = "INSERT INTO human_task (kind, subject, created_at) SELECT 'send_review', id || '/0', $1 FROM doubt"
    await world.owner.execute(
        f"WITH doubt AS (UPDATE send_job SET state = 'review' WHERE customer_id = 1 RETURNING id) {asks}", world.now
    )
    assert await jobs.standing(world.pool) == {"published": 1, "review": 1}
    await world.owner.execute("UPDATE human_task SET closed_at = $1", world.now)
    assert await jobs.standing(world.pool) == {"published": 1}


async def test_one_person_has_one_message_in_flight(world):
    ana = await world.customer()
    first = await world.facture(ana, 1)
    await world.turn()
    await world.facture(ana, -50)
    await world.pay(first)
    trip = await world.voyage(ana, 5)
    await world.pay(trip)
    world.now += timedelta(minutes=6)
    await world.plan()
    assert len(await world.jobs("due")) == 2
    assert await world.release() == 1
    world.now += timedelta(minutes=2)
    assert await world.release() == 0


async def test_one_impossible_row_does_not_stop_the_others(world):
    broken = await world.customer("+33639980109", "Zone Perdue")
    await world.owner.execute("UPDATE customer SET zone = 'Mars/Olympus' WHERE id = $1", broken)
    bad = await world.facture(broken, 1)
    await world.facture(await world.customer(), 1)
    assert await world.plan() == 1
    assert (await world.decision(bad))["blockers"] == ["error"]


async def test_a_text_with_a_missing_value_is_not_sent_and_leaves_when_it_is_there(world):
    item = await world.facture(await world.customer(), 1, label="")
    assert await world.plan() == 0
    assert (await world.decision(item))["blockers"] == ["text_refused"]
    assert await world.owner.fetchval("SELECT count(*) FROM human_task WHERE kind = 'text_refused'") == 1
    await world.owner.execute("UPDATE receivable SET label = 'INV-1' WHERE id = $1", item)
    assert len(await world.turn()) == 1


async def test_a_second_step_that_cannot_be_written_asks_a_person_again(world):
    item = await world.facture(await world.customer(), 1, label="")
    await world.plan()
    await world.owner.execute("UPDATE human_task SET closed_at = $1", world.now)
    await world.owner.execute("UPDATE receivable SET label = 'INV-1' WHERE id = $1", item)
    assert len(await world.turn()) == 1
    await world.owner.execute("UPDATE receivable SET label = '' WHERE id = $1", item)
    world.now += 10 * DAY
    await world.plan()
    assert (await world.decision(item))["step"] == "facture_3"
    assert await world.owner.fetchval("SELECT count(*) FROM human_task WHERE closed_at IS NULL") == 1


async def test_a_number_that_is_not_on_whatsapp_is_not_tried_again(world):
    item = await world.facture(await world.customer(), 1)
    await world.plan()
    await world.owner.execute("UPDATE send_job SET state = 'failed', reason = 'not_on_whatsapp'")
    world.now += 20 * DAY
    assert await world.turn() == []
    assert "number_unusable" in (await world.decision(item))["blockers"]


async def test_explain_says_why_and_forecast_shows_what_would_leave(world, database):
    ana = await world.customer()
    await world.voyage(ana, 35)
    await world.hold(await world.facture(ana, 1), "dispute")
    view = explain.View(TEXTS, world.policy)
    async with pool.opened(database.dsn("cli"), application="test", size=1) as cli, cli.acquire() as connection:
        rows = await explain.rows_named(connection, "KEY00001")
        (told,) = await explain.explain(connection, rows, world.now, view=view)
        assert "un litige est ouvert" in told.sentences
        assert told.text is not None
        coming = await forecast.forecast(connection, 30, world.now, view=view)
    assert [message.step for message in coming] == ["voyage_j30", "voyage_j15"]
    assert all("Objet 0" in message.text for message in coming)
    assert await world.jobs() == []
