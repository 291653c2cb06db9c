"""What is broken on purpose at the moment. Times are of a monotonic clock, in seconds."""

import math
from collections.abc import Callable
from dataclasses import dataclass


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

    def clear(self) -> None:
        self.offline_until = 0
        self.slow_history_s = 0
        self.hold_acks = False
        self.drops = 0
        self.refusals = 0
        self.upload_s = 0
        self.shuffle_s = 0
        self.dialog = None
