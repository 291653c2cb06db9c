"""Drive v3 as the vault uses it: ids before uploads, checksums, and permissions that folders pass down."""

from __future__ import annotations

import hashlib
import json

import aiohttp
import pytest

FOLDER = "application/vnd.google-apps.folder"
TEAM, STRANGER = "equipe@agence.example", "inconnu@ailleurs.example"
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


class DriveUser:
    def __init__(self, session: aiohttp.ClientSession, base: str, email: str) -> None:
        self.session, self.base, self.email = session, base, email
        self.headers: dict[str, str] = {}

    async def call(self, method, path, *, expect=200, **options):
        if not self.headers:
            form = {"grant_type": "refresh_token", "refresh_token": self.email}
            async with self.session.post(f"{self.base}/token", data=form) as answer:
                self.headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with self.session.request(method, self.base + path, headers=self.headers, **options) as answer:
            assert answer.status == expect, await answer.text()
            return await answer.json() if "json" in answer.content_type else await answer.read()

    async def new_ids(self, count):
        return (await self.call("GET", f"/drive/v3/files/generateIds?count={count}"))["ids"]

    async def folder(self, **record):
        return (await self.call("POST", "/drive/v3/files", json={"mimeType": FOLDER, **record}))["id"]

    async def upload(self, record, content=PHOTO, *, expect=200):
        with aiohttp.MultipartWriter("related") as both:
            both.append(json.dumps(record), {"Content-Type": "application/json; charset=UTF-8"})
            both.append(content, {"Content-Type": "image/jpeg"})
        path = "/upload/drive/v3/files?uploadType=multipart&fields=id,size,sha256Checksum,md5Checksum,parents,trashed"
        return await self.call("POST", path, data=both, expect=expect)


@pytest.fixture
async def users(google):
    async with aiohttp.ClientSession() as session:
        yield tuple(DriveUser(session, google.base, email) for email in ("coffre@x.example", TEAM, STRANGER))


async def test_an_upload_repeated_with_its_id_is_refused_and_leaves_one_file(users):
    vault, _, _ = users
    folder_id, file_id = await vault.new_ids(2)
    folder = await vault.folder(id=folder_id, name="coffre")
    record = {"id": file_id, "name": "doc-1", "parents": [folder], "appProperties": {"message": "m1"}}
    stored = await vault.upload(record)
    assert stored["sha256Checksum"] == hashlib.sha256(PHOTO).hexdigest()
    assert (stored["size"], stored["parents"], stored["trashed"]) == (str(len(PHOTO)), [folder], False)
    again = await vault.upload(record, b"other bytes", expect=409)
    assert again["error"]["errors"][0]["reason"] == "fileIdInUse"
    assert await vault.call("GET", f"/drive/v3/files/{file_id}?alt=media") == PHOTO
    query = {"q": f"'{folder}' in parents and trashed = false and name = 'doc-1'", "fields": "files(id)"}
    assert (await vault.call("GET", "/drive/v3/files", params=query))["files"] == [{"id": file_id}]


async def test_a_deleted_id_cannot_be_used_again(users):
    vault, _, _ = users
    [file_id] = await vault.new_ids(1)
    await vault.upload({"id": file_id, "name": "doc"})
    await vault.call("DELETE", f"/drive/v3/files/{file_id}", expect=204)
    await vault.call("GET", f"/drive/v3/files/{file_id}", expect=404)
    await vault.upload({"id": file_id, "name": "doc"}, expect=409)


async def test_a_folder_passes_its_permissions_down_and_strangers_see_nothing(users):
    vault, team, stranger = users
    folder = await vault.folder(name="coffre")
    file = (await vault.upload({"name": "doc", "parents": [folder]}))["id"]
    await team.call("GET", f"/drive/v3/files/{file}", expect=404)
    grant = {"type": "user", "role": "reader", "emailAddress": TEAM}
    path = f"/drive/v3/files/{folder}/permissions"
    await vault.call("POST", f"{path}?sendNotificationEmail=false", json=grant)
    await team.call("GET", f"/drive/v3/files/{file}")
    await team.call("PATCH", f"/drive/v3/files/{file}", json={"name": "x"}, expect=403)
    await stranger.call("GET", f"/drive/v3/files/{file}", expect=404)
    listing = f"/drive/v3/files/{file}/permissions?fields=permissions(type,role,emailAddress)"
    assert grant in (await vault.call("GET", listing))["permissions"]


async def test_limited_access_stops_inheritance(users):
    vault, team, _ = users
    outer = await vault.folder(name="ouvert")
    await vault.call("POST", f"/drive/v3/files/{outer}/permissions", json={"type": "anyone", "role": "reader"})
    inner = await vault.folder(name="coffre", parents=[outer], inheritedPermissionsDisabled=True)
    await team.call("GET", f"/drive/v3/files/{outer}")
    await team.call("GET", f"/drive/v3/files/{inner}", expect=404)


async def test_a_grant_to_anyone_is_listed_and_can_be_taken_back(users):
    vault, _, stranger = users
    folder = await vault.folder(name="coffre")
    path = f"/drive/v3/files/{folder}/permissions"
    given = await vault.call("POST", path, json={"type": "anyone", "role": "reader"})
    await stranger.call("GET", f"/drive/v3/files/{folder}")
    await vault.call("DELETE", f"{path}/{given['id']}", expect=204)
    await stranger.call("GET", f"/drive/v3/files/{folder}", expect=404)


async def test_permissions_come_in_pages(users):
    vault, _, _ = users
    folder = await vault.folder(name="coffre")
    path = f"/drive/v3/files/{folder}/permissions"
    for number in range(4):
        grant = {"type": "user", "role": "reader", "emailAddress": f"p{number}@agence.example"}
        await vault.call("POST", path, json=grant)
    first = await vault.call("GET", f"{path}?pageSize=3")
    second = await vault.call("GET", f"{path}?pageSize=3&pageToken={first['nextPageToken']}")
    assert (len(first["permissions"]), len(second["permissions"]), "nextPageToken" in second) == (3, 2, False)


async def test_a_trashed_folder_trashes_what_is_inside(users):
    vault, _, _ = users
    folder = await vault.folder(name="coffre")
    file = (await vault.upload({"name": "doc", "parents": [folder]}))["id"]
    await vault.call("PATCH", f"/drive/v3/files/{folder}", json={"trashed": True})
    shown = await vault.call("GET", f"/drive/v3/files/{file}?fields=trashed,explicitlyTrashed")
    assert shown == {"trashed": True, "explicitlyTrashed": False}


async def test_unknown_fields_queries_and_ids_are_refused(users):
    vault, _, _ = users
    await vault.call("GET", "/drive/v3/files?fields=files(id,nmae)", expect=400)
    await vault.call("GET", "/drive/v3/files?q=owner='x'", expect=400)
    await vault.call("POST", "/drive/v3/files", json={"id": "short", "name": "x"}, expect=400)
    await vault.call("POST", "/drive/v3/files", json={"name": "x", "parents": ["1nowhere"]}, expect=404)
