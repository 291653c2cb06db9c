"""What is broken on purpose at the moment. Times are of a monotonic clock, in seconds."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Effects:
    """What is wrong with the browser or with its copy of the page; each page hears of it at once and at its start."""

    loading_s: float = 0
    """Of "loading your chats" before the list is there."""
    input_lag_ms: int = 0
    cpu_factor: float = 1
    """How many times slower the page's own thread is."""
    leak_mb_s: float = 0
    is_storage_full: bool = False
    screen: str | None = None
    """One of SCREENS in place of the client."""
    popup_lang: str | None = None
    """Language of the bad-number popup, when it is not the page's."""
    is_popup_labelled: bool = True


@dataclass(slots=True)
class Faults:
    monotonic: Callable[[], float]
    offline_until: float = 0
    slow_history_s: float = 0
    hold_acks: bool = False
    drops: int = 0
    refusals: int = 0
    upload_s: float = 0
    shuffle_s: float = 0
    dialog: str | None = None
    is_link_refused: bool = False
    lock_password: str | None = None
    ambushes: list[dict[str, Any]] = field(default_factory=list)
    """{on, act}: what each page does at the first such moment; used up by the first page that meets it."""
    effects: Effects = field(default_factory=Effects)

    @property
    def is_offline(self) -> bool:
        return self.monotonic() < self.offline_until

    def cut(self, seconds: float | None) -> None:
        self.offline_until = math.inf if seconds is None else self.monotonic() + seconds

    def takes_drop(self) -> bool:
        """True when the next message is to be lost on its way to the server; uses one up."""
        if self.drops <= 0:
            return False
        self.drops -= 1
        return True

    def takes_refusal(self) -> bool:
        """True when the next message is to be refused by the server; uses one up."""
        if self.refusals <= 0:
            return False
        self.refusals -= 1
        return True
