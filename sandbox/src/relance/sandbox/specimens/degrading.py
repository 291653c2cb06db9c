"""What happens to a paper between a table and a chat: each degradation by its name, the same for the same seed.

All start from the whole picture lying on a table, as a phone sees it, and end as WhatsApp delivers it: 1600 pixels on
the long side, JPEG of quality 75.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
LONG_SIDE = 1600


def on_a_table(paper: Image.Image, *, seed: int = 0, share: float = 0.93) -> Pixels:
    """The paper on a wooden background, `share` of the frame wide."""
    chance = np.random.default_rng(seed)
    drawn = np.asarray(paper.convert("RGB"))
    height, width = drawn.shape[:2]
    frame_w, frame_h = round(width / share), round(max(height / share, width / share * 0.7))
    grain = chance.normal(0, 9, (frame_h // 8 + 1, frame_w // 60 + 1, 1))
    wood = cv2.resize(grain.astype(np.float32), (frame_w, frame_h))[..., None] + np.array([118, 92, 70], np.float32)
    frame = np.clip(wood + chance.normal(0, 3, wood.shape), 0, 255).astype(np.uint8)
    top, left = (frame_h - height) // 2, (frame_w - width) // 2
    frame[top : top + height, left : left + width] = drawn
    return frame


def turned(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(height * sin + width * cos), round(height * cos + width * sin))
    matrix[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    return _u8(cv2.warpAffine(pixels, matrix, size, borderValue=(95, 80, 66)))


def leaning(pixels: Pixels, strength: float) -> Pixels:
    """Seen from the side and from below."""
    height, width = pixels.shape[:2]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    dx, dy = width * strength, height * strength
    target = np.array([(dx, dy * 0.4), (width - dx * 0.7, 0), (width, height), (0, height - dy * 0.5)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    return _u8(cv2.warpPerspective(pixels, matrix, (width, height), borderValue=(95, 80, 66)))


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    return _u8(cv2.GaussianBlur(pixels, (0, 0), sigma))


def moved(pixels: Pixels, length: int) -> Pixels:
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, length // 3), (length - 1, length - 1 - length // 3), 1.0)
    return _u8(cv2.filter2D(pixels, -1, kernel / kernel.sum()))


def dimmed(pixels: Pixels, factor: float) -> Pixels:
    chance = np.random.default_rng(3)
    return _u8(np.clip(pixels * factor + chance.normal(0, 2.5, pixels.shape), 0, 255))


def shaded(pixels: Pixels) -> Pixels:
    """Lit from the left."""
    ramp = np.linspace(1.15, 0.35, pixels.shape[1])[None, :, None]
    return _u8(np.clip(pixels * ramp, 0, 255))


def glaring(pixels: Pixels, *, at: tuple[float, float], size: float) -> Pixels:
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot((x - width * at[0]) / width, (y - height * at[1]) / width)
    light = np.clip(1.8 - distance / size, 0, 1)[..., None] * 255
    return _u8(np.clip(pixels + light * 1.1, 0, 255))


def grainy(pixels: Pixels, sigma: float) -> Pixels:
    return _u8(np.clip(pixels + np.random.default_rng(5).normal(0, sigma, pixels.shape), 0, 255))


def cut(pixels: Pixels, share: float) -> Pixels:
    return pixels[: round(pixels.shape[0] * share)]


def fitted(pixels: Pixels, long_side: int = LONG_SIDE) -> Pixels:
    height, width = pixels.shape[:2]
    ratio = long_side / max(height, width)
    return _u8(cv2.resize(pixels, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_AREA))


def jpeg(pixels: Pixels, quality: int = 75) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def _u8(pixels: object) -> Pixels:
    return np.asarray(pixels).astype(np.uint8)


def _sent(then: Callable[[Pixels], Pixels], *, quality: int = 75, long_side: int = LONG_SIDE, share: float = 0.93):  # type: ignore[no-untyped-def]
    def degrade(paper: Image.Image, seed: int) -> bytes:
        return jpeg(then(fitted(on_a_table(paper, seed=seed, share=share), long_side)), quality)

    return degrade


def _same(pixels: Pixels) -> Pixels:
    return pixels


Degrade = Callable[[Image.Image, int], bytes]

DEGRADATIONS: Mapping[str, Degrade] = {
    "good": _sent(_same),
    "turned 4": _sent(lambda p: fitted(turned(p, 4))),
    "turned 12": _sent(lambda p: fitted(turned(p, 12))),
    "turned 90": _sent(lambda p: np.ascontiguousarray(np.rot90(p))),
    "turned 180": _sent(lambda p: np.ascontiguousarray(np.rot90(p, 2))),
    "leaning": _sent(lambda p: leaning(p, 0.08)),
    "half the frame": _sent(_same, share=0.5),
    "quality 30": _sent(_same, quality=30),
    "720 pixels": _sent(_same, long_side=720),
    "mild blur": _sent(lambda p: blurred(p, 1.8)),
    "strong blur": _sent(lambda p: blurred(p, 5)),
    "moved": _sent(lambda p: moved(p, 9)),
    "dark": _sent(lambda p: dimmed(p, 0.28)),
    "uneven light": _sent(shaded),
    "grainy": _sent(lambda p: grainy(p, 18)),
    "glare on the portrait": _sent(lambda p: glaring(p, at=(0.25, 0.4), size=0.06)),
    "glare on the zone": _sent(lambda p: glaring(p, at=(0.45, 0.83), size=0.06)),
    "cut off": _sent(lambda p: cut(p, 0.72)),
}
"""The eighteen of the measurements that the reader is held to."""

UNREADABLE = frozenset({"glare on the zone", "cut off"})
"""Where the zone is not in the picture, or not to be seen."""
