"""Pictures of the practice world, for the README and for whoever wants to look without opening a browser."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from relance.domain.errors import Unavailable
from relance.sandbox.servers import chromium

# The pages fill themselves over a socket: the picture is taken after this much of their own time.
_SETTLE_MS = 6000
_DEADLINE_S = 90.0


async def take(pages: Mapping[str, tuple[str, str]], folder: Path) -> list[Path]:
    """One PNG per page, {name: (address, "width,height")}; raises Unavailable when the browser makes none."""
    folder.mkdir(parents=True, exist_ok=True)
    return [await _one(address, size, folder / f"{name}.png") for name, (address, size) in pages.items()]


async def _one(address: str, size: str, file: Path) -> Path:
    sandbox = [] if chromium.can_sandbox() else ["--no-sandbox"]
    with tempfile.TemporaryDirectory() as profile:
        process = await asyncio.create_subprocess_exec(
            chromium.executable(), "--headless", *sandbox, "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={profile}", f"--window-size={size}",
            f"--virtual-time-budget={_SETTLE_MS}", f"--screenshot={file.resolve()}", address,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(_DEADLINE_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
    if not file.exists():
        raise Unavailable(f"Chromium n'a pas fait d'image de {address}")
    return file
