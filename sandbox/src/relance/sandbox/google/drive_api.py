"""Drive v3 over HTTP, files: create, get, list, update, delete, generateIds; in My Drive and in shared drives."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from relance.sandbox.google import drive, drive_query, drive_view, refusal, uploads, wire
from relance.sandbox.google.world import World

Json = dict[str, Any]
USABLE_ID = re.compile(r"[A-Za-z0-9_-]{25,64}")
LARGEST_PAGE = 1000
DRIVES = ("supportsAllDrives", "supportsTeamDrives", "includeItemsFromAllDrives")
CREATING = ("uploadType", "enforceSingleParent", "ignoreDefaultVisibility", "keepRevisionForever",
            "useContentAsIndexableText", "includePermissionsForView", *DRIVES)  # fmt: skip
LISTING = ("q", "pageSize", "pageToken", "orderBy", "corpora", "spaces", "includePermissionsForView", *DRIVES)


def routes() -> list[web.RouteDef]:
    one = "/drive/v3/files/{id}"
    return [
        web.get("/drive/v3/files/generateIds", generate_ids, name="files.generateIds", allow_head=False),
        web.post("/drive/v3/files", create, name="files.create"),
        web.post("/upload/drive/v3/files", create, name="files.create.upload"),
        web.put("/upload/drive/v3/files", feed, name="files.create.upload"),
        web.get("/drive/v3/files", list_files, name="files.list", allow_head=False),
        web.get(one, get, name="files.get", allow_head=False),
        web.patch(one, update, name="files.update"),
        web.patch("/upload/drive/v3/files/{id}", update, name="files.update.upload"),
        web.put("/upload/drive/v3/files/{id}", feed, name="files.update.upload"),
        web.delete(one, delete, name="files.delete"),
    ]


async def generate_ids(request: web.Request) -> web.Response:
    wire.account(request)
    asked = wire.query(request, "count", "space", "type")
    count = _number(asked.get("count", "10"), 1, 1000, "count")
    answer = {"kind": "drive#generatedIds", "space": "drive", "ids": [drive.new_id() for _ in range(count)]}
    return web.json_response(answer)


async def create(request: web.Request) -> web.Response:
    email = wire.account(request)
    asked = wire.query(request, *CREATING)
    if asked.get("uploadType") == "resumable":
        return await uploads.opened(request, email)
    record, content = await uploads.received(request)
    return _create(request, record, content, email)


async def feed(request: web.Request) -> web.Response:
    """A piece of a resumable upload; the last one makes the file, or replaces its content."""
    wire.query(request, "upload_id", *CREATING)
    fed = await uploads.fed(request)
    if isinstance(fed, web.Response):
        return fed
    del wire.world_of(request).uploads[request.query["upload_id"]]
    finish = _create if fed.file_id is None else _update
    return finish(request, fed.record, bytes(fed.content), fed.email)


def _create(request: web.Request, record: Json, content: bytes | None, email: str) -> web.Response:
    world = wire.world_of(request)
    _check_record(world, record, email)
    _check_storage(world, record, content, email)
    if record.get("mimeType") == drive.SPREADSHEET and content is None:
        book = world.add_book(drive.new_id(), {"title": record.get("name")}, owner=email)
        world.drive.files[book.id]["parents"] = _parents(record, email)
        book.add_tab({"title": "Feuille 1"})
        world.save_book(book)
        return _answer(request, world.drive.files[book.id], email)
    file_id = str(record.setdefault("id", drive.new_id()))
    record["parents"] = _parents(record, email)
    if file_id in world.drive.used_ids:
        raise drive.id_in_use()
    world.put_blob(file_id, content or b"")
    file = world.drive.create(record, content or b"", owner=email)
    world.save_drive()
    return _answer(request, file, email)


def _check_storage(world: World, record: Json, content: bytes | None, email: str) -> None:
    """A service account has no storage of its own: what it would own outside a shared drive is refused."""
    if world.drive.drive_of(_parents(record, email)[0]):
        return
    if content is not None and world.is_storage_strict and email.endswith(".iam.gserviceaccount.com"):
        message = "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation instead."
        raise refusal.drive_refusal(403, "storageQuotaExceeded", message)


def _check_record(world: World, record: Json, email: str) -> None:
    for name in record:
        if name not in drive.SETTABLE and name not in ("id", "parents", "kind"):
            raise refusal.drive_refusal(400, "invalid", f'Unknown or read-only field "{name}"')
    file_id = record.get("id")
    if file_id is not None and not USABLE_ID.fullmatch(str(file_id)):
        raise refusal.drive_refusal(400, "invalid", "The provided file ID is not usable.", "file.id")
    parents = _parents(record, email)
    if len(parents) != 1:
        raise refusal.drive_refusal(400, "invalid", "A file has exactly one parent.", "parents")
    _check_folder(world, parents[0], email)


def _check_folder(world: World, folder: str, email: str) -> None:
    if folder == drive.root_of(email):
        return
    file = world.drive.visible(folder, email, at_least="writer")
    if file["mimeType"] != drive.FOLDER:
        message = "The specified parent is not a folder."
        raise refusal.drive_refusal(403, "parentNotAFolder", message)


def _parents(record: Json, email: str) -> list[str]:
    root = drive.root_of(email)
    return [root if parent == "root" else str(parent) for parent in record.get("parents") or [root]]


async def get(request: web.Request) -> web.Response:
    email = wire.account(request)
    asked = wire.query(request, "acknowledgeAbuse", "includePermissionsForView", "includeLabels", *DRIVES)
    world = wire.world_of(request)
    file = world.drive.visible(request.match_info["id"], email)
    if asked.get("alt") != "media":
        return _answer(request, file, email)
    if "size" not in file:
        message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        raise refusal.drive_refusal(403, "fileNotDownloadable", message, "alt")
    return web.Response(body=world.blob(file["id"]), content_type=file["mimeType"])


async def list_files(request: web.Request) -> web.Response:
    email = wire.account(request)
    asked = wire.query(request, *LISTING)
    held = wire.world_of(request).drive
    wanted = drive_query.parse(asked.get("q", ""), root=drive.root_of(email))
    size = _number(asked.get("pageSize", "100"), 1, LARGEST_PAGE, "pageSize")
    start = _number(asked.get("pageToken") or "0", 0, 10**9, "pageToken")
    listed = [file for file in held.files.values() if wire.world_of(request).is_listed(file)]
    seen = [drive_view.resource(held, file, email) for file in listed if held.rank(file, email)]
    found = _ordered([file for file in seen if wanted(file)], asked.get("orderBy", ""))
    answer: Json = {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": found[start : start + size],
    }
    if start + size < len(found):
        answer["nextPageToken"] = str(start + size)
    brief = f"kind,incompleteSearch,nextPageToken,files({drive_view.BRIEF})"
    return web.json_response(drive_view.chosen(answer, asked.get("fields", brief), inside="files"))


def _ordered(files: list[Json], order: str) -> list[Json]:
    for part in reversed([part.strip() for part in order.split(",") if part.strip()]):
        key, _, direction = part.partition(" ")
        if key not in ("name", "createdTime", "modifiedTime") or direction not in ("", "desc"):
            raise refusal.drive_refusal(400, "invalid", f"Invalid sort key: {part}", "orderBy")
        files = sorted(files, key=lambda file, k=key: str(file[k]), reverse=direction == "desc")  # type: ignore[misc]
    return files


async def update(request: web.Request) -> web.Response:
    email = wire.account(request)
    asked = wire.query(request, "addParents", "removeParents", *CREATING)
    if asked.get("uploadType") == "resumable":
        wire.world_of(request).drive.visible(request.match_info["id"], email, at_least="writer")
        return await uploads.opened(request, email)
    record, content = await uploads.received(request)
    return _update(request, record, content, email)


def _update(request: web.Request, record: Json, content: bytes | None, email: str) -> web.Response:
    asked, world = request.query, wire.world_of(request)
    file = world.drive.visible(request.match_info["id"], email, at_least="writer")
    if "trashed" in record:
        world.drive.visible(file["id"], email, at_least="owner")
    for name in record:
        if name not in drive.SETTABLE:
            raise refusal.drive_refusal(403, "fieldNotWritable", f"The resource body includes {name}, not writable.")
    if asked.get("addParents"):
        _check_folder(world, asked["addParents"], email)
        file["parents"] = [asked["addParents"]]
    if content is not None:
        world.put_blob(file["id"], content)
    world.drive.update(file, record, content)
    if file["id"] in world.books:
        world.books[file["id"]].properties["title"] = file["name"]
        world.save_book(world.books[file["id"]])
    world.save_drive()
    return _answer(request, file, email)


async def delete(request: web.Request) -> web.Response:
    email = wire.account(request)
    wire.query(request, "enforceSingleParent", *DRIVES)
    world = wire.world_of(request)
    file = world.drive.visible(request.match_info["id"], email, at_least="owner")
    gone = world.drive.delete(file["id"])
    world.save_drive()
    for file_id in gone:
        world.forget(file_id)
    return web.Response(status=204)


def _answer(request: web.Request, file: Json, email: str) -> web.Response:
    shown = drive_view.resource(wire.world_of(request).drive, file, email)
    return web.json_response(drive_view.chosen(shown, request.query.get("fields", drive_view.BRIEF)))


def _number(text: str, least: int, most: int, name: str) -> int:
    if not text.isdigit() or not least <= int(text) <= most:
        message = f"Invalid value '{text}'. Values must be within the range: [{least}, {most}]"
        raise refusal.drive_refusal(400, "invalidParameter", message, name)
    return int(text)
