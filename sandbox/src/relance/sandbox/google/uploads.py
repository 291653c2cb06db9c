"""What an upload carries: metadata alone, bytes alone (`media`), both in one request (`multipart`), or in pieces.

A resumable upload is opened with the metadata, answered with an address, and fed there; asking it « bytes */N » tells
how much has arrived. An open one is kept in memory only: it does not outlive the process, as at Google it would a week.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from aiohttp import web

from relance.sandbox.google import refusal, wire
from relance.sandbox.google.drive import Upload

Json = dict[str, Any]
# Google's rule for every piece but the last.
PIECE_MULTIPLE = 256 * 1024
_PIECE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


async def received(request: web.Request) -> tuple[Json, bytes | None]:
    """The file's metadata and its content, None when the request carries none."""
    if not request.path.startswith("/upload/"):
        return await wire.body(request), None
    match request.query.get("uploadType", ""):
        case "media":
            return {"mimeType": request.content_type}, await request.read()
        case "multipart":
            return await _multipart(request)
    raise refusal.drive_refusal(400, "badRequest", "uploadType: media, multipart or resumable.")


async def opened(request: web.Request, email: str) -> web.Response:
    """Answers the address to which the bytes go; nothing exists until the last of them is there."""
    record = await wire.body(request)
    record.setdefault("mimeType", request.headers.get("X-Upload-Content-Type", "application/octet-stream"))
    upload_id = secrets.token_urlsafe(24)
    session = Upload(email, record, request.match_info.get("id"))
    wire.world_of(request).uploads[upload_id] = session
    address = request.url.update_query(upload_id=upload_id)
    return web.Response(headers={"Location": str(address), "X-GUploader-UploadID": upload_id})


async def fed(request: web.Request) -> Upload | web.Response:
    """Take one piece in; the session, once it is whole, or the answer that says how far it has come."""
    session = wire.world_of(request).uploads.get(request.query.get("upload_id", ""))
    if session is None:
        raise refusal.drive_refusal(404, "notFound", "Upload session not found.")
    piece = await request.read()
    told = request.headers.get("Content-Range", f"bytes 0-{len(piece) - 1}/{len(piece)}" if piece else "bytes */0")
    found = _PIECE.fullmatch(told)
    if found is None:
        raise refusal.drive_refusal(400, "badRequest", "Failed to parse Content-Range header.")
    start, end, total = found.groups()
    if start is not None:
        _check_piece(session, (int(start), int(end), total), len(piece))
        session.content += piece[len(session.content) - int(start) :]
    if total != "*" and len(session.content) == int(total):
        return session
    reached = {"Range": f"bytes=0-{len(session.content) - 1}"} if session.content else {}
    return web.Response(status=308, headers=reached)


def _check_piece(session: Upload, span: tuple[int, int, str], length: int) -> None:
    start, end, total = span
    is_last = total != "*" and end + 1 == int(total)
    if length != end - start + 1 or start > len(session.content):
        raise refusal.drive_refusal(400, "badRequest", "The piece does not fit what has arrived.")
    if not is_last and length % PIECE_MULTIPLE:
        raise refusal.drive_refusal(400, "badRequest", "A piece is a multiple of 256 KiB.")


async def _multipart(request: web.Request) -> tuple[Json, bytes]:
    if not request.content_type.startswith("multipart/"):
        raise refusal.drive_refusal(400, "badContent", f"Unsupported content with type: {request.content_type}")
    found = re.search(r'boundary="?([^";]+)', request.headers.get("Content-Type", ""))
    try:
        (_, metadata), (kind, content) = _parts(await request.read(), found[1] if found else "")
        record = json.loads(metadata)
    except (ValueError, UnicodeDecodeError):
        raise refusal.drive_refusal(400, "badRequest", "Malformed multipart body.") from None
    if not isinstance(record, dict):
        raise refusal.drive_refusal(400, "parseError", "Parse Error")
    given = {key: value for key, value in record.items() if value is not None}
    return {"mimeType": kind or "application/octet-stream"} | given, content


def _parts(body: bytes, boundary: str) -> list[tuple[str, bytes]]:
    """Type and content of each part. Google takes bare line feeds, which its own library sends."""
    if not boundary:
        raise ValueError("no boundary")
    parts = []
    for chunk in body.split(b"--" + boundary.encode())[1:-1]:
        head, blank, content = re.split(rb"(\r?\n\r?\n)", chunk, maxsplit=1)
        kind = re.search(rb"(?im)^content-type:\s*([^;\r\n]+)", head)
        end = len(content) - (2 if blank.startswith(b"\r") else 1)
        parts.append((kind[1].decode().strip() if kind else "", content[:end]))
    return parts
