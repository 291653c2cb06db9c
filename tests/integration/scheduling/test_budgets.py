"""What a number may say is spent in the release: caps, strangers, ramp, pauses, and what is given back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from relance.domain.pacing import Pace

pytestmark = pytest.mark.servers

AT_ONCE = (timedelta(0), timedelta(0))
MINUTE = timedelta(minutes=1)


async def people(world, count: int) -> None:
    for n in range(count):
        await world.facture(await world.customer(f"+3363998{n:04}", f"Client {n}"), 1)
    await world.plan()


async def met(world) -> None:
    """Everybody wrote once."""
    await world.owner.execute(
        "INSERT INTO inbound_message (id, number_id, customer_id, page_key, kind, received_at)"
        " SELECT gen_random_uuid(), number_id, id, 'k' || id, 'text', $1 FROM customer",
        world.now,
    )


async def released(world, tries: int) -> int:
    """How many of so many releases let something go; each message leaves at once."""
    count = 0
    for _ in range(tries):
        count += await world.release()
        await world.send()
    return count


async def test_the_hourly_cap_counts_any_sixty_minutes(world):
    world.pace = Pace(*AT_ONCE, hourly_cap=2, first_contacts=9)
    await people(world, 4)
    assert await released(world, 3) == 2
    world.now += 59 * MINUTE
    assert await released(world, 1) == 0
    world.now += MINUTE
    assert await released(world, 3) == 2


async def test_strangers_are_few_a_day_and_those_who_wrote_are_not_strangers(world):
    world.pace = Pace(*AT_ONCE, first_contacts=1)
    await people(world, 3)
    assert await released(world, 3) == 1
    await met(world)
    assert await released(world, 3) == 2
    assert await world.owner.fetchval("SELECT first_contacts FROM number_budget") == 1


async def test_somebody_written_to_before_is_no_stranger(world):
    world.pace = Pace(*AT_ONCE, first_contacts=1)
    item = await world.facture(await world.customer(), -7)
    assert len(await world.turn()) == 1
    world.now += 8 * timedelta(days=1)
    world.pace = Pace(*AT_ONCE, first_contacts=0)
    assert len(await world.turn()) == 1
    assert (await world.decision(item))["next_step"] == "facture_3"


async def test_a_young_number_starts_slowly(world):
    world.pace = Pace(*AT_ONCE, ramp=(1, 2), ramp_days=1, first_contacts=9)
    await people(world, 5)
    counts = []
    for _ in range(3):
        counts.append(await released(world, 4))
        world.now += timedelta(days=1)
        await world.plan()
    assert counts == [1, 2, 2], "one, then two, then the full cap for the two that are left"


async def test_a_message_cancelled_before_it_left_gives_its_turn_back(world):
    world.pace = Pace(*AT_ONCE, daily_cap=1)
    await people(world, 2)
    assert await world.release() == 1
    assert await world.release() == 0
    await world.owner.execute("UPDATE send_job SET state = 'cancelled', reason = 'stale' WHERE state = 'published'")
    assert await released(world, 2) == 1
    row = await world.owner.fetchrow("SELECT sent, first_contacts FROM number_budget")
    assert tuple(row) == (1, 1)


async def test_what_came_back_after_its_turn_was_given_to_another_waits_for_tomorrow(world):
    """Cancelled, its turn reclaimed, planned again: the cap holds all the same."""
    world.pace = Pace(*AT_ONCE, daily_cap=1)
    await people(world, 2)
    await world.release()
    await world.owner.execute("UPDATE send_job SET state = 'cancelled', reason = 'stale' WHERE state = 'published'")
    assert await released(world, 1) == 1
    await world.owner.execute("UPDATE send_job SET state = 'due' WHERE state = 'cancelled'")
    assert await released(world, 2) == 0


async def test_a_release_that_is_rolled_back_has_spent_nothing(world):
    world.pace = Pace(*AT_ONCE)
    await people(world, 1)
    await world.owner.execute("ALTER TABLE outbox ADD CONSTRAINT no_room CHECK (false) NOT VALID")
    with pytest.raises(Exception, match="no_room"):
        await world.release()
    await world.owner.execute("ALTER TABLE outbox DROP CONSTRAINT no_room")
    assert await world.owner.fetchval("SELECT count(*) FROM number_budget") == 0
    assert await released(world, 1) == 1


async def test_a_paused_number_releases_nothing_and_the_other_goes_on(world):
    world.pace = Pace(*AT_ONCE)
    await people(world, 1)
    stop = "INSERT INTO number_stop (number_id, cause, stopped_at, stopped_by) VALUES (1, 'operator', $1, 'Inès')"
    await world.owner.execute(stop, world.now)
    assert await world.release() == 0
    await world.owner.execute("UPDATE number_stop SET ended_at = $1, ended_by = 'Inès'", world.now)
    assert await world.release() == 1


async def test_the_silence_after_a_message_travels_with_it(world):
    world.pace = Pace(timedelta(seconds=40), timedelta(seconds=40))
    await people(world, 1)
    await world.release()
    assert [job["gap_s"] for job in await world.jobs("published")] == [40]


async def test_an_answer_goes_to_somebody_who_wrote_although_strangers_have_to_wait(world):
    world.pace = Pace(*AT_ONCE, first_contacts=0)
    ana = await world.customer()
    await met(world)
    await world.owner.execute(
        "INSERT INTO send_job (id, number_id, customer_id, kind, template, language, state, due_at)"
        " VALUES ($1, 1, $2, 'answer', 'reponse_stop', 'fr', 'due', $3)",
        uuid.uuid4(), ana, world.now,
    )  # fmt: skip
    assert await world.release() == 1
