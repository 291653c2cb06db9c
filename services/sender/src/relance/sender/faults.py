"""Places where tests make this process die as by SIGKILL. Without a setting, nothing happens anywhere.

before_claim · after_claim · after_typing · before_click · after_click · before_mark · after_mark
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

KILLED = 137


@dataclass(frozen=True, slots=True)
class FaultPoints:
    """`name` and `marker` come with the start; `order` is a file that names the point while the process runs."""

    name: str | None = None
    marker: Path | None = None
    order: Path | None = None

    def reach(self, name: str) -> None:
        """Die here if told to; once, when there is a marker file to leave for the next process."""
        if self.order and self.order.exists() and self.order.read_text() == name:
            self.order.unlink()
            os._exit(KILLED)
        if name != self.name or (self.marker and self.marker.exists()):
            return
        if self.marker:
            self.marker.touch()
        os._exit(KILLED)
