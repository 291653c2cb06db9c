"""POST /token, and the page where a person lets an application act in their name.

The page asks as Google's does and gives back a code that is good once, for its PKCE verifier only.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from relance.sandbox.google import access, control, refusal, wire

CODES = web.AppKey("codes", dict[str, "Asked"])
ASKED = frozenset(
    {
        "response_type", "client_id", "redirect_uri", "scope", "state", "access_type", "prompt", "code_challenge",
        "code_challenge_method", "include_granted_scopes", "login_hint",
    }
)  # fmt: skip
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Autoriser</title>
<body style="font: 16px system-ui; max-width: 32rem; margin: 4rem auto">
<h1>Google, pour s'exercer</h1><p>L'application demande : <code>{scope}</code></p>
<form method="post">
<label>Compte <input name="account" value="{account}" size="32"></label>
<p><button name="answer" value="yes">Autoriser</button> <button name="answer" value="no">Refuser</button></p></form>"""


@dataclass(frozen=True, slots=True)
class Asked:
    account: str
    challenge: str
    redirect_uri: str


def routes() -> list[web.RouteDef]:
    return [
        web.post("/token", token, name="token"),
        web.get("/o/oauth2/auth", ask, allow_head=False),
        web.post("/o/oauth2/auth", answer),
    ]


async def token(request: web.Request) -> web.Response:
    form = {key: str(value) for key, value in (await request.post()).items()}
    world = wire.world_of(request)
    if form.get("grant_type") != "authorization_code":
        email = access.email_of_grant(form)
        return web.json_response(access.issue(world.secret, email, now=datetime.now(UTC)))
    asked = request.app[CODES].pop(form.get("code", ""), None)
    if asked is None or asked.redirect_uri != form.get("redirect_uri") or not _proves(asked, form):
        raise access.token_refusal("invalid_grant", "Malformed auth code.")
    issued = access.issue(world.secret, asked.account, now=datetime.now(UTC))
    # A refresh token of the sandbox is the account's address itself.
    return web.json_response(issued | {"refresh_token": asked.account, "scope": form.get("scope", "")})


async def ask(request: web.Request) -> web.Response:
    _checked(request.query)
    filled = {"scope": request.query["scope"], "account": control.HUMAN}
    text = PAGE.format(**{name: html.escape(value, quote=True) for name, value in filled.items()})
    return web.Response(text=text, content_type="text/html")


async def answer(request: web.Request) -> web.Response:
    form = await request.post()
    asked = request.query
    _checked(asked)
    back = asked["redirect_uri"]
    told = {"state": asked.get("state", "")}
    if form.get("answer") != "yes":
        raise web.HTTPFound(f"{back}?{urlencode({'error': 'access_denied', **told})}")
    code = "4/" + secrets.token_urlsafe(32)
    account = str(form.get("account") or control.HUMAN)
    request.app[CODES][code] = Asked(account, asked.get("code_challenge", ""), back)
    raise web.HTTPFound(f"{back}?{urlencode({'code': code, 'scope': asked['scope'], **told})}")


def _checked(asked: Mapping[str, str]) -> None:
    unknown = sorted(set(asked) - ASKED)
    if unknown:
        raise refusal.invalid(f"Unknown parameter: {unknown[0]}")
    if asked.get("response_type") != "code" or not asked.get("client_id") or not asked.get("scope"):
        raise refusal.invalid("response_type=code, client_id and scope are needed")
    if urlsplit(asked.get("redirect_uri", "")).hostname not in ("127.0.0.1", "localhost"):
        raise refusal.invalid("redirect_uri_mismatch: an installed application is answered on its own machine only")


def _proves(asked: Asked, form: Mapping[str, str]) -> bool:
    if not asked.challenge:
        return True
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return secrets.compare_digest(base64.urlsafe_b64encode(digest).decode().rstrip("="), asked.challenge)
