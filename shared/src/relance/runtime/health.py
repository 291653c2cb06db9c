"""`/metrics`, `/health/live` and `/health/ready` of one service, on one port, and what else it answers there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from relance.domain.errors import SettingsRejected

# Meta's largest notification is 3 MB.
MOST_BYTES = 4 * 1024 * 1024

Check = Callable[[], str | None]
"""None when all is well, else one sentence that says what is not."""


@asynccontextmanager
async def served(
    host: str, port: int, check: Check, *, routes: Sequence[web.AbstractRouteDef] = ()
) -> AsyncIterator[int]:
    """Yields the port that listens; 0 asks for any free one."""
    app = web.Application(client_max_size=MOST_BYTES)
    app.add_routes(routes)
    app.router.add_get("/metrics", _metrics)
    app.router.add_get("/health/live", _live)
    app.router.add_get("/health/ready", _ready(check))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    except OSError as error:
        raise SettingsRejected(
            f"le port {port} est déjà pris : choisissez-en un autre (…_HTTP_PORT) ou arrêtez ce qui l'occupe"
        ) from error
    finally:
        await runner.cleanup()


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _live(_: web.Request) -> web.Response:
    return web.Response(text="vivant\n")


def _ready(check: Check) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_: web.Request) -> web.Response:
        sentence = check()
        return web.Response(text=(sentence or "prêt") + "\n", status=503 if sentence else 200)

    return ready
