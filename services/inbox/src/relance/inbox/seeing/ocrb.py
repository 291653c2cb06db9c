"""Reads one line of OCR-B whose characters stand at a fixed pitch: what each of its cells may be.

A small network, trained by `relance.sandbox.specimens.training` on lines set in Debian's `fonts-ocr-b`, looks through a
window at every column of a strip; the chain of windows that stand one pitch apart and are surest is the line. Strips
have capitals of `CAP` pixels, whatever the picture's size was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from relance.domain import icao

Floats = NDArray[Any]

CAP = 16
HEIGHT, WINDOW = 24, 20
# Of OCR-B: ten characters to the inch and digits of 2.78 mm with their strokes.
PITCH = CAP * 0.915
NONE = len(icao.ALPHABET)
"""The class of a window that stands between two characters, or on none."""

_SPREAD = (0.86, 1.14)
# How much a step that is not one pitch costs; a tenth of a pitch costs as much as a character half seen.
_STIFFNESS = 60.0
_LEAST = 1e-5


@dataclass(frozen=True, slots=True)
class Line:
    """`cells` in order, each with probabilities by character; `score` is the mean log-probability of the best."""

    cells: tuple[Mapping[str, float], ...]
    score: float


@dataclass(frozen=True, slots=True)
class Network:
    layers: tuple[tuple[Floats, Floats], ...]

    def probabilities(self, windows: Floats) -> Floats:
        """One row for each window, one column for each character of the alphabet and a last one for none."""
        values = windows
        for weights, bias in self.layers[:-1]:
            values = np.maximum(values @ weights + bias, 0)
        weights, bias = self.layers[-1]
        logits = values @ weights + bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


@cache
def network() -> Network:
    with resources.files("relance.inbox.seeing").joinpath("ocrb.npz").open("rb") as stored:
        kept = np.load(stored)
        count = len(kept.files) // 2
        return Network(tuple((_wide(kept[f"w{i}"]), _wide(kept[f"b{i}"])) for i in range(count)))


def normalised(strip: Floats) -> Floats:
    """Each neighbourhood with mean 0 and deviation 1: what is left is shape, whatever the light was."""
    size = (3 * WINDOW + 1, 2 * HEIGHT + 1)
    mean = cv2.blur(strip, size)
    spread = np.sqrt(np.maximum(cv2.blur(strip * strip, size) - mean * mean, 0))
    return np.asarray((strip - mean) / (spread + 3.0), np.float32)


def windows(strip: Floats) -> Floats:
    """Every window of a normalised strip, by the column of its centre."""
    padded = np.pad(strip, ((0, 0), (WINDOW // 2, WINDOW // 2 - 1)), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)
    return np.ascontiguousarray(views.transpose(1, 0, 2)).reshape(views.shape[1], -1)


def seen(strip: Floats) -> Floats:
    """The probabilities at every column of a strip of `HEIGHT` rows, each evened with its neighbours."""
    found = network().probabilities(windows(normalised(strip)))
    return np.asarray(cv2.blur(found, (1, 3), borderType=cv2.BORDER_REPLICATE), np.float32)


def chained(found: Floats, count: int, *, pitch: float) -> Line | None:
    """The surest chain of so many characters; None when the strip is too short for it."""
    width = len(found)
    surest = np.log(np.maximum(found[:, :NONE].max(axis=1), _LEAST))
    steps = np.arange(int(pitch * _SPREAD[0]), int(np.ceil(pitch * _SPREAD[1])) + 1)
    costs = _STIFFNESS * ((steps - pitch) / pitch) ** 2
    if width < count * steps[0]:
        return None
    best = np.full(width, -np.inf)
    reach = min(width, int(4 * pitch))
    best[:reach] = surest[:reach]
    back = np.zeros((count, width), np.int32)
    for index in range(1, count):
        moved = np.full((len(steps), width), -np.inf)
        for row, step in enumerate(steps):
            moved[row, step:] = best[:-step] - costs[row]
        choice = moved.argmax(axis=0)
        back[index] = steps[choice]
        best = moved[choice, np.arange(width)] + surest
    column = int(best.argmax())
    if not np.isfinite(best[column]):
        return None
    score = float(best[column]) / count
    columns = [column]
    for index in range(count - 1, 0, -1):
        column -= int(back[index, column])
        columns.append(column)
    return Line(tuple(_cell(found[place]) for place in _evened(columns[::-1], width)), score)


def _evened(columns: list[int], width: int) -> NDArray[np.int64]:
    """The same chain on an even curve: windows are as sure beside a character's middle as on it, but not as right."""
    order = np.arange(len(columns))
    curve = np.polyval(np.polyfit(order, columns, 2), order)
    return np.asarray(np.clip(np.rint(curve), 0, width - 1), np.int64)


def _cell(row: Floats) -> dict[str, float]:
    likely = np.flatnonzero(row[:NONE] > _LEAST)
    return {icao.ALPHABET[index]: float(row[index]) for index in likely}


def _wide(kept: NDArray[Any]) -> Floats:
    return np.asarray(kept, np.float32)
