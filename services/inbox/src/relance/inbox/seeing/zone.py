"""From a picture to a machine-readable zone: stacks of lines are tried in turn until one holds together."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from numpy.typing import NDArray

from relance.domain import mrz
from relance.inbox.seeing import locate, ocrb
from relance.inbox.seeing.locate import Body

Gray = NDArray[Any]

# Stacks beyond these are furniture.
_MOST_STACKS = 8
# Mean log-probability: above the first a line is surely read; below the second it is no OCR-B at all.
_SURE, _HOPELESS = -0.12, -2.2
# A guess that scores this much below the best one is not followed.
_AS_GOOD = 0.5
_WIDTHS = {2: (44, 36), 3: (30,)}
# How far the measured height and middle of a line may be wrong.
_LIFTS, _STRETCHES = (-2.0, 2.0), (0.92, 1.08)
# Their height in parts of what the pitch makes of it; slanted or blurred lines measure odd.
_PLAUSIBLE = (0.4, 1.6)


@dataclass(frozen=True, slots=True)
class Look:
    """`best` is the best score of a stack's worst line: how sure it is that there was a zone, read or not."""

    reading: mrz.Reading | None
    best: float


def read(gray: Gray, *, today: date) -> Look:
    best = -99.0
    for stack in itertools.islice(locate.stacks(gray), _MOST_STACKS):
        for width, way_up in _guesses(gray, stack):
            lines = [line for body in way_up if (line := _best(gray, body, width)) is not None]
            if len(lines) < len(stack):
                continue
            best = max(best, min(line.score for line in lines))
            if (reading := mrz.read([line.cells for line in lines], today=today)) is not None:
                return Look(reading, best)
    return Look(None, best)


def _guesses(gray: Gray, stack: Sequence[Body]) -> list[tuple[int, Sequence[Body]]]:
    """How many characters its lines have, and which way up it is: the guesses worth following, the surest first."""
    turned = tuple(body.turned() for body in reversed(stack))
    scored = []
    for width in _WIDTHS[len(stack)]:
        for way_up in (stack, turned):
            if (line := _try(gray, way_up[-1], width)) is not None:
                scored.append((line.score, width, way_up))
    scored.sort(key=lambda one: one[0], reverse=True)
    return [(width, way_up) for score, width, way_up in scored if score > max(_HOPELESS, scored[0][0] - _AS_GOOD)]


def _best(gray: Gray, body: Body, width: int) -> ocrb.Line | None:
    """The line read where it is surest: its middle and its size are only measured."""
    lift, stretch = 0.0, 1.0
    best = _try(gray, body, width)
    for lifts, stretches in ((_LIFTS, (1.0,)), ((0.0,), _STRETCHES), ((-1.0, 1.0), (1.0,))):
        if best is None or best.score > _SURE or best.score < 2 * _HOPELESS:
            break
        here = lift, stretch
        for more, factor in ((more, factor) for more in lifts for factor in stretches):
            place = here[0] + more, here[1] * factor
            line = _try(gray, body, width, *place)
            if line is not None and line.score > best.score:
                best, (lift, stretch) = line, place
    return best


def _try(gray: Gray, body: Body, width: int, lift: float = 0.0, stretch: float = 1.0) -> ocrb.Line | None:
    """The pitch follows from the length and says the size of the letters better than their own height."""
    cap = body.length / (width - 0.2) / ocrb.PITCH * ocrb.CAP
    if not _PLAUSIBLE[0] < body.height / cap < _PLAUSIBLE[1]:
        return None
    seen = ocrb.seen(locate.strip(gray, replace(body, height=cap * stretch), lift=lift))
    return ocrb.chained(seen, width, pitch=ocrb.PITCH / stretch)
