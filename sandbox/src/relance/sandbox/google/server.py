"""Puts the rooms of the sandbox Google behind one address: token, Sheets, Drive, pages, control."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from relance.sandbox.google import control, drive_api, pages, permissions_api, sheets_api, token_api, wire
from relance.sandbox.google.world import World

LARGEST_BODY = 64 * 1024 * 1024  # bytes; well above the largest document the product takes


def make_app(state: Path, now: Callable[[], datetime]) -> web.Application:
    app = web.Application(middlewares=[wire.refusals, wire.faults_and_counts], client_max_size=LARGEST_BODY)
    app[wire.WORLD] = World(state, now)
    for room in (token_api, sheets_api, drive_api, permissions_api, control, pages):
        app.add_routes(room.routes())
    return app
