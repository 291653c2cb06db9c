"""What one tenure of a number works with: the page, the lease, the database, and what is known of the open chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from relance.domain import sending
from relance.domain.delivery import Tick
from relance.runtime.lifecycle import Stopping
from relance.sender.chat_page import ChatPage, Paper
from relance.sender.faults import FaultPoints
from relance.sender.intentions import Intentions
from relance.sender.memory import Birth
from relance.store import pool
from relance.store.sends import Job


@dataclass(frozen=True, slots=True)
class Patience:
    """Real seconds; the reasons are beside the settings of the same names."""

    barrier_s: float = 60.0
    tick_s: float = 60.0
    reconcile_gap_s: float = 20.0
    first_look_s: float = sending.FIRST_PAUSE_S
    give_up_s: float = 900.0


@dataclass(slots=True)
class OpenChat:
    """The customer's chat that the page shows. Unbound until its history has been seen whole once."""

    customer_id: int
    title: str
    is_bound: bool = False
    history_until: str | None = None
    stored: dict[str, str] = field(default_factory=dict)  # text hash by key
    ticks: dict[str, Tick] = field(default_factory=dict)


@dataclass(slots=True)
class Search:
    """What `recognition` remembers; monotonic seconds."""

    first_seen: dict[str, float] = field(default_factory=dict)  # by unknown title
    looked_for: dict[int, float] = field(default_factory=dict)  # by customer
    next_at: float = 0.0


async def nothing_enclosed(job: Job) -> None:
    """What goes with a message whose text goes alone."""


@dataclass(slots=True)
class Desk:
    pool: pool.Pool
    page: ChatPage
    number_id: int
    epoch: int
    now: Callable[[], datetime]
    spool_key: bytes
    patience: Patience = Patience()
    faults: FaultPoints = field(default_factory=FaultPoints)
    intentions: Intentions = field(default_factory=Intentions)
    stopping: Stopping = field(default_factory=Stopping)
    birth: Birth = field(default_factory=Birth)
    phone: str = ""  # E.164, the number's own
    enclosed: Callable[[Job], Awaitable[Paper | None]] = nothing_enclosed
    open_chat: OpenChat | None = None
    search: Search = field(default_factory=Search)
