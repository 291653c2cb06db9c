"""Who is connected now: pages of linked devices, pages waiting for a scan, customers' phones."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Frame = dict[str, Any]


@dataclass(eq=False, slots=True)
class Connection:
    """One socket and the frames that wait to leave on it, in order; None ends it."""

    socket: web.WebSocketResponse
    frames: asyncio.Queue[Frame | None] = field(default_factory=asyncio.Queue)

    def post(self, frame: Frame) -> None:
        self.frames.put_nowait(frame)

    def end(self) -> None:
        self.frames.put_nowait(None)

    async def pump(self) -> None:
        """Send what is posted until `end()` or until the other side is gone."""
        while (frame := await self.frames.get()) is not None:
            try:
                await self.socket.send_json(frame)
            except ConnectionError:
                return
        await self.socket.close()


@dataclass(eq=False, slots=True)
class Page(Connection):
    """A tab of the web client: linked when it has an account, else showing a QR code."""

    account: str | None = None
    token: str | None = None
    tab: str = ""
    watches: bool = False
    ref: str | None = None
    code: tuple[str, str] | None = None
    """The number and the code that its phone has to type, while the page shows one."""


@dataclass(eq=False, slots=True)
class Phone(Connection):
    """A person's view of one customer's phone, or of all of them (number None)."""

    number: str | None = None


class Hub:
    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self.phones: set[Phone] = set()

    def linked(self, account: str) -> Iterator[Page]:
        return (page for page in list(self.pages) if page.account == account)

    def waiting(self, ref: str | None) -> list[Page]:
        return [page for page in self.pages if page.ref and ref in (None, page.ref)]

    def live_tab(self, token: str) -> Page | None:
        return next((page for page in self.pages if page.token == token), None)

    def is_connected(self, account: str) -> bool:
        return any(not page.watches for page in self.linked(account))

    def post_to_account(self, account: str, frame: Frame) -> None:
        for page in self.linked(account):
            page.post(frame)

    def post_to_phone(self, number: str, frame: Frame) -> None:
        for phone in list(self.phones):
            if phone.number in (None, number):
                phone.post(frame)

    def post_to_pages(self, frame: Frame) -> None:
        for page in list(self.pages):
            page.post(frame)

    def end_pages(self) -> None:
        for page in list(self.pages):
            page.end()

    def end_all(self) -> None:
        self.end_pages()
        for phone in list(self.phones):
            phone.end()
