"""An operator's last word on a paper, and the right to erasure, as they type them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from relance.domain.errors import Refused
from relance.inbox import __main__ as inbox
from relance.inbox import collect
from tests.integration.inbox.test_answers import relance
from tests.integration.inbox.test_collect import files
from tests.integration.inbox.world import Killed, World, photo

__all__ = ["relance"]
pytestmark = pytest.mark.servers


@pytest.fixture
async def row(world: World) -> str:
    """A family of two; the first one's passport is filed."""
    customer = await world.customer()
    item = await world.item(customer, status="paid", balance=0, travellers=2)
    await world.ask_for_documents(customer, item)
    await world.receive(customer, media=photo())
    return str((await world.rows("SELECT key FROM receivable"))[0][0])


async def shown(relance, row: str) -> dict[str, str]:
    return {paper["paper"]: paper["state"] for paper in json.loads(await relance("documents", row, "--json"))}


async def test_papers_are_listed_by_traveller_with_their_state_and_no_number(world: World, relance, row: str):
    papers = await shown(relance, row)

    assert (papers["passeport/1"], papers["passeport/2"]) == ("acceptée", "demandée")
    listed = await relance("documents")
    assert "2033-06" in await relance("documents", row)
    assert "12AB34567" not in listed + await relance("documents", row)


async def test_a_waived_paper_is_asked_for_again_once_the_order_is_taken_back(world: World, relance, row: str):
    await relance("documents", row, "--waive", "visa/2")
    assert (await shown(relance, row))["visa/2"] == "dispensée"

    await relance("documents", row, "--undo", "visa/2")

    assert (await shown(relance, row))["visa/2"] == "demandée"
    assert await world.rows("SELECT action, ordered_by, undone_by FROM document_order") == [("waive", "Inès", "Inès")]


async def test_a_paper_asked_for_again_takes_a_new_file_and_the_old_one_goes_after_a_week(
    world: World, relance, row: str, tmp_path: Path
):
    [(customer,)] = await world.rows("SELECT id FROM customer")
    await relance("documents", row, "--ask-again", "passeport/1")
    await world.receive(customer, media=photo())

    assert ((await shown(relance, row))["passeport/1"], files(tmp_path)) == ("acceptée", 2)
    with pytest.raises(Refused):
        await relance("documents", row, "--undo", "passeport/1")
    await world.later(days=8)
    assert files(tmp_path) == 1
    assert (await shown(relance, row))["passeport/1"] == "acceptée"


async def test_an_order_to_ask_again_is_taken_back_with_its_file(world: World, relance, row: str, tmp_path: Path):
    await relance("documents", row, "--ask-again", "passeport/1")
    await relance("documents", row, "--undo", "passeport/1")
    await world.later(days=8)

    assert ((await shown(relance, row))["passeport/1"], files(tmp_path)) == ("acceptée", 1)


async def test_a_paper_waived_while_its_file_is_on_its_way_leaves_nothing_in_the_vault(
    world: World, relance, row: str, tmp_path: Path
):
    [(customer,)] = await world.rows("SELECT id FROM customer")
    world.vault.break_in("put", Killed())
    with pytest.raises(Killed):
        await world.receive(customer, media=photo("red"))
    [place] = [paper for paper, state in (await shown(relance, row)).items() if paper.startswith("pan")][:1]

    await relance("documents", row, "--waive", place)
    await collect.work_off(world.desk)
    await world.later(seconds=10)

    assert files(tmp_path) == 1
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(0,)]


async def test_what_cannot_be_is_refused_in_words(world: World, relance, row: str):
    for words in (("--accept", "passeport/2"), ("--waive", "permis/1"), ("--waive", "passeport/9")):
        with pytest.raises(Refused):
            await relance("documents", row, *words)


async def test_an_erasure_asks_first_and_prints_the_proof(world: World, relance, row: str, tmp_path: Path):
    assert "Effacer pour de bon" in await relance("erase", row)  # and nobody said yes
    assert (files(tmp_path), await world.rows("SELECT count(*) FROM erasure")) == (1, [(0,)])

    assert "dès que le coffre répond" in await relance("erase", row, "--yes", "--wait", "0")
    erasing = asyncio.create_task(relance("erase", row, "--yes", "--json"))
    while not erasing.done():
        await inbox.sweep(world.desk)
        await asyncio.sleep(0.05)

    printed = await erasing  # among the log lines of the inbox, which runs in this process
    told, _ = json.JSONDecoder().raw_decode(printed[printed.index("{\n") :])
    assert (told["asked_by"], told["proof"]["rows_left"]) == ("Inès", 1)
    # The inbox may have carried out the first order before the second one was given.
    assert await world.rows("SELECT sum((proof->>'files_in_vault')::int) FROM erasure") == [(1,)]
    assert files(tmp_path) == 0
    assert await world.rows("SELECT count(*) FROM erasure") == [(1,)]
