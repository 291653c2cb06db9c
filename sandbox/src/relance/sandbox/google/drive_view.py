"""A file as its reader sees it: the stored record plus what depends on who asks and on the folders above."""

from __future__ import annotations

from typing import Any

from relance.sandbox.google import drive, mask, refusal
from relance.sandbox.google.drive import Drive

Json = dict[str, Any]
BRIEF = "kind,id,name,mimeType"
MY_DRIVE_ONLY = frozenset({"owners", "ownedByMe", "shared", "permissions", "permissionIds", "writersCanShare"})
BRIEF_PERMISSION = "id,type,kind,role"
KNOWN = frozenset(
    [
        "kind",
        "id",
        "name",
        "mimeType",
        "description",
        "starred",
        "trashed",
        "explicitlyTrashed",
        "parents",
        "properties",
        "appProperties",
        "version",
        "webViewLink",
        "webContentLink",
        "createdTime",
        "modifiedTime",
        "owners",
        "permissions",
        "permissionIds",
        "shared",
        "ownedByMe",
        "capabilities",
        "copyRequiresWriterPermission",
        "writersCanShare",
        "inheritedPermissionsDisabled",
        "downloadRestrictions",
        "size",
        "md5Checksum",
        "sha1Checksum",
        "sha256Checksum",
        "originalFilename",
        "folderColorRgb",
        "driveId",
        "teamDriveId",
        "hasAugmentedPermissions",
        "spaces",
        "trashedTime",
        "viewedByMeTime",
        "fullFileExtension",
        "fileExtension",
        "contentRestrictions",
        "isAppAuthorized",
        "headRevisionId",
    ]
)


def resource(held: Drive, file: Json, email: str) -> Json:
    permissions = held.permissions(file)
    rank = held.rank(file, email)
    owners = [one for one in permissions if one["role"] == "owner"]
    is_writer = rank >= drive.ROLES["writer"]
    is_owner = rank >= drive.ROLES["owner"]
    can_share = is_owner or (is_writer and bool(file["writersCanShare"]))
    shown = {key: value for key, value in file.items() if key != "own_permissions"} | {
        "version": str(file["version"]),
        "trashed": held.is_trashed(file),
        "explicitlyTrashed": file["trashed"],
        "inheritedPermissionsDisabled": bool(file.get("inheritedPermissionsDisabled")),
        "owners": [{"kind": "drive#user", "emailAddress": one["emailAddress"], "me": one["emailAddress"] == email}
                   for one in owners],
        "ownedByMe": any(one["emailAddress"] == email for one in owners),
        "shared": len(permissions) > 1,
        "spaces": ["drive"],
        "isAppAuthorized": True,
        "capabilities": {
            "canEdit": is_writer,
            "canAddChildren": is_writer and file["mimeType"] == drive.FOLDER,
            "canListChildren": file["mimeType"] == drive.FOLDER,
            "canShare": can_share,
            "canTrash": is_owner,
            "canDelete": is_owner,
            "canDownload": True,
            "canDisableInheritedPermissions": is_owner and file["mimeType"] == drive.FOLDER,
            "canEnableInheritedPermissions": is_owner and file["mimeType"] == drive.FOLDER,
        },
    }  # fmt: skip
    if "driveId" in file:  # there a file has no owner, and permissions are asked for on their own
        return {key: value for key, value in shown.items() if key not in MY_DRIVE_ONLY}
    if is_writer:
        shown |= {"permissions": permissions, "permissionIds": [one["id"] for one in permissions]}
    return shown


def chosen(answer: Json, fields: str, *, inside: str = "") -> Any:
    """Drive answers a few fields unless `fields` asks for others; a field it does not have is refused."""
    asked = mask.parse(fields)
    below = asked.get(inside, {}) if inside else asked
    for name in below:
        if name not in KNOWN and name != "*":
            raise refusal.drive_refusal(400, "invalidParameter", f"Invalid field selection {name}", "fields")
    return mask.project(answer, asked)
