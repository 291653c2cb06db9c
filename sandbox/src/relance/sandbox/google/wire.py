"""The HTTP edge: JSON bodies in, refusals out, faults in between, every call counted.

Query parameters and body fields that a method does not know are refused with 400, never ignored, so that a
client's spelling mistake shows here rather than at Google.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from relance.sandbox.google import access, refusal
from relance.sandbox.google.faults import Fault, FaultKind
from relance.sandbox.google.world import World

Json = dict[str, Any]
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
WORLD = web.AppKey("world", World)
GOOGLE_PATHS = ("/v4/", "/drive/", "/upload/", "/token")
SYSTEM_PARAMETERS = frozenset(
    ["alt", "fields", "key", "prettyPrint", "quotaUser", "oauth_token", "access_token", "callback"]
)


def world_of(request: web.Request) -> World:
    return request.app[WORLD]


def account(request: web.Request) -> str:
    """Who calls; 401 without a token of ours, 429 when their minute is spent."""
    world = world_of(request)
    email = access.bearer(world.secret, request.headers.get("Authorization", ""), now=datetime.now(UTC))
    kind = "Read" if request.method == "GET" else "Write"
    whose = world.meter.exceeded(email, kind, time.monotonic()) if request.path.startswith("/v4/") else None
    if whose:
        raise refusal.over_quota(kind, whose)
    return email


def query(request: web.Request, *allowed: str) -> dict[str, str]:
    """The parameters, checked against those the method has; the last of a repeated one."""
    for name in request.query:
        if name not in SYSTEM_PARAMETERS and name not in allowed:
            raise refusal.invalid(f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.')
    return dict(request.query)


async def body(request: web.Request, *allowed: str) -> Json:
    """The JSON object sent, explicit nulls dropped; unknown top-level fields refused when `allowed` is given."""
    raw = await request.read()
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        raise refusal.invalid("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(found, dict):
        raise refusal.invalid("Invalid JSON payload received. Root element must be a message.")
    present = {key: without_nulls(value) for key, value in found.items() if value is not None}
    for name in present:
        if allowed and name not in allowed:
            raise refusal.unknown_name(name)
    return present


def without_nulls(value: Any) -> Any:
    """Explicit null is absent, as at Google; inside `values` it means "leave this cell" and is kept."""
    if isinstance(value, dict):
        return {
            key: item if key == "values" and _is_table(item) else without_nulls(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list) and not _is_table(value):
        return [without_nulls(item) for item in value]
    return value


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, list) for row in value)


@web.middleware
async def refusals(request: web.Request, handler: Next) -> web.StreamResponse:
    try:
        return await handler(request)
    except refusal.Refused as refused:
        return web.json_response(refused.body, status=refused.code)
    except web.HTTPException as failure:
        if failure.status < 400:
            raise
        message = f"{request.method} {request.path}: {failure.reason} (unknown to the sandbox)"
        return web.json_response(refusal.Refused(failure.status, message).body, status=failure.status)


@web.middleware
async def faults_and_counts(request: web.Request, handler: Next) -> web.StreamResponse:
    if not request.path.startswith(GOOGLE_PATHS):
        return await handler(request)
    world = world_of(request)
    world.calls[request.match_info.route.name or f"unknown {request.method} {request.path}"] += 1
    fault = world.faults.take(request.path)
    if fault is None:
        return await handler(request)
    return await _suffer(fault, request, handler)


async def _suffer(fault: Fault, request: web.Request, handler: Next) -> web.StreamResponse:
    match fault.kind:
        case FaultKind.QUOTA:
            raise refusal.over_quota("Read" if request.method == "GET" else "Write")
        case FaultKind.ERROR_503:
            raise refusal.Refused(503, "The service is currently unavailable.")
        case FaultKind.REVOKED:
            if request.path == "/token":
                raise access.token_refusal("invalid_grant", "Token has been expired or revoked.")
            raise refusal.unauthenticated()
        case FaultKind.STORAGE_FULL:
            message = "Service Accounts do not have storage quota."
            raise refusal.drive_refusal(403, "storageQuotaExceeded", message)
        case FaultKind.DROP_AFTER_APPLY:
            answer = await handler(request)
            if request.transport:
                request.transport.abort()
            return answer
    await asyncio.sleep(fault.delay_s())
    return await handler(request)
