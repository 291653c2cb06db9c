"""What sending and listening ask of a transport, as acts of a user of WhatsApp Web.

Three real ones (`transports`): the page itself, the official Cloud API, and one that reaches nobody; tests have a fake.
`tests/contract/test_transports.py` is what all of them promise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from relance.domain.delivery import Bubble, SessionState

MOST_MEDIA_BYTES = 20 * 1024 * 1024
"""Of one file that a customer sends; a passport photo or an itinerary has a tenth of it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that goes out with a message, as one bubble: the text is its caption."""

    name: str
    media_type: str
    data: bytes = field(repr=False)

    @property
    def media(self) -> str:
        """What its bubble is: see `Bubble.media`."""
        return "image" if self.media_type.startswith("image/") else "document"


class ChatPage(Protocol):
    async def state(self) -> SessionState: ...

    async def wait_ready(self, deadline_s: float) -> SessionState: ...

    def sentence(self) -> str:
        """What the operator has to know and do, as of the last look at the state."""

    async def qr_payload(self) -> str | None: ...

    async def open_chat(self, phone: str, *, title: str | None) -> str: ...

    async def open_listed(self, phone: str, *, title: str) -> bool:
        """Open the chat of `phone` that the list shows under `title`; False when none there is proven to be its own."""

    async def titles_of(self, phone: str) -> tuple[str, ...]:
        """Titles under which the list shows this number; nothing is opened."""

    async def is_synced(self) -> bool: ...

    async def bubbles(self) -> tuple[Bubble, ...]: ...

    async def clear_draft(self) -> None: ...

    async def type_text(self, text: str) -> str: ...

    async def attach(self, paper: Paper, caption: str) -> str:
        """Put a file and its caption before the send button; return what the caption's box holds."""

    async def poise(self) -> None: ...

    async def click_send(self) -> None: ...

    async def wait_new_bubble(
        self, *, baseline: str | None, body_hash: str, deadline_s: float, media: str | None = None
    ) -> Bubble | None: ...

    async def unread(self) -> tuple[str, ...]: ...

    async def chat_titles(self) -> tuple[str, ...]: ...

    async def fetch_media(self, key: str) -> tuple[bytes, str]: ...
