"""What the sender may read of what goes with a message."""

from __future__ import annotations

import asyncpg
import pytest

from relance.domain.enclosure import Kind
from relance.domain.errors import Broken
from relance.store import attachments
from tests.integration.sender.conftest import ANA, KEY

pytestmark = pytest.mark.servers
BODY = b"%PDF-1.7 facture"
OTHER_KEY = b"o" * 32


@pytest.fixture
async def sender(database):
    connection = await asyncpg.connect(database.dsn("sender"))
    yield connection
    await connection.close()


async def test_the_sender_reads_what_goes_with_a_message_on_its_way(office, sender):
    job = await office.job(attachment_kind="pdf", attachment_id=await office.attachment(BODY))

    found = await attachments.of_job(sender, job)

    assert found is not None
    assert (found.kind, found.mime, found.file_name) == (Kind.PDF, "application/pdf", "facture.pdf")
    assert found.opened(KEY) == BODY
    assert BODY not in found.sealed
    with pytest.raises(Broken):
        found.opened(OTHER_KEY)


async def test_a_message_with_nothing_beside_it_says_so(office, sender):
    assert await attachments.of_job(sender, await office.job(ANA)) is None


@pytest.mark.parametrize("state", ["due", "cancelled", "review"])
async def test_the_sender_sees_no_file_of_a_message_that_is_not_on_its_way(office, sender, state):
    job = await office.job(state=state, attachment_kind="pdf", attachment_id=await office.attachment(BODY))

    assert await attachments.of_job(sender, job) is None
    assert await sender.fetchval("SELECT count(*) FROM attachment") == 0


async def test_no_message_is_published_before_what_goes_with_it_is_ready(office):
    with pytest.raises(asyncpg.CheckViolationError):
        await office.job(attachment_kind="pdf")
