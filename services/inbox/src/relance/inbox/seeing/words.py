"""The words on a picture, by Debian's tesseract, in each orientation until they make sense. Runs in the child.

No tesseract, no words: everything that is not a zone is then a person's.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from relance.domain import recognising

Gray = NDArray[Any]

PROGRAM = "tesseract"
SIDE = 1400
_TIMEOUT_S = 25.0
_ENOUGH_LETTERS = 40
_LANGUAGES = ("eng+fra", "eng")
_TURNS: Sequence[Callable[[Gray], Gray]] = (
    lambda gray: gray,
    lambda gray: np.ascontiguousarray(np.rot90(gray)),
    lambda gray: np.ascontiguousarray(np.rot90(gray, 3)),
    lambda gray: np.ascontiguousarray(np.rot90(gray, 2)),
)


def recognise(gray: Gray) -> recognising.Seen:
    """The first orientation with enough letters and a class; else the one that came closest."""
    if shutil.which(PROGRAM) is None:
        return recognising.Seen(recognising.Sight.UNKNOWN)
    shown = _evened(gray)
    kept = recognising.Seen(recognising.Sight.UNKNOWN)
    for turn in _TURNS:
        lines = _read(turn(shown))
        seen = recognising.recognised(lines)
        if seen.sight is not recognising.Sight.UNKNOWN:
            if seen.is_certain or recognising.letters(lines) >= _ENOUGH_LETTERS:
                return seen
            kept = seen
    return kept


def _evened(gray: Gray) -> Gray:
    """Of a size that tesseract reads well, with the light of the whole scale."""
    ratio = SIDE / max(gray.shape)
    sized = cv2.resize(gray, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC)
    return np.asarray(cv2.normalize(sized, sized.copy(), 0, 255, cv2.NORM_MINMAX), np.uint8)


def _read(gray: Gray) -> list[str]:
    _, packed = cv2.imencode(".pgm", gray)
    for languages in _LANGUAGES:
        command = [PROGRAM, "stdin", "stdout", "-l", languages, "--psm", "11", "--dpi", "200"]
        try:
            done = subprocess.run(command, input=packed.tobytes(), capture_output=True, timeout=_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            return []
        if done.returncode == 0:
            return [line.strip() for line in done.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
    return []
