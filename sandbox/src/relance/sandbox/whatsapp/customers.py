"""What customers do on their phones: `POST /control/reply`, `read`, `edit`, `delete`, `notice`."""

import base64
import uuid
from typing import Any

from aiohttp import web

from relance.sandbox.whatsapp import asked, media_type
from relance.sandbox.whatsapp.asked import Asked
from relance.sandbox.whatsapp.device_socket import EXCHANGE
from relance.sandbox.whatsapp.exchange import Exchange, Said
from relance.sandbox.whatsapp.world import Media, entry

KINDS = ("image", "document", "sticker", "voice", "video")
STATES = ("ready", "lazy", "expired")
NOTICES = ("encrypted", "disappearing_on", "disappearing_off", "number_changed", "business")


def routes() -> list[web.RouteDef]:
    return [
        web.post("/control/reply", _reply),
        web.post("/control/read", _read),
        web.post("/control/edit", _edit),
        web.post("/control/delete", _delete),
        web.post("/control/notice", _notice),
    ]


def take_reply(exchange: Exchange, asking: Asked) -> dict[str, Any]:
    """A customer writes; `to` defaults to the number that wrote to them last. An album is one message a picture."""
    customer, author = asked.phone(asking, "from"), None
    if asking.get("group"):
        customer, author = asked.group(exchange, asking, "group"), customer
    to = asked.account(exchange, asking, "to") if asking.get("to") else last_account(exchange, customer)
    text, media = str(asking.get("text") or ""), _media(exchange, asking.get("media"))
    album = [_media(exchange, each) for each in asking.get("album") or []]
    if not text and media is None and not album:
        raise ValueError("a reply needs text or media")
    quoted = asked.message(exchange, asking, "quote").id if asking.get("quote") else None
    if not album:
        return entry(exchange.reply(customer, to, Said(text, media, author, quoted)))
    name = uuid.uuid4().hex.upper()
    sent = [exchange.reply(customer, to, Said("", each, author, album=name)) for each in album]
    return entry(sent[0]) | {"album": [message.id for message in sent]}


def last_account(exchange: Exchange, customer: str) -> str:
    threads = [(thread[-1].seq, number) for number, thread in exchange.world.threads_of(customer)]
    return max(threads)[1] if threads else next(iter(exchange.world.accounts))


def _media(exchange: Exchange, asking: Asked | None) -> Media | None:
    if asking is None:
        return None
    try:
        content = base64.b64decode(asking["base64"], validate=True)
    except ValueError as error:
        raise ValueError("media.base64: not base64") from error
    mime = media_type.told_by_content(content, str(asking["mime"]))
    kind = asked.one_of(asking, "kind", KINDS, default=media_type.kind_of(mime))
    state = asked.one_of(asking, "state", STATES, default="ready")
    return Media(exchange.journal.keep_media(content), mime, str(asking["name"]), len(content), kind, state)


async def _reply(request: web.Request) -> web.Response:
    return web.json_response(take_reply(request.app[EXCHANGE], await request.json()))


async def _read(request: web.Request) -> web.Response:
    request.app[EXCHANGE].read_by_customer(asked.phone(await request.json(), "phone"))
    return web.json_response({"ok": True})


async def _edit(request: web.Request) -> web.Response:
    exchange, asking = request.app[EXCHANGE], await request.json()
    message = asked.message(exchange, asking, "id")
    exchange.edit(message, str(asking["text"]))
    return web.json_response(entry(message))


async def _delete(request: web.Request) -> web.Response:
    exchange, asking = request.app[EXCHANGE], await request.json()
    message = asked.message(exchange, asking, "id")
    (exchange.delete if asking.get("trace", True) else exchange.vanish)(message)
    return web.json_response(entry(message))


async def _notice(request: web.Request) -> web.Response:
    exchange, asking = request.app[EXCHANGE], await request.json()
    customer = asked.phone(asking, "phone")
    notice = asked.one_of(asking, "notice", NOTICES)
    return web.json_response(entry(exchange.reply(customer, last_account(exchange, customer), Said(notice=notice))))
