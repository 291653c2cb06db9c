"""Linked devices of the sender numbers: by QR code, by code on the phone, taken over by another tab, logged out."""

import secrets

from relance.sandbox.whatsapp.exchange import Exchange
from relance.sandbox.whatsapp.hub import Page

CODE_LETTERS = "123456789ABCDEFGHJKLMNPQRSTVWXYZ"


def pair(exchange: Exchange, number: str, ref: str | None) -> int:
    """Link the pages that wait under a QR code; how many there were."""
    pages = exchange.hub.waiting(ref)
    for page in pages:
        _link(exchange, page, number)
    return len(pages)


def pair_by_code(exchange: Exchange, number: str, code: str) -> int:
    """Link the pages that show this code for this number; how many there were."""
    pages = [page for page in exchange.hub.pages if page.code == (number, code)]
    for page in pages:
        _link(exchange, page, number)
    return len(pages)


def drawn_code() -> str:
    """`ABCD-EFGH`, without letters that are taken for another."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def logout(exchange: Exchange, number: str, reason: str) -> None:
    for token in [t for t, owner in exchange.world.devices.items() if owner == number]:
        exchange.note({"kind": "unlinked", "token": token})
    exchange.hub.post_to_account(number, {"op": "logout", "reason": reason})
    for page in exchange.hub.linked(number):
        if not page.watches:
            page.end()


def replaced(exchange: Exchange, newcomer: Page) -> None:
    """Show "open elsewhere" in the other tab of the newcomer's device."""
    for page in list(exchange.hub.pages):
        if page is not newcomer and page.token == newcomer.token and not page.watches:
            page.token = page.account = None
            if page.tab != newcomer.tab:
                page.post({"op": "conflict"})
            page.end()


def _link(exchange: Exchange, page: Page, number: str) -> None:
    token = secrets.token_hex(16)
    exchange.note({"kind": "linked", "token": token, "number": number})
    page.ref = page.code = None
    page.post({"op": "linked", "token": token, "number": number})
