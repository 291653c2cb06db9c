"""`/control/*`: what tests, the demo and the owner's page ask of the sandbox, in JSON.

`POST /control/profile` {profile?, lang?, churn?, seed?, reload?} changes the build of the page that is served:
`2024`, `2025`, `2026a`, `2026b` × `fr`, `en` × that many attributes renamed or removed, the same for the same
seed (the page's console says which). It counts from the next load; `reload` true reloads the open pages.
`GET /control/profile` says what is served.
"""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from relance.sandbox.whatsapp import media_type, numbers
from relance.sandbox.whatsapp.device_socket import EXCHANGE
from relance.sandbox.whatsapp.exchange import Exchange
from relance.sandbox.whatsapp.world import Media, entry

Asked = dict[str, Any]


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/health", _health),
        web.get("/control/journal", _journal),
        web.get("/control/accounts", _accounts),
        web.post("/control/reply", _reply),
        web.post("/control/read", _read),
        web.post("/control/contact", _contact),
        web.post("/control/pair", _pair),
        web.get("/control/profile", _build),
        web.post("/control/profile", _rebuild),
        web.post("/control/fault", _fault),
        web.post("/control/reset", _reset),
    ]


@web.middleware
async def explain_bad_requests(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn a missing or senseless field into one sentence and status 400."""
    try:
        return await handler(request)
    except KeyError as missing:
        return web.json_response({"error": f"missing field: {missing.args[0]}"}, status=400)
    except (ValueError, TypeError) as error:
        return web.json_response({"error": str(error)}, status=400)


def phone(asked: Asked, key: str) -> str:
    number = numbers.plausible(str(asked[key]))
    if number is None:
        raise ValueError(f"{key}: not a phone number with its country code")
    return number


def account(exchange: Exchange, asked: Asked, key: str) -> str:
    number = phone(asked, key)
    if number not in exchange.world.accounts:
        raise ValueError(f"{key}: not one of the sender numbers")
    return number


def take_reply(exchange: Exchange, asked: Asked) -> dict[str, Any]:
    """A customer writes: text, media or both; `to` defaults to the number that wrote to them last."""
    customer = phone(asked, "from")
    to = account(exchange, asked, "to") if asked.get("to") else last_account(exchange, customer)
    text, media = str(asked.get("text") or ""), _media(exchange, asked.get("media"))
    if not text and media is None:
        raise ValueError("a reply needs text or media")
    return entry(exchange.reply(customer, to, text, media))


def last_account(exchange: Exchange, customer: str) -> str:
    threads = [(thread[-1].seq, number) for number, thread in exchange.world.threads_of(customer)]
    return max(threads)[1] if threads else next(iter(exchange.world.accounts))


def _media(exchange: Exchange, asked: Asked | None) -> Media | None:
    if asked is None:
        return None
    try:
        content = base64.b64decode(asked["base64"], validate=True)
    except ValueError as error:
        raise ValueError("media.base64: not base64") from error
    mime = media_type.told_by_content(content, str(asked["mime"]))
    return Media(exchange.journal.keep_media(content), mime, str(asked["name"]), len(content))


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def _journal(request: web.Request) -> web.Response:
    since = int(request.query.get("since", 0))
    messages = request.app[EXCHANGE].world.messages
    return web.json_response({"entries": [entry(m) for m in messages if m.seq > since]})


async def _accounts(request: web.Request) -> web.Response:
    exchange = request.app[EXCHANGE]
    linked = list(exchange.world.devices.values())
    return web.json_response(
        {
            "accounts": [
                {
                    "number": number,
                    "name": name,
                    "display": numbers.readable(number),
                    "linked": number in linked,
                    "devices": linked.count(number),
                    "connected": exchange.hub.is_connected(number),
                }
                for number, name in exchange.world.accounts.items()
            ],
            "waiting": len(exchange.hub.waiting(None)),
        }
    )


async def _reply(request: web.Request) -> web.Response:
    return web.json_response(take_reply(request.app[EXCHANGE], await request.json()))


async def _read(request: web.Request) -> web.Response:
    request.app[EXCHANGE].read_by_customer(phone(await request.json(), "phone"))
    return web.json_response({"ok": True})


async def _contact(request: web.Request) -> web.Response:
    asked = await request.json()
    saved = bool(asked.get("saved", True))
    request.app[EXCHANGE].name_contact(phone(asked, "number"), str(asked["name"]), saved=saved)
    return web.json_response({"ok": True})


async def _pair(request: web.Request) -> web.Response:
    exchange, asked = request.app[EXCHANGE], await request.json()
    return web.json_response({"linked": exchange.pair(account(exchange, asked, "number"), asked.get("ref"))})


async def _reset(request: web.Request) -> web.Response:
    request.app[EXCHANGE].reset()
    return web.json_response({"ok": True})


async def _build(request: web.Request) -> web.Response:
    return web.json_response(request.app[EXCHANGE].build.told())


async def _rebuild(request: web.Request) -> web.Response:
    exchange, asked = request.app[EXCHANGE], await request.json()
    exchange.rebuild(exchange.build.changed(asked), reload=bool(asked.get("reload", False)))
    return web.json_response(exchange.build.told())


async def _fault(request: web.Request) -> web.Response:
    asked = await request.json()
    break_as_asked = _FAULTS.get(asked["kind"])
    if break_as_asked is None:
        raise ValueError(f"kind: one of {', '.join(sorted(_FAULTS))}")
    break_as_asked(request.app[EXCHANGE], asked)
    return web.json_response({"ok": True})


def _offline(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.cut(float(asked["seconds"]) if asked.get("seconds") is not None else None)
    exchange.hub.end_pages()


def _logout(exchange: Exchange, asked: Asked) -> None:
    named = [account(exchange, asked, "number")] if asked.get("number") else list(exchange.world.accounts)
    for number in named:
        exchange.logout(number, str(asked.get("reason", "user_initiated")))


def _slow_history(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.slow_history_s = float(asked["seconds"])


def _hold_acks(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.hold_acks = bool(asked.get("on", True))
    if not exchange.faults.hold_acks:
        exchange.release_acks()


def _drop(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.drops = int(asked.get("n", 1))


def _absent(exchange: Exchange, asked: Asked) -> None:
    exchange.set_absent(phone(asked, "phone"), on=bool(asked.get("on", True)))


def _restricted(exchange: Exchange, asked: Asked) -> None:
    exchange.set_restricted(account(exchange, asked, "number"), on=bool(asked.get("on", True)))


def _dialog(exchange: Exchange, asked: Asked) -> None:
    kind = str(asked.get("dialog", "whats_new"))
    exchange.faults.dialog = kind
    for number in exchange.world.accounts:
        exchange.hub.post_to_account(number, {"op": "dialog", "kind": kind})


def _clear(exchange: Exchange, asked: Asked) -> None:
    """End every fault; numbers without WhatsApp and restrictions too."""
    exchange.release_acks()
    exchange.faults.clear()
    for number in list(exchange.world.absent):
        exchange.set_absent(number, on=False)
    for number in list(exchange.world.restricted):
        exchange.set_restricted(number, on=False)


_FAULTS: dict[str, Callable[[Exchange, Asked], None]] = {
    "offline": _offline,
    "logout": _logout,
    "slow_history": _slow_history,
    "hold_acks": _hold_acks,
    "drop_before_accept": _drop,
    "not_on_whatsapp": _absent,
    "restricted": _restricted,
    "dialog": _dialog,
    "clear": _clear,
}
