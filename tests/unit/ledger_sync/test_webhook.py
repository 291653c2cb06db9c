"""The poll-now webhook: what is rightly signed, fresh and new wakes one workbook; nothing else does anything."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from relance.ledger_sync import webhook

SECRET = b"un secret de quarante caracteres au moins"
BODY = json.dumps({"workbook": "classeur-1"}).encode()
NOW = 1_795_000_000.0


@dataclass
class Open:
    """The webhook on a real port, with a clock of our own."""

    url: str = ""
    now: float = NOW
    woken: list[str] = field(default_factory=list)

    def wake(self, workbook: str) -> bool:
        if workbook != "classeur-1":
            return False
        self.woken.append(workbook)
        return True

    async def post(self, body: bytes = BODY, *, at: float = NOW, secret: bytes = SECRET, **headers: str) -> int:
        stamp = str(int(at))
        signed = {webhook.TIMESTAMP: stamp, webhook.SIGNATURE: by_hand(secret, stamp, body)} | headers
        async with aiohttp.ClientSession() as http, http.post(self.url, data=body, headers=signed) as answer:
            return answer.status


def by_hand(secret: bytes, stamp: str, body: bytes) -> str:
    """As the Apps Script does it, not as our own code does."""
    return "sha256=" + hmac.new(secret, f"{stamp}.{body.decode()}".encode(), hashlib.sha256).hexdigest()


@pytest.fixture
async def door() -> AsyncIterator[Open]:
    opened = Open()
    app = webhook.make_app(webhook.Doorkeeper(SECRET, now=lambda: opened.now), opened.wake)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}{webhook.PATH}"
    yield opened
    await runner.cleanup()


async def test_a_signed_call_wakes_its_workbook(door: Open) -> None:
    assert await door.post() == 202
    assert door.woken == ["classeur-1"]


async def test_the_same_call_a_second_time_is_refused(door: Open) -> None:
    await door.post()
    assert await door.post() == 409
    assert await door.post(at=NOW + 1) == 202
    assert len(door.woken) == 2


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_call_out_of_its_time_is_refused_on_both_sides(door: Open, seconds: float) -> None:
    assert await door.post(at=NOW + seconds) == 401
    assert await door.post(at=NOW + seconds * 0.99) == 202


async def test_a_call_from_the_future_cannot_be_repeated_when_its_time_has_come(door: Open) -> None:
    assert await door.post(at=NOW + 299) == 202
    door.now += 590
    assert await door.post(at=NOW + 299) == 409


async def test_another_secret_another_body_and_no_signature_are_refused(door: Open) -> None:
    assert await door.post(secret=b"faux") == 401
    stamp = str(int(NOW))
    assert await door.post(b'{"workbook": "classeur-2"}', **{webhook.SIGNATURE: by_hand(SECRET, stamp, BODY)}) == 401
    assert await door.post(**{webhook.SIGNATURE: ""}) == 401
    assert await door.post(**{webhook.SIGNATURE: "sha256=é"}) == 401
    assert await door.post(**{webhook.TIMESTAMP: "hier"}) == 401
    assert door.woken == []


async def test_a_workbook_nobody_follows_and_a_body_that_says_nothing_wake_nobody(door: Open) -> None:
    for body in (b'{"workbook": "inconnu"}', b"[]", b"", b"{", b"\xff"):
        signed = "sha256=" + hmac.new(SECRET, str(int(NOW)).encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {webhook.TIMESTAMP: str(int(NOW)), webhook.SIGNATURE: signed}
        async with aiohttp.ClientSession() as http, http.post(door.url, data=body, headers=headers) as answer:
            assert answer.status == 404
    assert door.woken == []


async def test_a_body_too_large_is_refused_before_it_is_looked_at(door: Open) -> None:
    assert await door.post(b"x" * (webhook.LARGEST_BODY + 1)) == 413


async def test_other_methods_and_paths_do_not_exist(door: Open) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(door.url) as answer:
            assert answer.status == 405
        async with http.post(door.url.replace(webhook.PATH, "/metrics"), data=BODY) as answer:
            assert answer.status == 404


def test_the_script_that_is_shipped_speaks_to_this_door() -> None:
    script = (Path(__file__).parents[3] / "docs/apps-script/lire-maintenant.gs").read_text(encoding="utf-8")
    for word in (webhook.PATH, webhook.TIMESTAMP, webhook.SIGNATURE, "'sha256='", "instant + '.' + corps", "workbook:"):
        assert word in script


def test_strangers_cannot_fill_the_memory_and_old_calls_leave_it() -> None:
    at = [NOW]
    keeper = webhook.Doorkeeper(SECRET, now=lambda: at[0])
    for number in range(100):
        assert keeper.verdict(str(int(NOW)), f"sha256={number}", BODY) == "unsigned"
    assert len(keeper._seen) == 0
    for number in range(webhook.MOST_REMEMBERED):
        body = str(number).encode()
        keeper.verdict(str(int(NOW)), by_hand(SECRET, str(int(NOW)), body), body)
    assert keeper.verdict(str(int(NOW)), by_hand(SECRET, str(int(NOW)), BODY), BODY) == "crowded"
    at[0] += 2 * webhook.WINDOW_S + 1
    stamp = str(int(at[0]))
    assert keeper.verdict(stamp, by_hand(SECRET, stamp, BODY), BODY) == "taken"
    assert len(keeper._seen) == 1
