"""Why a picture could not be read, when it could not: measured only after reading it has failed.

Method and limits come from measurements on 129 degraded pictures: sharpness is the 90th percentile of the tiles, as a
mean over the whole picture overlaps; exposure is evened first, as a dark picture looks blurred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from relance.domain.recognising import Fault

Gray = NDArray[Any]

SIDE, TILE = 1000, 100
# A passport that fills it has letters of ten pixels; below, no reader could say which is which.
_SMALLEST_SIDE = 560
_DARK_LUMA, _DARK_CONTRAST = 60.0, 85.0
_BLURRED = 130.0
_GLARE_SHARE = 0.012
_SATURATED = 250


@dataclass(frozen=True, slots=True)
class Measured:
    sharpness: float
    luma: float
    contrast: float
    glare: float
    side: int


def measure(gray: Gray) -> Measured:
    ratio = SIDE / max(gray.shape)
    small = cv2.resize(gray, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else gray
    low, high = (float(value) for value in np.percentile(small, (1, 99)))
    calm = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)
    evened = (calm - low) * np.float32(200.0 / max(20.0, high - low))
    edges = cv2.Laplacian(evened, cv2.CV_32F)
    return Measured(
        sharpness=_sharpest_tiles(edges),
        luma=float(small.mean()),
        contrast=high - low,
        glare=_largest_blob(small),
        side=max(gray.shape),
    )


def fault(measured: Measured, *, is_card: bool) -> Fault | None:
    """One reason; glare is only held against cards and passports, as paper and screens are white on purpose."""
    if measured.side < _SMALLEST_SIDE:
        return Fault.TOO_SMALL
    if measured.luma < _DARK_LUMA and measured.contrast < _DARK_CONTRAST:
        return Fault.TOO_DARK
    if measured.sharpness < _BLURRED:
        return Fault.BLURRED
    if is_card and measured.glare > _GLARE_SHARE:
        return Fault.GLARE
    return None


def fingerprint(gray: Gray) -> str:
    """Sixty-four bits that survive scaling and encoding: is each point lighter than the one beside it?"""
    tiny = cv2.resize(gray, (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    bits = (tiny[:, 1:] > tiny[:, :-1]).flatten()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def _sharpest_tiles(edges: NDArray[Any]) -> float:
    height, width = edges.shape
    tiles = [
        float(edges[top : top + TILE, left : left + TILE].var())
        for top in range(0, max(1, height - TILE // 2), TILE)
        for left in range(0, max(1, width - TILE // 2), TILE)
    ]
    return float(np.percentile(tiles, 90))


def _largest_blob(gray: Gray) -> float:
    white = cv2.morphologyEx((gray >= _SATURATED).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(white)
    if count < 2:
        return 0.0
    return float(stats[1:, cv2.CC_STAT_AREA].max()) / float(gray.size)
