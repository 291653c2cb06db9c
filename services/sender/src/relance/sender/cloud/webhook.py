"""What Meta tells us: customers' messages and the fate of ours, at `/webhooks/whatsapp`.

Any sender may take it, whoever holds the number: it only writes down. Meta is answered 200 after the commit and tells
again for days otherwise; a second telling changes nothing. Nothing unsigned is read, and what people write who are in
no ledger is forgotten at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from relance.runtime import logs
from relance.sender.settings import SenderSettings
from relance.store import cloud, pool
from relance.store.cloud import Heard, Told

log = logs.get()

PATH = "/webhooks/whatsapp"
STATUSES = frozenset({"sent", "delivered", "read", "failed"})
MEDIA = {"image": "image", "document": "document", "audio": "audio", "voice": "audio"}


def routes(
    settings: SenderSettings, database: pool.Pool, now: Callable[[], datetime]
) -> tuple[web.AbstractRouteDef, ...]:
    """None at all where the official API is not set up."""
    if settings.cloud_app_secret is None or settings.cloud_verify_token is None:
        return ()
    secret = settings.cloud_app_secret.get_secret_value().encode()
    word = settings.cloud_verify_token.get_secret_value()

    async def verify(request: web.Request) -> web.Response:
        asked = request.query
        is_known = hmac.compare_digest(asked.get("hub.verify_token", "").encode(), word.encode())
        if asked.get("hub.mode") != "subscribe" or not is_known:
            raise web.HTTPForbidden
        return web.Response(text=asked.get("hub.challenge", ""))

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if not is_signed(body, request.headers.get("X-Hub-Signature-256", ""), secret):
            raise web.HTTPForbidden
        try:
            told = json.loads(body)
        except ValueError:
            raise web.HTTPBadRequest from None
        await note(database, told, at=now())
        return web.Response(text="ok")

    return (web.get(PATH, verify), web.post(PATH, take))


def is_signed(body: bytes, signature: str, secret: bytes) -> bool:
    wanted = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(), wanted.encode())


async def note(database: pool.Pool, told: object, *, at: datetime) -> None:
    """Write down one notification, in one transaction."""
    news = 0
    async with pool.transaction(database) as connection:
        for phone_id, value in _values(told):
            number_id = await cloud.number_with(connection, phone_id)
            if number_id is None:
                continue
            for heard in _messages(value):
                news += await cloud.hear(connection, number_id, heard)
            for status in _statuses(value):
                news += await cloud.told(connection, status, at=at)
    log.debug("cloud.told", count=news)


def _values(told: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in _list(told, "entry"):
        for change in _list(entry, "changes"):
            value = change.get("value")
            if change.get("field") == "messages" and isinstance(value, dict):
                yield str(_part(value, "metadata").get("phone_number_id", "")), value


def _messages(value: Mapping[str, Any]) -> Iterator[Heard]:
    for one in _list(value, "messages"):
        kind = str(one.get("type", ""))
        content = _part(one, kind)
        yield Heard(
            wamid=str(one["id"]),
            phone="+" + str(one.get("from", "")).removeprefix("+"),
            body=str(content.get("body") or content.get("caption") or content.get("text") or ""),
            media=None if kind in {"text", "button"} else MEDIA.get(kind, "other"),
            media_ref=str(content["id"]) if kind in MEDIA and "id" in content else None,
            at=datetime.fromtimestamp(int(one.get("timestamp", 0)), tz=UTC),
        )


def _statuses(value: Mapping[str, Any]) -> Iterator[Told]:
    for one in _list(value, "statuses"):
        if one.get("status") in STATUSES:
            code = next((error.get("code") for error in _list(one, "errors")), None)
            key = one.get("biz_opaque_callback_data")
            yield Told(str(one["id"]), None if key is None else str(key), str(one["status"]), code)


def _list(told: object, name: str) -> list[Mapping[str, Any]]:
    found = told.get(name) if isinstance(told, Mapping) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}
