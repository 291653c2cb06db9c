"""A measure: a value, its floor taken in the same run, and their ratio. Absolutes of one machine mean little."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` is "area.what"; `floor` is in the same unit, measured in the same run; `ratio` is value / floor."""

    name: str
    value: float
    unit: str
    floor: float | None = None

    def as_json(self) -> dict[str, object]:
        known = asdict(self) | {"value": round(self.value, 4), "machine": machine()}
        floor = None if self.floor is None else round(self.floor, 4)
        ratio = None if not self.floor else round(self.value / self.floor, 3)
        return known | {"floor": floor, "ratio": ratio}


def machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU, Python {platform.python_version()}"


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: a value that really occurred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
