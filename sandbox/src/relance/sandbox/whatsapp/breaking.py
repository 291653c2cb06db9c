"""What `POST /control/fault` breaks, by the kind that is asked for.

=========================  ========================================================================================
`offline` {seconds?}       Sockets are cut and refused; a click leaves later, once, also after a reload.
`logout` {number?, …}      {reason?}: the device must be linked again.
`slow_history` {seconds}   A chat's bubbles come late.
`slow_upload` {seconds}    A file's bytes take that long before its message can leave.
`hold_acks` {on}           Messages are accepted, their ticks withheld: a clock that does not end.
`drop_before_accept` {n}   Messages are lost on their way and repeated by the page.
`refuse` {n}               Messages are refused: an error in place of the tick.
`shuffle_ticks` {seconds}  Each tick is told that much later at most: not in order.
`no_receipts` {phone, on}  This person's read receipts are off: two ticks, never blue.
`not_on_whatsapp`          {phone, on}
`restricted`               {number, on}: no composer in any chat.
`dialog` {dialog}          The news come in front of everything.
`clear`                    Ends them all.
=========================  ========================================================================================
"""

from collections.abc import Callable

from relance.sandbox.whatsapp.asked import Asked, account, is_on, phone
from relance.sandbox.whatsapp.exchange import Exchange


def break_as_asked(exchange: Exchange, asked: Asked) -> None:
    """Raises KeyError or ValueError with a sentence when that makes no sense."""
    act = _FAULTS.get(asked["kind"])
    if act is None:
        raise ValueError(f"kind: one of {', '.join(sorted(_FAULTS))}")
    act(exchange, asked)


def _offline(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.cut(float(asked["seconds"]) if asked.get("seconds") is not None else None)
    exchange.hub.end_pages()


def _logout(exchange: Exchange, asked: Asked) -> None:
    named = [account(exchange, asked, "number")] if asked.get("number") else list(exchange.world.accounts)
    for number in named:
        exchange.logout(number, str(asked.get("reason", "user_initiated")))


def _slow_history(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.slow_history_s = float(asked["seconds"])


def _hold_acks(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.hold_acks = is_on(asked)
    if not exchange.faults.hold_acks:
        exchange.release_acks()


def _drop(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.drops = int(asked.get("n", 1))


def _refuse(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.refusals = int(asked.get("n", 1))


def _slow_upload(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.upload_s = float(asked["seconds"])


def _shuffle_ticks(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.shuffle_s = float(asked.get("seconds", 1))


def _no_receipts(exchange: Exchange, asked: Asked) -> None:
    exchange.set_discreet(phone(asked, "phone"), on=is_on(asked))


def _absent(exchange: Exchange, asked: Asked) -> None:
    exchange.set_absent(phone(asked, "phone"), on=is_on(asked))


def _restricted(exchange: Exchange, asked: Asked) -> None:
    exchange.set_restricted(account(exchange, asked, "number"), on=is_on(asked))


def _dialog(exchange: Exchange, asked: Asked) -> None:
    kind = str(asked.get("dialog", "whats_new"))
    exchange.faults.dialog = kind
    for number in exchange.world.accounts:
        exchange.hub.post_to_account(number, {"op": "dialog", "kind": kind})


def _clear(exchange: Exchange, asked: Asked) -> None:
    """End every fault; numbers without WhatsApp and restrictions too."""
    exchange.release_acks()
    exchange.faults.clear()
    for number in list(exchange.world.discreet):
        exchange.set_discreet(number, on=False)
    for number in list(exchange.world.absent):
        exchange.set_absent(number, on=False)
    for number in list(exchange.world.restricted):
        exchange.set_restricted(number, on=False)


_FAULTS: dict[str, Callable[[Exchange, Asked], None]] = {
    "offline": _offline,
    "logout": _logout,
    "slow_history": _slow_history,
    "hold_acks": _hold_acks,
    "drop_before_accept": _drop,
    "refuse": _refuse,
    "slow_upload": _slow_upload,
    "shuffle_ticks": _shuffle_ticks,
    "no_receipts": _no_receipts,
    "not_on_whatsapp": _absent,
    "restricted": _restricted,
    "dialog": _dialog,
    "clear": _clear,
}
