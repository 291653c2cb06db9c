"""A pass reads only what changed and what is due, and misses neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from relance.store import attention
from tests.integration.scheduling.world import DAY

pytestmark = pytest.mark.servers

SOON = -20  # days late of an invoice whose first reminder is two weeks away


async def looked_at(world, item):
    """Whether a pass reads the row: its stored decision is spoilt, and a look would mend it."""
    await world.owner.execute(
        "UPDATE decision SET verdict = 'blocked', blockers = '{spoilt}' WHERE receivable_id = $1", item
    )
    await world.plan()
    return (await world.decision(item))["blockers"] != ["spoilt"]


async def test_an_item_that_waits_for_its_day_is_not_read_again(world):
    item = await world.facture(await world.customer(), SOON)
    await world.plan()
    assert await world.owner.fetchval("SELECT count(*) FROM plan_mark") == 0
    assert not await looked_at(world, item)


async def test_a_jump_of_the_clock_finds_what_fell_due_meanwhile(world):
    await world.facture(await world.customer(), SOON)
    await world.plan()
    world.now += 15 * DAY
    assert len(await world.turn()) == 1


async def test_a_pause_that_ends_by_itself_lets_the_step_leave(world):
    item = await world.facture(await world.customer(), 1, paused_until=world.now.date() + DAY)
    assert await world.turn() == []
    assert not await looked_at(world, item)
    world.now += 2 * DAY
    assert len(await world.turn()) == 1


HOLD = "INSERT INTO hold (scope, by, created_at, {0}, reason) VALUES"
NEWS = {
    "a hold on the item": HOLD.format("receivable_id") + " ('item', 'x', now(), 1, 'pause')",
    "a hold on the person": HOLD.format("customer_id") + " ('customer', 'x', now(), 1, 'human')",
    "a hold on the ledger": HOLD.format("ledger_id") + " ('ledger', 'x', now(), 2, 'pause')",
    "a changed amount": "UPDATE receivable SET balance = 10",
    "a person who moved": "UPDATE customer SET zone = 'Asia/Kolkata'",
    "a paused ledger": "UPDATE ledger SET paused_until = '2027-01-01'",
    "a ledger switched off and on": "UPDATE ledger SET enabled = false; UPDATE ledger SET enabled = true",
    "a person's new name": "UPDATE customer SET name = 'Ana Durand', version = version + 1",
    "a paper": "INSERT INTO document (id, receivable_id, kind, state, changed_at)"
    " VALUES (gen_random_uuid(), 1, 'pan', 'asked', now())",
    "an approval": "INSERT INTO approval VALUES (1, 'facture_1', 1, now(), 'x')",
    "a place in the pilot": "INSERT INTO pilot_member VALUES (1, now(), 'x')",
    "settings of the workbook": "INSERT INTO workbook_settings (ledger_id, version, settings, texts, by, taken_at)"
    " VALUES (2, 1, '{}', '{}', 'x', now())",
}


@pytest.mark.parametrize("news", NEWS.values(), ids=NEWS)
async def test_news_is_taken_into_account_at_the_next_pass(world, news):
    item = await world.facture(await world.customer(), SOON)
    await world.plan()
    await world.owner.execute(news)
    assert await looked_at(world, item)


async def test_what_becomes_of_a_message_is_news_for_all_the_items_of_its_person(world):
    ana = await world.customer()
    await world.facture(ana, 1)
    other = await world.facture(ana, SOON)
    await world.turn()
    await world.plan()
    await world.owner.execute("UPDATE send_job SET state = 'delivered'")
    assert await looked_at(world, other)


async def test_sorting_the_sheet_is_no_news(world):
    await world.facture(await world.customer(), SOON)
    await world.plan()
    await world.owner.execute("UPDATE receivable SET position = position + 7")
    assert await world.owner.fetchval("SELECT count(*) FROM plan_mark") == 0


async def test_rules_that_change_for_everybody_are_applied_to_everybody(world):
    items = [await world.facture(await world.customer(f"+3363998{n:04}"), SOON) for n in range(5)]
    await world.plan()
    await attention.look_at_everybody(world.owner)
    for item in items:
        await world.owner.execute("UPDATE decision SET blockers = '{spoilt}' WHERE receivable_id = $1", item)
    await world.plan()
    assert await world.owner.fetchval("SELECT count(*) FROM decision WHERE 'spoilt' = ANY(blockers)") == 0
    assert not await looked_at(world, items[0])


async def test_a_row_that_left_the_sheet_and_came_back_is_planned_again(world):
    item = await world.facture(await world.customer(), SOON)
    await world.plan()
    await world.owner.execute("UPDATE receivable SET absences = 2")
    world.now += 15 * DAY
    assert await world.turn() == []
    await world.owner.execute("UPDATE receivable SET absences = 0")
    assert len(await world.turn()) == 1
    assert item


async def test_a_mark_made_while_a_pass_runs_waits_for_the_next_one(world):
    await world.facture(await world.customer(), 1)
    async with world.pool.acquire() as connection:
        newest = await attention.newest_mark(connection)
        await world.facture(await world.customer("+33639980102"), SOON)
        batch = await attention.take(connection, world.now, up_to=newest)
        await attention.done(connection, batch, {})
        assert await attention.newest_mark(connection) > newest


async def test_many_people_are_planned_in_one_pass_each_once(world):
    world.policy = replace(world.policy, activation_above=250)
    for n in range(250):
        await world.facture(await world.customer(f"+336399{n:05}"), 1)
    assert await world.plan() == 250
    assert await world.plan() == 0
    assert await world.owner.fetchval("SELECT count(DISTINCT customer_id) FROM send_job") == 250


async def test_one_row_that_cannot_be_written_costs_no_one_else_a_message(world):
    """What spoils the statement that writes for all is found by writing one by one."""
    items = [await world.facture(await world.customer(f"+3363998{n:04}"), 1) for n in range(4)]
    await world.owner.execute(
        "INSERT INTO reminder (id, ledger_id, receivable_id, step, due_at, job_id, skipped, created_at)"
        " VALUES (gen_random_uuid(), 2, $1, 'facture_2', now(), NULL, 'withdrawn', now())", items[0],
    )  # fmt: skip
    await world.owner.execute(
        """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE check_violation; END $$;
           CREATE TRIGGER refuse BEFORE UPDATE ON reminder FOR EACH ROW EXECUTE FUNCTION refuse()"""
    )
    assert await world.plan() == 3
    assert (await world.decision(items[0]))["blockers"] == ["error"]
    world.now += timedelta(minutes=1)
    assert await world.plan() == 0
    assert not await looked_at(world, items[0])
    world.now += timedelta(minutes=10)
    await world.owner.execute("DROP TRIGGER refuse ON reminder")
    assert await world.plan() == 1
