"""The page's first answer: index.html with its import map, under a policy that runs only what carries its nonce."""

import json
import secrets
from pathlib import Path

from aiohttp import web

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' ws: wss: blob:; frame-ancestors 'none'"
)


class Front:
    def __init__(self, path: Path, modules: dict[str, str]) -> None:
        self._html = path.read_text(encoding="utf-8")
        self._modules = json.dumps({"imports": modules})

    async def serve(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        html = self._html.replace("{nonce}", nonce).replace("{modules}", self._modules)
        policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
        return web.Response(text=html, content_type="text/html", headers=policy)
