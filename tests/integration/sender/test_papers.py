"""A message with a file: it leaves as one bubble, and what cannot be proved with its file is not proved. 20 s."""

from __future__ import annotations

import pytest

from relance.domain.errors import IdentityHidden
from relance.sender.chat_page import Paper
from relance.sender.deliver import deliver
from relance.sender.reconcile import Reconciler
from tests.integration.sender.conftest import ANA, BODY

pytestmark = pytest.mark.servers

INVOICE = Paper("facture.pdf", "application/pdf", b"%PDF-1.4")


@pytest.fixture
def desk(desk):
    async def enclosed(job_id):
        return INVOICE

    desk.enclosed = enclosed
    return desk


@pytest.fixture
def reconciler(desk, session) -> Reconciler:
    return Reconciler(desk, session)


async def test_the_text_is_the_caption_of_the_file(desk, session, office, phone):
    job = await office.job()

    await deliver(desk, session, job)

    assert (phone.sent, phone.papers) == ([(ANA, BODY)], [(ANA, "facture.pdf")])
    assert await office.ended(job) == ("sent", None)


async def test_after_a_crash_the_file_with_its_caption_is_the_proof(reconciler, office, phone):
    phone.says(ANA, BODY, media="document")
    job = await office.begun()

    await reconciler.look_at_all()

    assert await office.ended(job) == ("sent", None)
    assert phone.sent == []


async def test_after_a_crash_the_caption_alone_proves_nothing(reconciler, office, phone):
    phone.says(ANA, BODY)
    job = await office.begun()

    await reconciler.look_at_all()
    await reconciler.look_at_all()

    assert await office.ended(job) == ("unknown", "unprovable")
    assert phone.sent == []


async def test_a_chat_that_hides_its_number_goes_to_a_person(desk, session, office, phone):
    async def hidden(number, *, title):
        raise IdentityHidden("no number")

    phone.open_chat = hidden
    job = await office.job()

    await deliver(desk, session, job)

    assert await office.ended(job) == ("review", "identity_hidden")
    assert phone.sent == []
