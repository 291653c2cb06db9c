"""Versions, activation, caps and the enterprise number on a real PostgreSQL, under the scheduler's own role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from relance.contracts import rulebook
from relance.scheduler import texts, written
from relance.store import sequences
from tests.integration.scheduling.world import DAY

pytestmark = pytest.mark.servers

FILE = """
[[sequence]]
kind = "facture"
[[sequence.step]]
name = "facture_2"
anchor = "due"
offset = "+{0}d"
[[sequence.step]]
name = "suite"
template = "facture_3"
anchor = "previous"
offset = "5d"
"""


async def follow(world, folder, days):
    """The scheduler starts with a file whose first step falls this many days after due."""
    file = folder / "sequences.toml"
    file.write_text(FILE.format(days), encoding="utf-8")
    async with world.pool.acquire() as connection:
        await written.take(connection, file, texts.load(None), world.now)
        world.policy = await written.laid_on(connection, replace(world.policy, by_ledger={}), file)


async def test_an_item_keeps_the_version_it_began_until_the_owner_says_otherwise(world, tmp_path):
    await follow(world, tmp_path, 1)
    ana, leo = await world.customer(), await world.customer("+33639980102", "Léo Petit")
    begun = await world.facture(ana, 1)
    assert len(await world.turn()) == 1
    await follow(world, tmp_path, 40)
    fresh = await world.facture(leo, 1)
    world.now += 6 * DAY
    assert len(await world.turn()) == 1
    assert (await world.decision(fresh))["next_step"] == "facture_2"
    steps = await world.owner.fetch("SELECT DISTINCT sequence_version FROM reminder WHERE receivable_id = $1", begun)
    assert len(steps) == 1
    version = world.policy.of(2).sequences["facture"].version
    await sequences.move_all(world.owner, 2, version)
    async with world.pool.acquire() as connection:
        said = await sequences.said(connection, [begun], [ana])
    assert said.begun[begun].version == version


async def test_an_old_ledger_waits_and_makes_one_task(world):
    world.policy = replace(world.policy, activation_above=2)
    for n in range(3):
        item = await world.facture(await world.customer(f"+3363998020{n}"), 1)
    assert await world.turn() == []
    assert (await world.decision(item))["blockers"] == ["needs_activation"]
    assert await world.owner.fetchval("SELECT count(*) FROM human_task WHERE kind = 'needs_activation'") == 1
    await world.owner.execute(
        "UPDATE ledger_activation SET state = 'active', activated_at = now(), activated_by = 'test'"
    )
    assert len(await world.turn()) == 3


async def test_a_ledgers_own_cap_keeps_the_rest_for_the_next_days(world):
    world.pace = replace(world.pace, ledger_cap=1)
    for n in range(2):
        await world.facture(await world.customer(f"+3363998020{n}"), 1)
    assert len(await world.turn()) == 1
    world.now += DAY
    assert len(await world.turn()) == 1


async def test_a_message_that_came_back_spends_its_ledgers_day_once(world):
    world.pace = replace(world.pace, ledger_cap=1)
    await world.facture(await world.customer(), 1)
    await world.plan()
    assert await world.release() == 1
    await world.owner.execute("UPDATE send_job SET state = 'due'")
    world.now += timedelta(minutes=2)
    assert await world.release() == 1
    assert await world.owner.fetchval("SELECT sent FROM ledger_budget") == 1


async def test_in_belgium_the_first_reminder_names_the_firm(world):
    world.policy = replace(world.policy, packs=rulebook.shipped_packs())
    await world.owner.execute("UPDATE ledger SET country = 'BE' WHERE id = 2")
    item = await world.facture(await world.customer(), 1)
    assert await world.turn() == []
    assert (await world.decision(item))["blockers"] == ["mentions_missing"]
    await world.owner.execute("UPDATE ledger SET registration = '0123.456.789' WHERE id = 2")
    world.now += timedelta(minutes=1)
    (message,) = await world.turn()
    assert "0123.456.789" in message
