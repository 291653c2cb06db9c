"""The sandbox Cloud API: Meta's official WhatsApp API as far as a reminder needs it, and what it tells back.

=======================================  =======================================================================
`POST /v…/<phone_id>/messages`           text, template, image, document; also "mark as read"
`GET  /v…/<phone_id>`                    the number itself
`GET  /v…/<account_id>/message_templates`  approved and other templates, in pages
`POST /v…/<phone_id>/media`, `GET /v…/<media_id>`, `GET /media/<media_id>`  media in both directions
`/control/*`                             JSON for tests: journal, incoming, template, fault, subscribe
=======================================  =======================================================================

As there: an accepted request is not a delivered message. What cannot be delivered (nobody there, 24 hours over) is
accepted with a `wamid` and fails in a status; there is no key against a second request, and `biz_opaque_callback_data`
comes back in each status. Notifications are signed, told again until answered 200, and may come twice.
Not imitated: interactive messages, groups, prices, quality tiers.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import web

from relance.sandbox.cloud_api import notices, refusal
from relance.sandbox.cloud_api.world import LONGEST_KEY, Accepted, Account, Medium, Template

ACCOUNT = web.AppKey("account", Account)
NOTICES = web.AppKey("notices", notices.Notices)
PAGE = 25
MOST_BYTES = 100 * 1024 * 1024


def application(account: Account) -> web.Application:
    app = web.Application(middlewares=[_refusals], client_max_size=MOST_BYTES)
    app[ACCOUNT] = account

    async def telling(app: web.Application) -> AsyncIterator[None]:
        async with notices.telling(account) as told:
            app[NOTICES] = told
            yield

    app.cleanup_ctx.append(telling)
    graph = "/{version:v[0-9.]+}"
    app.router.add_post(f"{graph}/{{phone_id}}/messages", _messages)
    app.router.add_post(f"{graph}/{{phone_id}}/media", _upload)
    app.router.add_get(f"{graph}/{{account_id}}/message_templates", _templates)
    app.router.add_get(f"{graph}/{{object_id}}", _object)
    app.router.add_get("/media/{media_id}", _medium)
    for name, act in (("incoming", _incoming), ("template", _template), ("fault", _fault), ("subscribe", _subscribe)):
        app.router.add_post(f"/control/{name}", act)
    app.router.add_get("/control/journal", _journal)
    return app


@web.middleware
async def _refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    account = request.app[ACCOUNT]
    if request.path.startswith("/control/"):
        return await handler(request)
    if request.headers.get("Authorization") != f"Bearer {account.token}":
        return refusal.TOKEN.response()
    if request.method == "POST" and account.next_answers:
        return refusal.BY_NAME[account.next_answers.pop(0)].response()
    try:
        return await handler(request)
    except refusal.Refused as refused:
        return refused.refusal.response(refused.details)


async def _messages(request: web.Request) -> web.StreamResponse:
    account = request.app[ACCOUNT]
    _same(request.match_info["phone_id"], account.phone_id)
    asked = await _json(request)
    if asked.get("messaging_product") != "whatsapp":
        raise refusal.PARAMETER.raised("The parameter messaging_product is required.")
    if asked.get("status") == "read":
        account.read.append(str(asked.get("message_id")))
        return web.json_response({"success": True})
    phone = str(asked.get("to", "")).removeprefix("+")
    key = asked.get("biz_opaque_callback_data")
    if not phone.isdigit() or (key is not None and len(str(key)) > LONGEST_KEY):
        raise refusal.VALUE.raised("to, biz_opaque_callback_data")
    text = account.text_of(asked)
    told = request.app[NOTICES]
    wamid = account.next_wamid(phone)
    kind = str(asked.get("type", "text"))
    failure = _failure(account, phone, kind)
    if failure is None:
        account.journal.append(Accepted(wamid, f"+{phone}", text, kind, key))
    told.statuses(wamid, phone, key=key, failure=failure)
    if account.cut_after_accept > 0:
        account.cut_after_accept -= 1
        if request.transport is not None:
            request.transport.abort()
    return web.json_response(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": str(asked["to"]), "wa_id": phone}],
            "messages": [{"id": wamid, "message_status": "accepted"}],
        }
    )


def _failure(account: Account, phone: str, kind: str) -> refusal.Refusal | None:
    if f"+{phone}" in account.not_on_whatsapp:
        return refusal.UNDELIVERABLE
    if kind != "template" and not account.is_open(f"+{phone}", time.time()):
        return refusal.REENGAGEMENT
    return None


async def _object(request: web.Request) -> web.Response:
    account, name = request.app[ACCOUNT], request.match_info["object_id"]
    if name == account.phone_id:
        shown = {"id": name, "display_phone_number": account.display_phone, "quality_rating": "GREEN"}
        return web.json_response(shown)
    medium = account.media.get(name)
    if medium is None:
        raise refusal.UNKNOWN_OBJECT.raised(f"Object with ID '{name}' does not exist")
    return web.json_response(
        {
            "messaging_product": "whatsapp",
            "url": str(request.url.origin() / "media" / name),
            "mime_type": medium.mime,
            "sha256": hashlib.sha256(medium.content).hexdigest(),
            "file_size": len(medium.content),
            "id": name,
        }
    )


async def _templates(request: web.Request) -> web.Response:
    account = request.app[ACCOUNT]
    _same(request.match_info["account_id"], account.account_id)
    start, size = int(request.query.get("after", 0)), min(int(request.query.get("limit", PAGE)), PAGE)
    page = account.templates[start : start + size]
    paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + len(page))}}
    if start + len(page) < len(account.templates):
        paging["next"] = str(request.url.update_query(after=start + len(page)))
    return web.json_response({"data": [template.as_json() for template in page], "paging": paging})


async def _upload(request: web.Request) -> web.Response:
    account = request.app[ACCOUNT]
    _same(request.match_info["phone_id"], account.phone_id)
    form = await request.post()
    file = form.get("file")
    if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
        raise refusal.PARAMETER.raised("messaging_product and file are required")
    media_id = _kept(account, Medium(file.file.read(), str(form.get("type") or file.content_type)))
    return web.json_response({"id": media_id})


async def _medium(request: web.Request) -> web.Response:
    medium = request.app[ACCOUNT].media.get(request.match_info["media_id"])
    if medium is None:
        raise web.HTTPNotFound
    return web.Response(body=medium.content, content_type=medium.mime)


async def _incoming(request: web.Request) -> web.Response:
    """{"from": "+336…", "text": …} or with "media": {"kind", "mime", "base64"}: the customer writes."""
    account, asked = request.app[ACCOUNT], await _json(request)
    phone = str(asked["from"])
    account.heard_at[phone] = time.time() - float(asked.get("ago_s", 0))
    given = asked.get("media")
    media_id = None
    if given:
        media_id = _kept(account, Medium(notices.decoded(given["base64"]), given["mime"]))
    wamid = request.app[NOTICES].message(phone, asked.get("text", ""), media=given, media_id=media_id)
    return web.json_response({"id": wamid})


async def _template(request: web.Request) -> web.Response:
    request.app[ACCOUNT].templates.append(Template(**await _json(request)))
    return web.json_response({"templates": len(request.app[ACCOUNT].templates)})


async def _fault(request: web.Request) -> web.Response:
    """Any of `Account`'s faults by name; `token` revokes it."""
    account = request.app[ACCOUNT]
    for name, value in (await _json(request)).items():
        if name == "not_on_whatsapp":
            account.not_on_whatsapp = set(value)
        elif name in {"next_answers", "cut_after_accept", "silent", "doubled", "token"}:
            setattr(account, name, value)
        else:
            raise web.HTTPBadRequest(text=name)
    return web.json_response({})


async def _subscribe(request: web.Request) -> web.Response:
    """As in Meta's dashboard: the address is asked to repeat a word before it is told anything."""
    account, asked = request.app[ACCOUNT], await _json(request)
    is_taken = await request.app[NOTICES].verified(asked["url"])
    if is_taken:
        account.callback_url = asked["url"]
    return web.json_response({"verified": is_taken})


async def _journal(request: web.Request) -> web.Response:
    entries = [{"wamid": e.wamid, "to": e.to, "text": e.text, "kind": e.kind} for e in request.app[ACCOUNT].journal]
    return web.json_response({"entries": entries})


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise refusal.PARAMETER.raised("a JSON object is expected")
    return asked


def _same(given: str, known: str) -> None:
    if given != known:
        raise refusal.UNKNOWN_OBJECT.raised(f"Object with ID '{given}' does not exist")


def _kept(account: Account, medium: Medium) -> str:
    media_id = str(10**15 + len(account.media))
    account.media[media_id] = medium
    return media_id
