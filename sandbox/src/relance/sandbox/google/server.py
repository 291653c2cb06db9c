"""The sandbox Google: a place to practise and the stand-in of the tests, behind one address.

`/token`, `/v4/spreadsheets…` and `/drive/v3/…` answer as Google does, as far as public documents say: the methods,
parameters, error bodies and limits that the product meets. What is not imitated is refused with 400 or 404, never
ignored. `/` and `/sheet/<id>` are for people; typing there is what the owner does in their own sheet. `/control/…`
is for scripts: load a workbook, edit as a human would, cause a fault, read the truth.

Not imitated: `drives.*`, most functions of formulas, drawings. In the tests Google's own discovery documents judge
every request and answer (tests/discovery.py): whatever it proves, it proves against documents, not against Google.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from relance.sandbox.google import (
    control,
    data_filter,
    drive_api,
    human,
    pages,
    permissions_api,
    sheets_api,
    token_api,
    wire,
)
from relance.sandbox.google.world import World

LARGEST_BODY = 64 * 1024 * 1024  # bytes; well above the largest document the product takes


def make_app(state: Path, now: Callable[[], datetime]) -> web.Application:
    app = web.Application(middlewares=[wire.refusals, wire.faults_and_counts], client_max_size=LARGEST_BODY)
    app[wire.WORLD] = World(state, now)
    app[token_api.CODES] = {}
    for room in (token_api, sheets_api, data_filter, drive_api, permissions_api, control, human, pages):
        app.add_routes(room.routes())
    return app
