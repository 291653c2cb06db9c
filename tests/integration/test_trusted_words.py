"""A word of payment that the owner chose to trust, in the sheet: written, taken back, never against a person's hand."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import asyncpg
import pytest

from tests.integration.test_ledger_sync import NOW, STATUS, STORY, House, house

pytestmark = pytest.mark.servers

__all__ = ["house"]  # the fixture


async def trust(house: House, item: asyncpg.Record, *, at: datetime) -> uuid.UUID:
    """What the inbox writes when the owner believes words."""
    inbound_id = uuid.uuid4()
    await house.admin.execute(
        "INSERT INTO inbound_message (id, number_id, customer_id, page_key, kind, body, received_at)"
        " VALUES ($1, 1, $2, 'k', 'text', 'payé', $3)",
        inbound_id, item["customer_id"], at,
    )  # fmt: skip
    await house.admin.execute(
        "INSERT INTO effect (inbound_id, customer_id, receivable_id, trusted, made_at) VALUES ($1, $2, $3, true, $4)",
        inbound_id, item["customer_id"], item["id"], at,
    )  # fmt: skip
    return inbound_id


async def test_a_word_that_the_owner_trusts_makes_the_row_paid_and_can_be_taken_back(house: House) -> None:
    await house.settles()
    item = await house.item()
    await house.claim(item, at=NOW + timedelta(minutes=1))
    inbound = await trust(house, item, at=NOW + timedelta(minutes=1))
    house.clock[0] = NOW + timedelta(minutes=2)
    await house.settles()
    assert house.row()[STATUS] == "Payé"
    paid = await house.item()
    assert (paid["status"], paid["paid_evidence"]) == ("paid", f"claim:{inbound}")
    assert ("receivable.paid.v1", item["id"]) in await house.events()
    assert await house.admin.fetchval("SELECT count(*) FROM hold WHERE lifted_at IS NULL") == 0

    undone_at = NOW + timedelta(minutes=3)
    await house.admin.execute("UPDATE effect SET undone_at = $1, undone_by = 'aline'", undone_at)
    house.clock[0] = NOW + timedelta(minutes=4)
    await house.settles()
    assert house.row()[STATUS] == "En attente"
    assert (await house.item())["paid_evidence"] is None


async def test_a_word_that_was_trusted_does_not_overwrite_what_the_owner_wrote_since(house: House) -> None:
    await house.settles()
    await trust(house, await house.item(), at=NOW + timedelta(minutes=1))
    house.clock[0] = NOW + timedelta(minutes=2)
    await house.settles()
    house.owner.types(STORY, STATUS, "En attente")
    house.clock[0] = NOW + timedelta(minutes=3)
    await house.settles()
    assert house.row()[STATUS] == "En attente"
    assert (await house.item())["status"] == "pending"
