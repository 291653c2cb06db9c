"""POST /token: the JWT-bearer and refresh-token grants."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from relance.sandbox.google import access, wire


def routes() -> list[web.RouteDef]:
    return [web.post("/token", token, name="token")]


async def token(request: web.Request) -> web.Response:
    form = {key: str(value) for key, value in (await request.post()).items()}
    email = access.email_of_grant(form)
    world = wire.world_of(request)
    return web.json_response(access.issue(world.secret, email, now=datetime.now(UTC)))
