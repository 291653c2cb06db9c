"""What becomes of each file that was recognised: the right traveller's place, one reason, one answer, or a person."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from relance.inbox import collect
from tests.integration.inbox.world import World, photo

pytestmark = pytest.mark.servers

SILENCE = timedelta(seconds=75)


@pytest.fixture
async def traveller(world: World) -> int:
    return await booked(world, travellers=1)


async def booked(world: World, *, travellers: int) -> int:
    customer = await world.customer()
    await world.ask_for_documents(customer, await world.item(customer, status="paid", balance=0, travellers=travellers))
    return customer


async def filed(world: World) -> list[tuple[int, str, str]]:
    query = "SELECT traveller, kind, state FROM document WHERE state <> 'asked' ORDER BY traveller, kind"
    return await world.rows(query)


async def test_each_paper_fills_its_own_place_whatever_its_turn(world: World, traveller: int):
    await world.receive(traveller, media=photo("green"))
    await world.receive(traveller, media=photo("red"))

    assert await filed(world) == [(1, "pan", "accepted"), (1, "visa_form", "accepted")]
    assert (await world.answers(), await world.tasks()) == (["reponse_document_recu"] * 2, [])


async def test_the_papers_of_one_person_meet_at_one_traveller(world: World):
    family = await booked(world, travellers=3)

    for color in ("purple", "red", "pink", "navy"):
        await world.receive(family, media=photo(color))

    assert await filed(world) == [
        (1, "pan", "accepted"), (1, "passport", "accepted"), (2, "pan", "accepted"), (2, "passport", "accepted"),
    ]  # fmt: skip
    assert await world.tasks() == []


async def test_a_name_that_is_not_the_travellers_is_filed_and_a_person_looks(world: World, traveller: int):
    await world.receive(traveller, media=photo("purple"))

    assert await filed(world) == [(1, "passport", "received")]
    assert (await world.tasks(), await world.answers()) == (["document_name"], ["reponse_document_recu"])


async def test_another_picture_is_asked_for_twice_and_then_a_person_looks(world: World, traveller: int):
    for _ in range(2):
        await world.receive(traveller, media=photo("black"))

    assert await world.rows("SELECT state, reason FROM document WHERE kind = 'passport'") == [("redo", "too_dark")]
    assert (await world.answers(), await world.tasks()) == (["reponse_document_sombre"] * 2, [])
    assert len(await world.outbox("documents.changed.v1")) == 3  # asked, and sent back twice

    await world.receive(traveller, media=photo("black"))

    assert await filed(world) == [(1, "passport", "received")]
    assert await world.tasks() == ["document_retaken_enough"]


async def test_a_good_picture_after_a_bad_one_is_accepted(world: World, traveller: int):
    await world.receive(traveller, media=photo("black"))
    await world.receive(traveller, media=photo("navy"))

    assert await world.rows("SELECT state, reason FROM document WHERE kind = 'passport'") == [("accepted", None)]
    assert await world.answers() == ["reponse_document_sombre", "reponse_document_recu"]


async def test_a_passport_that_expires_before_the_trip_is_asked_for_again_and_a_person_told(
    world: World, traveller: int
):
    await world.receive(traveller, media=photo("maroon"))

    assert await world.rows("SELECT state, reason FROM document WHERE kind = 'passport'") == [("redo", "expired")]
    assert (await world.answers(), await world.tasks()) == (["reponse_document_expire"], ["document_expired"])


async def test_a_card_that_nobody_may_keep_is_erased_and_the_right_paper_asked_for(world: World, traveller: int):
    for copy in range(3):
        await world.receive(traveller, media=photo("orange") + bytes(copy))

    assert await world.rows("SELECT DISTINCT sealed FROM media_spool") == [(None,)]
    assert await world.answers() == ["reponse_document_autre"] * 2 + ["reponse_document_verifie"]
    assert (await world.stored(), await world.tasks()) == (0, ["media_retaken_enough"])


async def test_what_nothing_is_recognised_on_is_filed_for_a_person_and_never_called_junk(world: World, traveller: int):
    await world.receive(traveller, media=photo("gray"))

    assert await filed(world) == [(1, "passport", "received")]
    assert await world.tasks() == ["document_unrecognised"]

    await world.receive(traveller, media=photo("gray") + b"other bytes of the same picture")

    assert (await world.stored(), await world.answers()) == (1, ["reponse_document_recu"])


async def test_a_payment_proof_is_a_persons_and_fills_no_place(world: World, traveller: int):
    await world.receive(traveller, media=photo("yellow"))

    assert (await filed(world), await world.tasks()) == ([], ["media_payment_proof"])
    assert await world.answers() == ["reponse_document_verifie"]
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(1,)]


async def test_the_same_passport_photographed_anew_fills_one_place(world: World):
    couple = await booked(world, travellers=2)

    await world.receive(couple, media=photo("navy"))
    await world.receive(couple, media=photo("navy") + b"another photo of it")

    assert await filed(world) == [(1, "passport", "accepted")]
    assert await world.answers() == ["reponse_document_recu"]


async def test_an_album_gets_one_answer_after_the_silence(world: World, traveller: int):
    world.desk = dataclasses.replace(world.desk, silence=SILENCE)
    for color in ("navy", "red", "green"):
        await world.receive(traveller, media=photo(color))
        await world.later(seconds=30)
    assert await world.answers() == []

    await world.later(seconds=80)
    await world.later(seconds=80)

    assert await world.answers() == ["reponse_document_complet"]


async def test_an_album_with_one_bad_picture_says_what_to_do_again(world: World, traveller: int):
    world.desk = dataclasses.replace(world.desk, silence=SILENCE)
    await world.receive(traveller, media=photo("black"))
    await world.receive(traveller, media=photo("red"))

    await world.later(seconds=80)

    assert await world.answers() == ["reponse_document_sombre"]


async def test_a_decision_is_made_once_however_often_the_worker_looks(world: World, traveller: int):
    await world.receive(traveller, media=photo("black"))
    await collect.work_off(world.desk)
    await collect.work_off(world.desk)

    assert await world.rows("SELECT outcome, reason, answered_at IS NULL FROM media_verdict") == [
        ("retake", "too_dark", False)
    ]


async def test_what_is_kept_of_a_person_is_sealed(world: World, traveller: int):
    await world.receive(traveller, media=photo("navy"))

    [row] = await world.rows("SELECT v::text FROM media_verdict v")
    assert not [word for word in ("EXEMPLE", "ALINE", "12AB34567", "1988") if word in row[0]]
    assert await world.rows("SELECT nationality, expires_on::text FROM media_verdict") == [("FRA", "2033-06-30")]
