"""Meta's Graph API as far as one number needs it: say something, fetch a medium, list the approved templates.

A request has three ends, and they are kept apart: Meta answered yes (a wamid), Meta answered no (nothing left), or
nobody knows. The API has no key that would make a second request harmless, so "nobody knows" is never repeated.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from relance.domain.delivery import SessionState
from relance.domain.errors import MediaRefused, SettingsRejected, Unavailable
from relance.sender.chat_page import Paper
from relance.sender.cloud.wording import Said, Template
from relance.sender.settings import SenderSettings
from relance.store.numbers import Number

# Longer than Meta ever takes: what is cut off here is a message of which nobody knows whether it left.
ANSWER_S = 60.0
CONNECT_S = 15.0
PAGES = 20  # of approved templates

THROTTLED = frozenset({4, 80007, 130429, 131048, 131056, 133016})
LOGGED_OUT = frozenset({0, 3, 10, 190, 133010, *range(200, 300)})
RESTRICTED = frozenset({368, 131031, 131042, 130497})


class Declined(Unavailable):
    """Meta said no: nothing left. `state` is what that says of the number; None when it is about the message."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"Meta refused the request (code {code})")
        self.code = code
        self.state = _state_said_by(code)


class Unreached(Unavailable):
    """The connection was never made: nothing left."""


class Unanswered(Unavailable):
    """The request was under way when the line broke, or Meta failed in the middle: nobody knows whether it left."""


class Graph:
    def __init__(self, http: aiohttp.ClientSession, root: str, number: Number) -> None:
        self._http = http
        self._root = root
        self._number = number

    async def say(self, to: str, key: str, content: Mapping[str, Any]) -> str:
        """Ask for one message; its wamid. `key` comes back with every status. Raises the three above."""
        asked = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to.removeprefix("+"),
            "biz_opaque_callback_data": key,
            **content,
        }
        answer = await self._ask("POST", f"{self._number.cloud_phone_id}/messages", json=asked)
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise Unanswered("Meta's answer names no message") from error

    async def upload(self, paper: Paper) -> str:
        """Meta's id of a file that is about to go out. Nothing leaves by it."""
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": paper.media_type})
        form.add_field("file", paper.data, filename=paper.name, content_type=paper.media_type)
        answer = await self._ask("POST", f"{self._number.cloud_phone_id}/media", data=form)
        try:
            return str(answer["id"])
        except KeyError as error:
            raise Unanswered("Meta's answer names no file") from error

    async def state(self) -> SessionState:
        """How the number stands: whatever Meta answers, the token and the number are the question."""
        try:
            await self._ask("GET", str(self._number.cloud_phone_id), params={"fields": "id,quality_rating"})
        except Declined as error:
            return error.state or SessionState.LOGGED_OUT
        except (Unreached, Unanswered):
            return SessionState.OFFLINE
        return SessionState.CONNECTED

    async def templates(self) -> tuple[Template, ...]:
        """The approved ones whose whole content is a text."""
        found: list[Template] = []
        asked = {"fields": "name,language,status,components", "limit": "100"}
        for _ in range(PAGES):
            answer = await self._ask("GET", f"{self._number.cloud_account_id}/message_templates", params=asked)
            found += [made for one in answer.get("data", []) if (made := _plain(one)) is not None]
            after = answer.get("paging", {}).get("cursors", {}).get("after")
            if not after or "next" not in answer.get("paging", {}):
                break
            asked["after"] = after
        return tuple(found)

    async def medium(self, ref: str, *, most_bytes: int) -> tuple[bytes, str]:
        """Bytes and declared type of a medium; nothing is trusted yet. Raises MediaRefused when it is too large."""
        told = await self._ask("GET", ref)
        if int(told.get("file_size", 0)) > most_bytes:
            raise MediaRefused("the file that a customer sent is too large")
        try:
            async with self._http.get(told["url"]) as answer:
                if answer.status != 200:
                    raise Declined(None)
                content = await answer.content.read(most_bytes + 1)
                while len(content) <= most_bytes and (more := await answer.content.read(most_bytes)):
                    content += more
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unanswered("the medium did not come") from error
        if len(content) > most_bytes:
            raise MediaRefused("the file that a customer sent is too large")
        return content, str(told.get("mime_type", "application/octet-stream"))

    async def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            async with self._http.request(method, f"{self._root}/{path}", **more) as answer:
                status = answer.status
                said = await answer.json(content_type=None)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreached("Meta cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unanswered("Meta did not answer") from error
        if status >= 500 or not isinstance(said, dict):
            raise Unanswered(f"Meta failed (HTTP {status})")
        if status >= 400 or "error" in said:
            fault = said.get("error")
            code = fault.get("code") if isinstance(fault, dict) else None
            raise Declined(code if isinstance(code, int) else None)
        return said


@asynccontextmanager
async def opened(settings: SenderSettings, number: Number) -> AsyncIterator[Graph]:
    """A client of the number. Raises SettingsRejected without a token."""
    token = settings.cloud_token
    if token is None:
        raise SettingsRejected(
            f"Le numéro {number.alias} passe par l'API officielle : RELANCE_CLOUD_TOKEN manque (docs/cloud-api.md)."
        )
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token.get_secret_value()}"},
        timeout=aiohttp.ClientTimeout(total=ANSWER_S, connect=CONNECT_S),
    ) as http:
        yield Graph(http, f"{settings.cloud_url.rstrip('/')}/{settings.cloud_version}", number)


def as_text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def as_file(paper: Paper, media_id: str, caption: str) -> dict[str, Any]:
    named = {"filename": paper.name} if paper.media == "document" else {}
    return {"type": paper.media, paper.media: {"id": media_id, "caption": caption, **named}}


def as_template(said: Said) -> dict[str, Any]:
    parameters = [{"type": "text", "text": value} for value in said.values]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    template = {"name": said.name, "language": {"code": said.language}, "components": components}
    return {"type": "template", "template": template}


def _plain(told: Mapping[str, Any]) -> Template | None:
    components: Sequence[Mapping[str, Any]] = told.get("components", ())
    body = next((part.get("text", "") for part in components if part.get("type") == "BODY"), "")
    is_plain = all(part.get("type") in {"BODY", "FOOTER"} for part in components)
    if told.get("status") != "APPROVED" or not body or not is_plain:
        return None
    return Template(str(told["name"]), str(told["language"]), str(body))


def _state_said_by(code: int | None) -> SessionState | None:
    if code in THROTTLED:
        return SessionState.THROTTLED
    if code in RESTRICTED:
        return SessionState.RESTRICTED
    return SessionState.LOGGED_OUT if code in LOGGED_OUT else None
