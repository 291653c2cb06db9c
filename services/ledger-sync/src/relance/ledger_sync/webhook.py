"""POST /poll-now: the workbook's own script says that somebody edited it.

A hint, never data: the worst that a forged or repeated call could do is one more reading. It is refused all the same,
because this port is the open side of the house. What is signed is the time and the raw body; a call is good for five
minutes around its time and once. Calls seen are remembered in memory: after a restart a repeat costs one reading.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from relance.domain.errors import SettingsRejected
from relance.ledger_sync import metrics

PATH = "/poll-now"
TIMESTAMP, SIGNATURE = "X-Relance-Timestamp", "X-Relance-Signature"
# Clocks of Google's scripts and of a VPS differ by seconds; a person who replays needs minutes.
WINDOW_S = 300
# Our script sends two hundred bytes.
LARGEST_BODY = 64 * 1024
# Twenty a second for the whole window: more than any office edits.
MOST_REMEMBERED = 10_000

Wake = Callable[[str], bool]
"""Told a workbook's id; False when nobody follows it."""


class Doorkeeper:
    """Decides about each call. Only what is rightly signed is remembered, so strangers cannot fill the memory."""

    def __init__(self, secret: bytes, *, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now
        self._seen: OrderedDict[str, float] = OrderedDict()

    def verdict(self, timestamp: str, signature: str, body: bytes) -> str:
        """taken, unsigned, stale, replayed or crowded."""
        expected = sign(self._secret, timestamp, body)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return "unsigned"
        now = self._now()
        # The exact text was signed, so anything that is no number is our own script's mistake, not an attack.
        if not (timestamp.isascii() and timestamp.isdigit() and abs(now - int(timestamp[:15])) <= WINDOW_S):
            return "stale"
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        if expected in self._seen:
            return "replayed"
        if len(self._seen) >= MOST_REMEMBERED:
            return "crowded"
        # Kept for both halves of the window: a time still in the future goes stale only after them.
        self._seen[expected] = now + 2 * WINDOW_S
        return "taken"


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@asynccontextmanager
async def served(host: str, port: int, secret: str, wake: Wake) -> AsyncIterator[int]:
    """Yields the port that listens; 0 asks for any free one."""
    runner = web.AppRunner(make_app(Doorkeeper(secret.encode()), wake), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    except OSError as error:
        raise SettingsRejected(f"le port {port} du webhook est déjà pris : choisissez RELANCE_WEBHOOK_PORT") from error
    finally:
        await runner.cleanup()


def make_app(doorkeeper: Doorkeeper, wake: Wake) -> web.Application:
    async def poll_now(request: web.Request) -> web.Response:
        body = await request.read()
        headers = request.headers
        verdict = doorkeeper.verdict(headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, ""), body)
        if verdict == "taken" and not wake(_workbook(body)):
            verdict = "unknown"
        metrics.WEBHOOKS.labels(outcome=verdict).inc()
        status = {"taken": 202, "replayed": 409, "unknown": 404, "crowded": 429}.get(verdict, 401)
        return web.Response(status=status)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post(PATH, poll_now)
    return app


def _workbook(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("workbook", "")) if isinstance(told, dict) else ""
