"""`/control/*`: what tests, the demo and the owner's page ask of the sandbox, in JSON. None of it is seen by the page.

=======================  ==========================================================================================
`GET journal?since=`     What the server accepted, in order: the ground truth.
`GET accounts`           The sender numbers: linked, connected; pages that wait for a scan.
`POST pair`              {number, ref?}: the owner's phone scans. `POST link_code` {number, code}: …or types the code.
`GET/POST profile`       The build of the page from the next load on: {profile? `2024` `2025` `2026a` `2026b`, lang?
                         `fr` `en`, churn? attributes renamed or removed, seed? which ones, hours? 12 24, dates? `dmy`
                         `mdy`, reload? true: open pages load it at once}. The page's console says what churn took.
`POST contact`           {number, name, saved?, username?, hides_number?}: in the owner's address book, or only known by
                         the name, the username, or the privacy id that the person shows.
`POST group`             {name, members}: seen once somebody writes there; its id is for `reply`.
`POST reply`             {from, to?, group? id, text?, quote? id, media? {name, mime, base64, kind? `image` `document`
                         `sticker` `voice` `video`, state? `ready` `lazy` `expired`}, album? [media…]}.
`POST edit`              {id, text} · `POST delete` {id, trace? false: as a disappearing message} · `POST read` {phone}.
`POST notice`            {phone, notice}: a row that nobody wrote.
`POST grow`              {chats, messages?, seed?}: a crowd that has written, seen at the next load.
`POST fault`             {kind, …}: see breaking.py.  `POST reset`: forget everything.
=======================  ==========================================================================================
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from relance.sandbox.whatsapp import breaking, customers, devices, growth, numbers
from relance.sandbox.whatsapp.asked import account, phone
from relance.sandbox.whatsapp.device_socket import EXCHANGE
from relance.sandbox.whatsapp.world import Contact, entry


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/health", _health),
        web.get("/control/journal", _journal),
        web.get("/control/accounts", _accounts),
        web.post("/control/contact", _contact),
        web.post("/control/group", _group),
        web.post("/control/pair", _pair),
        web.post("/control/link_code", _link_code),
        web.post("/control/grow", _grow),
        web.get("/control/profile", _build),
        web.post("/control/profile", _rebuild),
        web.post("/control/fault", _fault),
        *customers.routes(),
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


async def _contact(request: web.Request) -> web.Response:
    asked = await request.json()
    contact = Contact(
        str(asked["name"]),
        bool(asked.get("saved", True)),
        str(asked["username"]) if asked.get("username") else None,
        bool(asked.get("hides_number", False)),
    )
    request.app[EXCHANGE].name_contact(phone(asked, "number"), contact)
    return web.json_response({"ok": True})


async def _group(request: web.Request) -> web.Response:
    exchange, asked = request.app[EXCHANGE], await request.json()
    members = [phone({"members": member}, "members") for member in asked["members"]]
    name = f"1203630{len(exchange.world.groups) + 10_000_000_000}@g.us"
    exchange.note({"kind": "group", "id": name, "name": str(asked["name"]), "members": members})
    return web.json_response({"id": name})


async def _pair(request: web.Request) -> web.Response:
    exchange, asked = request.app[EXCHANGE], await request.json()
    return web.json_response({"linked": devices.pair(exchange, account(exchange, asked, "number"), asked.get("ref"))})


async def _link_code(request: web.Request) -> web.Response:
    exchange, asked = request.app[EXCHANGE], await request.json()
    linked = devices.pair_by_code(exchange, account(exchange, asked, "number"), str(asked["code"]).upper())
    return web.json_response({"linked": linked})


async def _grow(request: web.Request) -> web.Response:
    asked = await request.json()
    chats, messages = int(asked["chats"]), int(asked.get("messages", 1))
    growth.grow(request.app[EXCHANGE], chats=chats, messages=messages, seed=int(asked.get("seed", 1)))
    return web.json_response({"ok": True})


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
    breaking.break_as_asked(request.app[EXCHANGE], await request.json())
    return web.json_response({"ok": True})
