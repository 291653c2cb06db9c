"""A transport that reaches nobody: everything of a send happens except the sending. For load tests.

Its journal, one JSON line per message, is what really "left": it is written before the click returns and read again at
the next start, so that a process killed in between finds its messages, as it would in a chat.
"""

from __future__ import annotations

import json
from pathlib import Path

from relance.domain import delivery
from relance.domain.delivery import Bubble, SessionState, Tick
from relance.domain.errors import PageStuck, TextRefused, WrongChat
from relance.sender.chat_page import Paper


class NullPage:
    def __init__(self, journal: Path) -> None:
        self._chats: dict[str, list[Bubble]] = {}
        self._open: str | None = None
        self._draft = ""
        self._count = 0
        if journal.exists():
            for line in journal.read_text(encoding="utf-8").splitlines():
                self._show(**json.loads(line))
        self._journal = journal.open("a", encoding="utf-8")

    async def state(self) -> SessionState:
        return SessionState.CONNECTED

    async def wait_ready(self, deadline_s: float) -> SessionState:
        return SessionState.CONNECTED

    def sentence(self) -> str:
        return "Transport d'essai : rien ne part."

    async def qr_payload(self) -> str | None:
        return None

    async def open_chat(self, phone: str, *, title: str | None) -> str:
        if phone != self._open:
            self._draft = ""
        self._open = phone
        return phone

    async def open_listed(self, phone: str, *, title: str) -> bool:
        return phone in self._chats

    async def titles_of(self, phone: str) -> tuple[str, ...]:
        return ()

    async def is_synced(self) -> bool:
        return True

    async def bubbles(self) -> tuple[Bubble, ...]:
        return tuple(self._chats.get(self._open, ())) if self._open else ()

    async def clear_draft(self) -> None:
        self._draft = ""

    async def type_text(self, text: str) -> str:
        self._draft += text
        return self._draft

    async def poise(self) -> None:
        if self._open is None or not self._draft:
            raise WrongChat("nothing is ready to be sent")

    async def click_send(self) -> None:
        if self._open is None:
            raise PageStuck("no chat is open")
        said = {"to": self._open, "text": self._draft}
        self._journal.write(json.dumps(said, ensure_ascii=False) + "\n")
        self._journal.flush()
        self._show(**said)
        self._draft = ""

    async def attach(self, paper: Paper, caption: str) -> str:
        raise TextRefused("nobody is sent files here")

    async def wait_new_bubble(
        self, *, baseline: str | None, body_hash: str, deadline_s: float, media: str | None = None
    ) -> Bubble | None:
        found = await self.bubbles()
        finding, bubble = delivery.look_for(found, baseline=baseline, body_hash=body_hash, media=media)
        return bubble if finding is delivery.Finding.SENT else None

    async def unread(self) -> tuple[str, ...]:
        return ()

    async def chat_titles(self) -> tuple[str, ...]:
        return ()

    async def fetch_media(self, key: str) -> tuple[bytes, str]:
        raise PageStuck("nobody sends media here")

    def _show(self, to: str, text: str) -> None:
        self._count += 1
        bubble = Bubble(f"null-{self._count}", outgoing=True, text=text, tick=Tick.SENT, media=None)
        self._chats.setdefault(to, []).append(bubble)
