"""What people do in the story, and where they look: phones, sheet, vault, clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib import resources

from relance.domain.errors import Unavailable
from relance.sandbox.practice import Practice

# Generous: two oversold cores stretch a second into a minute.
STEP_DEADLINE_S = 120.0
POLL_S = 0.2


class Stage:
    def __init__(self, world: Practice) -> None:
        self._world = world
        self.phones = world.phones
        self.sheet = world.sheet

    async def move_time(self, shift: timedelta) -> None:
        await self._world.move_time(shift)

    async def types(self, tab: str, client: str, column: str, value: str) -> None:
        await self.sheet.type(tab, row=("Nom du client", client), column=column, value=value)

    async def sends_photo(self, phone: str) -> None:
        content = photo()
        await self.phones.send_file(phone, name="passeport.jpg", mime="image/jpeg", content=content)

    async def cell_is(self, tab: str, client: str, column: str, value: str) -> None:
        """Wait until the cell shows this value."""

        async def shown() -> str:
            rows = await self.sheet.rows(tab)
            return next(row[column] for row in rows if row["Nom du client"] == client)

        await _until(shown, value, f"« {column} » de {client}")

    async def vault_holds(self, count: int) -> None:
        async def held() -> int:
            return len(await self._world.vault_files())

        await _until(held, count, "nombre de documents au coffre")


def photo() -> bytes:
    """The passport of the story's traveller, as `specimens.drawing` made it once: nobody's, and no font needed."""
    return resources.files("relance.sandbox.specimens").joinpath("passeport.jpg").read_bytes()


async def _until(read: Callable[[], Awaitable[object]], wanted: object, what: str) -> None:
    give_up, seen = time.monotonic() + STEP_DEADLINE_S, None
    while time.monotonic() < give_up:
        seen = await read()
        if seen == wanted:
            return
        await asyncio.sleep(POLL_S)
    raise Unavailable(f"{what} : attendu {wanted!r}, lu {seen!r}")
