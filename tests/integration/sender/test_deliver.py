"""One message as a transaction, on a real PostgreSQL: what leaves, what does not, and what the rows say afterwards."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from relance.domain.delivery import SessionState, Tick
from relance.domain.errors import LeaseLost
from relance.sender import enclosing
from relance.sender.deliver import deliver
from relance.sender.reconcile import Reconciler
from relance.store import stops
from tests.integration.sender.conftest import ANA, BODY

pytestmark = pytest.mark.servers


async def test_a_published_message_leaves_once_with_its_proof(desk, session, office, phone):
    job = await office.job(items={await office.receivable(): 1})

    await deliver(desk, session, job)

    row = await office.row(job)
    assert phone.sent == [(ANA, BODY)]
    assert (row["state"], row["attempt"], row["sent_at"]) == ("sent", 1, office.now)
    assert row["provider_msg"] == phone.chats[ANA][-1].key
    assert await office.told() == ["message.sent.v1"]
    assert await office.owner.fetchval("SELECT outcome FROM attempt") == "sent"


async def test_a_second_delivery_of_the_same_message_types_nothing(desk, session, office, phone):
    job = await office.job()

    await deliver(desk, session, job)
    await deliver(desk, session, job)

    assert len(phone.sent) == 1
    assert await office.told() == ["message.sent.v1"]


@pytest.mark.parametrize("state", ["sending", "unknown"])
async def test_what_may_have_left_is_not_typed_by_a_delivery(desk, session, office, phone, state):
    job = await office.job(state=state, attempt=1)

    await deliver(desk, session, job)

    assert phone.sent == []
    assert (await office.ended(job))[0] == state


async def test_a_reminder_paid_since_its_release_is_cancelled(desk, session, office, phone):
    item = await office.receivable()
    job = await office.job(items={item: 1})
    await office.pay(item)

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("cancelled", "paid")


async def test_a_reminder_paid_while_it_is_typed_is_not_clicked(desk, session, office, phone):
    item = await office.receivable()
    job = await office.job(items={item: 1})
    phone.after_typing = lambda: office.pay(item)

    await deliver(desk, session, job)

    assert (phone.sent, phone.draft) == ([], "")
    assert await office.ended(job) == ("cancelled", "paid")
    assert await office.owner.fetchval("SELECT outcome FROM attempt") == "paid"


async def test_a_reminder_paid_while_the_button_is_waited_for_is_not_clicked(desk, session, office, phone):
    item = await office.receivable()
    job = await office.job(items={item: 1})
    phone.while_poising = lambda: office.pay(item)

    await deliver(desk, session, job)

    assert (phone.sent, phone.draft) == ([], "")
    assert await office.ended(job) == ("cancelled", "paid")


async def test_a_page_that_somebody_touched_is_not_clicked(desk, session, office, phone):
    async def touched() -> None:
        phone.draft += " et moi"

    job = await office.job()
    phone.while_poising = touched

    await deliver(desk, session, job)

    assert (phone.sent, phone.draft) == ([], f"{BODY} et moi")
    assert await office.ended(job) == ("due", "page_touched")


async def test_a_click_that_did_not_happen_in_time_is_looked_for_in_the_chat(desk, session, office, phone):
    phone.clicks_in_time = False
    job = await office.job()

    await deliver(desk, session, job)
    assert await office.ended(job) == ("unknown", "click")
    await Reconciler(desk, session).look_at_all()

    assert (phone.sent, phone.draft) == ([], "")
    assert await office.ended(job) == ("unknown", "absent_once")


async def test_the_emergency_stop_holds_from_the_next_click_on(desk, session, office, phone):
    job = await office.job(items={await office.receivable(): 1})

    async def everything_is_stopped():
        await stops.stop(office.owner, by="test", reason="", at=office.now)

    phone.after_typing = everything_is_stopped

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("due", "stopped")


async def test_a_message_published_before_the_emergency_stop_is_given_back_untyped(desk, session, office, phone):
    job = await office.job()
    await stops.stop(office.owner, by="test", reason="", at=office.now)

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("due", "stopped")
    assert (await office.row(job))["attempt"] == 0


async def test_a_text_rendered_from_an_older_row_is_cancelled_as_stale(desk, session, office, phone):
    job = await office.job(items={await office.receivable(): 7})

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("cancelled", "stale")


async def test_after_the_allowed_hours_a_message_goes_back_to_due(desk, session, office, phone):
    job = await office.job(not_after=office.now - timedelta(minutes=1))

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("due", "hours")


@pytest.mark.parametrize(
    ("kind", "template", "reason", "left"),
    [
        ("payment", "facture_1", "promise", False),
        ("confirmation", "facture_confirmation", "promise", True),
        ("confirmation", "facture_confirmation", "optout", False),
        ("answer", "reponse_stop", "optout", True),
        ("answer", "reponse_stop", "wrong_person", False),
    ],
    ids=["held reminder", "held confirmation", "confirmation after STOP", "the answer to STOP", "wrong person"],
)
async def test_holds_stop_what_they_must(desk, session, office, phone, kind, template, reason, left):  # noqa: PLR0917
    job = await office.job(kind=kind, template=template)
    await office.hold(ANA, reason)

    await deliver(desk, session, job)

    assert bool(phone.sent) is left
    assert (await office.ended(job))[0] == ("sent" if left else "cancelled")


@pytest.mark.parametrize(
    ("forbids", "kind", "left"),
    [
        ("UPDATE receivable SET paused_until = $1", "payment", False),
        ("UPDATE receivable SET paused_until = $1", "documents", False),
        ("UPDATE receivable SET paused_until = $1", "confirmation", True),
        ("UPDATE receivable SET paused_until = $1::date - 1", "payment", True),
        ("UPDATE ledger SET paused_until = $1", "payment", False),
        ("UPDATE ledger SET enabled = $1::date IS NULL", "confirmation", False),
    ],
    ids=["row", "documents", "thanks", "over since midnight", "ledger", "ledger switched off"],
)
async def test_a_pause_typed_during_the_typing_stops_the_click(desk, session, office, phone, forbids, kind, left):  # noqa: PLR0917
    job = await office.job(items={await office.receivable(): 1}, kind=kind)
    phone.after_typing = lambda: office.owner.execute(forbids, office.now.date())

    await deliver(desk, session, job)

    assert bool(phone.sent) is left
    assert await office.ended(job) == (("sent", None) if left else ("cancelled", "held"))


async def test_a_document_request_waits_for_a_dispute_and_not_for_a_promise(desk, session, office, phone):
    await office.hold(ANA, "promise")
    await deliver(desk, session, await office.job(kind="documents"))
    assert len(phone.sent) == 1

    await office.hold(ANA, "dispute")
    await deliver(desk, session, await office.job(kind="documents"))
    assert len(phone.sent) == 1


async def test_a_number_without_whatsapp_fails_for_good_and_a_person_is_told(desk, session, office, phone):
    phone.not_on_whatsapp.add(ANA)
    job = await office.job()

    await deliver(desk, session, job)

    assert await office.ended(job) == ("failed", "not_on_whatsapp")
    assert await office.tasks() == ["send_failed"]


async def test_a_chat_that_is_not_proven_his_goes_to_a_person(desk, session, office, phone):
    phone.shows_another.add(ANA)
    job = await office.job()

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("review", "wrong_chat")
    assert await office.tasks() == ["send_review"]


async def test_a_missing_composer_stops_the_number_until_a_person_has_looked(desk, session, office, phone):
    phone.has_composer = False
    job = await office.job()

    await deliver(desk, session, job)
    await session.look()

    assert await office.ended(job) == ("due", "restricted")
    assert await office.tasks() == ["number_restricted"]
    assert not session.is_connected
    await office.owner.execute("UPDATE number_stop SET ended_at = now(), ended_by = 'Inès'")
    await session.look()
    assert session.state is SessionState.CONNECTED


async def test_a_lost_lease_stops_before_the_click(desk, session, office, phone):
    async def taken_over() -> None:
        await office.owner.execute("UPDATE number_lease SET epoch = 2")

    job = await office.job()
    phone.after_typing = taken_over

    with pytest.raises(LeaseLost):
        await deliver(desk, session, job)

    assert phone.sent == []
    assert (await office.ended(job))[0] == "sending"


async def test_a_text_that_the_composer_mangled_is_not_sent(desk, session, office, phone):
    phone.keys_lost = 3
    job = await office.job()

    await deliver(desk, session, job)

    assert (phone.sent, phone.draft) == ([], "")
    assert await office.ended(job) == ("due", "mistyped")


async def test_without_the_barrier_nothing_is_typed(desk, session, office, phone):
    phone.has_history = False
    job = await office.job()

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("due", "barrier")


async def test_a_chat_that_never_opens_rests_longer_each_time_and_ends_with_a_person(desk, session, office, phone):
    phone.never_open.add(ANA)
    job = await office.job()

    rests = []
    for _ in range(4):
        await deliver(desk, session, job)
        row = await office.row(job)
        assert (row["state"], row["reason"], row["attempt"]) == ("due", "page", 0)
        rests.append(row["not_before"] - office.now)
        await office.owner.execute("UPDATE send_job SET state = 'published'")
    await deliver(desk, session, job)

    assert rests == sorted(set(rests))
    assert await office.ended(job) == ("review", "page")
    assert await office.tasks() == ["send_review"]


async def test_openings_are_counted_in_a_row(desk, session, office, phone):
    phone.has_history = False
    job = await office.job()
    await deliver(desk, session, job)
    assert (await office.row(job))["openings"] == 1
    phone.has_history = True
    await office.owner.execute("UPDATE send_job SET state = 'published'")

    await deliver(desk, session, job)

    assert (await office.ended(job))[0] == "sent"
    assert (await office.row(job))["openings"] == 0


async def test_a_lost_session_is_not_held_against_the_chat(desk, session, office, phone):
    phone.is_unlinked = True
    job = await office.job()

    await deliver(desk, session, job)

    assert await office.ended(job) == ("due", "session")
    assert (await office.row(job))["openings"] == 0


async def test_a_message_under_a_clock_is_unknown_not_sent(desk, session, office, phone):
    phone.ticks_at_once = False
    job = await office.job()

    await deliver(desk, session, job)

    assert await office.ended(job) == ("unknown", "no_tick")
    assert await office.told() == []


async def test_ticks_are_followed_once_forward(desk, session, office, phone):
    job = await office.job()
    await deliver(desk, session, job)

    phone.ticks(ANA, Tick.READ)
    await deliver(desk, session, await office.job(state="published"))

    assert (await office.ended(job))[0] == "read"


async def test_what_goes_with_a_message_leaves_with_it_in_one_bubble(desk, session, office, phone):
    job = await office.job(attachment_kind="pdf", attachment_id=await office.attachment(b"%PDF-1.7 facture"))

    await deliver(desk, session, job)

    assert phone.papers == [(ANA, "facture.pdf")]
    assert len(phone.sent) == 1
    assert (await office.ended(job))[0] == "sent"


@pytest.mark.parametrize("key", [None, b"o" * 32], ids=["without a key", "with another key"])
async def test_a_message_whose_attachment_does_not_open_does_not_leave_without_it(desk, session, office, phone, key):
    job = await office.job(attachment_kind="pdf", attachment_id=await office.attachment(b"%PDF-1.7 facture"))
    desk.enclosed = partial(enclosing.paper_of, desk.pool, key)

    await deliver(desk, session, job)

    assert phone.sent == []
    assert await office.ended(job) == ("failed", "attachment_not_carried")
    assert await office.tasks() == ["send_failed"]
