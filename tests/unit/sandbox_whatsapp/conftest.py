"""A sandbox server on a free port, and a linked device's socket without a browser."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils

from relance.sandbox.whatsapp import server
from relance.sandbox.whatsapp.settings import Settings

AGENCY = "+33639980001"
ANA = "+33639980101"


class Device:
    """Speaks the web client's protocol; keeps what it heard until somebody waits for it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, op: str, **fields: Any) -> None:
        await self.socket.send_json({"op": op, **fields})

    async def hear(self, op: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = await self.socket.receive_json(timeout=20)
            if frame["op"] == op:
                return frame

    async def is_cut_off(self) -> bool:
        return (await self.socket.receive(timeout=20)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


class Sandbox:
    def __init__(self, client: test_utils.TestClient[Any, Any]) -> None:
        self.client = client

    async def control(self, path: str, /, **asked: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/control/{path}", json=asked)
        told: dict[str, Any] = await answer.json()
        assert answer.status == 200, told
        return told

    async def journal(self, since: int = 0) -> list[dict[str, Any]]:
        answer = await self.client.get("/control/journal", params={"since": since})
        entries: list[dict[str, Any]] = (await answer.json())["entries"]
        return entries

    async def connect(self, token: str | None = None, tab: str = "tab", **more: Any) -> Device:
        device = Device(await self.client.ws_connect("/ws/web"))
        await device.say("hello", token=token, tab=tab, **more)
        return device

    async def linked(self) -> tuple[Device, str]:
        device = await self.connect()
        await device.say("wait_scan")
        await device.hear("qr")
        await self.control("pair", number=AGENCY)
        token = (await device.hear("linked"))["token"]
        await device.say("hello", token=token, tab="tab")
        await device.hear("ready")
        return device, token


Open = Callable[..., Awaitable[Sandbox]]


@asynccontextmanager
async def serving(state: Path, **changed: Any) -> AsyncIterator[Sandbox]:
    chosen: dict[str, Any] = {"state": state, "tick_min_s": 0, "tick_max_s": 0.01, "boot_ms": 0, **changed}
    async with test_utils.TestClient(test_utils.TestServer(server.application(Settings(**chosen)))) as client:
        yield Sandbox(client)


@pytest.fixture
async def open_sandbox(tmp_path: Path) -> AsyncIterator[Open]:
    """Starts a server over the same folder each time it is called; the previous one is closed first."""
    async with AsyncExitStack() as running:

        async def start(**changed: Any) -> Sandbox:
            await running.aclose()
            return await running.enter_async_context(serving(tmp_path, **changed))

        yield start


@pytest.fixture
async def sandbox(open_sandbox: Open) -> Sandbox:
    return await open_sandbox()
