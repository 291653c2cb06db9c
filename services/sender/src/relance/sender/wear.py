"""When a browser is started anew: once a night, and when it has grown too large. Pages leak."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3600.0
# Started anew last evening, it need not be tonight.
LEAST_AGE_S = 12 * HOUR_S


@dataclass(frozen=True, slots=True)
class Limits:
    """`settled_s`: a page that is large as soon as it is loaded would otherwise be started for ever."""

    memory_bytes: int
    settled_s: float
    hour: int  # of the host's civil day


def reason(limits: Limits, *, age_s: float, memory_bytes: int, hour: int) -> str | None:
    """Why it is time, None when it is not. `memory_bytes` is 0 when nobody knows."""
    if age_s >= limits.settled_s and memory_bytes > limits.memory_bytes:
        return "memory"
    return "nightly" if age_s >= LEAST_AGE_S and hour == limits.hour else None
