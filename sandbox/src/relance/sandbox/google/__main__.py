"""`python -m relance.sandbox.google --port 8790 --state DIR`: the sandbox Google until it is told to stop."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from relance.runtime import clock
from relance.sandbox.google import server, wire
from relance.sandbox.google.settings import Settings

SHUTDOWN_TIMEOUT_S = 1.0  # hung calls are a fault we play; nobody waits for them


def main() -> int:
    chosen = _arguments()
    try:
        app = server.make_app(chosen.state, lambda: datetime.now(UTC))
    except (OSError, ValueError) as failure:
        print(f"État illisible dans {chosen.state} ({failure}) : choisissez un autre --state.", file=sys.stderr)
        return 2
    if chosen.clock_dsn:
        app.cleanup_ctx.append(lambda app: _follow_clock(app, chosen.clock_dsn))
    try:
        web.run_app(
            app,
            host=chosen.host,
            port=chosen.port,
            access_log=None,
            print=None,
            shutdown_timeout=SHUTDOWN_TIMEOUT_S,
        )
    except OSError as failure:
        where = f"{chosen.host}:{chosen.port}"
        reason = os.strerror(failure.errno) if failure.errno else failure
        print(f"Impossible d'écouter sur {where} ({reason}) : choisissez un autre --port.", file=sys.stderr)
        return 2
    return 0


def _arguments() -> argparse.Namespace:
    settings = Settings()
    parser = argparse.ArgumentParser(prog="relance.sandbox.google", description="Google Sheets et Drive pour s'exercer")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    parser.add_argument("--state", type=Path, default=settings.state, help="où garder classeurs et documents")
    parser.add_argument("--clock-dsn", default=settings.clock_dsn, help="base de données de l'horloge réglable")
    return parser.parse_args()


async def _follow_clock(app: web.Application, dsn: str) -> AsyncIterator[None]:
    async with clock.following(dsn) as movable:
        app[wire.WORLD].now = movable.now
        yield


if __name__ == "__main__":
    sys.exit(main())
