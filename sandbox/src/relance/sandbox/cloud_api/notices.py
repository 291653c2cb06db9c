"""What the sandbox Meta tells the business: signed, in order, told again until it is answered 200."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from relance.sandbox.cloud_api.refusal import Refusal
from relance.sandbox.cloud_api.world import Account

AGAIN_S = 0.3
ANSWER_S = 20.0


class Notices:
    def __init__(self, account: Account, http: aiohttp.ClientSession) -> None:
        self._account = account
        self._http = http
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def verified(self, url: str) -> bool:
        challenge = secrets.token_hex(8)
        asked = {
            "hub.mode": "subscribe",
            "hub.verify_token": self._account.verify_token,
            "hub.challenge": challenge,
        }
        try:
            async with self._http.get(url, params=asked) as answer:
                return answer.status == 200 and await answer.text() == challenge
        except aiohttp.ClientError:
            return False

    def statuses(self, wamid: str, phone: str, *, key: str | None, failure: Refusal | None) -> None:
        told: dict[str, Any] = {"id": wamid, "recipient_id": phone, "timestamp": str(int(time.time()))}
        if key is not None:
            told["biz_opaque_callback_data"] = key
        if failure is not None:
            self._tell({"statuses": [told | {"status": "failed", "errors": [failure.as_error()]}]})
            return
        for status in ("sent", "delivered"):
            self._tell({"statuses": [told | {"status": status}]})

    def message(self, phone: str, text: str, *, media: dict[str, Any] | None, media_id: str | None) -> str:
        number = phone.removeprefix("+")
        wamid = self._account.next_wamid(number)
        when = int(self._account.heard_at[phone])
        told: dict[str, Any] = {"from": number, "id": wamid, "timestamp": str(when)}
        if media is None:
            told |= {"type": "text", "text": {"body": text}}
        else:
            content = {"id": media_id, "mime_type": media["mime"]} | ({"caption": text} if text else {})
            told |= {"type": media["kind"], media["kind"]: content}
        self._tell({"contacts": [{"profile": {"name": "Ana"}, "wa_id": number}], "messages": [told]})
        return wamid

    def _tell(self, value: dict[str, Any]) -> None:
        account = self._account
        metadata = {"display_phone_number": account.display_phone, "phone_number_id": account.phone_id}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata} | value}
        notice = {
            "object": "whatsapp_business_account",
            "entry": [{"id": account.account_id, "changes": [change]}],
        }
        for _ in range(2 if account.doubled else 1):
            self._waiting.put_nowait(notice)

    async def tell_all(self) -> None:
        while True:
            notice = await self._waiting.get()
            while self._account.silent or not await self._told(notice):  # noqa: ASYNC110 - a poll of the other side
                await asyncio.sleep(AGAIN_S)

    async def _told(self, notice: dict[str, Any]) -> bool:
        if self._account.callback_url is None:
            return False
        body = json.dumps(notice).encode()
        signature = hmac.new(self._account.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
        try:
            async with self._http.post(self._account.callback_url, data=body, headers=headers) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


@asynccontextmanager
async def telling(account: Account) -> AsyncIterator[Notices]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as http:
        notices = Notices(account, http)
        work = asyncio.create_task(notices.tell_all())
        try:
            yield notices
        finally:
            work.cancel()
            await asyncio.wait({work})


def decoded(text: str) -> bytes:
    return base64.b64decode(text)
