"""What every vault promises, held against the local one and against Drive in the sandbox Google."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from relance.domain.errors import VaultClosed
from relance.inbox.vault import drive, local
from relance.inbox.vault.port import IdSpent, NewFile, Vault, VaultExposed
from relance.sandbox.google import access, server, wire
from relance.sandbox.google import drive as sandbox_drive
from relance.sandbox.google.faults import Fault, FaultKind
from relance.sandbox.google.world import World

OWNER = "patronne@agence.example"
ASSISTANT = "assistante@agence.example"
SHARED = "0ASharedDriveOfThe"


@dataclass
class Room:
    """A vault, and what a careless person may do to it."""

    vault: Vault
    expose: Callable[[], object]
    repair: Callable[[], object]
    remove: Callable[[], object]
    count: Callable[[], int]


@pytest.fixture(params=["local", "drive", "shared drive", "oauth"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Room]:
    if request.param == "local":
        root = tmp_path / "vault"
        yield Room(
            local.LocalVault(root, key=bytes(32)),
            expose=lambda: root.chmod(0o755),
            repair=lambda: root.chmod(0o700),
            remove=lambda: root.rename(tmp_path / "elsewhere"),
            count=lambda: len(list(root.rglob("*.sealed"))),
        )
        return
    async with google(tmp_path, request.param) as (world, folder, vault):
        yield Room(
            vault,
            expose=lambda: world.drive.grant(folder, sandbox_drive.permission("anyone", "reader")),
            repair=lambda: world.drive.revoke(folder, "anyoneWithLink"),
            remove=lambda: folder.update(trashed=True),
            count=lambda: sum("size" in file for file in world.drive.files.values()),
        )


@asynccontextmanager
async def google(state: Path, mode: str = "drive") -> AsyncIterator[tuple[World, sandbox_drive.Json, Vault]]:
    """The owner's folder and a vault in it, under one of three accounts: a service account that the folder is shared
    with, one that manages a shared drive, or the owner's own consent."""
    app = server.make_app(state, lambda: datetime.now(UTC))
    async with TestServer(app) as listening:
        world = app[wire.WORLD]
        record: sandbox_drive.Json = {"name": "Documents", "mimeType": sandbox_drive.FOLDER}
        world.is_storage_strict = mode != "drive"
        if mode == "shared drive":
            world.drive.shared[SHARED] = [
                sandbox_drive.permission("user", "organizer", access.SERVICE_ACCOUNT),
                sandbox_drive.permission("user", "organizer", OWNER),
            ]
            record["parents"] = [SHARED]
        folder = world.drive.create(record, b"", owner=OWNER)
        if mode == "drive":
            world.drive.grant(folder, sandbox_drive.permission("user", "writer", access.SERVICE_ACCOUNT))
        world.drive.grant(folder, sandbox_drive.permission("user", "reader", ASSISTANT))
        base = str(listening.make_url("")).rstrip("/")
        told = consent(f"{base}/token") if mode == "oauth" else access.service_account_info(f"{base}/token")
        async with drive.opened(json.dumps(told), base=base, root=folder["id"], allowed=(OWNER, ASSISTANT)) as vault:
            yield world, folder, vault


def consent(token_uri: str) -> dict[str, str]:
    """What `relance google login` keeps of the owner's consent."""
    return {
        "type": "authorized_user",
        "client_id": "id",
        "client_secret": "secret",
        "refresh_token": OWNER,
        "token_uri": token_uri,
        "scopes": "https://www.googleapis.com/auth/drive.file",
    }


async def booking_folder(vault: Vault) -> str:
    ledger, booking = await vault.new_id(), await vault.new_id()
    await vault.ensure_folder(ledger, name="ledger-1", parent_id=None)
    await vault.ensure_folder(booking, name="ABCD2345", parent_id=ledger)
    return booking


async def passport(
    vault: Vault, folder_id: str, *, data: bytes = b"\xff\xd8\xff pixels \n\x00 of a passport"
) -> NewFile:
    digest = hashlib.sha256(data).hexdigest()
    name = "ABCD2345_passport_1_20261015.jpg"
    return NewFile(await vault.new_id(), folder_id, name, "image/jpeg", data, digest, {"document": "7"})


async def test_a_stored_file_shows_its_checksum(room: Room):
    file = await passport(room.vault, await booking_folder(room.vault))

    await room.vault.put(file)

    assert await room.vault.stat(file.id) == file.sha256
    await room.vault.verify_access(file.id)


async def test_storing_twice_under_one_id_leaves_one_file(room: Room):
    file = await passport(room.vault, await booking_folder(room.vault))

    await room.vault.put(file)
    await room.vault.put(file)

    assert room.count() == 1


async def test_making_a_folder_twice_is_harmless(room: Room):
    folder = await room.vault.new_id()

    for _ in range(2):
        await room.vault.ensure_folder(folder, name="ledger-1", parent_id=None)

    await room.vault.verify_access(folder)


async def test_an_id_that_holds_another_file_is_spent(room: Room):
    folder = await booking_folder(room.vault)
    file = await passport(room.vault, folder)
    await room.vault.put(file)
    other = await passport(room.vault, folder, data=b"another page")

    with pytest.raises(IdSpent):
        await room.vault.put(NewFile(file.id, folder, other.name, other.mime, other.data, other.sha256, {}))

    assert await room.vault.stat(file.id) == file.sha256


async def test_a_vault_opened_too_widely_is_refused_until_it_is_repaired(room: Room):
    folder = await booking_folder(room.vault)

    room.expose()
    with pytest.raises(VaultClosed):
        await room.vault.verify_access(folder)

    room.repair()
    await room.vault.verify_access(folder)


async def test_a_vault_that_went_away_is_closed(room: Room):
    folder = await booking_folder(room.vault)

    room.remove()

    with pytest.raises(VaultClosed):
        await room.vault.verify_access(folder)


async def test_what_is_deleted_is_gone_and_deleting_again_is_harmless(room: Room):
    file = await passport(room.vault, await booking_folder(room.vault))
    await room.vault.put(file)

    await room.vault.delete(file.id)
    await room.vault.delete(file.id)

    assert await room.vault.stat(file.id) is None


async def test_an_unknown_file_has_no_checksum(room: Room):
    await booking_folder(room.vault)

    assert await room.vault.stat(await room.vault.new_id()) is None


async def test_a_local_document_is_unreadable_without_the_key_and_under_another_name(tmp_path: Path):
    vault = local.LocalVault(tmp_path / "vault", key=bytes(32))
    file = await passport(vault, await booking_folder(vault))
    await vault.put(file)
    [stored] = (tmp_path / "vault").rglob("*.sealed")

    assert b"passport" not in stored.read_bytes()
    assert await vault.read(file.id) == file.data
    with pytest.raises(VaultClosed):
        await local.LocalVault(tmp_path / "vault", key=b"k" * 32).read(file.id)
    other = await vault.new_id()
    stored.rename(stored.with_name(f"{other}.sealed"))
    with pytest.raises(VaultClosed):
        await vault.stat(other)


@pytest.mark.parametrize(
    "grant",
    [
        ("user", "reader", "voisin@dehors.example"),
        ("domain", "reader", "agence.example"),
        ("group", "reader", "g@x.example"),
    ],
    ids=["an outsider", "a whole domain", "a group"],
)
async def test_drive_refuses_anybody_outside_the_list_even_on_one_file(tmp_path: Path, grant: tuple[str, str, str]):
    async with google(tmp_path) as (world, _, vault):
        file = await passport(vault, await booking_folder(vault))
        await vault.put(file)

        world.drive.grant(world.drive.files[file.id], sandbox_drive.permission(*grant))

        with pytest.raises(VaultClosed):
            await vault.verify_access(file.id)


async def test_drive_reads_every_page_of_the_permissions(tmp_path: Path):
    async with google(tmp_path) as (world, folder, vault):
        for number in range(120):
            world.drive.grant(folder, sandbox_drive.permission("user", "reader", ASSISTANT) | {"id": f"{number}"})
        await vault.verify_access(folder["id"])

        world.drive.grant(folder, sandbox_drive.permission("user", "reader", "voisin@dehors.example"))

        with pytest.raises(VaultClosed):
            await vault.verify_access(folder["id"])


async def test_drive_that_does_not_answer_is_closed(tmp_path: Path):
    async with drive.opened(
        json.dumps(access.service_account_info("http://127.0.0.1:9/token")),
        base="http://127.0.0.1:9",
        root="r",
        allowed=(),
    ) as vault:
        with pytest.raises(VaultClosed):
            await vault.new_id()


async def test_drive_notices_a_folder_that_was_moved_out_of_the_vault(tmp_path: Path):
    async with google(tmp_path) as (world, _, vault):
        folder = await booking_folder(vault)
        digest = await vault.verify_access(folder)
        elsewhere = world.drive.create({"name": "Ailleurs", "mimeType": sandbox_drive.FOLDER}, b"", owner=OWNER)
        world.drive.grant(elsewhere, sandbox_drive.permission("user", "writer", access.SERVICE_ACCOUNT))

        world.drive.files[folder]["parents"] = [elsewhere["id"]]

        with pytest.raises(VaultExposed):
            await vault.verify_access(folder)
        assert len(digest) == 64


async def test_who_may_read_changes_the_digest(tmp_path: Path):
    async with google(tmp_path) as (world, folder, vault):
        booking = await booking_folder(vault)
        before = await vault.verify_access(booking)

        world.drive.grant(folder, sandbox_drive.permission("user", "writer", ASSISTANT))

        assert await vault.verify_access(booking) != before


async def test_a_service_account_without_a_shared_drive_is_told_what_to_do(tmp_path: Path):
    async with google(tmp_path) as (world, _, vault):
        file = await passport(vault, await booking_folder(vault))
        world.is_storage_strict = True

        with pytest.raises(VaultClosed, match="Drive partagé"):
            await vault.put(file)


async def test_a_shared_drive_deletes_for_good_only_under_a_manager(tmp_path: Path):
    async with google(tmp_path, "shared drive") as (world, _, vault):
        file = await passport(vault, await booking_folder(vault))
        await vault.put(file)
        world.drive.shared[SHARED][0] = sandbox_drive.permission("user", "fileOrganizer", access.SERVICE_ACCOUNT)

        with pytest.raises(VaultClosed, match="Gestionnaire"):
            await vault.delete(file.id)

        world.drive.shared[SHARED][0] = sandbox_drive.permission("user", "organizer", access.SERVICE_ACCOUNT)
        await vault.delete(file.id)
        assert (await vault.stat(file.id), world.drive.files.get(file.id)) == (None, None)


async def test_an_upload_whose_answer_was_lost_is_found_again_and_not_repeated(tmp_path: Path):
    async with google(tmp_path) as (world, _, vault):
        file = await passport(vault, await booking_folder(vault))
        world.faults.add(Fault(FaultKind.DROP_AFTER_APPLY, path="/upload/"))
        with pytest.raises(VaultClosed):
            await vault.put(file)

        await vault.put(file)

        assert await vault.stat(file.id) == file.sha256
        assert sum("size" in held for held in world.drive.files.values()) == 1
