"""What a customer's words change in the house, under the inbox's own database role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relance.contracts import envelope
from tests.integration.inbox.world import World

pytestmark = pytest.mark.servers


async def job_states(world: World) -> list[tuple[str, str | None]]:
    return await world.rows("SELECT state, reason FROM send_job ORDER BY kind, state")


async def test_a_claim_of_payment_holds_the_item_and_is_answered_once(world: World):
    customer = await world.customer()
    item = await world.item(customer)
    await world.job(customer, item)

    inbound = await world.receive(customer, "j'ai payé hier")

    assert await world.live_holds() == [("item", "paid_claim")]
    assert await world.rows("SELECT receivable_id, until, inbound_id FROM hold") == [
        (item, datetime(2026, 10, 20, 22, tzinfo=UTC), inbound)
    ]
    assert await job_states(world) == [("cancelled", "held")]
    assert await world.answers() == ["reponse_paiement_declare"]
    assert await world.outbox("hold.changed.v1") == [{"type": "hold.changed.v1", "customer_id": customer}]
    assert await world.rows("SELECT status FROM receivable") == [("pending",)]


async def test_a_claim_about_several_items_holds_the_person(world: World):
    customer = await world.customer()
    await world.item(customer)
    await world.item(customer)

    await world.receive(customer, "c'est réglé")

    assert await world.live_holds() == [("customer", "paid_claim")]


async def test_a_message_delivered_twice_has_its_effects_once(world: World):
    customer = await world.customer()
    await world.item(customer)
    message = await world.write(customer, "je paie vendredi")
    again = world.event(message.data)  # the same news under another id

    await world.hear(message, message, again)

    assert await world.live_holds() == [("item", "promise")]
    assert await world.answers() == ["reponse_promesse"]


async def test_a_message_whose_announcement_was_lost_is_understood_all_the_same(world: World):
    customer = await world.customer()
    await world.item(customer)
    await world.write(customer, "STOP")

    await world.later(seconds=10)

    assert await world.live_holds() == [("customer", "optout")]


async def test_stop_silences_everything_and_is_confirmed_once(world: World):
    customer = await world.customer()
    item = await world.item(customer)
    await world.job(customer, item, state="published")
    await world.job(customer, item, kind="documents")

    await world.receive(customer, "STOP")
    await world.receive(customer, "stop !!")
    await world.receive(customer, "j'ai payé")

    assert set(await world.live_holds()) == {("customer", "optout"), ("item", "paid_claim")}
    assert await job_states(world) == [("cancelled", "optout"), ("cancelled", "optout")]
    assert await world.answers() == ["reponse_stop"]


async def test_stop_said_twice_does_not_cancel_its_own_confirmation(world: World):
    customer = await world.customer()
    await world.receive(customer, "STOP")
    await world.job(customer, await world.item(customer), kind="answer", template="reponse_stop")

    await world.receive(customer, "STOP STOP")

    assert await job_states(world) == [("due", None)]


async def test_start_undoes_stop_and_keeps_the_trace(world: World):
    customer = await world.customer()
    await world.receive(customer, "STOP")

    await world.receive(customer, "START")

    assert await world.live_holds() == []
    assert await world.rows("SELECT reason, lifted_by FROM hold") == [("optout", "inbox")]


async def test_a_message_that_is_being_sent_is_left_to_the_sender(world: World):
    customer = await world.customer()
    await world.job(customer, await world.item(customer), state="sending")

    await world.receive(customer, "STOP")

    assert await job_states(world) == [("sending", None)]


async def test_the_wrong_person_freezes_the_number_without_a_word(world: World):
    customer = await world.customer()
    await world.item(customer)

    await world.receive(customer, "vous vous trompez de personne")

    assert await world.live_holds() == [("customer", "wrong_person")]
    assert (await world.answers(), await world.tasks()) == ([], ["reply"])


@pytest.mark.parametrize(("text", "reason"), [("Combien je dois ?", "human"), ("je conteste cette facture", "dispute")])
async def test_a_question_or_a_dispute_stops_the_sequence_and_tells_a_person(world: World, text: str, reason: str):
    customer = await world.customer()
    await world.job(customer, await world.item(customer))

    await world.receive(customer, text)

    assert [hold[1] for hold in await world.live_holds()] == [reason]
    assert (await world.tasks(), await world.answers()) == (["reply"], ["reponse_humain"])
    assert await job_states(world) == [("cancelled", "held")]


async def test_a_second_question_is_not_told_again_that_somebody_will_answer(world: World):
    customer = await world.customer()

    await world.receive(customer, "Combien je dois ?")
    await world.receive(customer, "Vous êtes là ?")

    assert (await world.answers(), await world.tasks()) == (["reponse_humain"], ["reply", "reply"])


async def test_thanks_are_neither_answered_nor_held(world: World):
    customer = await world.customer()

    await world.receive(customer, "merci beaucoup 🙏")

    assert (await world.live_holds(), await world.answers(), await world.tasks()) == ([], [], [])
    assert await world.rows("SELECT intent FROM reply") == [("ack",)]


async def test_a_voice_message_stops_the_reminders_until_a_person_listened(world: World):
    customer = await world.customer()

    await world.receive(customer, kind="audio")

    assert (await world.live_holds(), await world.tasks()) == ([("customer", "human")], ["reply"])


async def test_a_new_promise_replaces_the_first_and_both_are_kept(world: World):
    customer = await world.customer()
    await world.item(customer)

    await world.receive(customer, "je paie vendredi")
    await world.receive(customer, "finalement je paie lundi")

    assert await world.rows("SELECT until, lifted_by FROM hold ORDER BY id") == [
        (datetime(2026, 10, 19, 22, tzinfo=UTC), "inbox"),
        (datetime(2026, 10, 20, 22, tzinfo=UTC), None),
    ]
    assert await world.answers() == ["reponse_promesse", "reponse_promesse"]


async def test_a_claim_that_nobody_confirmed_in_time_becomes_a_task(world: World):
    customer = await world.customer()
    await world.item(customer)
    await world.receive(customer, "j'ai payé")

    await world.later(days=6)

    assert (await world.live_holds(), await world.tasks()) == ([], ["claim_unconfirmed"])
    assert await world.rows("SELECT lifted_by FROM hold") == [("expiry",)]
    assert len(await world.outbox("hold.changed.v1")) == 2


async def test_nothing_a_customer_wrote_leaves_by_the_broker(world: World):
    customer = await world.customer()
    await world.item(customer)

    await world.receive(customer, "Aline ici : j'ai payé 900 € hier, référence ZX81")

    [[everything]] = await world.rows("SELECT string_agg(body::text, '') FROM outbox")
    # Ids are hexadecimal: an amount inside one is none.
    assert not any(word in everything for word in ("Aline", "ZX81", "900 ", '900"', "+33"))


async def test_an_answer_that_is_asked_for_is_also_written_down_once(world: World):
    customer = await world.customer()
    item = await world.item(customer)
    message = await world.write(customer, "STOP")

    await world.hear(message, world.event(message.data))

    rows = await world.rows("SELECT inbound_id, customer_id, receivable_id, template, job_id FROM answer_request")
    inbound = message.data.inbound_id
    assert rows == [(inbound, customer, None, "reponse_stop", envelope.derived_id("answer", inbound))]
    assert item


async def test_messages_that_cannot_be_understood_do_not_keep_the_others_waiting(world: World):
    broken, good = await world.customer(), await world.customer("+33639980102")
    await world.item(good)
    await world.owner.execute("UPDATE customer SET zone = 'Nowhere/Land' WHERE id = $1", broken)
    for _ in range(21):
        await world.write(broken, "je paie vendredi")
    world.clock.at += timedelta(seconds=1)
    await world.write(good, "STOP")

    await world.later(seconds=10)

    assert await world.live_holds() == [("customer", "optout")]
    assert await world.tasks() == ["reply_failed"] * 21

    await world.owner.execute("UPDATE customer SET zone = 'Europe/Paris'")
    await world.later(seconds=10)

    assert "reply_failed" not in await world.tasks()
