"""Links a phone: by the QR code, or by a code that is typed on the phone; and unlinks one that is not the right one."""

from __future__ import annotations

import re
import time

from relance.domain.errors import PageStuck, SessionLost
from relance.sender.whatsapp import elements
from relance.sender.whatsapp.signals import Element
from relance.sender.whatsapp.tab import Tab

CODE_S = 60.0
"""From asking for a code to seeing it; clicks before the page is ready are ignored and are made again."""

DRAWN_S = 20.0
"""For the QR code to be drawn; then the page may have changed, and the click is tried."""

CLICK_AGAIN_S = 2.0
"""After a click that led nowhere."""


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


async def link_code(tab: Tab, phone: str) -> str:
    """The code, `ABCD-EFGH`, that links `phone` (E.164) when it is typed there; it lives a few minutes.

    Raises SessionLost when WhatsApp refuses for now, PageStuck when no code is shown in CODE_S.
    """
    ends = time.monotonic() + CODE_S
    await _until_drawn(tab)
    await _reach(tab, elements.LINK_BY_PHONE, elements.PHONE_BOX, ends)
    # A prefix stands in the field already, and a typed plus is dropped: the whole number replaces it.
    await tab.fill(elements.PHONE_BOX, phone)
    await _reach(tab, elements.LINK_NEXT, elements.LINK_CODE, ends)
    while time.monotonic() < ends:
        shown = await tab.ask("attribute", element=elements.LINK_CODE)
        code = re.sub(r"[\s,–-]", "", shown or "").upper()
        if re.fullmatch(r"[0-9A-Z]{8}", code):
            return f"{code[:4]}-{code[4:]}"
        await tab.until("attributeDiffers", element=elements.LINK_CODE, before=shown, deadline_s=CLICK_AGAIN_S)
    raise PageStuck("WhatsApp showed no code to link with")


async def is_foreign(tab: Tab, number: str) -> bool | None:
    """Whether the browser is linked to another number than this one; None while the page does not say to which."""
    owner = await tab.ask("owner")
    return None if owner is None else bool(owner != re.sub(r"\D", "", number))


async def log_out(tab: Tab) -> None:
    await tab.click(elements.MENU)
    await tab.click(elements.LOG_OUT)
    seen = await tab.any_of(elements.LOG_OUT_CONFIRM, elements.QR, deadline_s=tab.deadlines.step_s)
    if seen is elements.LOG_OUT_CONFIRM:
        await tab.click(elements.LOG_OUT_CONFIRM)
    if not await tab.any_of(elements.QR, deadline_s=tab.deadlines.launch_s):
        raise PageStuck("WhatsApp did not log out")


async def _until_drawn(tab: Tab) -> None:
    """Wait for the QR code: before it, clicks are ignored and nobody knows whether WhatsApp refuses."""
    ends = time.monotonic() + DRAWN_S
    while time.monotonic() < ends and not await tab.until("attribute", element=elements.QR, deadline_s=CLICK_AGAIN_S):
        if await tab.any_of(elements.LINK_REFUSED, deadline_s=0):
            raise SessionLost("WhatsApp refuses to link a device for now")


async def _reach(tab: Tab, button: Element, wanted: Element, ends: float) -> None:
    """Click until what it leads to is there: early clicks are swallowed."""
    while time.monotonic() < ends:
        seen = await tab.any_of(wanted, elements.LINK_REFUSED, button, deadline_s=CLICK_AGAIN_S)
        if seen is wanted:
            return
        if seen is elements.LINK_REFUSED:
            raise SessionLost("WhatsApp refuses to link a device for now")
        await tab.click(button, deadline_s=max(1.0, ends - time.monotonic()))
        await tab.any_of(wanted, elements.LINK_REFUSED, deadline_s=CLICK_AGAIN_S)
    raise PageStuck(f"{wanted.name} was not reached in {CODE_S:.0f} s")
