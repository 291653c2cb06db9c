"""Where the number stands with WhatsApp, told from what is on the screen, and the QR code that links it."""

from __future__ import annotations

from collections.abc import Mapping

from relance.domain.delivery import SessionState
from relance.sender.whatsapp import elements
from relance.sender.whatsapp.tab import Tab

WATCHED = (
    elements.SHELL,
    elements.QR,
    elements.USE_HERE,
    elements.LOGGED_OUT,
    elements.OFFLINE,
    elements.WARNED,
    elements.CAPPED,
    elements.RESTRICTED,
    elements.COMPOSER,
)
"""What the state is decided from."""

PASSING = frozenset({SessionState.CONNECTING, SessionState.OFFLINE})
"""States that end by themselves."""


def state_of(seen: Mapping[str, bool], *, was_linked: bool) -> SessionState:
    """Decide the state from the elements of `WATCHED` that are there."""
    if seen["use_here"]:
        return SessionState.OFFLINE
    if not seen["shell"]:
        if not seen["qr"]:
            return SessionState.CONNECTING
        return SessionState.LOGGED_OUT if was_linked or seen["logged_out"] else SessionState.UNPAIRED
    if seen["warned"] or (seen["restricted"] and not seen["composer"]):
        return SessionState.RESTRICTED
    if seen["offline"]:
        return SessionState.OFFLINE
    return SessionState.THROTTLED if seen["capped"] else SessionState.CONNECTED


async def qr_payload(tab: Tab) -> str | None:
    """What the QR code says, None without one; an expired code is asked for anew."""
    seen = await tab.probe(elements.QR, elements.QR_RELOAD)
    if not seen["qr"]:
        return None
    payload: str | None = await tab.ask("attribute", element=elements.QR)
    if not seen["qr_reload"]:
        return payload
    await tab.click(elements.QR_RELOAD)
    await tab.until("attributeDiffers", element=elements.QR, before=payload, deadline_s=tab.deadlines.step_s)
    renewed: str | None = await tab.ask("attribute", element=elements.QR)
    return renewed
