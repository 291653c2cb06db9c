"""`/ws/web`: the socket of a web client, before and after it is linked.

A client says `hello` with its token (or none), then: no token → QR codes until an owner scans; unknown token
→ `logout`; another live tab → `conflict`; else `ready` with the chats. After that: `send`, `history`,
`exists`, `seen`, `leave` (log out), and `opened` and `typed` for those who watch. A message is accepted when its
`send` frame is handled here; the id is the client's, so the same frame after a lost answer changes nothing.
"""

import asyncio
import json
import math
import secrets
from typing import Any

import segno
from aiohttp import WSMsgType, web

from relance.sandbox.whatsapp import devices, frames, numbers
from relance.sandbox.whatsapp.exchange import Exchange, Said
from relance.sandbox.whatsapp.hub import Page
from relance.sandbox.whatsapp.world import Media

EXCHANGE = web.AppKey("exchange", Exchange)

HISTORY_PAGE = 60
"""Bubbles per request, about what the real client loads at once."""


async def open_web_socket(request: web.Request) -> web.StreamResponse:
    exchange = request.app[EXCHANGE]
    if exchange.faults.is_offline:
        raise web.HTTPServiceUnavailable
    socket = web.WebSocketResponse(heartbeat=15, max_msg_size=1 << 20)
    await socket.prepare(request)
    page = Page(socket)
    exchange.hub.pages.add(page)
    page.post(exchange.effects_frame())
    try:
        async with asyncio.TaskGroup() as group:
            pump = group.create_task(page.pump())
            await _listen(group, exchange, page)
            page.end()
            await asyncio.wait([pump])
    finally:
        exchange.hub.pages.discard(page)
    return socket


async def _listen(group: asyncio.TaskGroup, exchange: Exchange, page: Page) -> None:
    tasks: list[asyncio.Task[None]] = []
    async for received in page.socket:
        if received.type is not WSMsgType.TEXT:
            break
        frame = json.loads(received.data)
        if frame["op"] in _SLOW:
            tasks.append(group.create_task(_SLOW[frame["op"]](exchange, page, frame)))
        else:
            _REACT[frame["op"]](exchange, page, frame)
    for task in tasks:
        task.cancel()


def _hello(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    page.tab = frame["tab"]
    watched, token = str(frame.get("watch") or ""), str(frame.get("token") or "")
    account = watched if watched in exchange.world.accounts else exchange.world.devices.get(token)
    if account is None:
        page.post({"op": "logout", "reason": "unknown_companion"} if token else {"op": "unlinked"})
        return
    page.watches = bool(watched)
    if not page.watches:
        other = exchange.hub.live_tab(token)
        page.token = token
        if other and other.tab != page.tab and not frame.get("take"):
            page.token = None
            page.post({"op": "conflict"})
            page.end()
            return
        devices.replaced(exchange, page)
    page.account = account
    page.post(_ready(exchange, account))
    if exchange.faults.dialog and not page.watches:
        page.post({"op": "dialog", "kind": exchange.faults.dialog})


def _ready(exchange: Exchange, account: str) -> dict[str, Any]:
    world = exchange.world
    return {
        "op": "ready",
        "me": {"number": account, "name": world.accounts[account], "display": numbers.displayed(account)},
        "chats": [frames.chat(world, account, customer) for customer in world.chats(account)],
        "restricted": world.restricted.get(account),
        "banner": world.banners.get(account),
        "ambushes": exchange.faults.ambushes,
        "now": exchange.now().isoformat(),
    }


def _send(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    if page.account is None or page.watches:
        return
    if exchange.world.is_barred(page.account, frame["to"]):
        page.post({"op": "refused", "id": frame["id"], "chat": frame["to"]})
        return
    if exchange.faults.takes_drop():
        page.end()
        return
    said = Said(str(frame["text"]), _uploaded(exchange, frame.get("media")))
    if exchange.faults.takes_refusal() or exchange.accept(page.account, frame["id"], frame["to"], said) is None:
        page.post({"op": "refused", "id": frame["id"], "chat": frame["to"]})


def _uploaded(exchange: Exchange, media: dict[str, Any] | None) -> Media | None:
    """The file that `POST /web/upload` took before; raises KeyError when it did not."""
    if media is None:
        return None
    path = exchange.journal.media_path(media["sha256"])
    if path is None:
        raise KeyError(media["sha256"])
    return Media(path.name, media["mime"], media["name"], path.stat().st_size, media["kind"])


def _exists(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    number = numbers.plausible(frame["phone"])
    answer: dict[str, Any] = {"op": "exists", "tag": frame["tag"], "valid": number is not None, "chat": None}
    if page.account and number and exchange.exists(number):
        answer["chat"] = frames.chat(exchange.world, page.account, number)
    page.post(answer)


def _seen(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    if page.account and not page.watches:
        exchange.read_by_account(page.account, frame["chat"])


def _mirror(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    """Let the mirrors of this account follow what the device has open and typed."""
    if page.account and not page.watches:
        for other in exchange.hub.linked(page.account):
            if other.watches:
                other.post({"op": frame["op"], "chat": frame["chat"], "text": frame.get("text", "")})


def _dialog_closed(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    exchange.faults.dialog = None


def _ambushed(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    met = [ambush for ambush in exchange.faults.ambushes if ambush["id"] == frame["id"]]
    for ambush in met:
        exchange.faults.ambushes.remove(ambush)
        if ambush["act"] == "offline":
            exchange.faults.cut(None)
            exchange.hub.end_pages()


def _leave(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    """Somebody chose "log out" in this page's menu."""
    if page.account and not page.watches:
        devices.logout(exchange, page.account, "user_initiated")


def _unlock(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    if exchange.faults.lock_password in (None, frame["password"]):
        exchange.faults.effects.screen = None
        exchange.tell_effects()


async def _history(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    if exchange.faults.slow_history_s:
        await asyncio.sleep(exchange.faults.slow_history_s)
    if page.account is None:
        return
    before = frame.get("before") or math.inf
    thread = [m for m in exchange.world.thread(page.account, frame["chat"]) if m.seq < before]
    page.post(
        {
            "op": "history",
            "chat": frame["chat"],
            "messages": [frames.message(exchange.world, m) for m in thread[-HISTORY_PAGE:]],
            "more": len(thread) > HISTORY_PAGE,
        }
    )


async def _show_code(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    number = numbers.plausible(frame["phone"])
    if exchange.faults.is_link_refused or number is None:
        page.post({"op": "link_refused", "why": "attempts" if number else "number"})
        return
    page.ref, page.code = None, (number, devices.drawn_code())
    page.post({"op": "link_code", "code": page.code[1]})
    shown = page.code
    await asyncio.sleep(exchange.settings.link_code_s)
    if page.code == shown:
        page.code = None
        page.post({"op": "link_code_expired"})


async def _show_qr(exchange: Exchange, page: Page, frame: dict[str, Any]) -> None:
    settings = exchange.settings
    if exchange.faults.is_link_refused:
        page.post({"op": "link_refused", "why": "attempts"})
        return
    for _ in range(max(1, round(settings.qr_total_s / settings.qr_rotation_s))):
        page.ref = f"2@{secrets.token_urlsafe(48)}"
        code = segno.make(page.ref, error="l", micro=False)
        page.post({"op": "qr", "ref": page.ref, "rows": ["".join(map(str, row)) for row in code.matrix]})
        await asyncio.sleep(settings.qr_rotation_s)
        if page.ref is None:
            return
    page.ref = None
    page.post({"op": "qr_expired"})


_SLOW = {"history": _history, "wait_scan": _show_qr, "wait_code": _show_code}

_REACT = {
    "hello": _hello,
    "send": _send,
    "exists": _exists,
    "seen": _seen,
    "opened": _mirror,
    "typed": _mirror,
    "dialog_closed": _dialog_closed,
    "ambushed": _ambushed,
    "leave": _leave,
    "unlock": _unlock,
}
