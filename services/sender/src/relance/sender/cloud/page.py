"""The Cloud API as a page: the same acts as on WhatsApp Web, so that a send is the same transaction.

There is no chat to look into. What stands in for it is the table of what was asked and told (`store.cloud`): a message
whose request was begun and never answered is there without a tick, which proves neither that it left nor that it did
not. A status that names it settles that; without one, a person is asked.
"""

from __future__ import annotations

import asyncio
import time

from relance.domain import delivery
from relance.domain.delivery import Bubble, Finding, SessionState, Tick
from relance.domain.errors import LeaseLost, PageStuck, TextRefused, WrongChat
from relance.sender.chat_page import MOST_MEDIA_BYTES, Paper
from relance.sender.cloud import graph, wording
from relance.sender.cloud.graph import Declined, Graph, Unanswered, Unreached
from relance.store import cloud, inbound, pool

# A token is revoked or a number restricted once in years; every send says it too.
STATE_S = 60.0
TEMPLATES_S = 300.0
POLL_S = 0.2
# Meta's window after a customer's message, less what a request may take.
WINDOW_S = 24 * 3600 - 120.0
# Meta says within seconds that it cannot deliver what it has accepted; after that its id is proof enough.
ACCEPTED_S = 20.0

TICKS = {
    "accepted": Tick.CLOCK, "sent": Tick.SENT, "delivered": Tick.DELIVERED, "read": Tick.READ, "failed": Tick.FAILED,
}  # fmt: skip


class CloudPage:
    def __init__(self, client: Graph, database: pool.Pool, *, number_id: int, epoch: int) -> None:
        self._graph = client
        self._pool = database
        self._number_id = number_id
        self._epoch = epoch
        self._state = SessionState.CONNECTING
        self._asked_at: float | None = None
        self._templates: tuple[wording.Template, ...] = ()
        self._listed_at: float | None = None
        self._open: tuple[str, int] | None = None  # phone, customer
        self._draft = ""
        self._paper: Paper | None = None

    async def state(self) -> SessionState:
        if _is_old(self._asked_at, STATE_S if self._state is SessionState.CONNECTED else ACCEPTED_S):
            self._tell(await self._graph.state())
        return self._state

    async def wait_ready(self, deadline_s: float) -> SessionState:
        """Nothing on Meta's side loads: the state of now, until it is asked again."""
        return await self.state()

    def sentence(self) -> str:
        return f"API officielle : {self._state.value}."

    async def qr_payload(self) -> str | None:
        return None

    async def open_chat(self, phone: str, *, title: str | None) -> str:
        """Raises WrongChat for a number that is nobody's."""
        self._open = None
        await self.clear_draft()
        async with self._pool.acquire() as connection:
            customer_id = await inbound.customer_with(connection, phone)
        if customer_id is None:
            raise WrongChat("this number is not a customer's")
        self._open = (phone, customer_id)
        return phone

    async def open_listed(self, phone: str, *, title: str) -> bool:
        try:
            await self.open_chat(phone, title=title)
        except WrongChat:
            return False
        return True

    async def titles_of(self, phone: str) -> tuple[str, ...]:
        return ()

    async def is_synced(self) -> bool:
        """Connected. Nothing of ours waits on this side: what was asked was asked."""
        return self._open is not None and self._state is SessionState.CONNECTED

    async def bubbles(self) -> tuple[Bubble, ...]:
        if self._open is None:
            return ()
        async with self._pool.acquire() as connection:
            said = await cloud.chat(connection, self._number_id, self._open[1])
        return tuple(_bubble(one) for one in said)

    async def clear_draft(self) -> None:
        self._draft, self._paper = "", None

    async def type_text(self, text: str) -> str:
        """Raises TextRefused when the customer has not written for 24 hours and no approved template says this."""
        await self._content(text)
        self._draft += text
        return self._draft

    async def attach(self, paper: Paper, caption: str) -> str:
        """Raises TextRefused outside the 24 hours: templates with files are not used."""
        if not await self._may_say_anything():
            raise TextRefused("a file goes out only within 24 hours of the customer's last message")
        self._draft, self._paper = caption, paper
        return self._draft

    async def poise(self) -> None:
        if self._open is None or not self._draft:
            raise WrongChat("nothing is ready to be sent")

    async def click_send(self) -> None:
        """One request, never repeated. Raises PageStuck when it was not accepted, or nobody knows."""
        if self._open is None:
            raise PageStuck("no customer is chosen")
        (phone, customer_id), text, paper = self._open, self._draft, self._paper
        content = await self._content(text) if paper is None else await self._file(paper, text)
        media = None if paper is None else paper.media
        who = {"number_id": self._number_id, "epoch": self._epoch, "customer_id": customer_id}
        async with self._pool.acquire() as connection:
            key = await cloud.begin(connection, **who, body=text, media=media)
        if key is None:
            raise LeaseLost("le bail a été repris avant la demande à Meta")
        await self.clear_draft()
        try:
            wamid = await self._graph.say(phone, key, content)
        except (Declined, Unreached) as error:
            await self._not_said(key, error)
            raise PageStuck("Meta did not take the message") from error
        except Unanswered as error:
            raise PageStuck("nobody knows whether Meta took the message") from error
        async with self._pool.acquire() as connection:
            await cloud.accepted(connection, key, wamid)

    async def wait_new_bubble(
        self, *, baseline: str | None, body_hash: str, deadline_s: float, media: str | None = None
    ) -> Bubble | None:
        ends = time.monotonic() + deadline_s
        while True:
            finding, bubble = delivery.look_for(
                await self.bubbles(), baseline=baseline, body_hash=body_hash, media=media
            )
            if finding is Finding.SENT:
                return bubble
            if finding is Finding.FAILED or time.monotonic() >= ends:
                return None
            await asyncio.sleep(POLL_S)

    async def unread(self) -> tuple[str, ...]:
        async with self._pool.acquire() as connection:
            return tuple(await cloud.unread(connection, self._number_id))

    async def chat_titles(self) -> tuple[str, ...]:
        async with self._pool.acquire() as connection:
            return tuple(await cloud.recent(connection, self._number_id))

    async def fetch_media(self, key: str) -> tuple[bytes, str]:
        async with self._pool.acquire() as connection:
            ref = await cloud.media(connection, self._number_id, key)
        if ref is None:
            raise PageStuck("this message has no medium")
        try:
            return await self._graph.medium(ref, most_bytes=MOST_MEDIA_BYTES)
        except (Declined, Unreached, Unanswered) as error:
            raise PageStuck("Meta did not hand the medium out") from error

    async def _may_say_anything(self) -> bool:
        if self._open is None:
            raise WrongChat("no customer is chosen")
        async with self._pool.acquire() as connection:
            silent_s = await cloud.seconds_since_heard(connection, self._number_id, self._open[1])
        return silent_s is not None and silent_s < WINDOW_S

    async def _file(self, paper: Paper, caption: str) -> dict[str, object]:
        try:
            return graph.as_file(paper, await self._graph.upload(paper), caption)
        except (Declined, Unreached, Unanswered) as error:
            raise PageStuck("Meta did not take the file") from error

    async def _content(self, text: str) -> dict[str, object]:
        if await self._may_say_anything():
            return graph.as_text(text)
        said = wording.said_by(text, await self._approved())
        if said is None:
            raise TextRefused("no approved template says this text, and the customer has not written for 24 hours")
        return graph.as_template(said)

    async def _approved(self) -> tuple[wording.Template, ...]:
        if _is_old(self._listed_at, TEMPLATES_S):
            try:
                self._templates = await self._graph.templates()
            except (Declined, Unreached, Unanswered) as error:
                raise PageStuck("Meta did not list the approved templates") from error
            self._listed_at = time.monotonic()
        return self._templates

    async def _not_said(self, key: str, error: Declined | Unreached) -> None:
        """Nothing left: for good when it is about the message, for now when it is about the number or the line."""
        code = error.code if isinstance(error, Declined) else None
        async with self._pool.acquire() as connection:
            if isinstance(error, Declined) and error.state is None:
                await cloud.failed(connection, key, code)
            else:
                await cloud.refused(connection, key, code)
        self._tell((error.state or self._state) if isinstance(error, Declined) else SessionState.OFFLINE)

    def _tell(self, state: SessionState) -> None:
        self._state, self._asked_at = state, time.monotonic()


def _bubble(said: cloud.Said) -> Bubble:
    """Under a clock while Meta may still refuse what it accepted; without a tick while nobody knows."""
    tick = TICKS.get(said.status) if said.status else None
    if tick is Tick.CLOCK and (said.seconds_accepted or 0.0) >= ACCEPTED_S:
        tick = Tick.SENT
    return Bubble(said.key, said.outgoing, said.body, tick, said.media)


def _is_old(moment: float | None, seconds: float) -> bool:
    return moment is None or time.monotonic() - moment >= seconds
