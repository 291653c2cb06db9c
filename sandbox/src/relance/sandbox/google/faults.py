"""Faults asked for through the control API, each spent on the next calls whose path it matches; and the quota."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    QUOTA = "quota"
    ERROR_503 = "error_503"
    DROP_AFTER_APPLY = "drop_after_apply"
    HANG = "hang"
    REVOKED = "revoked"
    LATENCY = "latency"
    STORAGE_FULL = "storage_full"


# A hang outlives every client's patience; a latency is what a slow day at Google looks like.
DEFAULT_DELAYS_S = {FaultKind.HANG: 3600.0, FaultKind.LATENCY: 0.5}


@dataclass(slots=True)
class Fault:
    """`times` calls are hit, those whose path contains `path`; `seconds` is for hang and latency."""

    kind: FaultKind
    times: int = 1
    path: str = ""
    seconds: float | None = None

    def delay_s(self) -> float:
        return self.seconds if self.seconds is not None else DEFAULT_DELAYS_S[self.kind]


@dataclass(slots=True)
class Faults:
    queue: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.queue.append(fault)

    def clear(self) -> None:
        self.queue.clear()

    def take(self, path: str) -> Fault | None:
        """The first fault in force for `path`, spent once."""
        for fault in self.queue:
            if fault.path in path:
                fault.times -= 1
                if fault.times <= 0:
                    self.queue.remove(fault)
                return fault
        return None


@dataclass(slots=True)
class Meter:
    """Google's quotas per minute, of an account and of the project, reads and writes apart; 0 meters nothing."""

    per_minute: int = 0
    per_project: int = 0
    _spent: defaultdict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def exceeded(self, email: str, kind: str, at: float) -> str | None:
        """Whose minute before `at` (seconds on any steady clock) is full, User or Project; spends a call if neither."""
        limits = {"User": (email, self.per_minute), "Project": ("", self.per_project)}
        full = next(
            (whose for whose, (name, most) in limits.items() if most and self._count(name, kind, at) >= most), None
        )
        if full is None:
            for name, _ in limits.values():
                self._spent[name, kind].append(at)
        return full

    def _count(self, name: str, kind: str, at: float) -> int:
        spent = self._spent[name, kind]
        while spent and spent[0] <= at - 60:
            spent.popleft()
        return len(spent)
