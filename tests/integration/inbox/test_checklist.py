"""What is asked for of each traveller follows the ledger: its column, its destination, its number of travellers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relance.store import deciding
from tests.integration.inbox.world import World, photo

pytestmark = pytest.mark.servers


async def booked(world: World, *, travellers: int = 1, label: str = "Lisbonne", column: str = "") -> tuple[int, int]:
    customer = await world.customer()
    item = await world.item(customer, status="paid", balance=0, travellers=travellers)
    fields = f'{{"Pièces demandées": "{column}"}}'
    await world.owner.execute(
        "UPDATE receivable SET label = $2, fields = $3::text::jsonb WHERE id = $1", item, label, fields
    )
    await world.ask_for_documents(customer, item)
    return customer, item


async def asked(world: World) -> list[tuple[int, str]]:
    return await world.rows(
        "SELECT traveller, kind FROM document WHERE state IN ('asked', 'redo') ORDER BY traveller, kind"
    )


@pytest.mark.parametrize(
    ("label", "column", "kinds"),
    [
        ("Lisbonne", "", ["pan", "passport", "visa_form"]),
        ("Lisbonne", "Passeports et formulaire de VISA", ["passport", "visa_form"]),
        ("Lisbonne", "carte PAN ; carnet de vaccination", ["other", "pan"]),
        ("Goa, Inde", "", ["passport", "visa_form"]),
        ("Goa, Inde", "passport", ["passport"]),
        ("Lisbonne", "aucun", []),
    ],
    ids=["usual", "the row's words", "a paper we do not know", "destination", "row before destination", "nothing"],
)
async def test_the_row_then_the_destination_says_which_papers(world: World, label: str, column: str, kinds: list[str]):
    await booked(world, label=label, column=column)

    assert await asked(world) == [(1, kind) for kind in kinds]


async def test_a_traveller_more_or_less_changes_what_is_asked_and_never_what_has_come(world: World):
    customer, item = await booked(world, travellers=2, column="passeport")
    await world.receive(customer, media=photo())
    await change(world, item, "travellers = 4")
    assert await asked(world) == [(2, "passport"), (3, "passport"), (4, "passport")]

    await change(world, item, "travellers = 1")
    assert await asked(world) == []
    assert await world.rows("SELECT traveller, state FROM document ORDER BY traveller") == [
        (1, "accepted"), (2, "waived"), (3, "waived"), (4, "waived"),
    ]  # fmt: skip

    await change(world, item, "travellers = 2")
    assert await asked(world) == [(2, "passport")]


async def test_a_row_that_changes_otherwise_asks_for_nothing_again(world: World):
    _, item = await booked(world)
    told = len(await world.outbox("documents.changed.v1"))

    await change(world, item, "version = version + 1")

    assert len(await world.outbox("documents.changed.v1")) == told


async def test_papers_announced_for_a_day_are_chased_two_days_after_that_day(world: World):
    customer, item = await booked(world)

    await world.receive(customer, "je vous envoie les passeports lundi")  # said on a Thursday

    [known] = await world.owner.fetch(deciding.SQL.documents, [item])
    assert known["changed_at"] == world.clock.at + timedelta(days=4)  # 48 hours are counted from there


async def test_what_has_come_is_known_by_traveller_beside_what_is_missing(world: World):
    customer, item = await booked(world, travellers=2, column="passeport")
    await world.receive(customer, media=photo())

    [known] = await world.owner.fetch(deciding.SQL.documents, [item])

    assert (known["received"], known["missing"]) == (["passport/1"], ["passport/2"])


async def change(world: World, item: int, what: str) -> None:
    world.clock.at += timedelta(minutes=5)
    await world.owner.execute(f"UPDATE receivable SET {what}, changed_at = $2 WHERE id = $1", item, world.clock.at)
    await world.later(minutes=1)
