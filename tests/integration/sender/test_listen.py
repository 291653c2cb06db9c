"""Hearing customers, on a real PostgreSQL: stored once, strangers left alone, media sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relance.domain.delivery import Tick
from relance.sender import chats, listen
from relance.sender.deliver import deliver
from relance.store import spool
from tests.integration.sender.conftest import ANA, BEN, KEY

pytestmark = pytest.mark.servers


@pytest.fixture
async def bodies(office):
    async def read() -> list[str]:
        rows = await office.owner.fetch("SELECT body FROM inbound_message ORDER BY received_at, body")
        return [row["body"] for row in rows]

    return read


async def test_an_unread_message_is_stored_once_and_told(desk, office, phone, bodies):
    await office.customer(ANA)
    phone.hears(ANA, "j'ai payé")

    await listen.hear(desk)
    await listen.hear(desk)

    assert await bodies() == ["j'ai payé"]
    assert await office.told() == ["inbound.received.v1"]


async def test_what_arrives_in_the_open_chat_is_heard_without_a_badge(desk, session, office, phone, bodies):
    await deliver(desk, session, await office.job())
    phone.hears(ANA, "merci")
    phone.unread_titles.clear()

    await listen.hear(desk)

    assert await bodies() == ["merci"]


async def test_strangers_chats_are_never_opened(desk, office, phone, bodies):
    await office.customer(ANA)
    phone.titles[BEN] = "Ben"
    phone.hears(BEN, "privé")
    phone.hears("+33639980199", "privé aussi")

    await listen.hear(desk)
    await listen.sweep(desk)

    assert (phone.opened, await bodies()) == ([], [])


async def test_a_saved_contact_is_known_by_the_title_bound_when_we_wrote(desk, session, office, phone, bodies):
    phone.titles[ANA] = "Ana (Lisbonne)"
    await deliver(desk, session, await office.job())
    await deliver(desk, session, await office.job(BEN))
    phone.hears(ANA, "oui")

    await listen.hear(desk)

    assert await bodies() == ["oui"]


async def test_what_was_said_before_we_came_is_not_taken_in(desk, session, office, phone, bodies):
    phone.hears(ANA, "j'ai payé, l'an dernier")
    phone.says(ANA, "Merci !", tick=Tick.READ)
    phone.hears(ANA, "une question d'hier, sans réponse")

    await deliver(desk, session, await office.job())

    assert await bodies() == ["une question d'hier, sans réponse"]


async def test_a_sweep_finds_what_was_read_on_the_phone(desk, office, phone, bodies):
    await office.customer(ANA)
    phone.hears(ANA, "bonjour")
    phone.unread_titles.clear()

    await listen.sweep(desk)

    assert await bodies() == ["bonjour"]


async def test_a_photo_is_sealed_and_only_the_key_opens_it(desk, office, phone):
    await office.customer(ANA)
    bubble = phone.hears(ANA, "mon passeport", media="image")
    phone.media[bubble.key] = b"\xff\xd8\xff photo"

    await listen.hear(desk)

    row = await office.owner.fetchrow("SELECT m.*, s.* FROM inbound_message m JOIN media_spool s ON s.id = m.media_id")
    assert (row["kind"], row["body"], row["mime"]) == ("image", "mon passeport", "image/jpeg")
    assert b"photo" not in row["sealed"]
    assert spool.unseal(KEY, row["media_id"], row["nonce"], row["sealed"]) == b"\xff\xd8\xff photo"


@pytest.mark.parametrize(
    ("content", "task"),
    [
        (None, "media_unreadable"),
        (b"%PDF-" + bytes(chats.MOST_MEDIA_BYTES), "media_refused"),
        (b"MZ program", "media_refused"),
    ],
    ids=["does not load", "too large", "no document"],
)
async def test_media_that_cannot_be_kept_goes_to_a_person(desk, office, phone, content, task):
    await office.customer(ANA)
    bubble = phone.hears(ANA, "", media="document")
    if content:
        phone.media[bubble.key] = content

    await listen.hear(desk)

    assert await office.owner.fetchval("SELECT kind FROM inbound_message WHERE media_id IS NULL") == "other"
    assert await office.tasks() == [task]
    assert await office.told() == ["inbound.received.v1"]


async def test_a_saved_contact_never_opened_by_number_is_found_by_searching_his_number(desk, office, phone, bodies):
    await office.customer(ANA)
    phone.titles[ANA] = "Ana de Lyon"
    phone.hears(ANA, "je passe demain")

    await listen.hear(desk)

    assert await bodies() == ["je passe demain"]


async def test_a_name_that_resembles_is_not_opened_when_the_number_gives_another_chat(desk, office, phone, bodies):
    await office.customer(ANA)
    phone.titles[BEN] = "Ana Martin"
    phone.hears(BEN, "privé")

    await listen.hear(desk)

    assert (phone.searched, phone.opened, await bodies()) == ([ANA], [], [])


async def test_each_customer_is_searched_once_for_every_new_name(desk, office, phone):
    await office.customer(ANA)
    phone.titles[BEN] = "Ana de Paris"
    phone.hears(BEN, "privé")

    for _ in range(3):
        await listen.hear(desk)
    assert phone.searched == [ANA]

    phone.titles["+33639980199"] = "Ana de Nantes"
    phone.hears("+33639980199", "privé aussi")
    await listen.hear(desk)
    assert phone.searched == [ANA, ANA]


async def test_customers_whose_name_does_not_resemble_are_searched_now_and_then(desk, office, phone):
    people = ["+33639980111", "+33639980112"]
    for person in people:
        await office.customer(person)
    phone.titles[BEN] = "Le plombier"
    phone.hears(BEN, "privé")

    await listen.hear(desk)
    await listen.hear(desk)

    assert len(phone.searched) == 1


async def test_two_customers_seen_under_one_title_are_told_apart_by_number(desk, session, office, phone, bodies):
    for person in (ANA, BEN):
        phone.titles[person] = "Marie Martin"
        await deliver(desk, session, await office.job(person))
    desk.open_chat = None
    phone.hears(BEN, "oui")

    await listen.hear(desk)

    heard_from = await office.owner.fetchval("SELECT customer_id FROM inbound_message")
    assert (await bodies(), heard_from) == (["oui"], await office.customer(BEN))


async def test_a_bound_chat_that_hides_its_number_is_left_to_a_person_once_a_day(desk, session, office, phone, bodies):
    phone.titles[ANA] = "Ana"
    await deliver(desk, session, await office.job())
    desk.open_chat = None
    phone.hides_number.add(ANA)
    phone.hears(ANA, "oui")

    await listen.hear(desk)
    await listen.hear(desk)

    assert (await bodies(), await office.tasks()) == ([], ["chat_hidden"])


async def test_the_sweep_counts_customers_not_private_chats(desk, office, phone, bodies):
    await office.customer(ANA)
    for place in range(listen.SWEPT_CHATS + 5):
        phone.titles[f"+336399803{place:02d}"] = f"Ami {place}"
        phone.hears(f"+336399803{place:02d}", "privé")
    phone.hears(ANA, "bonjour")
    phone.unread_titles.clear()

    await listen.sweep(desk)

    assert await bodies() == ["bonjour"]


async def test_an_edited_message_is_stored_again_and_only_once(desk, office, phone, bodies):
    await office.customer(ANA)
    phone.hears(ANA, "je paie demain")
    await listen.hear(desk)
    said = phone.chats[ANA][0]
    phone.chats[ANA][0] = replace(said, text="je conteste", edited=True)

    await listen.hear(desk)
    await listen.hear(desk)

    assert await bodies() == ["je conteste", "je paie demain"]


async def test_a_voice_note_is_stored_for_a_person_without_its_sound(desk, office, phone):
    await office.customer(ANA)
    phone.hears(ANA, "", media="audio")

    await listen.hear(desk)

    row = await office.owner.fetchrow("SELECT kind, media_id FROM inbound_message")
    assert (row["kind"], row["media_id"], await office.tasks()) == ("audio", None, [])


async def test_ticks_are_followed_after_a_restart(desk, session, office, phone):
    job_id = await office.job()
    await deliver(desk, session, job_id)
    desk.open_chat = None
    phone.ticks(ANA, Tick.READ)

    await listen.sweep(desk)

    assert (await office.ended(job_id))[0] == "read"
