"""Looking at papers: CPU seconds and memory of the whole child for each class, and what is read of how many.

Specimens of invented holders of several states, under the eighteen degradations. The reading alone is measured for each
layout of a zone, the whole examination for each class of paper. The floor of a whole examination is the start of
its child with a picture of one colour; the floor of the shares is the target.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from bench.measure import Measure, median
from relance.domain.icao import Format
from relance.domain.mrz import Reading
from relance.domain.recognising import Seen, Sight
from relance.inbox import inspect
from relance.inbox.seeing import zone
from relance.sandbox.specimens import degrading, drawing, holders
from relance.sandbox.specimens.holders import Holder

TODAY = date(2026, 11, 21)
# Holders of each zone; each under the eighteen degradations.
PASSPORTS, OTHER_ZONES = 6, 2
# Of papers that tesseract reads, at a second each.
_SOME = ("good", "turned 90", "mild blur", "quality 30", "dark", "cut off")
TARGET_READ = 0.95

Tell = Callable[[str], None]


async def measures(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    del checkout
    cv2.setNumThreads(1)
    for form, count in (
        (Format.TD3, PASSPORTS), (Format.TD1, OTHER_ZONES), (Format.TD2, OTHER_ZONES),
        (Format.MRV_A, OTHER_ZONES), (Format.IDFRA, OTHER_ZONES),
    ):  # fmt: skip
        for measure in await asyncio.to_thread(lambda form=form, count=count: list(_zones(form, count, tell))):
            yield measure
    floor = await _floor()
    async for measure in _whole(floor, tell):
        yield measure


def _zones(form: Format, count: int, tell: Tell) -> Iterator[Measure]:
    """The reading alone: what share is read, how many are wrong, at what cost."""
    read = readable = wrong = 0
    spent, missed = [], []
    for seed in range(count):
        holder = holders.invent(1_000 * (seed + 1), today=TODAY)
        paper = _drawn(form, holder, seed)
        for how, degrade in degrading.DEGRADATIONS.items():
            found, took = _read(degrade(paper, seed))
            spent.append(took)
            is_right = found is not None and _is_right(form, found, holder)
            wrong += found is not None and not is_right
            if how not in degrading.UNREADABLE:
                readable, read = readable + 1, read + is_right
                if not is_right:
                    missed.append(f"{how}/{seed}")
    tell(
        f"{form} : {read}/{readable} lus, {wrong} faux, {median(spent):.2f} s CPU ; manqués : {' '.join(missed) or '-'}"
    )
    yield Measure(f"documents.{form}.read", read / readable, "share", floor=TARGET_READ)
    yield Measure(f"documents.{form}.wrong_but_valid", wrong, "documents")
    yield Measure(f"documents.{form}.reading", median(spent), "cpu s")


def _drawn(form: Format, holder: Holder, seed: int) -> Image.Image:
    lines = holders.zone(form, holder, empty_check="0<"[seed % 2])
    draw = drawing.passport if form in {Format.TD3, Format.MRV_A} else drawing.card
    return draw(holder, lines, seed=seed)


def _read(data: bytes) -> tuple[Reading | None, float]:
    gray = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    began = time.process_time()
    found = zone.read(gray, today=TODAY).reading
    return found, time.process_time() - began


def _is_right(form: Format, found: Reading, holder: Holder) -> bool:
    if form is Format.IDFRA:
        return found.born == holder.born and holder.number[:1] in found.number
    return (found.number, found.born, found.expires) == (holder.number, holder.born, holder.expires)


async def _floor() -> float:
    blank = io.BytesIO()
    Image.new("RGB", (1600, 1130), "white").save(blank, "JPEG")
    return median([(await inspect.examine(blank.getvalue(), TODAY)).cpu_s for _ in range(3)])


async def _whole(floor: float, tell: Tell) -> AsyncIterator[Measure]:
    for name, draw in _CLASSES.items():
        cpu, peak, right, count = [], 0.0, 0, 0
        holder = holders.invent(77, today=TODAY)
        paper = draw(holder)
        for how in degrading.DEGRADATIONS if name == "passport" else _SOME:
            found = await inspect.examine(degrading.DEGRADATIONS[how](paper, 3), TODAY)
            cpu.append(found.cpu_s)
            peak = max(peak, found.peak_mb)
            if how not in degrading.UNREADABLE:
                count, right = count + 1, right + _is_recognised(name, found.seen, holder)
        tell(f"{name} : {right}/{count} reconnus, {median(cpu):.2f} s CPU (au plus {max(cpu):.2f}), {peak:.0f} Mo")
        yield Measure(f"documents.{name}.cpu", median(cpu), "cpu s", floor=floor)
        yield Measure(f"documents.{name}.peak", peak, "MB", floor=300)
        yield Measure(f"documents.{name}.recognised", right / count, "share", floor=TARGET_READ)


def _is_recognised(name: str, seen: Seen, holder: Holder) -> bool:
    match name:
        case "passport":
            return (seen.sight, seen.number) == (Sight.PASSPORT, holder.number)
        case "identity_card":
            return (seen.sight, seen.number) == (Sight.IDENTITY_CARD, holder.number)
        case "pan":
            return (seen.sight, seen.number) == (Sight.PAN, PAN)
        case _:
            return seen.sight is Sight(name)


PAN = "ABCPE1234F"
_CLASSES: dict[str, Callable[[Holder], Image.Image]] = {
    "passport": lambda holder: drawing.passport(holder, holders.zone(Format.TD3, holder)),
    "identity_card": lambda holder: drawing.card(holder, holders.zone(Format.TD1, holder)),
    "pan": lambda holder: drawing.pan_card(holder, PAN),
    "visa_form": drawing.visa_form,
    "other_id": lambda holder: drawing.aadhaar_card(holder, "4987 6543 2109"),
    "payment_proof": lambda _: drawing.payment_screenshot("1 290,00 €", "428812345678"),
    "unknown": lambda _: drawing.holiday(),
}
