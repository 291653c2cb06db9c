"""Drive in memory: files with parents, contents' checksums, and permissions that folders pass down."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from relance.sandbox.google import refusal

Json = dict[str, Any]
FOLDER = "application/vnd.google-apps.folder"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
ID_LENGTH = 33
ROLES = {"owner": 5, "organizer": 5, "fileOrganizer": 4, "writer": 3, "commenter": 2, "reader": 1}
PERMISSION_TYPES = ("user", "group", "domain", "anyone")
SETTABLE = frozenset(
    [
        "name",
        "mimeType",
        "description",
        "starred",
        "trashed",
        "appProperties",
        "properties",
        "createdTime",
        "modifiedTime",
        "copyRequiresWriterPermission",
        "writersCanShare",
        "inheritedPermissionsDisabled",
        "downloadRestrictions",
        "folderColorRgb",
        "originalFilename",
        "viewedByMeTime",
        "contentHints",
        "contentRestrictions",
    ]
)


@dataclass(slots=True)
class Upload:
    """A resumable upload under way."""

    email: str
    record: Json
    file_id: str | None  # of the file whose content it replaces
    content: bytearray = field(default_factory=bytearray)


class Drive:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.files: dict[str, Json] = {}
        self.used_ids: set[str] = set()
        self.shared: dict[str, list[Json]] = {}
        """Shared drives: their members' permissions. What lies in one has no owner and no grant of its own at first."""

    def dump(self) -> Json:
        return {"files": self.files, "used_ids": sorted(self.used_ids), "shared": self.shared}

    def load(self, raw: Json) -> None:
        self.files, self.used_ids, self.shared = raw["files"], set(raw["used_ids"]), raw.get("shared", {})

    def create(self, record: Json, content: bytes, *, owner: str) -> Json:
        """A new file; 409 for an id that is or was in use, so that a repeated upload is harmless."""
        file_id = record.get("id") or new_id()
        if file_id in self.used_ids:
            raise id_in_use()
        stamp = self._stamp()
        kept = {key: value for key, value in record.items() if key in SETTABLE and value is not None}
        file: Json = {
            "kind": "drive#file",
            "name": "Untitled",
            "mimeType": "application/octet-stream",
            "createdTime": stamp,
            "modifiedTime": stamp,
            "trashed": False,
            "writersCanShare": True,
            "copyRequiresWriterPermission": False,
            **kept,
            "id": file_id,
            "parents": list(record.get("parents") or [root_of(owner)]),
            "version": 1,
            "own_permissions": [permission("user", "owner", owner)],
        }
        if drive_id := self.drive_of(file["parents"][0]):
            file |= {"driveId": drive_id, "own_permissions": []}
        if not str(file["mimeType"]).startswith("application/vnd.google-apps."):
            file |= checksums(content)
        self.files[file_id] = file
        self.used_ids.add(file_id)
        return file

    def touch(self, file_id: str, name: str) -> None:
        self.files[file_id] |= {"name": name}
        self._changed(self.files[file_id])

    def update(self, file: Json, record: Json, content: bytes | None) -> None:
        for key, value in record.items():
            if key in ("appProperties", "properties") and isinstance(value, dict):
                merged = file.get(key, {}) | value
                file[key] = {name: text for name, text in merged.items() if text is not None}
            elif key in SETTABLE and value is not None:
                file[key] = value
        if content is not None:
            file |= checksums(content)
        self._changed(file)

    def permissions(self, file: Json) -> list[Json]:
        """Direct ones first; a folder's pass down unless the item limits access (owners still get in)."""
        found: dict[str, Json] = {one["id"]: one for one in file["own_permissions"]}
        for parent in file["parents"]:
            above = self.files.get(parent)
            for one in self.shared.get(parent, []) if above is None else self.permissions(above):
                if file.get("inheritedPermissionsDisabled") and one["role"] != "owner":
                    continue
                kept = found.get(one["id"])
                if kept is None or ROLES[one["role"]] > ROLES[kept["role"]]:
                    found[one["id"]] = one
        return list(found.values())

    def drive_of(self, file_id: str) -> str | None:
        """The shared drive in which that folder lies, or which it is."""
        while file_id in self.files:
            file_id = self.files[file_id]["parents"][0]
        return file_id if file_id in self.shared else None

    def rank(self, file: Json, email: str) -> int:
        """What `email` may do with the file, as a rank of ROLES; 0 for nothing."""
        return max((ROLES[one["role"]] for one in self.permissions(file) if _covers(one, email)), default=0)

    def visible(self, file_id: str, email: str, *, at_least: str = "reader") -> Json:
        """The file for `email`; not found when they may not see it, refused when they may not do that."""
        file = self.files.get(file_id)
        rank = self.rank(file, email) if file else 0
        if file is None or rank == 0:
            raise refusal.drive_refusal(404, "notFound", f"File not found: {file_id}.", "fileId")
        if rank < ROLES[at_least]:
            message = "The user does not have sufficient permissions for this file."
            raise refusal.drive_refusal(403, "insufficientFilePermissions", message)
        return file

    def grant(self, file: Json, wanted: Json) -> Json:
        kept = [one for one in file["own_permissions"] if one["id"] != wanted["id"]]
        file["own_permissions"] = [*kept, wanted]
        self._changed(file)
        return wanted

    def revoke(self, file: Json, permission_id: str) -> None:
        left = [one for one in file["own_permissions"] if one["id"] != permission_id]
        if len(left) == len(file["own_permissions"]):
            inherited = any(one["id"] == permission_id for one in self.permissions(file))
            if inherited:
                message = "This permission is inherited and cannot be removed here."
                raise refusal.drive_refusal(403, "cannotDeletePermission", message)
            message = f"Permission not found: {permission_id}."
            raise refusal.drive_refusal(404, "notFound", message, "permissionId")
        file["own_permissions"] = left
        self._changed(file)

    def delete(self, file_id: str) -> list[str]:
        """Remove the file and, for a folder, everything below; the ids that went."""
        gone = [file_id]
        for other in [f["id"] for f in self.files.values() if file_id in f["parents"]]:
            gone += self.delete(other)
        self.files.pop(file_id, None)
        return gone

    def is_trashed(self, file: Json) -> bool:
        above = (self.files[parent] for parent in file["parents"] if parent in self.files)
        return bool(file["trashed"]) or any(self.is_trashed(parent) for parent in above)

    def _changed(self, file: Json) -> None:
        file["modifiedTime"] = self._stamp()
        file["version"] += 1

    def _stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def id_in_use() -> refusal.Refused:
    return refusal.drive_refusal(409, "fileIdInUse", "A file already exists with the provided ID.")


def new_id() -> str:
    alphabet = string.ascii_letters + string.digits + "-_"
    return "1" + "".join(secrets.choice(alphabet) for _ in range(ID_LENGTH - 1))


def root_of(email: str) -> str:
    return "0A" + hashlib.sha256(email.encode()).hexdigest()[:17]


def checksums(content: bytes) -> Json:
    return {
        "size": str(len(content)),
        "md5Checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha1Checksum": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "sha256Checksum": hashlib.sha256(content).hexdigest(),
    }


def permission(kind: str, role: str, address: str = "") -> Json:
    """One grant; its id is the same for the same grantee everywhere, as in Drive."""
    made: Json = {"kind": "drive#permission", "type": kind, "role": role}
    if kind == "anyone":
        return made | {"id": "anyoneWithLink", "allowFileDiscovery": False}
    digest = int.from_bytes(hashlib.sha256(f"{kind}:{address.lower()}".encode()).digest()[:8], "big")
    named = {"domain": address} if kind == "domain" else {"emailAddress": address}
    return made | {"id": f"{digest:020d}", **named, "displayName": address.partition("@")[0], "deleted": False}


def _covers(one: Json, email: str) -> bool:
    match one["type"]:
        case "anyone":
            return True
        case "domain":
            return email.lower().endswith("@" + str(one["domain"]).lower())
    return str(one.get("emailAddress", "")).lower() == email.lower()
