"""Drive v3 over HTTP, permissions: who may see a file, directly or through its folder."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from relance.sandbox.google import drive, drive_view, mask, refusal, wire
from relance.sandbox.google.world import World

Json = dict[str, Any]
LARGEST_PAGE = 100
DRIVES = ("supportsAllDrives", "supportsTeamDrives", "useDomainAdminAccess")
CREATING = ("sendNotificationEmail", "emailMessage", "transferOwnership", "moveToNewOwnersRoot",
            "enforceSingleParent", "enforceExpansiveAccess", *DRIVES)  # fmt: skip


def routes() -> list[web.RouteDef]:
    of = "/drive/v3/files/{id}/permissions"
    return [
        web.get(of, list_permissions, name="permissions.list", allow_head=False),
        web.post(of, create, name="permissions.create"),
        web.get(of + "/{permission}", get, name="permissions.get", allow_head=False),
        web.patch(of + "/{permission}", update, name="permissions.update"),
        web.delete(of + "/{permission}", delete, name="permissions.delete"),
    ]


async def list_permissions(request: web.Request) -> web.Response:
    email = wire.account(request)
    asked = wire.query(request, "pageSize", "pageToken", "includePermissionsForView", *DRIVES)
    held = wire.world_of(request).drive
    found = held.permissions(held.visible(request.match_info["id"], email, at_least="writer"))
    size = min(int(asked.get("pageSize", LARGEST_PAGE)), LARGEST_PAGE)
    start = int(asked.get("pageToken") or 0)
    answer: Json = {"kind": "drive#permissionList", "permissions": found[start : start + size]}
    if start + size < len(found):
        answer["nextPageToken"] = str(start + size)
    brief = f"kind,nextPageToken,permissions({drive_view.BRIEF_PERMISSION})"
    return web.json_response(mask.project(answer, mask.parse(asked.get("fields", brief))))


async def create(request: web.Request) -> web.Response:
    world, file = _sharable(request)
    wire.query(request, *CREATING)
    sent = await wire.body(
        request, "type", "role", "emailAddress", "domain", "allowFileDiscovery", "expirationTime", "view", "kind"
    )
    kind, role = str(sent.get("type", "")), str(sent.get("role", ""))
    if kind not in drive.PERMISSION_TYPES or role not in drive.ROLES:
        raise refusal.drive_refusal(400, "invalid", "The permission type and role fields are required.", "permission")
    if role == "owner":
        message = "The transferOwnership parameter must be enabled when the permission role is 'owner'."
        raise refusal.drive_refusal(403, "forbidden", message, "transferOwnership")
    address = str(sent.get("domain" if kind == "domain" else "emailAddress", ""))
    if kind != "anyone" and not address:
        raise refusal.drive_refusal(400, "invalid", "The specified emailAddress is invalid.", "permission.emailAddress")
    extras = {key: sent[key] for key in ("allowFileDiscovery", "expirationTime", "view") if key in sent}
    made = world.drive.grant(file, drive.permission(kind, role, address) | extras)
    world.save_drive()
    return _answer(request, made)


async def get(request: web.Request) -> web.Response:
    email = wire.account(request)
    wire.query(request, *DRIVES)
    held = wire.world_of(request).drive
    found = held.permissions(held.visible(request.match_info["id"], email, at_least="writer"))
    return _answer(request, _one(found, request.match_info["permission"]))


async def update(request: web.Request) -> web.Response:
    world, file = _sharable(request)
    wire.query(request, "removeExpiration", "transferOwnership", *DRIVES)
    sent = await wire.body(request, "role", "expirationTime", "view")
    if sent.get("role") not in drive.ROLES or sent["role"] == "owner":
        raise refusal.drive_refusal(400, "invalid", "The specified role is invalid.", "permission.role")
    made = world.drive.grant(file, _one(file["own_permissions"], request.match_info["permission"]) | sent)
    world.save_drive()
    return _answer(request, made)


async def delete(request: web.Request) -> web.Response:
    world, file = _sharable(request)
    wire.query(request, *DRIVES)
    world.drive.revoke(file, request.match_info["permission"])
    world.save_drive()
    return web.Response(status=204)


def _sharable(request: web.Request) -> tuple[World, Json]:
    email = wire.account(request)
    world = wire.world_of(request)
    file = world.drive.visible(request.match_info["id"], email, at_least="writer")
    if not file["writersCanShare"]:
        world.drive.visible(file["id"], email, at_least="owner")
    return world, file


def _one(permissions: list[Json], permission_id: str) -> Json:
    for one in permissions:
        if one["id"] == permission_id:
            return one
    raise refusal.drive_refusal(404, "notFound", f"Permission not found: {permission_id}.", "permissionId")


def _answer(request: web.Request, made: Json) -> web.Response:
    fields = request.query.get("fields", drive_view.BRIEF_PERMISSION)
    return web.json_response(mask.project(made, mask.parse(fields)))
