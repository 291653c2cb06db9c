"""After a crash: look in the chat before anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relance.domain.delivery import Tick
from relance.domain.suspicion import Sign
from relance.sender.reconcile import Reconciler
from tests.integration.sender.conftest import ANA, BODY

pytestmark = pytest.mark.servers


@pytest.fixture
def reconciler(desk, session) -> Reconciler:
    return Reconciler(desk, session)


async def test_a_message_found_with_a_tick_is_sent_without_typing(reconciler, office, phone):
    before = phone.says(ANA, BODY)
    job = await office.begun(baseline=before.key)
    ours = phone.says(ANA, BODY)

    await reconciler.look_at_all()

    row = await office.row(job)
    assert phone.sent == []
    assert (row["state"], row["provider_msg"]) == ("sent", ours.key)
    assert await office.told() == ["message.sent.v1"]


async def test_an_equal_text_before_the_baseline_proves_nothing(reconciler, office, phone):
    before = phone.says(ANA, BODY)
    job = await office.begun(baseline=before.key)

    await reconciler.look_at_all()

    assert await office.ended(job) == ("unknown", "absent_once")


async def test_two_looks_that_find_nothing_make_it_due_again(reconciler, office, phone):
    before = phone.says(ANA, "autre chose")
    phone.draft = "brouillon laissé"
    job = await office.begun(baseline=before.key)

    await reconciler.look_at_all()
    assert await office.ended(job) == ("unknown", "absent_once")
    await reconciler.look_at_all()

    assert await office.ended(job) == ("due", "absent")
    assert (phone.sent, phone.draft) == ([], "")
    assert await office.owner.fetchval("SELECT outcome FROM attempt") == "absent"


async def test_the_two_looks_are_apart(reconciler, desk, office, phone):
    desk.patience = type(desk.patience)(barrier_s=0, tick_s=0, reconcile_gap_s=60)
    job = await office.begun(baseline=phone.says(ANA, "autre chose").key)

    await reconciler.look_at_all()
    await reconciler.look_at_all()

    assert await office.ended(job) == ("unknown", "absent_once")
    assert phone.opened == [ANA]


async def test_after_three_attempts_a_person_decides(reconciler, office, phone):
    job = await office.begun(baseline=phone.says(ANA, "autre chose").key, attempt=3)

    await reconciler.look_at_all()
    await reconciler.look_at_all()

    assert await office.ended(job) == ("review", "absent")
    assert await office.tasks() == ["send_review"]


async def test_without_the_barrier_it_stays_unknown(reconciler, office, phone):
    job = await office.begun(baseline=phone.says(ANA, "autre chose").key)
    phone.has_history = False

    await reconciler.look_at_all()
    await reconciler.look_at_all()

    assert await office.ended(job) == ("unknown", "barrier")


async def test_under_a_clock_it_is_waited_for(reconciler, office, phone):
    job = await office.begun()
    phone.says(ANA, BODY, tick=Tick.CLOCK)

    await reconciler.look_at_all()

    assert await office.ended(job) == ("unknown", "clock")


async def test_a_baseline_that_is_gone_proves_nothing(reconciler, office, phone):
    phone.says(ANA, "autre chose")
    job = await office.begun(baseline="of-a-lost-profile")

    await reconciler.look_at_all()
    await reconciler.look_at_all()

    assert await office.ended(job) == ("unknown", "unprovable")


async def test_what_cannot_be_proved_for_too_long_is_a_persons(reconciler, desk, office, phone):
    desk.patience = replace(desk.patience, first_look_s=0)
    phone.says(ANA, "autre chose")
    job = await office.begun(baseline="GONE")
    await office.owner.execute("UPDATE send_job SET begun_at = clock_timestamp() - interval '16 minutes'")

    seen = []
    for _ in range(3):
        await reconciler.look_at_all()
        seen.append(await office.ended(job))

    assert seen == [("unknown", "unprovable"), ("unknown", "unprovable"), ("review", "unprovable")]
    assert await office.tasks() == ["send_review"]
    assert phone.sent == []


async def test_offline_nobody_looks(reconciler, session, office, phone):
    await office.begun()
    await session.restrict(Sign.BANNER)

    await reconciler.look_at_all()

    assert phone.opened == []
