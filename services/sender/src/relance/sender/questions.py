"""What an operator asks of the number while it runs: a code to link a phone with, a census of the page.

The command writes a row, the holder of the lease answers in it: no port is opened, and it works from any container.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol, runtime_checkable

from relance.domain.errors import Unavailable
from relance.runtime import logs
from relance.sender.desk import Desk
from relance.sender.session import Session
from relance.store import number_orders

log = logs.get()

UNASKABLE = "Ce numéro n'a pas de page WhatsApp Web à regarder."
UNLINKABLE = "Ce téléphone est déjà associé, ou la page n'est pas prête : relance number status."
REFUSED = "WhatsApp ne donne pas de code pour l'instant : attendez une heure, ou utilisez le code QR."


@runtime_checkable
class Browsed(Protocol):
    """What a page in a browser can do beside sending and listening."""

    async def link_code(self, phone: str) -> str: ...

    async def census(self) -> tuple[tuple[Any, ...], dict[str, Any]]: ...


async def answer(desk: Desk, session: Session) -> None:
    """Answer the newest open question, if there is one."""
    async with desk.pool.acquire() as connection:
        asked = await number_orders.open_request(connection, desk.number_id)
    if asked is None:
        return
    request_id, kind = asked
    found = await _found(desk, session, kind)
    async with desk.pool.acquire() as connection:
        await number_orders.answer(connection, request_id, found)
    log.info("number.answered", number_id=desk.number_id, kind=kind)


async def _found(desk: Desk, session: Session, kind: str) -> Mapping[str, object]:
    page = desk.page
    if not isinstance(page, Browsed):
        return {"refused": UNASKABLE}
    try:
        if kind == "census":
            elements, shape = await desk.intentions.do(page.census)
            return {"elements": [asdict(element) for element in elements], "page": shape}
        if not session.is_unlinked:
            return {"refused": UNLINKABLE}
        return {"code": await desk.intentions.do(lambda: page.link_code(desk.phone))}
    except Unavailable as error:
        log.warning("number.not_answered", number_id=desk.number_id, kind=kind, exc_info=error)
        return {"refused": REFUSED}
