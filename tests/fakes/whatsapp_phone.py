"""WhatsApp Web without a browser: chats in memory, and the ways in which a page lets its user down.

`sent` is the ground truth: what really left, to whom.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from relance.domain import delivery
from relance.domain.delivery import Bubble, SessionState, Tick
from relance.domain.errors import ComposerMissing, IdentityHidden, NotOnWhatsApp, PageStuck, SessionLost, WrongChat
from relance.sender.chat_page import Paper


@dataclass
class FakePhone:
    chats: dict[str, list[Bubble]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    unread_titles: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    session: SessionState = SessionState.CONNECTED
    qr: str | None = None
    not_on_whatsapp: set[str] = field(default_factory=set)
    shows_another: set[str] = field(default_factory=set)
    never_open: set[str] = field(default_factory=set)
    hides_number: set[str] = field(default_factory=set)
    searched: list[str] = field(default_factory=list)
    attached: Paper | None = None
    papers: list[tuple[str, str]] = field(default_factory=list)
    is_unlinked: bool = False
    has_composer: bool = True
    has_history: bool = True
    ticks_at_once: bool = True
    is_dead: bool = False
    keys_lost: int = 0
    clicks_in_time: bool = True
    after_typing: Callable[[], Awaitable[None]] | None = None
    while_poising: Callable[[], Awaitable[None]] | None = None
    draft: str = ""
    open: str | None = None
    _poised: tuple[str | None, str] | None = None

    def hears(self, phone: str, text: str, *, media: str | None = None) -> Bubble:
        """The customer writes."""
        bubble = Bubble(self._key(), outgoing=False, text=text, tick=None, media=media)
        self.chats.setdefault(phone, []).append(bubble)
        self.unread_titles.append(self.title_of(phone))
        return bubble

    def says(self, phone: str, text: str, *, tick: Tick = Tick.SENT, media: str | None = None) -> Bubble:
        """A bubble of ours that is in the chat already."""
        bubble = Bubble(self._key(), outgoing=True, text=text, tick=tick, media=media)
        self.chats.setdefault(phone, []).append(bubble)
        return bubble

    def ticks(self, phone: str, tick: Tick) -> None:
        last = self.chats[phone][-1]
        self.chats[phone][-1] = Bubble(last.key, last.outgoing, last.text, tick, last.media)

    def title_of(self, phone: str) -> str:
        return self.titles.get(phone, phone)

    async def state(self) -> SessionState:
        self._live()
        return self.session

    async def wait_ready(self, deadline_s: float) -> SessionState:
        return self.session

    def sentence(self) -> str:
        return self.session.value

    async def qr_payload(self) -> str | None:
        return self.qr

    async def open_chat(self, phone: str, *, title: str | None) -> str:
        self._live()
        if self.is_unlinked:
            raise SessionLost("pair it again")
        if phone in self.never_open:
            raise PageStuck("the chat that was clicked did not open in time")
        if phone in self.not_on_whatsapp:
            raise NotOnWhatsApp("no account")
        if phone in self.shows_another:
            raise WrongChat("another number")
        if not self.has_composer:
            raise ComposerMissing("no composer")
        self._show(phone)
        return self.title_of(phone)

    async def open_listed(self, phone: str, *, title: str) -> bool:
        self._live()
        if phone not in self.chats or self.title_of(phone) != title:
            return False
        if phone in self.hides_number:
            raise IdentityHidden("no number")
        self._show(phone)
        return True

    async def titles_of(self, phone: str) -> tuple[str, ...]:
        self._live()
        self.searched.append(phone)
        return (self.title_of(phone),) if phone in self.chats else ()

    async def is_synced(self) -> bool:
        return self.has_history and all(b.tick is not Tick.CLOCK for b in self._shown())

    async def bubbles(self) -> tuple[Bubble, ...]:
        self._live()
        return self._shown()

    async def clear_draft(self) -> None:
        self.draft = ""

    async def type_text(self, text: str) -> str:
        self.draft += text[: len(text) - self.keys_lost]
        if self.after_typing:
            await self.after_typing()
        return self.draft

    async def poise(self) -> None:
        self._poised = (self.open, self.draft)
        if self.while_poising:
            await self.while_poising()
        if self._poised != (self.open, self.draft):
            raise WrongChat("somebody touched the page")

    async def click_send(self) -> None:
        assert self.open is not None
        assert self._poised == (self.open, self.draft), "clicked without having been poised"
        if not self.clicks_in_time:
            raise PageStuck("click: Timeout 1000ms exceeded")
        self.sent.append((self.open, self.draft))
        paper, self.attached = self.attached, None
        if paper is not None:
            self.papers.append((self.open, paper.name))
        tick = Tick.SENT if self.ticks_at_once else Tick.CLOCK
        self.says(self.open, self.draft, tick=tick, media=paper and paper.media)
        self.draft = ""

    async def attach(self, paper: Paper, caption: str) -> str:
        self.attached = paper
        return await self.type_text(caption)

    async def wait_new_bubble(
        self, *, baseline: str | None, body_hash: str, deadline_s: float, media: str | None = None
    ) -> Bubble | None:
        finding, bubble = delivery.look_for(self._shown(), baseline=baseline, body_hash=body_hash, media=media)
        return bubble if finding is delivery.Finding.SENT else None

    async def unread(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.unread_titles))

    async def chat_titles(self) -> tuple[str, ...]:
        return tuple(self.title_of(phone) for phone in self.chats)

    async def fetch_media(self, key: str) -> tuple[bytes, str]:
        if key not in self.media:
            raise PageStuck("the picture does not load")
        return self.media[key], "image/jpeg"

    def _key(self) -> str:
        return f"bubble-{sum(len(chat) for chat in self.chats.values()) + 1}"

    def _shown(self) -> tuple[Bubble, ...]:
        return tuple(self.chats.get(self.open, ())) if self.open and self.has_history else ()

    def _show(self, phone: str) -> None:
        self.open = phone
        self.opened.append(phone)
        self.unread_titles = [t for t in self.unread_titles if t != self.title_of(phone)]

    def _live(self) -> None:
        if self.is_dead:
            raise PageStuck("target closed")
