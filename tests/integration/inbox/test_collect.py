"""Photos from a chat into the vault: once, checked, answered; and what a crash or a closed vault leaves behind."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from relance.domain.errors import VaultClosed
from relance.inbox import collect
from relance.inbox.vault.port import NewFile
from relance.sandbox.google import drive as sandbox_drive
from tests.contract.test_vault import google
from tests.integration.inbox.world import Killed, World, photo

pytestmark = pytest.mark.servers


@pytest.fixture
async def traveller(world: World) -> int:
    customer = await world.customer()
    await world.ask_for_documents(customer, await world.item(customer, status="paid", balance=0))
    return customer


def files(tmp_path: Path) -> int:
    return len(list((tmp_path / "vault").rglob("*.sealed")))


async def test_a_sent_request_asks_for_each_paper_of_each_traveller_once(world: World):
    customer = await world.customer()
    item = await world.item(customer, status="paid", balance=0, travellers=2)

    await world.ask_for_documents(customer, item)
    await world.ask_for_documents(customer, item)

    assert await world.papers() == ["asked"] * 6
    assert await world.outbox("documents.changed.v1") == [{"type": "documents.changed.v1", "receivable_id": item}]


async def test_a_photo_is_filed_erased_from_the_spool_and_answered(world: World, traveller: int, tmp_path: Path):
    await world.receive(traveller, media=photo())

    [(state, sha256, vault_id)] = await world.rows(
        "SELECT state, sha256, vault_id FROM document WHERE media_id IS NOT NULL"
    )
    assert (state, await world.vault.stat(vault_id), files(tmp_path)) == ("accepted", sha256, 1)
    assert await world.rows("SELECT kind FROM document WHERE state = 'accepted'") == [("passport",)]
    assert await world.rows("SELECT sealed, erased_at IS NULL FROM media_spool") == [(None, False)]
    assert (await world.answers(), await world.stored(), await world.tasks()) == (["reponse_document_recu"], 1, [])
    assert len(await world.outbox("documents.changed.v1")) == 2


async def test_the_last_paper_is_answered_as_the_last(world: World, traveller: int):
    for color in ("navy", "red", "green"):
        await world.receive(traveller, media=photo(color))

    assert await world.papers() == ["accepted"] * 3
    assert await world.answers() == ["reponse_document_recu", "reponse_document_recu", "reponse_document_complet"]


async def test_the_same_photo_sent_twice_fills_one_place(world: World, traveller: int, tmp_path: Path):
    await world.receive(traveller, media=photo())
    await world.receive(traveller, media=photo())

    assert (sorted(await world.papers()), files(tmp_path)) == (["accepted", "asked", "asked"], 1)
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(0,)]


async def test_a_photo_nobody_asked_for_is_kept_for_a_person(world: World, tmp_path: Path):
    await world.receive(await world.customer(), media=photo())

    assert (await world.tasks(), files(tmp_path), await world.answers()) == (["media_unasked"], 0, [])
    assert await world.rows("SELECT count(*) FROM media_spool WHERE erased_at IS NULL") == [(1,)]


async def test_a_photo_beside_a_claim_of_payment_is_not_taken_for_a_passport(
    world: World, traveller: int, tmp_path: Path
):
    await world.receive(traveller, "j'ai payé, voici la preuve", media=photo())

    assert (await world.papers(), files(tmp_path)) == (["asked"] * 3, 0)
    assert "media_beside_words" in await world.tasks()


async def test_a_stop_under_a_photo_is_a_stop(world: World, traveller: int):
    await world.receive(traveller, "STOP", media=photo())

    assert await world.live_holds() == [("customer", "optout")]
    assert await world.answers() == ["reponse_stop"]


async def test_a_heic_photo_is_kept_and_another_one_is_asked_for(world: World, traveller: int):
    await world.receive(traveller, media=b"\x00\x00\x00\x18ftypheic and so on")

    assert (await world.answers(), await world.tasks()) == (["reponse_document_refuse"], ["media_heic"])
    assert await world.papers() == ["asked"] * 3


async def test_somebody_who_said_stop_is_not_thanked_but_the_paper_is_kept(world: World, traveller: int):
    await world.receive(traveller, "STOP")
    await world.receive(traveller, media=photo())

    assert (sorted(await world.papers())[0], await world.answers()) == ("accepted", ["reponse_stop"])


async def test_papers_announced_for_tomorrow_start_the_chaser_anew(world: World, traveller: int):
    world.clock.at = world.clock.at.replace(hour=15)

    await world.receive(traveller, "j'envoie le passeport demain")

    assert await world.rows("SELECT DISTINCT changed_at FROM document") == [(world.clock.at,)]
    assert (await world.answers(), await world.tasks()) == ([], [])


async def test_a_vault_open_to_others_keeps_the_photo_in_quarantine_until_repaired(
    world: World, traveller: int, tmp_path: Path
):
    (tmp_path / "vault").mkdir(mode=0o755)
    (tmp_path / "vault").chmod(0o755)

    await world.receive(traveller, media=photo())
    await world.later(seconds=30)

    assert (await world.tasks(), files(tmp_path), await world.answers()) == (["vault_closed", "vault_exposed"], 0, [])
    assert await world.papers() == ["asked"] * 3

    (tmp_path / "vault").chmod(0o700)
    await world.later(seconds=30)

    assert (await world.tasks(), files(tmp_path), await world.answers()) == ([], 1, ["reponse_document_recu"])


@pytest.mark.parametrize(
    ("method", "nth", "is_after"),
    [
        ("new_id", 1, False),
        ("new_id", 2, True),
        ("ensure_folder", 1, False),
        ("ensure_folder", 2, True),
        ("stat", 1, False),
        ("verify_access", 1, False),
        ("put", 1, False),
        ("put", 1, True),
        ("stat", 2, True),
        ("verify_access", 2, True),
    ],
    ids=[
        "before the claim", "naming a folder", "making a folder", "having made folders", "looking for the file",
        "before the gate", "before the upload", "between upload and done", "having read the checksum",
        "before the last commit",
    ],
)  # fmt: skip
async def test_a_crash_at_any_step_leaves_one_file_one_place_one_answer(
    world: World, traveller: int, tmp_path: Path, *, method: str, nth: int, is_after: bool
):
    world.vault.break_in(method, Killed(), nth=nth, is_after=is_after)
    with pytest.raises(Killed):
        await world.receive(traveller, media=photo())

    await collect.work_off(world.desk)
    await collect.work_off(world.desk)

    assert (sorted(await world.papers()), files(tmp_path)) == (["accepted", "asked", "asked"], 1)
    assert (await world.answers(), await world.stored()) == (["reponse_document_recu"], 1)


async def test_an_id_the_vault_has_spent_is_replaced(world: World, traveller: int, tmp_path: Path):
    spent, folder = await world.vault.new_id(), await world.vault.new_id()
    await world.vault.ensure_folder(folder, name="x", parent_id=None)
    await world.vault.put(NewFile(spent, folder, "x", "image/jpeg", b"other", "another checksum", {}))
    world.vault.answer_next_id(spent)

    await world.receive(traveller, media=photo())
    await world.later(seconds=10)

    assert (sorted(await world.papers())[0], files(tmp_path)) == ("accepted", 2)


async def test_a_file_shared_during_the_upload_is_taken_back(world: World, traveller: int, tmp_path: Path):
    world.vault.break_in("verify_access", VaultClosed("partagé entre-temps"), nth=2)

    await world.receive(traveller, media=photo())

    assert (await world.tasks(), files(tmp_path)) == (["vault_closed"], 0)
    await world.later(seconds=10)
    assert (await world.tasks(), files(tmp_path)) == ([], 1)


async def test_a_drive_folder_shared_by_link_gets_nothing_until_the_link_is_withdrawn(
    world: World, traveller: int, tmp_path: Path
):
    async with google(tmp_path / "google") as (sandbox, folder, vault):
        world.desk = dataclasses.replace(world.desk, vault=vault)
        sandbox.drive.grant(folder, sandbox_drive.permission("anyone", "reader"))
        await world.receive(traveller, media=photo())
        await world.later(seconds=30)
        held = [file for file in sandbox.drive.files.values() if "size" in file]
        assert (held, await world.tasks()) == ([], ["vault_closed", "vault_exposed"])

        sandbox.drive.revoke(folder, "anyoneWithLink")
        await world.later(seconds=30)

        [held_now] = [file for file in sandbox.drive.files.values() if "size" in file]
        assert await world.rows("SELECT sha256 FROM document WHERE state = 'accepted'") == [
            (held_now["sha256Checksum"],)
        ]
        assert await world.tasks() == []


async def test_papers_are_expected_although_nobody_announced_that_they_were_asked_for(world: World):
    customer = await world.customer()
    booking = await world.item(customer, status="paid", balance=0)
    await world.job(customer, booking, state="delivered", kind="documents", template="voyage_documents")

    await world.receive(customer, media=photo())

    assert (await world.tasks(), sorted(await world.papers())) == ([], ["accepted", "asked", "asked"])
    assert len(await world.outbox("documents.changed.v1")) == 2  # asked, then received


async def test_a_request_that_did_not_leave_or_was_answered_long_ago_asks_for_nothing(world: World):
    customer = await world.customer()
    for state in ("due", "unknown", "cancelled"):
        booking = await world.item(customer, status="paid", balance=0)
        await world.job(customer, booking, state=state, kind="documents", template="voyage_documents")
    waived = await world.item(customer, status="paid", balance=0)
    await world.ask_for_documents(customer, waived)
    await world.owner.execute("UPDATE document SET state = 'waived'")

    await world.later(seconds=10)

    assert set(await world.papers()) == {"waived"}
