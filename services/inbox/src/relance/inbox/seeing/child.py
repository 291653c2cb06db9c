"""The examination itself: `python -m relance.inbox.seeing.child YYYY-MM-DD`, the file on standard input.

Answers one JSON line, then the bytes worth keeping. Started by `relance.inbox.inspect`, which survives it.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from relance.domain import documents
from relance.domain.documents import FileRefusal
from relance.domain.mrz import Reading
from relance.domain.recognising import Fault, Seen, Sight
from relance.inbox.seeing import seclusion

_SIGHTS = {"P": Sight.PASSPORT, "V": Sight.VISA}
# Below it nothing was like a zone; above it lines of `<<<` are there, only not readable.
_WAS_A_ZONE = -1.6


def main() -> None:
    is_secluded = seclusion.secluded()
    today = date.fromisoformat(sys.argv[1])
    data = sys.stdin.buffer.read(documents.LARGEST_FILE_BYTES + 1)
    told, clean = _examined(data, today)
    told |= {"secluded": is_secluded, **_spent()}
    sys.stdout.buffer.write(json.dumps(told, default=str).encode() + b"\n" + clean)
    sys.stdout.buffer.flush()


def _examined(data: bytes, today: date) -> tuple[dict[str, Any], bytes]:
    # After the limits, so that they hold for what these libraries do when loaded.
    from relance.inbox.seeing import opening

    try:
        found = opening.opened(data)
        if found.refusal is not None:
            return {"refusal": found.refusal, "mime": "", "seen": None}, b""
        return {"refusal": None, "mime": found.mime, "seen": asdict(_looked_at(found.pages, today))}, found.clean
    except MemoryError:
        return {"refusal": FileRefusal.EXHAUSTED, "mime": "", "seen": None}, b""


def _looked_at(pages: list[Any], today: date) -> Seen:
    import cv2
    import numpy as np

    from relance.inbox.seeing import quality

    cv2.setNumThreads(1)
    cv2.ocl.setUseOpenCL(False)
    grays = [np.asarray(page.convert("L")) for page in pages]
    seen = _recognised(grays, today)
    return replace(seen, look=quality.fingerprint(grays[0]), pages=len(grays))


def _recognised(grays: list[Any], today: date) -> Seen:
    from relance.inbox.seeing import quality, words, zone

    looks = [zone.read(gray, today=today) for gray in grays]
    holders = {look.reading.number: look.reading for look in looks if look.reading is not None}
    if holders:
        seen = _holder(next(iter(holders.values())))
        # Several holders in one file: a person files each.
        return replace(seen, is_certain=len(holders) == 1)
    kept = Seen(Sight.UNKNOWN)
    for gray in grays[:2]:
        kept = words.recognise(gray)
        if kept.sight is not Sight.UNKNOWN:
            break
    if kept.is_certain:
        return kept
    is_card = kept.sight in {Sight.PASSPORT, Sight.PAN} or max(look.best for look in looks) > _WAS_A_ZONE
    fault = quality.fault(quality.measure(grays[0]), is_card=is_card)
    if fault is None and kept.sight is Sight.PASSPORT:
        fault = Fault.CUT_OFF
    return replace(kept, fault=fault)


def _holder(reading: Reading) -> Seen:
    return Seen(
        _SIGHTS.get(reading.type[0], Sight.IDENTITY_CARD),
        is_certain=True,
        surname=reading.surname,
        given=reading.given,
        number=reading.number,
        nationality=reading.nationality,
        born=reading.born,
        expires=reading.expires,
    )


def _spent() -> dict[str, float]:
    mine, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime
    return {"cpu_s": round(cpu, 3), "peak_mb": round(max(_peak_kb(), others.ru_maxrss) / 1024, 1)}


def _peak_kb() -> int:
    """Of this program alone: what `getrusage` says also counts the process that started it."""
    try:
        told = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
