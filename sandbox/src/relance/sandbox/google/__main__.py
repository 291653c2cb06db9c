"""`python -m relance.sandbox.google --port 8790 --state DIR`: the sandbox Google until it is told to stop."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from relance.sandbox.google import server
from relance.sandbox.google.settings import Settings

SHUTDOWN_TIMEOUT_S = 1.0  # hung calls are a fault we play; nobody waits for them


def main() -> int:
    settings = Settings()
    parser = argparse.ArgumentParser(
        prog="relance.sandbox.google", description="Google Sheets et Drive, pour s'exercer"
    )
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    parser.add_argument("--state", type=Path, default=settings.state)
    chosen = parser.parse_args()
    app = server.make_app(chosen.state, lambda: datetime.now(UTC))
    try:
        web.run_app(app, host=chosen.host, port=chosen.port, access_log=None, print=lambda *_: None,
                    shutdown_timeout=SHUTDOWN_TIMEOUT_S)  # fmt: skip
    except OSError as refused:
        print(f"Impossible d'écouter sur {chosen.host}:{chosen.port} ({refused.strerror}) : "
              "choisissez un autre port avec --port.", file=sys.stderr)  # fmt: skip
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
