"""Places where tests make this process die as by SIGKILL. Without a setting, nothing happens anywhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

KILLED = 137


@dataclass(frozen=True, slots=True)
class FaultPoints:
    """after_claim, after_typing, after_click, after_mark."""

    name: str | None = None
    marker: Path | None = None

    def reach(self, name: str) -> None:
        """Die here if told to; once, when there is a marker file to leave for the next process."""
        if name != self.name or (self.marker and self.marker.exists()):
            return
        if self.marker:
            self.marker.touch()
        os._exit(KILLED)
