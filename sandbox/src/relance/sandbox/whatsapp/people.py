"""The customers' phones as JSON and as a live socket, for the pages that people look at."""

import asyncio
import json
from typing import Any

from aiohttp import WSMsgType, web

from relance.sandbox.whatsapp import asked, customers, frames, numbers
from relance.sandbox.whatsapp.device_socket import EXCHANGE
from relance.sandbox.whatsapp.exchange import Exchange
from relance.sandbox.whatsapp.hub import Phone

WALL_BUBBLES = 12
"""Messages per phone on the wall: what fits on its small screen."""


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/phones", _wall),
        web.post("/api/phones", _add),
        web.get("/api/phone/{number}", _phone),
        web.post("/api/phone/{number}/reply", _reply),
        web.get("/ws/phone", _live),
    ]


def view(exchange: Exchange, number: str, limit: int | None = None) -> dict[str, Any]:
    world = exchange.world
    contact = world.contacts.get(number)
    threads: list[dict[str, Any]] = []
    for account, thread in world.threads_of(number):
        shown = thread[-limit:] if limit else thread
        threads.append(
            {
                "account": account,
                "name": world.accounts.get(account, numbers.readable(account)),
                "display": numbers.readable(account),
                "unread": sum(1 for m in thread if m.direction == "out" and m.ack < 3),
                "messages": [frames.message(world, m) | {"ack": m.ack} for m in shown],
            }
        )
    threads.sort(key=lambda thread: -thread["messages"][-1]["seq"])
    return {
        "number": number,
        "name": contact.name if contact else None,
        "display": numbers.readable(number),
        "zone": exchange.settings.zone,
        "today": exchange.now().date().isoformat(),
        "threads": threads,
        "account": customers.last_account(exchange, number),
    }


def _asked_phone(request: web.Request) -> str:
    return asked.phone({"number": request.match_info["number"]}, "number")


async def _wall(request: web.Request) -> web.Response:
    exchange = request.app[EXCHANGE]
    phones = [view(exchange, number, WALL_BUBBLES) for number in exchange.world.phones]
    phones.sort(key=lambda phone: -max((t["messages"][-1]["seq"] for t in phone["threads"]), default=0))
    return web.json_response({"phones": phones})


async def _add(request: web.Request) -> web.Response:
    number = asked.phone(await request.json(), "number")
    request.app[EXCHANGE].add_phone(number)
    return web.json_response({"number": number})


async def _phone(request: web.Request) -> web.Response:
    return web.json_response(view(request.app[EXCHANGE], _asked_phone(request)))


async def _reply(request: web.Request) -> web.Response:
    asking = await request.json() | {"from": _asked_phone(request)}
    return web.json_response(customers.take_reply(request.app[EXCHANGE], asking))


async def _live(request: web.Request) -> web.StreamResponse:
    """Says `changed` when there is something new; hears `seen` when the person has the chat before them."""
    exchange = request.app[EXCHANGE]
    number = request.query.get("number")
    socket = web.WebSocketResponse(heartbeat=15)
    await socket.prepare(request)
    phone = Phone(socket, number=numbers.plausible(number) if number else None)
    exchange.hub.phones.add(phone)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(phone.pump())
            async for received in socket:
                if received.type is WSMsgType.TEXT and json.loads(received.data) == "seen" and phone.number:
                    exchange.read_by_customer(phone.number)
            phone.end()
    finally:
        exchange.hub.phones.discard(phone)
    return socket
