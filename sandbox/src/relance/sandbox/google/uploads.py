"""What an upload carries: metadata alone, bytes alone (`media`), or both in one request (`multipart`)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from relance.sandbox.google import refusal, wire

Json = dict[str, Any]


async def received(request: web.Request) -> tuple[Json, bytes | None]:
    """The file's metadata and its content, None when the request carries none."""
    if not request.path.startswith("/upload/"):
        return await wire.body(request), None
    match request.query.get("uploadType", ""):
        case "media":
            return {"mimeType": request.content_type}, await request.read()
        case "multipart":
            return await _multipart(request)
    raise refusal.drive_refusal(400, "badRequest", "uploadType: the sandbox takes media and multipart.")


async def _multipart(request: web.Request) -> tuple[Json, bytes]:
    if not request.content_type.startswith("multipart/"):
        raise refusal.drive_refusal(400, "badContent", f"Unsupported content with type: {request.content_type}")
    try:
        parts = [
            (part.headers.get("Content-Type", ""), bytes(await part.read(decode=True)))
            async for part in await request.multipart()
            if isinstance(part, BodyPartReader)
        ]
        (_, metadata), (kind, content) = parts
        record = json.loads(metadata)
    except (ValueError, UnicodeDecodeError):
        raise refusal.drive_refusal(400, "badRequest", "Malformed multipart body.") from None
    if not isinstance(record, dict):
        raise refusal.drive_refusal(400, "parseError", "Parse Error")
    given = {key: value for key, value in record.items() if value is not None}
    return {"mimeType": kind.partition(";")[0] or "application/octet-stream"} | given, content
