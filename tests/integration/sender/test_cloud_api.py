"""The official API where it is not like a page: no chat to look into, templates, and news that comes by itself."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from relance.domain import delivery
from relance.domain.delivery import Finding, SessionState, Tick
from relance.domain.errors import LeaseLost, PageStuck, TextRefused
from relance.sandbox.cloud_api.world import Template
from relance.sender import deliver, listen
from relance.sender.chat_page import Paper
from relance.sender.cloud.page import CloudPage
from relance.sender.desk import Desk, Patience
from relance.sender.reconcile import Reconciler
from relance.sender.session import Session
from tests.fakes import cloud_world
from tests.fakes.cloud_world import CloudWorld

pytestmark = pytest.mark.servers

TEXT = "Bonjour Ana, il reste 1 234,56 € à régler avant le 15 octobre."
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64)
APPROVED = Template("rappel_1", "fr", "Bonjour {{1}}, il reste {{2}} à régler avant le {{3}}.")


@pytest.fixture
async def world(database) -> AsyncIterator[CloudWorld]:
    async with cloud_world.opened(database) as opened:
        yield opened


@pytest.fixture
async def page(world: CloudWorld) -> AsyncIterator[CloudPage]:
    async with world.page() as opened:
        yield opened


@pytest.fixture
async def desk(world: CloudWorld, page: CloudPage) -> AsyncIterator[Desk]:
    made = Desk(
        pool=world.pool,
        page=page,
        number_id=world.number.id,
        epoch=1,
        now=lambda: datetime.now(tz=UTC),
        spool_key=bytes(32),
        patience=Patience(barrier_s=0, tick_s=5, reconcile_gap_s=0, first_look_s=0, give_up_s=0),
    )
    worker = asyncio.create_task(made.intentions.carry_out())
    yield made
    worker.cancel()
    await asyncio.wait({worker})


async def job_for(world: CloudWorld, phone: str, text: str = TEXT) -> uuid.UUID:
    job_id = uuid.uuid4()
    await world.owner.execute(
        "INSERT INTO send_job (id, number_id, customer_id, kind, template, language, body, state, due_at)"
        " SELECT $1, $2, id, 'answer', 'reponse', 'fr', $4, 'published', now() FROM customer WHERE phone = $3",
        job_id,
        world.number.id,
        phone,
        text,
    )
    return job_id


async def ended(world: CloudWorld, job_id: uuid.UUID) -> tuple[str, str | None]:
    row = await world.owner.fetchrow("SELECT state, reason FROM send_job WHERE id = $1", job_id)
    return row["state"], row["reason"]


async def begun(desk: Desk) -> Session:
    session = Session(desk)
    await session.begin()
    await session.look()
    return session


async def finding(page: CloudPage, phone: str, text: str = TEXT) -> Finding:
    await page.open_chat(phone, title=None)
    return delivery.look_for(await page.bubbles(), baseline=None, body_hash=delivery.text_hash(text))[0]


async def type_and_click(page: CloudPage, phone: str, text: str = TEXT) -> None:
    await page.open_chat(phone, title=None)
    await page.type_text(text)
    await page.poise()
    await page.click_send()


async def test_a_job_is_sent_once_with_meta_s_id_as_proof_and_its_ticks_followed(world, desk):
    ana = await world.somebody()
    job = await job_for(world, ana)
    session = await begun(desk)

    await deliver.deliver(desk, session, job)
    await deliver.deliver(desk, session, job)
    await listen.sweep(desk)

    assert world.arrived(ana) == [TEXT]
    assert await ended(world, job) in {("sent", None), ("delivered", None)}


async def test_a_request_that_was_cut_off_is_settled_by_the_status_that_names_it(world, page):
    ana = await world.somebody()
    await world.control("fault", cut_after_accept=1, silent=True)
    with pytest.raises(PageStuck, match="nobody knows"):
        await type_and_click(page, ana)
    assert await finding(page, ana) is Finding.UNPROVABLE

    await world.control("fault", silent=False)
    await world.until("SELECT EXISTS (SELECT FROM cloud_message WHERE status = 'delivered')")

    assert await finding(page, ana) is Finding.SENT
    assert world.arrived(ana) == [TEXT]


async def test_what_no_status_ever_names_becomes_a_person_s_and_is_never_asked_again(world, desk):
    ana = await world.somebody()
    job = await job_for(world, ana)
    session = await begun(desk)
    await world.control("fault", cut_after_accept=1, silent=True)

    await deliver.deliver(desk, session, job)
    assert await ended(world, job) == ("unknown", "click")
    reconciler = Reconciler(desk, session)
    for _ in range(4):
        await reconciler.look_at_all()
        reconciler._looks = {key: replace(looks, next_at=0.0) for key, looks in reconciler._looks.items()}

    assert await ended(world, job) == ("review", "unprovable")
    assert world.arrived(ana) == [TEXT]


async def test_after_a_doubt_was_settled_by_a_person_the_next_message_goes_on(world, page):
    ana = await world.somebody()
    await world.control("fault", cut_after_accept=1, silent=True)
    with pytest.raises(PageStuck):
        await type_and_click(page, ana)
    await world.control("fault", silent=False)
    await world.owner.execute("UPDATE cloud_message SET key = key || '-lost', wamid = NULL, status = 'posting'"
                              " WHERE outgoing")  # fmt: skip

    await page.open_chat(ana, title=None)
    baseline = delivery.last_outgoing(await page.bubbles())
    await type_and_click(page, ana, "Merci !")
    wanted = delivery.text_hash("Merci !")
    assert await page.wait_new_bubble(baseline=baseline, body_hash=wanted, deadline_s=20) is not None


@pytest.mark.parametrize(("fault", "state"), [
    ("rate", SessionState.THROTTLED), ("pair_rate", SessionState.THROTTLED),
    ("locked", SessionState.RESTRICTED), ("token", SessionState.LOGGED_OUT),
])  # fmt: skip
async def test_a_refusal_of_the_number_stops_the_number_and_leaves_the_message_to_be_sent(world, page, fault, state):
    ana = await world.somebody()
    await page.open_chat(ana, title=None)
    await page.type_text(TEXT)
    await world.control("fault", next_answers=[fault])
    with pytest.raises(PageStuck, match="did not take"):
        await page.click_send()

    assert await page.state() is state
    assert not await page.is_synced()
    assert await finding(page, ana) is Finding.ABSENT
    assert world.arrived(ana) == []


async def test_an_api_that_cannot_be_reached_is_offline_and_nothing_left(world, page):
    ana = await world.somebody()
    page._graph._root = "http://127.0.0.1:1/v23.0"
    with pytest.raises(PageStuck, match="did not take"):
        await type_and_click(page, ana)
    assert await page.state() is SessionState.OFFLINE
    assert await finding(page, ana) is Finding.ABSENT


async def test_somebody_without_whatsapp_is_told_to_the_row_and_never_tried_again(world, desk):
    ana = await world.somebody()
    await world.control("fault", not_on_whatsapp=[ana])
    job = await job_for(world, ana)
    session = await begun(desk)

    await deliver.deliver(desk, session, job)
    await Reconciler(desk, session).look_at_all()

    assert await ended(world, job) == ("failed", "refused_by_whatsapp")
    assert world.arrived(ana) == []


async def test_after_24_hours_an_approved_template_says_the_text(world, page):
    ana = await world.stranger()
    await world.writes(ana, "Bonjour", ago_s=25 * 3600)
    world.account.templates += [replace(APPROVED, status="PENDING", language="en"), APPROVED]
    await type_and_click(page, ana)
    assert [(one.kind, one.text) for one in world.account.journal] == [("template", TEXT)]


async def test_the_approved_templates_are_read_to_their_last_page(world, page):
    ana = await world.stranger()
    world.account.templates += [replace(APPROVED, name=f"autre_{n}", body=f"Texte {n}") for n in range(60)] + [APPROVED]
    await type_and_click(page, ana)
    assert world.arrived(ana) == [TEXT]


async def test_without_a_template_for_it_a_text_is_refused_before_anything_is_asked(world, desk):
    ana = await world.stranger()
    job = await job_for(world, ana)

    await deliver.deliver(desk, await begun(desk), job)

    assert await ended(world, job) == ("failed", "no_template")
    assert world.account.journal == []
    assert await world.owner.fetchval("SELECT kind FROM human_task") == "send_failed"
    with pytest.raises(TextRefused):
        await desk.page.type_text(TEXT)


async def test_a_file_goes_out_with_its_caption_and_is_told_from_the_bare_text(world, page):
    ana, paper = await world.somebody(), Paper("facture.pdf", "application/pdf", b"%PDF-1.7 ...")
    await page.open_chat(ana, title=None)
    assert await page.attach(paper, TEXT) == TEXT
    await page.poise()
    await page.click_send()
    assert [(one.kind, one.text) for one in world.account.journal] == [("document", TEXT)]
    assert [medium.content for medium in world.account.media.values()] == [paper.data]
    found = await page.bubbles()
    wanted = delivery.text_hash(TEXT)
    assert delivery.look_for(found, baseline=None, body_hash=wanted, media="document")[0] is not Finding.ABSENT
    with pytest.raises(TextRefused):
        await page.open_chat(await world.stranger(), title=None)
        await page.attach(paper, TEXT)


async def test_whoever_lost_the_number_asks_meta_for_nothing(world):
    ana = await world.somebody()
    async with world.page(epoch=1) as old:
        await old.open_chat(ana, title=None)
        await old.type_text(TEXT)
        await world.owner.execute("UPDATE number_lease SET epoch = 2")
        with pytest.raises(LeaseLost):
            await old.click_send()
    assert world.account.journal == []


async def test_a_failure_told_after_the_message_was_counted_as_sent_asks_a_person(world, desk, page):
    ana = await world.somebody()
    job = await job_for(world, ana)
    await world.control("fault", silent=True)
    world.account.callback_url = None
    await world.owner.execute("UPDATE send_job SET state = 'sending', attempt = 1 WHERE id = $1", job)
    await type_and_click(page, ana)
    key, wamid = await world.owner.fetchrow("SELECT key, wamid FROM cloud_message WHERE outgoing")
    await world.owner.execute(
        "UPDATE send_job SET state = 'sent', provider_msg = $2, evidence = '{}', sent_at = now() WHERE id = $1",
        job,
        key,
    )
    failure = {"id": wamid, "status": "failed", "errors": [{"code": 131026}], "biz_opaque_callback_data": key}
    for _ in range(2):
        assert await tell(world, notice(world, statuses=[failure])) == 200
    assert await world.owner.fetch("SELECT kind, subject FROM human_task") == [("send_failed", f"{job}/1")]


async def test_statuses_count_forward_only_and_each_once(world, page):
    ana = await world.somebody()
    await world.control("fault", doubled=True)
    await type_and_click(page, ana)
    await world.until("SELECT EXISTS (SELECT FROM cloud_message WHERE status = 'delivered')")
    wamid = await world.owner.fetchval("SELECT wamid FROM cloud_message WHERE outgoing")
    for status in ("read", "sent", "delivered", "failed"):
        assert await tell(world, notice(world, statuses=[{"id": wamid, "status": status}])) == 200
    await page.open_chat(ana, title=None)
    assert (await page.bubbles())[-1].tick is Tick.READ


async def test_nothing_unsigned_is_taken_and_nobody_unknown_is_kept(world):
    told = notice(
        world, messages=[{"id": "wamid.A", "from": "33199000001", "type": "text", "text": {"body": "secret"}}]
    )
    assert await tell(world, told, signed_with="another") == 403
    assert await tell(world, told) == 200
    assert await tell(world, {"entry": [{"changes": "nonsense"}]}) == 200
    assert await world.owner.fetchval("SELECT count(*) FROM cloud_message") == 0


async def test_a_customer_s_words_and_papers_are_stored_once_though_told_twice(world, desk):
    ana = await world.somebody()
    await world.control("fault", doubled=True)
    await begun(desk)
    await listen.hear(desk)
    await world.writes(ana, "Voici mon passeport", media=("image", "image/jpeg", PHOTO))
    await world.writes(ana, "", media=("audio", "audio/ogg", b"OggS"))
    for _ in range(2):
        await listen.hear(desk)

    rows = await world.owner.fetch("SELECT kind, body FROM inbound_message ORDER BY received_at, kind")
    assert sorted(tuple(row) for row in rows) == [("audio", ""), ("image", "Voici mon passeport"), ("text", "Bonjour")]
    assert await world.owner.fetchval("SELECT count(*) FROM media_spool") == 1


def notice(world: CloudWorld, **value: object) -> dict[str, object]:
    metadata = {"phone_number_id": world.account.phone_id}
    return {"entry": [{"changes": [{"field": "messages", "value": {"metadata": metadata, **value}}]}]}


async def tell(world: CloudWorld, told: dict[str, object], *, signed_with: str | None = None) -> int:
    body = json.dumps(told).encode()
    secret = (signed_with or world.account.app_secret).encode()
    signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    async with world.http.post(world.hears_at, data=body, headers={"X-Hub-Signature-256": signature}) as answer:
        return answer.status
