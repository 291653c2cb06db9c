"""What `POST /control/fault` breaks, by the kind that is asked for.

===========================  ======================================================================================
`offline` {seconds?}         Sockets are cut and refused; a click leaves later, once, also after a reload.
`logout` {number?, reason?}  The device must be linked again.
`session` {how}              `lost`: the browser forgets its login, the phone still shows it. `corrupt`: the page's
                             database cannot be read. The page loads again.
`loading` {seconds}          "Loading your chats" lasts that long and stands at 99 % meanwhile.
`slow_history` {seconds}     A chat's bubbles come late.
`slow_upload` {seconds}      A file's bytes take that long before its message can leave.
`hold_acks` {on}             Messages are accepted, their ticks withheld: a clock that does not end.
`shuffle_ticks` {seconds}    Each tick is told that much later at most: not in order.
`no_receipts` {phone, on}    This person's read receipts are off: two ticks, never blue.
`drop_before_accept` {n}     Messages are lost on their way and repeated by the page.
`refuse` {n}                 Messages are refused: an error in place of the tick.
`not_on_whatsapp`            {phone, on}
`popup` {lang?, label?}      Bad-number popups in `fr` `en` `ar` `es`; without their `aria-label`.
`restricted` {number, on,    `timelock`: no composer in any chat; `capped`: none where nobody ever answered. The
how?}                        server refuses too.
`banner` {number, banner}    `warning` (may soon be restricted), `capping` (monthly limit near), `rate` (too fast);
                             null takes it away.
`link_refused` {on}          "Too many attempts to link a device".
`screen` {screen, …}         In place of the client: `app_lock` {password?} `expired` `checkpoint` `unsupported`
                             `database`, or null.
`storage_full` {on}          The browser's quota: nothing can be written down, so nothing is sent.
`dialog` {dialog}            The news come in front of everything.
`ambush` {on, act}           Once, at `typed` `sending` `recorded` `opened` or `preview`: `dialog` `reload` `leave`
                             (another chat comes to the front) `freeze` or `offline`. Sure from the next load on.
`freeze` {seconds}           The page's thread does nothing else.
`slow_cpu` {factor}          …or has less of its time. `input_lag` {ms}: the composer follows late.
`leak` {mb_per_s}            The page keeps more and more memory.
`clear`                      Ends them all. A renderer is killed from outside: the test that owns the browser does.
===========================  ======================================================================================
"""

import uuid
from collections.abc import Callable

from relance.sandbox.whatsapp import devices
from relance.sandbox.whatsapp.asked import Asked, account, is_on, one_of, phone
from relance.sandbox.whatsapp.exchange import Exchange

SCREENS = ("app_lock", "expired", "checkpoint", "unsupported", "database")
MOMENTS = ("typed", "sending", "recorded", "opened", "preview")
ACTS = ("dialog", "reload", "leave", "freeze", "offline")
POPUP_LANGS = ("fr", "en", "ar", "es")
LONGEST_FREEZE_S = 60


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
        devices.logout(exchange, number, str(asked.get("reason", "user_initiated")))


def _session(exchange: Exchange, asked: Asked) -> None:
    exchange.hub.post_to_pages({"op": "session", "how": one_of(asked, "how", ("lost", "corrupt"))})


def _slow_history(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.slow_history_s = float(asked["seconds"])


def _slow_upload(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.upload_s = float(asked["seconds"])


def _hold_acks(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.hold_acks = is_on(asked)
    if not exchange.faults.hold_acks:
        exchange.release_acks()


def _shuffle_ticks(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.shuffle_s = float(asked.get("seconds", 1))


def _drop(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.drops = int(asked.get("n", 1))


def _refuse(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.refusals = int(asked.get("n", 1))


def _link_refused(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.is_link_refused = is_on(asked)


def _no_receipts(exchange: Exchange, asked: Asked) -> None:
    exchange.note({"kind": "discreet", "number": phone(asked, "phone"), "on": is_on(asked)})


def _absent(exchange: Exchange, asked: Asked) -> None:
    exchange.note({"kind": "absent", "number": phone(asked, "phone"), "on": is_on(asked)})


def _restricted(exchange: Exchange, asked: Asked) -> None:
    number = account(exchange, asked, "number")
    how = one_of(asked, "how", ("timelock", "capped"), default="timelock")
    exchange.note({"kind": "restricted", "number": number, "on": is_on(asked), "how": how})
    exchange.hub.post_to_account(number, {"op": "restricted", "how": exchange.world.restricted.get(number)})


def _banner(exchange: Exchange, asked: Asked) -> None:
    number = account(exchange, asked, "number")
    banner = one_of(asked, "banner", ("warning", "capping", "rate")) if asked["banner"] else None
    exchange.note({"kind": "banner", "number": number, "banner": banner})
    exchange.hub.post_to_account(number, {"op": "limit", "banner": banner})


def _dialog(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.dialog = str(asked.get("dialog", "whats_new"))
    for number in exchange.world.accounts:
        exchange.hub.post_to_account(number, {"op": "dialog", "kind": exchange.faults.dialog})


def _ambush(exchange: Exchange, asked: Asked) -> None:
    ambush = {"id": uuid.uuid4().hex, "on": one_of(asked, "on", MOMENTS), "act": one_of(asked, "act", ACTS)}
    exchange.faults.ambushes.append(ambush)
    exchange.hub.post_to_pages({"op": "ambush", "ambushes": exchange.faults.ambushes})


def _freeze(exchange: Exchange, asked: Asked) -> None:
    seconds = float(asked["seconds"])
    if not 0 <= seconds <= LONGEST_FREEZE_S:
        raise ValueError(f"seconds: at most {LONGEST_FREEZE_S}")
    exchange.hub.post_to_pages({"op": "freeze", "seconds": seconds})


def _screen(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.screen = one_of(asked, "screen", SCREENS) if asked["screen"] else None
    exchange.faults.lock_password = str(asked["password"]) if asked.get("password") else None
    exchange.tell_effects()


def _popup(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.popup_lang = one_of(asked, "lang", POPUP_LANGS) if asked.get("lang") else None
    exchange.faults.effects.is_popup_labelled = bool(asked.get("label", True))
    exchange.tell_effects()


def _storage_full(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.is_storage_full = is_on(asked)
    exchange.tell_effects()


def _loading(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.loading_s = float(asked["seconds"])
    exchange.tell_effects()


def _slow_cpu(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.cpu_factor = max(1.0, float(asked["factor"]))
    exchange.tell_effects()


def _input_lag(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.input_lag_ms = int(asked["ms"])
    exchange.tell_effects()


def _leak(exchange: Exchange, asked: Asked) -> None:
    exchange.faults.effects.leak_mb_s = float(asked["mb_per_s"])
    exchange.tell_effects()


def _clear(exchange: Exchange, asked: Asked) -> None:
    """What the server keeps about people and numbers ends too."""
    exchange.mend()
    for kind, numbers in (("absent", exchange.world.absent), ("discreet", exchange.world.discreet)):
        for number in list(numbers):
            exchange.note({"kind": kind, "number": number, "on": False})
    for number in list(exchange.world.restricted):
        _restricted(exchange, {"number": number, "on": False})
    for number in list(exchange.world.banners):
        _banner(exchange, {"number": number, "banner": None})


_FAULTS: dict[str, Callable[[Exchange, Asked], None]] = {
    "offline": _offline,
    "logout": _logout,
    "session": _session,
    "loading": _loading,
    "slow_history": _slow_history,
    "slow_upload": _slow_upload,
    "hold_acks": _hold_acks,
    "shuffle_ticks": _shuffle_ticks,
    "no_receipts": _no_receipts,
    "drop_before_accept": _drop,
    "refuse": _refuse,
    "not_on_whatsapp": _absent,
    "popup": _popup,
    "restricted": _restricted,
    "banner": _banner,
    "link_refused": _link_refused,
    "screen": _screen,
    "storage_full": _storage_full,
    "dialog": _dialog,
    "ambush": _ambush,
    "freeze": _freeze,
    "slow_cpu": _slow_cpu,
    "input_lag": _input_lag,
    "leak": _leak,
    "clear": _clear,
}
