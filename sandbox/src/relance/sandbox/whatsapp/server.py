"""The sandbox WhatsApp: a web client to automate, phones to answer from, and a ground truth to test by.

`python -m relance.sandbox.whatsapp --port 8091 --state DIR` serves:

=====================  ========================================================================================
`/`, `/send?phone=…`   WhatsApp Web of a linked device, as `sender` drives it. `?lang=en` for English,
                       `?watch=+336…` for a read-only mirror that does not disturb the linked device.
`/owner`               The owner's phone: each sender number, "Scanner le QR code", "Déconnecter".
`/phones`              Every customer's phone side by side; `/phone/+336…` one of them, to read and answer.
`/control/*`           JSON for tests and the demo: control.py.
=====================  ========================================================================================

A message is *accepted* when the linked device's socket delivers it; it is then in the journal, whatever the
page gets to see of it. The client numbers its messages, keeps unconfirmed ones in IndexedDB and repeats them
when it is connected again, so a click without network leaves later, once, also after a reload or kill -9:
the trap that a sender must not fall into. All state is in DIR (an append-only journal and the media), replayed
at start. Ticks: clock (not accepted), one (accepted), two (on the phone), blue (its person opened the chat).

Control requests are listed in control.py, faults in breaking.py. The page's markup is data in page/web/profiles/; see
there to add a build of the real page. The real page may differ from all of this.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from relance.domain import errors
from relance.runtime import clock
from relance.sandbox.whatsapp import control, lexical, people
from relance.sandbox.whatsapp.device_socket import EXCHANGE, open_web_socket
from relance.sandbox.whatsapp.exchange import Exchange
from relance.sandbox.whatsapp.front import Front
from relance.sandbox.whatsapp.journal import Journal
from relance.sandbox.whatsapp.settings import Settings
from relance.store import pool

PAGE = Path(__file__).parent / "page"

LARGEST_UPLOAD = 80 * 1024 * 1024
"""A 40 MB document in base64, with room: larger ones are for the sender to refuse, not for this server."""

CLOCK_START_S = 60
"""Seconds for the clock's database to answer at start; oversold machines are slow."""


def application(settings: Settings) -> web.Application:
    app = web.Application(middlewares=[control.explain_bad_requests, _never_cached], client_max_size=LARGEST_UPLOAD)

    async def live(app: web.Application) -> AsyncIterator[None]:
        async with _product_time(settings.clock_dsn) as product:
            exchange = Exchange(settings, Journal(settings.state), product.now)
            app[EXCHANGE] = exchange
            yield
            exchange.close()

    app.cleanup_ctx.append(live)
    app.on_shutdown.append(_say_goodbye)
    modules = lexical.import_map(settings.lexical) if settings.lexical else {}
    front = Front(PAGE / "web" / "index.html", modules)
    for path in ("/", "/send"):
        app.router.add_get(path, front.serve)
    app.router.add_get("/sw.js", _file(PAGE / "web" / "sw.js"))
    if settings.lexical:
        app.router.add_static(lexical.ADDRESS, settings.lexical)
    app.router.add_get("/owner", _file(PAGE / "phone" / "owner.html"))
    app.router.add_get("/phones", _file(PAGE / "phone" / "phones.html"))
    app.router.add_get("/phone/{number}", _file(PAGE / "phone" / "phone.html"))
    app.router.add_get("/ws/web", open_web_socket)
    app.router.add_get("/web/config", _config)
    app.router.add_get("/media/{sha256}", _media)
    app.router.add_post("/web/upload", _upload)
    app.router.add_static("/page/", PAGE)
    app.add_routes(control.routes())
    app.add_routes(people.routes())
    return app


@asynccontextmanager
async def _product_time(dsn: str | None) -> AsyncIterator[clock.Clock]:
    if dsn is None:
        yield clock.RealClock()
        return
    try:
        async with asyncio.timeout(CLOCK_START_S), AsyncExitStack() as starting:
            moving = await starting.enter_async_context(clock.following(dsn))
            running = starting.pop_all()
    except pool.LOST as error:
        raise errors.Unavailable("La base de l'horloge ne répond pas : vérifiez RELANCE_CLOCK_DSN.") from error
    async with running:
        yield moving


@web.middleware
async def _never_cached(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    answer = await handler(request)
    if not answer.prepared:
        answer.headers["Cache-Control"] = "no-cache"
    return answer


def _file(path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return serve


async def _say_goodbye(app: web.Application) -> None:
    app[EXCHANGE].hub.end_all()


async def _config(request: web.Request) -> web.Response:
    exchange = request.app[EXCHANGE]
    settings = exchange.settings
    told: dict[str, Any] = {
        "zone": settings.zone,
        "bootMs": settings.boot_ms,
        "hasLexical": settings.lexical is not None,
    }
    told["effects"] = asdict(exchange.faults.effects)
    return web.json_response(exchange.build.told() | told)


async def _upload(request: web.Request) -> web.Response:
    """Bytes of a file that a message will name by their SHA-256."""
    exchange = request.app[EXCHANGE]
    content = await request.read()
    await asyncio.sleep(exchange.faults.upload_s)
    if exchange.faults.is_offline:
        raise web.HTTPServiceUnavailable
    return web.json_response({"sha256": exchange.journal.keep_media(content)})


async def _media(request: web.Request) -> web.StreamResponse:
    exchange, sha256 = request.app[EXCHANGE], request.match_info["sha256"]
    path = exchange.journal.media_path(sha256)
    if path is None:
        raise web.HTTPNotFound
    mime = next((m.media.mime for m in exchange.world.messages if m.media and m.media.sha256 == sha256), None)
    headers = {
        "Content-Type": mime or "application/octet-stream",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return web.FileResponse(path, headers=headers)
