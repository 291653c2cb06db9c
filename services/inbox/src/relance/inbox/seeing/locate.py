"""Finds the stacks of long, even lines that a machine-readable zone is made of.

Dark strokes on any paper are brought out, letters of one line joined, and bodies that are long and thin kept: two or
three of them side by side, as long as one another, make a stack. Several scales, so that near and far zones both have
letters of a size that the joining fits, and several directions. Which way up a stack is, its reading tells.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from relance.inbox.seeing import ocrb

Gray = NDArray[Any]
Floats = NDArray[Any]

# Long sides and directions in which lines are looked for: a zone that fills the frame has a pitch of 20 pixels at 1000.
# Slanted papers and far ones come last, as few are either.
PASSES = ((1000, (0, 90)), (560, (0, 90)), (800, (30, -30, 60, -60)), (1700, (0, 90)))
_SLIMMEST, _SHORTEST_SHARE = 11.0, 0.2
_MOST_BODIES = 14


@dataclass(frozen=True, slots=True)
class Body:
    """One line of text: its left end, its direction (a unit vector), its length and height, in the picture's pixels."""

    start: tuple[float, float]
    along: tuple[float, float]
    length: float
    height: float
    bend: float  # how far its middle is below the straight line between its ends

    def across(self) -> tuple[float, float]:
        return (-self.along[1], self.along[0])

    def turned(self) -> Body:
        """The same line read from its other end."""
        end = (self.start[0] + self.along[0] * self.length, self.start[1] + self.along[1] * self.length)
        return Body(end, (-self.along[0], -self.along[1]), self.length, self.height, -self.bend)


def stacks(gray: Gray) -> Iterator[tuple[Body, ...]]:
    """Likely zones, the likeliest first in each pass: pairs and triples of lines, from the first to the last."""
    for side, turns in PASSES:
        found = [stack for degrees in turns for stack in _stacked(_bodies(gray, side, degrees))]
        found.sort(key=_likelihood, reverse=True)
        yield from found


def _likelihood(stack: Sequence[Body]) -> float:
    return sum(min(body.length / body.height, 60.0) for body in stack) * stack[0].length


def _bodies(gray: Gray, side: int, degrees: float) -> list[Body]:
    """Lines that run within some fifteen degrees of that direction."""
    matrix, size = _turning(gray, side, degrees)
    # By areas first: sampling alone would skip strokes.
    ratio = min(1.0, side / max(gray.shape))
    small = cv2.resize(gray, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else gray
    if degrees:
        small = cv2.warpAffine(small, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(matrix)
    ink = _ink(small)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 21), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 15), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    order = sorted(range(1, count), key=lambda label: -int(stats[label, cv2.CC_STAT_WIDTH]))
    bodies = []
    for label in order[:_MOST_BODIES]:
        left, top, width, height = (int(stats[label, index]) for index in range(4))
        if width < _SHORTEST_SHARE * small.shape[1]:
            break
        window = (slice(top, top + height), slice(left, left + width))
        body = _measured((labels[window] == label) & (ink[window] > 0))
        if body is not None and body.length > _SLIMMEST * body.height:
            bodies.append(_scaled(_turned_back(body, (left, top), back), 1 / ratio))
    return bodies


def _turning(gray: Gray, side: int, degrees: float) -> tuple[Gray, tuple[int, int]]:
    """The turn of the picture at that size about its middle, into a frame that holds all of it."""
    ratio = min(1.0, side / max(gray.shape))
    height, width = gray.shape[0] * ratio, gray.shape[1] * ratio
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    across, high = height * sin + width * cos, height * cos + width * sin
    matrix[:, 2] += ((across - width) / 2, (high - height) / 2)
    return matrix, (round(across), round(high))


def _turned_back(body: Body, moved: tuple[int, int], back: Gray) -> Body:
    x, y = body.start[0] + moved[0], body.start[1] + moved[1]
    (dx, dy), turn = body.along, back[:, :2]
    start, along = turn @ (x, y) + back[:, 2], turn @ (dx, dy)
    return Body(
        (float(start[0]), float(start[1])), (float(along[0]), float(along[1])), body.length, body.height, body.bend
    )


def _ink(gray: Gray) -> Gray:
    """Dark strokes, whatever the light: what closing fills in, in parts of the light around."""
    calm = cv2.GaussianBlur(gray, (3, 3), 0)
    filled = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    strokes = (filled.astype(np.float32) - calm) / (cv2.blur(filled.astype(np.float32), (31, 31)) + 8)
    shown = np.clip(strokes * 300, 0, 255).astype(np.uint8)
    _, ink = cv2.threshold(shown, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(ink, np.uint8)


def _measured(mask: NDArray[np.bool_]) -> Body | None:
    """The line through the middle of the ink, column group by column group."""
    rows, columns = np.nonzero(mask)
    if len(columns) < 60:
        return None
    first, last = int(columns.min()), int(columns.max())
    edges = np.linspace(first, last + 1, 17)
    xs, middles, heights = [], [], []
    for left, right in itertools.pairwise(edges):
        inside = rows[(columns >= left) & (columns < right)]
        if len(inside) >= 4:
            low, high = np.percentile(inside, (2, 98))
            xs.append((left + right) / 2)
            middles.append((low + high) / 2)
            heights.append(high - low + 1)
    if len(xs) < 6:
        return None
    x, y = np.array(xs), np.array(middles)
    slope, offset = _robust_line(x, y)
    good = np.abs(y - (slope * x + offset)) < max(2.0, 0.25 * float(np.median(heights)))
    bend = 0.0
    if good.sum() >= 8:
        curve = np.polyfit(x[good], y[good], 2)
        bend = float(-curve[0] * ((last - first) / 2) ** 2)
        offset = float(np.polyval(curve, first) - slope * first)
        slope = float((np.polyval(curve, last) - np.polyval(curve, first)) / max(1, last - first))
        offset = float(np.polyval(curve, first) - slope * first)
    # A group of columns spans the slope over its width as well.
    height = float(np.percentile(heights, 60)) - abs(slope) * (last - first) / 16
    norm = float(np.hypot(1, slope))
    start = (float(first), float(slope * first + offset))
    return Body(start, (1 / norm, slope / norm), (last - first) * norm, max(3.0, height / norm), bend)


def _robust_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """The median of the slopes between far points, so that a speck moves nothing."""
    half = len(x) // 2
    slopes = (y[half:][: len(x) - half] - y[: len(x) - half]) / (x[half:][: len(x) - half] - x[: len(x) - half])
    slope = float(np.median(slopes))
    return slope, float(np.median(y - slope * x))


def _scaled(body: Body, factor: float) -> Body:
    start = (body.start[0] * factor, body.start[1] * factor)
    return Body(start, body.along, body.length * factor, body.height * factor, body.bend * factor)


def _stacked(bodies: Sequence[Body]) -> list[tuple[Body, ...]]:
    """Neighbouring lines of one direction and one length; of three such lines, the triple before its pairs."""
    pairs = [(a, b) for a in bodies for b in bodies if a is not b and _follows(a, b)]
    triples = [(a, b, d) for a, b in pairs for c, d in pairs if b is c]
    return [*triples, *pairs]


def _follows(above: Body, below: Body) -> bool:
    height = (above.height + below.height) / 2
    dx, dy = below.start[0] - above.start[0], below.start[1] - above.start[1]
    beside = dx * above.along[0] + dy * above.along[1]
    under = dx * above.across()[0] + dy * above.across()[1]
    dot = above.along[0] * below.along[0] + above.along[1] * below.along[1]
    return (
        dot > 0.995
        and 1.2 * height < under < 4.2 * height
        and abs(beside) < 0.14 * above.length
        and 0.75 < above.length / below.length < 1.34
    )


def strip(gray: Gray, body: Body, *, lift: float = 0.0) -> Floats:
    """The line laid flat, its capitals `ocrb.CAP` high; `lift` in pixels of the strip."""
    factor = ocrb.CAP / body.height
    if factor < 0.75:  # by areas first: sampling alone would skip pixels
        gray = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        body = _scaled(body, factor)
        factor = 1.0
    margin = 1.6 * ocrb.PITCH
    width = round(body.length * factor + 2 * margin)
    u = (np.arange(width, dtype=np.float32) - margin) / factor
    v = (np.arange(ocrb.HEIGHT, dtype=np.float32) - (ocrb.HEIGHT - 1) / 2 + lift) / factor
    share = u / max(1.0, body.length)
    curved = v[:, None] + (4 * body.bend * share * (1 - share))[None, :]
    (x0, y0), (dx, dy), (nx, ny) = body.start, body.along, body.across()
    map_x = x0 + u[None, :] * dx + curved * nx
    map_y = y0 + u[None, :] * dy + curved * ny
    laid = cv2.remap(
        gray, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(laid, np.float32)
