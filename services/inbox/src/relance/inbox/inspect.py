"""Looks inside one received file, in a child process that may die of it: `python -m relance.inbox.inspect`.

The child reads the bytes on standard input and answers one JSON line, then the bytes worth keeping: a picture is
decoded and encoded again without any metadata, so that a file that is also something else stops being it. The system
limits memory and CPU time, the parent wall time; a child that breaks is a refusal (`exhausted`), never an accident of
the service. It inherits no environment, so no secret.
"""

from __future__ import annotations

import asyncio
import io
import json
import resource
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageOps

from relance.domain import documents
from relance.domain.documents import FileRefusal, FileType

MEMORY_BYTES = 512 * 1024 * 1024
CPU_S = 20
# Wall time: generous, as an oversold host stretches a fifth of a second a hundredfold.
WALL_S = 60.0
# What a scanned page needs to stay readable; WhatsApp itself delivers 60 to 75.
JPEG_QUALITY = 90
FORMATS = ("JPEG", "PNG", "WEBP")
CHILD = (sys.executable, "-m", "relance.inbox.inspect")


@dataclass(frozen=True, slots=True)
class Finding:
    """Either a refusal, or the clean bytes and their type."""

    refusal: FileRefusal | None = None
    mime: str = ""
    clean: bytes = field(default=b"", repr=False)


def extension(mime: str) -> str:
    return "pdf" if mime == FileType.PDF else "jpg"


async def examine(data: bytes, *, child_command: Sequence[str] = CHILD) -> Finding:
    """Never raises for what the file holds."""
    if (refusal := documents.refusal_at_sight(data)) is not None:
        return Finding(refusal)
    child = await asyncio.create_subprocess_exec(
        *child_command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"OMP_THREAD_LIMIT": "1"},
    )
    try:
        async with asyncio.timeout(WALL_S):
            answer, _ = await child.communicate(data)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        return Finding(FileRefusal.EXHAUSTED)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        return Finding(FileRefusal.EXHAUSTED)
    head, _, clean = answer.partition(b"\n")
    said = json.loads(head)
    return Finding(FileRefusal(said["refusal"])) if said["refusal"] else Finding(None, said["mime"], clean)


def clean_copy(data: bytes) -> Finding:
    """What to keep of a file; runs in the child."""
    if (refusal := documents.refusal_at_sight(data)) is not None:
        return Finding(refusal)
    if documents.sniff(data[:16]) is FileType.PDF:
        return Finding(None, FileType.PDF, data)
    try:
        return Finding(None, FileType.JPEG, _pixels_only(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Finding(FileRefusal.TOO_MANY_PIXELS)
    except (OSError, ValueError, SyntaxError, EOFError):
        return Finding(FileRefusal.UNREADABLE)


def _pixels_only(data: bytes) -> bytes:
    Image.MAX_IMAGE_PIXELS = documents.MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in {"RGBA", "LA", "PA", "P"}:
            paper = Image.new("RGBA", upright.size, "white")
            paper.alpha_composite(upright.convert("RGBA"))
            upright = paper
        encoded = io.BytesIO()
        upright.convert("RGB").save(encoded, "JPEG", quality=JPEG_QUALITY)
        return encoded.getvalue()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    _limit()
    found = clean_copy(sys.stdin.buffer.read(documents.LARGEST_FILE_BYTES + 1))
    sys.stdout.buffer.write(json.dumps({"refusal": found.refusal, "mime": found.mime}).encode() + b"\n" + found.clean)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
