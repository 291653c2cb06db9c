"""Dying between two calls to Drive, in a shared drive of the sandbox: one file, one answer, one proof."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from relance.inbox import collect
from relance.sandbox.google import world as sandbox_world
from relance.sandbox.google.faults import Fault, FaultKind
from tests.contract.test_vault import google
from tests.integration.inbox.test_collect import traveller
from tests.integration.inbox.test_retention import order
from tests.integration.inbox.world import FragileVault, Killed, World, photo

__all__ = ["traveller"]
pytestmark = pytest.mark.servers


@pytest.fixture
async def drive(world: World, tmp_path: Path) -> AsyncIterator[sandbox_world.World]:
    async with google(tmp_path / "google", "shared drive") as (sandbox, _, vault):
        world.vault = FragileVault(vault)
        world.desk = dataclasses.replace(world.desk, vault=world.vault)
        yield sandbox


def held(drive: sandbox_world.World) -> int:
    return sum("size" in file for file in drive.drive.files.values())


@pytest.mark.parametrize(
    ("method", "nth"),
    [("ensure_folder", 2), ("put", 1), ("verify_access", 2)],
    ids=["having made folders", "between upload and done", "before the last commit"],
)
async def test_a_crash_while_filing_leaves_one_file_and_one_answer(
    world: World, traveller: int, drive: sandbox_world.World, *, method: str, nth: int
):
    world.vault.break_in(method, Killed(), nth=nth, is_after=True)
    with pytest.raises(Killed):
        await world.receive(traveller, media=photo())

    await collect.work_off(world.desk)
    await collect.work_off(world.desk)

    assert (held(drive), await world.answers(), await world.stored()) == (1, ["reponse_document_recu"], 1)
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(0,)]


async def test_an_upload_whose_answer_was_lost_waits_in_quarantine_and_is_not_repeated(
    world: World, traveller: int, drive: sandbox_world.World
):
    drive.faults.add(Fault(FaultKind.DROP_AFTER_APPLY, path="/upload/"))
    await world.receive(traveller, media=photo())
    assert await world.tasks() == ["vault_closed"]

    await world.later(seconds=10)

    assert (held(drive), await world.tasks(), await world.answers()) == (1, [], ["reponse_document_recu"])


async def test_a_crash_while_erasing_ends_in_one_proof(world: World, traveller: int, drive: sandbox_world.World):
    await world.receive(traveller, media=photo())
    await order(world, traveller)
    world.vault.break_in("delete", Killed(), is_after=True)
    with pytest.raises(Killed):
        await world.later(seconds=10)
    assert await world.rows("SELECT proof FROM erasure") == [(None,)]

    await world.later(seconds=10)
    await world.later(seconds=10)

    assert (held(drive), await world.rows("SELECT count(*) FROM deletion WHERE deleted_at IS NOT NULL")) == (0, [(1,)])
    assert await world.rows("SELECT done_at IS NOT NULL FROM erasure") == [(True,)]
