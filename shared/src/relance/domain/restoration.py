"""Whether the database was put back to an earlier day: what left since then is in the chats and in no row.

A sender keeps the epoch and the last heartbeat of its lease beside the browser's profile. Both only ever grow, so a row
that is behind them has forgotten something. Without that memory (a new profile, another host) a long silence is taken
for a restoration: looking in a chat before typing costs little.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONG_SILENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """A lease as it stood at a heartbeat of its owner; the database's own clock."""

    epoch: int
    at: datetime


def was_put_back(remembered: Beat | None, found: Beat | None, *, now: datetime) -> bool:
    """`found`: the lease's row before it is taken; None when the number was never held. Only the owner may ask."""
    if remembered is None:
        return found is not None and now - found.at > LONG_SILENCE
    return found is None or found.epoch < remembered.epoch or found.at < remembered.at
