"""Documents leave when their time has come, when they are a stranger's, or by order: for good, with a proof."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from relance.domain.errors import VaultClosed
from relance.inbox import __main__ as inbox
from relance.sandbox.google import drive as sandbox_drive
from relance.store import deletions
from tests.contract.test_vault import google
from tests.integration.inbox.test_collect import files, traveller
from tests.integration.inbox.world import Killed, World, photo

__all__ = ["traveller"]
pytestmark = pytest.mark.servers

PROOFS = "SELECT reason, deleted_at IS NOT NULL FROM deletion ORDER BY id"


async def test_papers_go_thirty_days_after_the_return_and_leave_a_proof(world: World, traveller: int, tmp_path: Path):
    await world.receive(traveller, media=photo())
    await world.owner.execute("UPDATE receivable SET returns_on = '2026-12-10'")

    await world.later(days=86)  # 9 January
    assert (files(tmp_path), await world.rows(PROOFS)) == (1, [])
    await world.later(days=1)

    assert (files(tmp_path), await world.rows(PROOFS)) == (0, [("retention", True)])
    assert await world.rows(
        "SELECT DISTINCT state FROM document WHERE deleted_at IS NOT NULL AND vault_id IS NULL"
    ) == [("accepted",)]
    assert await world.rows("SELECT action FROM vault_access ORDER BY id") == [("stored",), ("deleted",)]
    assert await world.rows(
        "SELECT count(*) FROM media_verdict WHERE holder IS NOT NULL OR number_mac IS NOT NULL"
    ) == [(0,)]


@pytest.mark.parametrize(
    ("method", "is_after"), [("delete", False), ("delete", True), ("stat", True)],
    ids=["before the vault deletes", "after the vault deleted", "before the proof"],
)  # fmt: skip
async def test_a_crash_while_deleting_repeats_the_deletion(
    world: World, traveller: int, tmp_path: Path, *, method: str, is_after: bool
):
    await world.receive(traveller, media=photo())
    world.vault.break_in(method, Killed(), is_after=is_after)
    with pytest.raises(Killed):
        await world.later(days=90)

    await world.later(seconds=10)

    assert (files(tmp_path), await world.rows(PROOFS)) == (0, [("retention", True)])


async def test_a_vault_that_will_not_delete_keeps_the_line_open_and_tells_a_person_once(world: World, traveller: int):
    await world.receive(traveller, media=photo())

    for _ in range(2):
        world.vault.break_in("delete", VaultClosed("pas le droit"))
        await world.later(days=90)
    assert (await world.rows(PROOFS), await world.tasks()) == ([("retention", False)], ["vault_undeletable"])
    await world.later(seconds=10)

    assert (await world.rows(PROOFS), await world.tasks()) == ([("retention", True)], [])


async def test_unreadable_files_go_after_a_week_and_the_place_still_waits(world: World, traveller: int):
    await world.receive(traveller, media=photo("black"))

    await world.later(days=6)
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(1,)]
    await world.later(days=2)

    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(0,)]
    assert await world.rows(PROOFS) == [("rejected", True)]
    assert "redo" in await world.papers()


async def test_a_file_that_waits_for_a_person_is_not_thrown_away_before_they_looked(world: World):
    await world.receive(await world.customer(), media=photo())  # nobody asked for it

    await world.later(days=30)
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(1,)]
    await world.owner.execute("UPDATE human_task SET closed_at = $1", world.clock.at)
    await world.later(days=8)

    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(0,)]


async def test_what_a_strangers_number_sent_goes_at_once_and_what_was_accepted_is_a_persons(
    world: World, traveller: int, tmp_path: Path
):
    await world.receive(traveller, media=photo())  # the customer's own passport
    await world.receive(traveller, media=photo("gray"))  # filed unrecognised
    await world.receive(traveller, "vous vous trompez de numéro")
    await world.later(seconds=10)

    assert (files(tmp_path), await world.rows(PROOFS)) == (1, [("wrong_person", True)])
    assert sorted(await world.papers()) == ["accepted", "asked", "redo"]
    assert "wrong_person_documents" in await world.tasks()


async def test_an_erasure_takes_files_texts_and_holders_and_keeps_what_was_owed(
    world: World, traveller: int, tmp_path: Path
):
    await world.receive(traveller, media=photo())
    await world.receive(traveller, media=photo("black"))
    await world.receive(traveller, "STOP")
    await order(world, traveller)
    await world.later(seconds=10)

    assert files(tmp_path) == 0
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(0,)]
    assert await world.rows("SELECT count(*) FROM inbound_message WHERE body <> ''") == [(0,)]
    assert await world.rows("SELECT count(*) FROM send_job WHERE body IS NOT NULL AND state = 'sent'") == [(0,)]
    [(proof,)] = await world.rows("SELECT proof::text FROM erasure WHERE done_at IS NOT NULL")
    for told in ('"files_in_vault": 1', '"files_in_spool": 1', '"rows_left": 1', '"identity_erased": false'):
        assert told in proof
    # The sheet still has the row: the name and number are the owner's to erase there.
    assert await world.rows("SELECT c.name, r.total::int FROM customer c, receivable r") == [("Aline Exemple", 1000)]


async def test_once_no_sheet_has_them_name_and_number_go_and_a_stop_outlives_them(world: World, traveller: int):
    await world.receive(traveller, "STOP")
    await world.owner.execute("UPDATE receivable SET absences = 2")
    await order(world, traveller)
    await world.later(seconds=10)

    assert await world.rows("SELECT name, phone LIKE '+999%' FROM customer") == [("(effacé)", True)]
    again, other = await world.customer(), await world.customer("+33639980102")
    assert await world.rows("SELECT customer_id, reason FROM hold WHERE lifted_at IS NULL ORDER BY customer_id") == [
        (traveller, "optout"), (again, "optout"),
    ]  # fmt: skip
    assert other != again


async def test_an_erasure_waits_for_a_closed_vault_and_ends_when_it_opens(world: World, traveller: int, tmp_path: Path):
    await world.receive(traveller, media=photo())
    world.vault.break_in("delete", VaultClosed("Drive ne répond pas"))
    await order(world, traveller)
    await world.later(seconds=10)
    assert await world.rows("SELECT done_at IS NULL FROM erasure") == [(True,)]

    await world.later(seconds=10)

    assert (await world.rows("SELECT done_at IS NULL FROM erasure"), files(tmp_path)) == ([(False,)], 0)


async def test_a_folder_shared_long_after_the_upload_is_reported_until_it_is_closed(
    world: World, traveller: int, tmp_path: Path
):
    async with google(tmp_path / "google") as (sandbox, folder, vault):
        world.desk = dataclasses.replace(world.desk, vault=vault)
        await world.receive(traveller, media=photo())
        await world.later(days=2)
        assert await world.tasks() == []

        sandbox.drive.grant(folder, sandbox_drive.permission("user", "reader", "voisin@dehors.example"))
        await world.later(hours=1)
        assert await world.tasks() == []  # looked at today already
        await world.later(days=1)
        assert await world.tasks() == ["vault_exposed"]

        [stranger] = [one for one in folder["own_permissions"] if one.get("emailAddress", "").startswith("voisin")]
        sandbox.drive.revoke(folder, stranger["id"])
        await world.later(minutes=1)
        assert await world.tasks() == []


async def test_the_owner_chooses_how_long_papers_are_kept(world: World, traveller: int, tmp_path: Path):
    await world.receive(traveller, media=photo())
    world.clock.at = world.clock.at.replace(month=12, day=2)

    await inbox.sweep(world.desk, clock=deletions.Clock(after_return=deletions.timedelta(0)))

    assert files(tmp_path) == 0
    assert await world.rows("SELECT departs_on FROM receivable") == [(date(2026, 12, 1),)]


async def order(world: World, customer_id: int) -> None:
    async with world.desk.database.acquire() as _:
        await world.owner.execute(
            "INSERT INTO erasure (customer_id, asked_at, asked_by) VALUES ($1, $2, 'patronne')",
            customer_id,
            world.clock.at,
        )
