"""Looks inside one received file, in a child process that may die of it (`relance.inbox.seeing.child`).

The child gets no environment, so no secret, no network and nothing to write to; the system limits its memory and CPU
time, this side its wall time. A child that breaks is a refusal (`exhausted`), never an accident of the service.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from relance.domain import documents
from relance.domain.documents import FileRefusal, FileType
from relance.domain.recognising import Fault, Seen, Sight

# Wall time: generous, as an oversold host stretches a fifth of a second a hundredfold.
WALL_S = 60.0
CHILD = (sys.executable, "-m", "relance.inbox.seeing.child")
# One thread each: more would only spin, and reserve memory for themselves.
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Either a refusal, or the clean bytes, their type and what is seen on them."""

    refusal: FileRefusal | None = None
    mime: str = ""
    clean: bytes = field(default=b"", repr=False)
    seen: Seen = field(default_factory=lambda: Seen(Sight.UNKNOWN), repr=False)
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    is_secluded: bool = True


def extension(mime: str) -> str:
    return "pdf" if mime == FileType.PDF else "jpg"


async def examine(data: bytes, today: date, *, child_command: Sequence[str] = CHILD) -> Finding:
    """Never raises for what the file holds."""
    if (refusal := documents.refusal_at_sight(data)) is not None:
        return Finding(refusal)
    child = await asyncio.create_subprocess_exec(
        *child_command,
        today.isoformat(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_ENVIRONMENT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(WALL_S):
            answer, _ = await child.communicate(data)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        return Finding(FileRefusal.EXHAUSTED)
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # with the programs that it started
            await child.wait()
    return _told(answer) if child.returncode == 0 else Finding(FileRefusal.EXHAUSTED)


def _told(answer: bytes) -> Finding:
    head, _, clean = answer.partition(b"\n")
    try:
        said = json.loads(head)
        refusal = FileRefusal(said["refusal"]) if said["refusal"] else None
        seen = Seen(Sight.UNKNOWN) if said["seen"] is None else _seen(said["seen"])
        return Finding(refusal, said["mime"], clean, seen, said["cpu_s"], said["peak_mb"], said["secluded"])
    except (ValueError, KeyError, TypeError):
        return Finding(FileRefusal.EXHAUSTED)


def _seen(said: dict[str, Any]) -> Seen:
    dates = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("born", "expires")}
    fault = Fault(said["fault"]) if said["fault"] else None
    return Seen(**{**said, **dates, "sight": Sight(said["sight"]), "fault": fault})
