"""The owner corrects a phone: the row is another person's now, and nothing about it may reach the one it was."""

from __future__ import annotations

import pytest

from tests.integration.scheduling.world import DAY

pytestmark = pytest.mark.servers

RIGHT = "+33639980199"


async def move(world, item, to):
    """As ledger-sync writes the row, without what it withdraws: the release and the sender stand on their own."""
    await world.owner.execute(
        "UPDATE receivable SET customer_id = $2, version = version + 1, changed_at = $3 WHERE id = $1",
        item, to, world.now,
    )  # fmt: skip


async def cancel(world, reason="stale"):
    await world.owner.execute(
        "UPDATE send_job SET state = 'cancelled', reason = $1 WHERE state IN ('due', 'published')", reason
    )


async def leaves(world):
    """A release that only cancels ends a turn, and a number that spoke pauses: one more turn after it."""
    texts = await world.turn()
    world.now += world.pace.longest
    return texts + await world.turn()


async def test_a_message_that_waited_for_its_turn_goes_to_the_person_the_row_has_now(world):
    wrong, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    item = await world.facture(wrong, 1)
    await world.plan()
    await move(world, item, right)
    assert await world.release() == 0
    (text,) = await leaves(world)
    assert "Bob Leroy" in text
    assert [(job["customer_id"], job["state"]) for job in await world.jobs()] == [(right, "sent")]


async def test_a_published_message_does_not_leave_for_the_person_the_row_no_longer_has(world):
    wrong, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    item = await world.facture(wrong, 1)
    await world.plan()
    await world.release()
    # The version is left alone: the person by itself must be wall enough.
    await world.owner.execute("UPDATE receivable SET customer_id = $2 WHERE id = $1", item, right)
    assert await world.owner.fetchval("SELECT send_blocker(id, $1) FROM send_job", world.now) == "stale"


async def test_a_message_cancelled_before_its_click_comes_back_for_the_right_person(world):
    wrong, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    item = await world.facture(wrong, 1)
    await world.plan()
    await world.release()
    await move(world, item, right)
    await cancel(world)
    (text,) = await leaves(world)
    assert "Bob Leroy" in text
    assert [(job["customer_id"], job["state"]) for job in await world.jobs()] == [(right, "sent")]


async def test_what_the_wrong_person_said_does_not_silence_the_right_one(world):
    wrong, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    item = await world.facture(wrong, 1)
    await world.plan()
    await world.release()
    await world.owner.execute(
        """INSERT INTO hold (scope, customer_id, reason, by, created_at)
           VALUES ('customer', $1, 'wrong_person', 'inbox', $2)""", wrong, world.now,
    )  # fmt: skip
    await cancel(world, "optout")
    await move(world, item, right)
    assert len(await leaves(world)) == 1
    assert [(job["customer_id"], job["state"]) for job in await world.jobs()] == [(right, "sent")]


async def test_a_stranger_revived_as_somebody_else_is_counted_anew(world):
    wrong, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    item = await world.facture(wrong, 1)
    await world.plan()
    await world.release()
    (before,) = await world.jobs()
    assert before["is_first_contact"]
    assert before["spent_on"] == world.now.date()
    await move(world, item, right)
    await cancel(world)
    await world.plan()
    (after,) = await world.jobs("due")
    assert (after["customer_id"], after["is_first_contact"], after["spent_on"]) == (right, False, None)


async def test_an_item_that_moved_is_not_named_in_the_group_it_left(world):
    ana, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    await world.facture(ana, 11)
    moved = await world.facture(ana, 1)
    await world.plan()
    await move(world, moved, right)
    texts = await leaves(world)
    assert sorted(("Ana" in text, "Objet 0" in text, "Objet 1" in text) for text in texts) == [
        (False, False, True), (True, True, False),
    ]  # fmt: skip


async def test_a_plan_between_the_move_and_the_cancel_leaves_nobody_forgotten(world):
    ana, right = await world.customer(), await world.customer(RIGHT, "Bob Leroy")
    await world.facture(ana, 11)
    moved = await world.facture(ana, 1)
    await world.plan()
    await move(world, moved, right)
    assert await world.plan() == 0
    assert (await world.decision(moved))["blockers"] == ["in_flight"]
    await cancel(world)
    texts = await leaves(world)
    assert sum("Bob" in text for text in texts) == 1
    world.now += DAY
    assert await world.turn() == []
