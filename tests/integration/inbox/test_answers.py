"""Every effect of an answer is in the trail, is shown to people, and can be taken back; who waits is told in time."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from typer.testing import CliRunner

from relance.cli.app import app
from relance.domain.errors import Refused
from tests.integration.inbox.world import NOW, World

pytestmark = pytest.mark.servers


@pytest.fixture
def relance(database, world: World):
    """Types a command under the operator's role, at the world's hour; returns what it prints."""

    async def typed(*words: str) -> str:
        await world.owner.execute(
            "UPDATE clock SET offset_s = extract(epoch FROM $1::timestamptz - clock_timestamp())", world.clock.at
        )
        env = {"RELANCE_DATABASE_URL": database.dsn("cli"), "RELANCE_OPERATOR": "Inès"}
        done = await asyncio.to_thread(CliRunner().invoke, app, list(words), env=env)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return typed


async def shown(relance, *more: str) -> list[dict[str, object]]:
    return json.loads(await relance("replies", "--json", *more))


async def number_of(relance) -> str:
    return str((await shown(relance))[0]["number"])


async def test_each_answer_is_listed_with_what_it_was_taken_for_and_what_followed(world: World, relance):
    customer = await world.customer()
    await world.item(customer)
    await world.receive(customer, "je paie vendredi")
    await world.receive(customer, "merci")

    [answer] = await shown(relance)

    assert answer["meaning"] == "promet de payer le 16/10/2026"
    assert "promesse" in str(answer["changed"])
    assert "réponse envoyée" in str(answer["changed"])
    assert "je paie vendredi" in await relance("replies")


async def test_a_promise_that_was_misread_is_taken_back_with_the_answer_that_had_not_left(world: World, relance):
    customer = await world.customer()
    await world.item(customer)
    inbound = await world.receive(customer, "je paie vendredi")
    [[job_id]] = await world.rows("SELECT job_id FROM answer_request WHERE inbound_id = $1", inbound)
    item_job = await world.job(customer, await world.item(customer), kind="answer", template="reponse_promesse")
    await world.owner.execute("UPDATE send_job SET id = $1 WHERE id = $2", job_id, item_job)

    said = await relance("undo", await number_of(relance))

    assert "les rappels reprennent" in said
    assert await world.live_holds() == []
    assert await world.rows("SELECT lifted_by FROM hold") == [("Inès",)]
    assert await world.rows("SELECT state, reason FROM send_job") == [("cancelled", "undone")]
    assert await world.rows("SELECT undone_by FROM effect") == [("Inès",)]


async def test_taking_back_a_second_promise_leaves_the_first(world: World, relance):
    customer = await world.customer()
    await world.item(customer)
    await world.receive(customer, "je paie vendredi")
    world.clock.at += timedelta(minutes=1)
    await world.receive(customer, "je paie le 30")

    await relance("undo", await number_of(relance))

    assert await world.rows("SELECT reason, until FROM hold WHERE lifted_at IS NULL") == [
        ("promise", datetime(2026, 10, 19, 22, tzinfo=UTC))
    ]


async def test_taking_back_a_start_silences_again(world: World, relance):
    customer = await world.customer()
    await world.receive(customer, "STOP")
    world.clock.at += timedelta(minutes=1)
    await world.receive(customer, "START")
    assert await world.live_holds() == []

    await relance("undo", await number_of(relance))

    assert await world.live_holds() == [("customer", "optout")]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("STOP", "optout"),
        ("vous vous trompez de numéro", "wrong_person"),
        ("je conteste cette facture", "dispute"),
        ("Combien je dois ?", "human"),
        ("ma mère est décédée", "human"),
        ("j'ai payé hier", "paid_claim"),
        ("lkjsdf qsdf", "human"),
    ],
)
async def test_whatever_an_answer_held_can_be_released_and_nobody_waits_any_more(
    world: World, relance, text: str, held: str
):
    customer = await world.customer()
    await world.item(customer)
    await world.receive(customer, text)
    assert [hold[1] for hold in await world.live_holds()] == [held]

    await relance("undo", await number_of(relance))

    assert (await world.live_holds(), await world.tasks()) == ([], [])


async def test_nothing_is_undone_twice(world: World, relance):
    await world.receive(await world.customer(), "STOP")
    number = await number_of(relance)
    await relance("undo", number)

    with pytest.raises(Refused, match="aucun effet à reprendre"):
        await relance("undo", number)


async def test_a_person_who_answered_says_so_and_lets_the_reminders_go_on(world: World, relance):
    customer = await world.customer()
    await world.item(customer)
    await world.receive(customer, "Combien je dois ?")
    number = str((await shown(relance, "--waiting"))[0]["number"])

    await relance("done", number)
    assert (await world.tasks(), await world.live_holds()) == ([], [("customer", "human")])

    await relance("done", number, "--resume")
    assert await world.live_holds() == []
    assert await shown(relance, "--waiting") == []


async def test_an_answer_that_waits_longer_than_the_owner_allows_is_counted_until_somebody_dealt_with_it(world: World):
    customer = await world.customer()
    await world.receive(customer, "Combien je dois ?")

    await world.later(hours=7)
    assert REGISTRY.get_sample_value("relance_inbox_overdue_tasks") == 0

    await world.later(hours=2)
    assert REGISTRY.get_sample_value("relance_inbox_overdue_tasks") == 1

    await world.owner.execute("UPDATE hold SET lifted_at = $1, lifted_by = 'aline'", world.clock.at)
    await world.later(seconds=10)
    assert (REGISTRY.get_sample_value("relance_inbox_overdue_tasks"), await world.tasks()) == (0, [])


async def test_the_message_that_is_quoted_says_which_item_was_paid(world: World):
    customer = await world.customer()
    first, second = await world.item(customer), await world.item(customer, balance=50)
    for item, key in ((first, "bubble-1"), (second, "bubble-2")):
        job = await world.job(customer, item, state="sent")
        await world.owner.execute("UPDATE send_job SET provider_msg = $2 WHERE id = $1", job, key)
    message = await world.write(customer, "celle-ci est payée, j'ai fait le virement")
    await world.owner.execute("UPDATE inbound_message SET quoted_key = 'bubble-1'")

    await world.hear(message)

    assert await world.rows("SELECT receivable_id, reason FROM hold") == [(first, "paid_claim")]
    assert await world.rows("SELECT j.receivable_id FROM reply JOIN send_job j ON j.id = about_job") == [(first,)]


async def test_done_after_a_request_for_papers_is_no_word_of_payment(world: World):
    customer = await world.customer()
    item = await world.item(customer)
    await world.job(customer, item, state="sent", kind="documents")

    await world.receive(customer, "c'est fait")

    assert [row[0] for row in await world.rows("SELECT intent FROM reply")] == ["other"]
    assert await world.tasks() == ["reply"]


async def test_words_that_came_before_word_for_word_are_a_machines_and_get_no_answer(world: World):
    customer = await world.customer()
    machine = "Bonjour, je vous réponds dès lundi et je paie lundi. Garage Exemple, à votre service."
    await world.item(customer)
    for _ in range(3):
        await world.receive(customer, machine)
        world.clock.at += timedelta(minutes=1)

    assert await world.answers() == ["reponse_promesse"]


async def test_an_automatic_reply_changes_nothing_and_is_not_answered(world: World):
    customer = await world.customer()
    await world.item(customer)

    await world.receive(customer, "Réponse automatique : je suis absente jusqu'à lundi.")

    assert (await world.live_holds(), await world.answers(), await world.tasks()) == ([], [], [])


async def test_a_promise_that_was_not_kept_ends_by_itself_and_the_third_goes_to_a_person(world: World):
    customer = await world.customer()
    await world.item(customer)
    for _ in range(2):
        await world.receive(customer, "je paie demain")
        await world.later(days=7)
        assert await world.live_holds() == []

    await world.receive(customer, "je paie demain promis")

    assert (await world.live_holds(), await world.tasks()) == ([("customer", "human")], ["reply"])


async def test_what_nobody_understood_holds_the_reminders_and_does_not_end_what_a_person_has_to_end(world: World):
    customer = await world.customer()
    await world.job(customer, await world.item(customer))
    await world.receive(customer, "Combien je dois ?")

    await world.receive(customer, "lkjsdf qsdf")

    assert await world.rows("SELECT reason, until FROM hold WHERE lifted_at IS NULL") == [("human", None)]
    assert len(await world.tasks()) == 2


@pytest.mark.parametrize(
    "text", ["j'annule le voyage, remboursez-moi", "mon avocat vous écrira", "c'est une arnaque", "mon mari est décédé"]
)
async def test_what_needs_a_person_at_once_holds_every_reminder_of_that_person(world: World, text: str):
    customer = await world.customer()
    first, second = await world.item(customer), await world.item(customer)
    await world.job(customer, first)
    await world.job(customer, second, kind="documents")

    await world.receive(customer, text)

    assert [hold[0] for hold in await world.live_holds()] == ["customer"]
    assert await world.rows("SELECT DISTINCT state FROM send_job") == [("cancelled",)]
    assert (await world.tasks(), await world.answers()) == (["reply"], ["reponse_humain"])


async def choose(world: World, policy: str) -> None:
    await world.owner.execute(
        "INSERT INTO workbook_settings (ledger_id, version, settings, texts, by, taken_at) "
        "VALUES (1, 1, jsonb_build_object('paid_claim', $1::text), '{}', 'aline', $2)",
        policy,
        NOW,
    )


@pytest.mark.parametrize(
    ("policy", "text", "trusted"),
    [
        ("auto", "j'ai payé hier", True),
        ("auto", "j'ai payé 300 € hier", False),
        ("auto", "j'ai payé, vous l'avez reçu ?", False),
        ("auto", "c'est fait", False),
        ("provider", "j'ai payé hier", False),
        ("verify", "j'ai payé hier", False),
    ],
)
async def test_a_word_of_payment_is_believed_only_where_the_owner_chose_so(
    world: World, policy: str, text: str, trusted: bool
):
    customer = await world.customer()
    item = await world.item(customer)
    await choose(world, policy)

    await world.receive(customer, text)

    assert await world.rows("SELECT receivable_id, trusted FROM effect") == [(item, trusted)]
    assert await world.live_holds() == [("item", "paid_claim")]
    assert await world.answers() == ([] if trusted else ["reponse_paiement_declare"])


async def test_where_the_provider_confirms_a_row_without_a_link_is_a_persons(world: World):
    customer = await world.customer()
    await world.item(customer)
    await choose(world, "provider")

    await world.receive(customer, "j'ai payé hier")

    assert await world.tasks() == ["reply"]
