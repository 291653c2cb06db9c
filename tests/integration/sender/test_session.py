"""The watch over the page: what ends a browser, what stops a number, and how old a profile is."""

from __future__ import annotations

import pytest

from relance.domain.delivery import SessionState
from relance.domain.errors import BrowserLost
from relance.sender import deliver
from relance.sender import session as watching
from relance.sender.session import Session
from tests.integration.sender.conftest import ANA, BEN, BODY

pytestmark = pytest.mark.servers

CONNECTED, UNPAIRED = SessionState.CONNECTED, SessionState.UNPAIRED


async def test_a_page_that_does_not_answer_three_times_is_a_browser_to_replace(session, phone):
    phone.is_dead = True
    for _ in range(watching.MISSES_IN_A_ROW - 1):
        await session.look()
    with pytest.raises(BrowserLost):
        await session.look()


async def test_a_page_that_answers_again_is_kept(session, phone):
    for _ in range(watching.MISSES_IN_A_ROW + 1):
        phone.is_dead = True
        await session.look()
        phone.is_dead = False
        await session.look()
    assert session.is_connected


async def test_a_banner_stops_the_number_until_a_person_has_looked_over_restarts_too(desk, session, office, phone):
    phone.session = SessionState.RESTRICTED
    await session.look()
    await session.look()
    phone.session = CONNECTED

    after_restart = Session(desk)
    await after_restart.begin()
    await after_restart.look()

    assert after_restart.state is SessionState.RESTRICTED
    assert after_restart.can_hear
    assert await office.tasks() == ["number_restricted"]
    assert await office.owner.fetchval("SELECT reason FROM number_stop") == "banner"


async def test_linking_a_phone_anew_empties_the_profile_of_its_past(desk, session, office, phone):
    """A first message that was in hand then is a person's: an empty chat proves nothing."""
    assert desk.birth.age_s > 1e9
    phone.session = UNPAIRED
    await session.look()
    phone.session = CONNECTED
    await session.look()
    assert desk.birth.age_s < 60


async def test_on_a_new_profile_a_chat_without_our_earlier_messages_is_not_loaded_yet(desk, session, office, phone):
    earlier = await office.job(state="sent", sent_at=office.now, evidence="{}")
    await office.owner.execute("UPDATE send_job SET begun_at = clock_timestamp() - interval '1 day'")
    job = await office.job()
    phone.session = UNPAIRED
    await session.look()
    phone.session = CONNECTED
    await session.look()

    await deliver.deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("due", "history")
    assert (await office.row(earlier))["state"] == "sent"


async def test_the_number_keeps_silent_after_a_claim_for_the_gap_that_was_drawn(desk, session, office, phone):
    """However late the broker brings the next message: the silence is real time, and the stop does not wait for it."""
    first, second = await office.job(gap_s=3600), await office.job("+33639980102")
    await deliver.deliver(desk, session, first)
    assert 3500 < (await deliver.read(desk, second)).rest_s <= 3600

    desk.stopping.set()
    await deliver.deliver(desk, session, second)

    assert len(phone.sent) == 1
    assert await office.ended(second) == ("due", "stopping")


FORGOTTEN = "UPDATE number_lease SET restored_at = clock_timestamp()"


@pytest.mark.parametrize("is_same", [True, False], ids=["the same text", "another text"])
async def test_after_a_restoration_what_stands_in_the_chat_is_not_sent_again(desk, session, office, phone, is_same):
    """The chat is bound while it is opened, with the forgotten bubble as its past: that proves nothing."""
    phone.says(ANA, BODY if is_same else "Bonjour, il reste 70 €")
    await office.owner.execute(FORGOTTEN)
    job = await office.job()

    await deliver.deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == (("sent", None) if is_same else ("review", "restored"))


async def test_after_a_restoration_what_the_database_knows_of_is_no_obstacle(desk, session, office, phone):
    known = phone.says(ANA, BODY)
    await office.job(state="sent", sent_at=office.now, evidence="{}", provider_msg=known.key)
    before_us = phone.says(BEN, "De la part de l'agence")
    binding = "INSERT INTO chat_binding VALUES (1, $1, $2, $3, $4, true)"
    await office.owner.execute(binding, await office.customer(BEN), BEN, before_us.key, office.now)
    await office.owner.execute(FORGOTTEN)

    for person in (ANA, BEN):
        await deliver.deliver(desk, session, await office.job(person))

    assert [to for to, _ in phone.sent] == [ANA, BEN]


async def test_once_somebody_was_written_to_after_a_restoration_nothing_is_looked_for(desk, session, office, phone):
    await office.owner.execute(FORGOTTEN)
    await deliver.deliver(desk, session, await office.job())
    phone.says(ANA, "Écrit à la main depuis le téléphone")
    await deliver.deliver(desk, session, await office.job())
    assert [to for to, _ in phone.sent] == [ANA, ANA]
