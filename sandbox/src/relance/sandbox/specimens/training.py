"""Trains the reader of OCR-B lines: `python -m relance.sandbox.specimens.training OUT.npz`, always from the same seed.

Lines of invented zones are drawn in Debian's `fonts-ocr-b`, spoilt (weight, size, blur, movement, noise, JPEG, uneven
light), cut into strips as the reader cuts them, a little beside the truth as it does, and learnt by a network of two
hidden layers. NumPy alone; some minutes on one core.
"""

from __future__ import annotations

import itertools
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from relance.domain import icao
from relance.inbox.seeing import ocrb
from relance.sandbox.specimens import drawing

SEED = 20261121
LINES, CELLS = 9_000, 36
HIDDEN = (192, 96)
EPOCHS, BATCH, RATE = 24, 512, 1.5e-3
# In pixels of a strip: how far beside its middle a character still is that character.
BESIDE = 2
_INDEX = {char: index for index, char in enumerate(icao.ALPHABET)}

Floats = NDArray[Any]


def main() -> None:
    samples, labels = dataset(LINES)
    print(f"{len(labels)} fenêtres", flush=True)
    held = len(labels) // 20
    layers = trained(samples[held:], labels[held:], check=(samples[:held], labels[:held]))
    kept: dict[str, Any] = {
        f"{name}{i}": array.astype(np.float16)
        for i, layer in enumerate(layers)
        for name, array in zip("wb", layer, strict=True)
    }
    np.savez_compressed(Path(sys.argv[1]), **kept)


def dataset(lines: int) -> tuple[Floats, NDArray[np.int64]]:
    chance, random_pixels = random.Random(SEED), np.random.default_rng(SEED)  # noqa: S311 - reproducible on purpose
    samples, labels = [], []
    for _ in range(lines):
        windows, said = _line(chance, random_pixels)
        samples.append(windows)
        labels.append(said)
    order = random_pixels.permutation(sum(len(said) for said in labels))
    return np.concatenate(samples)[order], np.concatenate(labels)[order]


def _line(chance: random.Random, pixels: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Windows on and between the characters of one spoilt line."""
    text = drawing.random_zone_line(chance, CELLS)
    cap = 8 * (4.2 ** chance.random())  # from 8 to 34 pixels high, small ones as often as large ones
    font = drawing.zone_font(cap * 0.915 / drawing.PITCH_MM, face=chance.choice(("OCRB", "OCRB", "OCRBS")))
    advance, left = cap * 0.915, cap * 1.5
    size = (round(left * 2 + advance * CELLS), round(cap * 3))
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    top = cap
    for index, char in enumerate(text):
        draw.text((left + index * advance, top - 0.17 * font.size), char, font=font, fill=0)
    spoilt = _spoilt(np.asarray(page, np.float32), cap, chance, pixels)
    scale = ocrb.CAP / cap * chance.uniform(0.9, 1.1)
    strip, zero = _strip(spoilt, scale, middle=top + cap / 2, chance=chance)
    centres = [(left + (index + 0.5) * advance) * scale + zero for index in range(CELLS)]
    seen = ocrb.windows(ocrb.normalised(strip))
    return _labelled(seen, centres, text, chance)


def _labelled(seen: Floats, centres: list[float], text: str, chance: random.Random) -> tuple[Floats, NDArray[np.int64]]:
    places, labels = [], []
    for index, centre in enumerate(centres):
        # A run of fillers teaches little more than its first ones.
        if text[index] == icao.FILLER and index > 2 and text[index - 2 : index] == "<<" and chance.random() < 0.7:
            continue
        places.append(round(centre + chance.uniform(-BESIDE, BESIDE)))
        labels.append(_INDEX[text[index]])
        if chance.random() < 0.6:
            places.append(round(centre + chance.choice((-1, 1)) * chance.uniform(0.34, 0.5) * ocrb.PITCH))
            labels.append(ocrb.NONE)
    places += [chance.randrange(4), len(seen) - 1 - chance.randrange(4)]
    labels += [ocrb.NONE, ocrb.NONE]
    return seen[np.clip(places, 0, len(seen) - 1)].astype(np.float16), np.array(labels)


def _spoilt(page: Floats, cap: float, chance: random.Random, pixels: np.random.Generator) -> Floats:
    if cap > 14 and chance.random() < 0.4:
        kernel = np.ones((2, 2), np.uint8)
        page = cv2.erode(page, kernel) if chance.random() < 0.6 else cv2.dilate(page, kernel)
    height, width = page.shape
    ink, paper = chance.uniform(15, 90), chance.uniform(120, 245)
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    waves = chance.uniform(0, 10) * np.sin(x * width / chance.uniform(6, 40) + y / chance.uniform(4, 30))
    page = ink + (paper + waves - ink) * (page / 255)
    page = page * (1 + chance.uniform(-0.5, 0.5) * (x - 0.5))
    if chance.random() < 0.3:
        page = page * chance.uniform(0.25, 0.8)
    if chance.random() < 0.7:
        page = cv2.GaussianBlur(page, (0, 0), max(0.3, cap * 0.2 * chance.random() ** 1.5))
    if chance.random() < 0.3:
        length = max(3, round(cap * chance.uniform(0.1, 0.4)))
        kernel = np.zeros((length, length), np.float32)
        cv2.line(kernel, (0, chance.randrange(length)), (length - 1, chance.randrange(length)), 1.0)
        page = cv2.filter2D(page, -1, kernel / kernel.sum())
    if chance.random() < 0.7:
        page = page + pixels.normal(0, chance.uniform(0, 18) * chance.random(), page.shape)
    shown = np.clip(page, 0, 255).astype(np.uint8)
    if chance.random() < 0.8:
        _, packed = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(25, 92)])
        shown = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))
    return np.asarray(shown, np.float32)


def _strip(page: Floats, scale: float, *, middle: float, chance: random.Random) -> tuple[Floats, float]:
    """A strip a little too high, too low, slanted or sheared, and the column of the page's left edge in it."""
    if scale < 0.8:  # shrink by areas first, as the reader does
        page = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        middle, scale = middle * scale, 1.0
    width = round(page.shape[1] * scale)
    slant, shear = chance.uniform(-0.004, 0.004), chance.uniform(-0.12, 0.12)
    down = chance.uniform(-1.7, 1.7)
    half = ocrb.HEIGHT / 2
    lower = half - middle * scale + down - slant * width / 2
    matrix = np.array([[scale, shear, -shear * half], [slant, scale, lower]], np.float32)
    strip = cv2.warpAffine(page, matrix, (width, ocrb.HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(strip, np.float32), shear * (middle - ocrb.HEIGHT / 2)


def trained(
    samples: Floats, labels: NDArray[np.int64], *, check: tuple[Floats, NDArray[np.int64]]
) -> list[tuple[Floats, Floats]]:
    """Adam on the cross-entropy, with a rate that falls to nothing."""
    chance = np.random.default_rng(SEED)
    sizes = (samples.shape[1], *HIDDEN, ocrb.NONE + 1)
    layers = [
        (chance.normal(0, (2 / a) ** 0.5, (a, b)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in itertools.pairwise(sizes)
    ]
    learner = _Learner(layers, [[np.zeros_like(kept) for kept in layer for _ in range(2)] for layer in layers])
    total = EPOCHS * (len(labels) // BATCH)
    for epoch in range(EPOCHS):
        order = chance.permutation(len(labels))
        for start in range(0, len(labels) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            learner.learn(samples[chosen].astype(np.float32), labels[chosen], share=(learner.step + 1) / total)
        found = ocrb.Network(tuple(layers)).probabilities(check[0].astype(np.float32)).argmax(axis=1)
        print(f"{epoch + 1}/{EPOCHS} : {100 * (found == check[1]).mean():.2f} % justes", flush=True)
    return layers


@dataclass(slots=True)
class _Learner:
    """Adam: `moments` are the running means of each slope and of its square, weights before biases."""

    layers: list[tuple[Floats, Floats]]
    moments: list[list[Floats]]
    step: int = 0

    def learn(self, samples: Floats, labels: NDArray[np.int64], *, share: float) -> None:
        """One step; `share` is how much of the training is over with it."""
        self.step += 1
        rate = RATE * 0.5 * (1 + np.cos(np.pi * share))
        values = [samples]
        for weights, bias in self.layers[:-1]:
            values.append(np.maximum(values[-1] @ weights + bias, 0))
        logits = values[-1] @ self.layers[-1][0] + self.layers[-1][1]
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        wrong = raised / raised.sum(axis=1, keepdims=True)
        wrong[np.arange(len(labels)), labels] -= 1
        wrong /= len(labels)
        for index in range(len(self.layers) - 1, -1, -1):
            weights, _ = self.layers[index]
            slopes = (values[index].T @ wrong + 1e-5 * weights, wrong.sum(axis=0))
            wrong = (wrong @ weights.T) * (values[index] > 0)
            for half, slope in enumerate(slopes):
                self._move(index, half, slope, rate)

    def _move(self, index: int, half: int, slope: Floats, rate: float) -> None:
        first, second = self.moments[index][2 * half : 2 * half + 2]
        first *= 0.9
        first += 0.1 * slope
        second *= 0.999
        second += 0.001 * slope * slope
        kept = self.layers[index][half]
        kept -= rate * (first / (1 - 0.9**self.step)) / (np.sqrt(second / (1 - 0.999**self.step)) + 1e-8)


if __name__ == "__main__":
    main()
