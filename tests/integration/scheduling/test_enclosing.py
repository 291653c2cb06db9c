"""What goes with a message: made before the release, sealed, held back when it cannot be made. A real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from relance.domain import steps
from relance.domain.enclosure import Enclosure, Kind, Need
from relance.domain.receivable import Kind as Ledger
from relance.domain.steps import Policy, Sequence
from relance.scheduler import enclosing
from relance.scheduler.enclosing import Means
from relance.scheduler.settings import Rules
from relance.store import attachments

pytestmark = pytest.mark.servers
KEY = b"k" * 32
PDF = b"%PDF-1.7\n" + b"facture " * 40
IBAN = "FR7630006000011234567890189"
DAY = timedelta(days=1)


def attaching(kind: Kind, need: Need = Need.REQUIRED) -> Policy:
    """The shipped invoices, each reminder with this beside it."""
    enclosed = [
        replace(step, enclosure=Enclosure(kind, need)) if step.purpose == "payment" else step for step in steps.FACTURE
    ]
    return Policy(sequences={**steps.SEQUENCES, Ledger.FACTURE: Sequence(Ledger.FACTURE, tuple(enclosed))})


class Office:
    """A web server of invoices that can be made to fail, and a sender that reads what goes with a message."""

    def __init__(self) -> None:
        self.status, self.asked, self.is_silent = 200, 0, False
        self.url = ""
        self.heard = asyncio.Event()

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        if self.is_silent:
            self.heard.set()
            await asyncio.Event().wait()
        return web.Response(status=self.status, body=PDF)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    made = Office()
    app = web.Application()
    app.router.add_get("/f.pdf", made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/f.pdf"))
        yield made


async def enclose(world, **rules) -> int:
    means = Means(Rules(**rules), KEY, is_allowed=lambda _: True)
    return await enclosing.run(world.pool, world.policy, means, world.now)


async def due(world, **cells) -> int:
    """One late invoice, planned, whose row has these cells."""
    item = await world.facture(await world.customer(), 2, fields=json.dumps(cells))
    assert await world.plan() == 1
    return item


async def carried(world, database):
    """As the sender reads it, with its own rights."""
    (job,) = await world.jobs()
    sender = await asyncpg.connect(database.dsn("sender"))
    try:
        return await attachments.of_job(sender, job["id"])
    finally:
        await sender.close()


async def test_an_invoice_is_fetched_before_the_release_and_read_by_the_sender(world, office, database):
    world.policy = attaching(Kind.PDF)
    await due(world, **{"Lien PDF": office.url})
    assert await world.release() == 0, "nothing leaves before what goes with it is there"

    assert await enclose(world) == 1
    assert await world.release() == 1

    found = await carried(world, database)
    assert found.opened(KEY) == PDF
    assert (found.mime, found.file_name) == ("application/pdf", "Objet-0.pdf")


async def test_a_payment_code_is_of_what_is_left_at_the_release(world, database):
    world.policy = attaching(Kind.PAYMENT_CODE)
    item = await due(world)
    assert await enclose(world, scheduler_payee_iban=IBAN) == 1
    await world.owner.execute("UPDATE receivable SET balance = 500, version = version + 1 WHERE id = $1", item)

    assert await world.release() == 0, "the code is of the old balance"
    assert await enclose(world, scheduler_payee_iban=IBAN) == 1
    assert await world.release() == 1
    assert (await carried(world, database)).kind is Kind.PAYMENT_CODE
    assert await world.owner.fetchval("SELECT count(*) FROM attachment WHERE erased_at IS NULL") == 2
    await enclosing.erase_ended(world.pool, world.now)
    assert await world.owner.fetchval("SELECT count(*) FROM attachment WHERE sealed IS NOT NULL") == 1


async def test_an_invoice_that_cannot_be_had_holds_its_message_and_tells_a_person_why(world, office):
    office.status = 404
    world.policy = attaching(Kind.PDF)
    item = await due(world, **{"Lien PDF": office.url})
    assert await enclose(world) == 0
    await world.plan()

    decision = await world.decision(item)
    assert (decision["verdict"], decision["blockers"]) == ("blocked", ["attachment"])
    assert await world.owner.fetchval("SELECT kind FROM human_task") == "attachment"
    assert await world.release() == 0
    (job,) = await world.jobs("due")
    assert "404" in job["attachment_problem"]

    asked = office.asked
    assert await enclose(world) == 0
    assert office.asked == asked, "what was refused is not asked for again at every turn"


async def test_a_mended_row_is_tried_again_at_once(world, office):
    office.status = 404
    world.policy = attaching(Kind.PDF)
    item = await due(world, **{"Lien PDF": office.url})
    await enclose(world)
    await world.plan()

    office.status = 200
    await world.owner.execute("UPDATE receivable SET version = version + 1 WHERE id = $1", item)
    assert await enclose(world) == 1
    await world.plan()
    assert (await world.decision(item))["blockers"] == ["in_flight"]
    assert await world.release() == 1


async def test_a_server_that_is_away_is_asked_again_later_and_only_then_told(world, office):
    world.policy = attaching(Kind.PDF)
    office.url = "http://127.0.0.1:9/f.pdf"
    item = await due(world, **{"Lien PDF": office.url})
    for wait in (timedelta(0), timedelta(minutes=1), timedelta(minutes=5)):
        assert await world.owner.fetchval("SELECT count(*) FROM human_task") == 0
        world.now += wait
        assert await enclose(world) == 0
        await world.plan()
    assert (await world.decision(item))["blockers"] == ["attachment"]
    assert await world.owner.fetchval("SELECT count(*) FROM human_task") == 1


async def test_a_server_that_is_away_for_weeks_is_still_asked_now_and_then(world, office):
    world.policy = attaching(Kind.PDF)
    await due(world, **{"Lien PDF": "http://127.0.0.1:9/f.pdf"})
    await enclose(world)
    await world.owner.execute("UPDATE send_job SET attachment_tries = 200")
    world.now += DAY
    await enclose(world)
    (job,) = await world.jobs("due")
    assert (job["attachment_tries"], job["attachment_try_at"]) == (201, world.now + enclosing.LONGEST_REST)


@pytest.mark.parametrize(("need", "leaves"), [(Need.REQUIRED, 0), (Need.WHEN_GIVEN, 1)])
async def test_a_row_that_names_no_invoice_goes_alone_only_where_its_step_says_so(world, need, leaves):
    world.policy = attaching(Kind.PDF, need)
    await due(world)
    await enclose(world)
    assert await world.release() == leaves


async def test_a_discreet_row_gets_no_file_that_names_an_amount(world):
    world.policy = attaching(Kind.PAYMENT_CODE)
    await due(world, Discret="oui")
    await enclose(world, scheduler_payee_iban=IBAN)
    assert await world.release() == 1
    assert await world.owner.fetchval("SELECT count(*) FROM attachment") == 0


async def test_a_message_about_several_items_carries_none(world):
    world.policy = attaching(Kind.PDF)
    person = await world.customer()
    for late in (2, 3):
        await world.facture(person, late)
    assert await world.plan() == 1
    assert await world.release() == 1


async def test_nothing_is_fetched_for_a_row_that_was_paid_meanwhile(world, office):
    world.policy = attaching(Kind.PDF)
    item = await due(world, **{"Lien PDF": office.url})
    await world.owner.execute("UPDATE receivable SET status = 'paid', paid_evidence = 'sheet' WHERE id = $1", item)
    assert await enclose(world) == 0
    assert office.asked == 0
    assert [job["state"] for job in await world.jobs()] == ["cancelled"]


async def test_a_step_that_stopped_being_true_while_its_file_was_missing_is_given_up(world, office):
    office.status = 404
    world.policy = attaching(Kind.PDF)
    item = await world.facture(await world.customer(), -3, fields=json.dumps({"Lien PDF": office.url}))
    assert await world.plan() == 1
    await enclose(world)

    office.status = 200
    world.now += 7 * DAY  # after the due date: "before the due date" is not true any more, the second step is due
    await enclose(world)
    assert await world.plan() == 1
    assert [job["template"] for job in await world.jobs("due")] == ["facture_2"]
    assert (await world.decision(item))["verdict"] == "send"


async def test_what_went_with_a_message_is_erased_once_it_has_ended(world, office, database):
    world.policy = attaching(Kind.PDF)
    await due(world, **{"Lien PDF": office.url})
    await enclose(world)
    await world.release()
    await enclosing.erase_ended(world.pool, world.now)
    assert await carried(world, database) is not None
    await world.send()
    await enclosing.erase_ended(world.pool, world.now)
    assert await world.owner.fetchrow("SELECT sealed, nonce, erased_at FROM attachment") == (None, None, world.now)


async def test_dying_during_the_fetch_costs_a_second_fetch(world, office):
    world.policy = attaching(Kind.PDF)
    await due(world, **{"Lien PDF": office.url})
    office.is_silent = True
    dying = asyncio.create_task(enclose(world))
    await office.heard.wait()
    dying.cancel()
    await asyncio.wait({dying})
    assert await world.owner.fetchval("SELECT count(*) FROM attachment") == 0

    office.is_silent = False
    assert await enclose(world) == 1
    assert (office.asked, await world.release()) == (2, 1)


async def test_without_a_key_nothing_is_joined_and_a_person_is_told(world, office):
    world.policy = attaching(Kind.PDF)
    await due(world, **{"Lien PDF": office.url})
    assert await enclosing.run(world.pool, world.policy, Means(Rules(), None), world.now) == 0
    (job,) = await world.jobs("due")
    assert "RELANCE_ATTACHMENT_KEY" in job["attachment_problem"]
