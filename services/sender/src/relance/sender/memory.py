"""What a host remembers of a number beside its browser profile: when the profile was made, and the lease's last beat.

Written at each beat, by the owner of the lease only; a file that cannot be read counts as none.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from relance.domain.restoration import Beat

NAME = "relance.json"
# Chromium makes it at its first start.
USED = "Default"


@dataclass(slots=True)
class Birth:
    """Since when the profile holds what WhatsApp shows in it; seconds of the host's clock, 0 when always.

    Linking a phone anew empties the profile, so this moves.
    """

    at: float = 0.0

    @property
    def age_s(self) -> float:
        return time.time() - self.at


@dataclass(frozen=True, slots=True)
class Memory:
    born: float
    beat: Beat


def read(home: Path) -> Memory | None:
    try:
        kept = json.loads((home / NAME).read_text(encoding="utf-8"))
        return Memory(float(kept["born"]), Beat(int(kept["epoch"]), datetime.fromisoformat(kept["at"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def birth(home: Path, remembered: Memory | None) -> Birth:
    """A profile that was used before this file existed is as old as the number."""
    if remembered is not None:
        return Birth(remembered.born)
    return Birth() if (home / USED).exists() else Birth(time.time())


def write(home: Path, memory: Memory) -> None:
    """Blocks; whole or not at all."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {"born": memory.born, "epoch": memory.beat.epoch, "at": memory.beat.at.isoformat()}
    fresh = home / f"{NAME}.part"
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(home / NAME)
