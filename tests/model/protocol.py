"""The delivery protocol as a graph: every order in which one message, its chat, its payer and its sender can go wrong.

The process below does what `deliver` and `reconcile` do and asks the real `domain.delivery` and `domain.sending` for
every decision; only the page, the row and the weather are modelled. Older bubbles carry the same text as the message,
so nothing can be told by text alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType, SimpleNamespace

from relance.domain import delivery, sending
from relance.domain.delivery import Bubble, Finding, Tick
from relance.domain.sending import Course, JobState

TEXT = "Bonjour, il reste 80 € à régler."
GAP_S = 20.0
FINAL = frozenset({JobState.SENT, JobState.CANCELLED, JobState.FAILED, JobState.REVIEW})


@dataclass(frozen=True, slots=True)
class Rules:
    """Who decides, and what of the protocol is kept; a mutation replaces one of these."""

    delivery: ModuleType | SimpleNamespace = delivery
    sending: ModuleType | SimpleNamespace = sending
    has_barrier: bool = True
    commits_baseline: bool = True  # else it is read anew after a crash
    looks_before_typing: bool = True
    minds_payment: bool = True


@dataclass(frozen=True, slots=True)
class Weather:
    """What may still go wrong."""

    crashes: int = 3
    payments: int = 1
    outages: int = 1
    losses: int = 1  # of the browser's profile, with whatever waited in it


@dataclass(frozen=True, slots=True)
class State:
    server: tuple[str, ...]  # what WhatsApp has, oldest first: the recipient gets these
    shown: int  # how many of them this browser has loaded
    weather: Weather
    row: JobState = JobState.PUBLISHED
    attempt: int = 0
    baseline: str | None = None
    clock: tuple[str, ...] = ()  # ours, in the browser's profile, not yet sent
    clicks: int = 0
    step: str = "idle"  # of the process; "dead" between a crash and the next start
    is_paid: bool = False
    is_online: bool = True
    lost_profile: bool = False  # since the claim
    new_profile: bool = False
    never_loaded: bool = False  # by the new profile
    reason: str | None = None
    broken: str | None = None

    @property
    def is_synced(self) -> bool:
        return self.is_online and self.shown == len(self.server)

    @property
    def sent(self) -> int:
        return sum(key.startswith("new") for key in self.server)


def begin(*, history: int, weather: Weather) -> State:
    return State(server=tuple(f"old{n}" for n in range(history)), shown=history, weather=weather)


def successors(state: State, rules: Rules) -> Iterator[State]:
    """Everything that can happen next."""
    yield from _misfortunes(state)
    yield from progress(state, rules)


def progress(state: State, rules: Rules) -> Iterator[State]:
    """What happens next when nothing more goes wrong."""
    if not state.is_online:
        yield _online(state)
    elif state.shown < len(state.server) and state.step != "dead":
        yield replace(state, shown=len(state.server), never_loaded=False)
    if state.row is JobState.DUE:
        kept = not (state.is_paid and rules.minds_payment)
        yield replace(state, row=JobState.PUBLISHED if kept else JobState.CANCELLED)
    if state.step == "dead":
        yield from (_started(state, shown=n) for n in {0, min(1, len(state.server)), len(state.server)})
    elif state.row not in FINAL and state.row is not JobState.DUE:
        yield _PROGRAM[state.step](state, rules)


def _misfortunes(state: State) -> Iterator[State]:
    left = state.weather
    if left.payments and not state.is_paid:
        yield replace(state, is_paid=True, weather=replace(left, payments=left.payments - 1))
    if left.outages and state.is_online:
        yield replace(state, is_online=False, weather=replace(left, outages=left.outages - 1))
    if left.crashes and state.step != "dead":
        dead = replace(state, step="dead", shown=0, weather=replace(left, crashes=left.crashes - 1))
        yield dead
        if left.losses:
            lost = replace(dead.weather, losses=left.losses - 1)
            yield replace(dead, clock=(), lost_profile=True, new_profile=True, never_loaded=True, weather=lost)


def _started(state: State, *, shown: int) -> State:
    return replace(state, step="idle", shown=shown, never_loaded=state.never_loaded and shown < len(state.server))


def _online(state: State) -> State:
    """What waited under a clock leaves by itself."""
    known = state.shown == len(state.server) and state.step != "dead"
    server = state.server + state.clock
    return replace(state, is_online=True, server=server, clock=(), shown=len(server) if known else state.shown)


def _bubbles(state: State) -> tuple[Bubble, ...]:
    loaded = [(key, Tick.SENT) for key in state.server[: state.shown]] + [(key, Tick.CLOCK) for key in state.clock]
    return tuple(Bubble(key, outgoing=True, text=TEXT, tick=tick, media=None) for key, tick in loaded)


def _passes_barrier(state: State, rules: Rules) -> bool:
    """A new profile that shows nothing looks just like a chat in which nothing was ever said."""
    if not rules.has_barrier:
        return True
    looks_new = state.never_loaded and state.shown == 0 and state.is_online
    return (state.is_synced or looks_new) and not state.clock


def _idle(state: State, rules: Rules) -> State:
    course = rules.sending.course(state.row)
    if course is Course.SEND or not rules.looks_before_typing:
        return _claim(state, rules)
    return _look(state, rules, absent_for_s=None)


def _claim(state: State, rules: Rules) -> State:
    if not _passes_barrier(state, rules):
        return _settled(state, rules.sending.not_opened(1, "barrier"))
    blocker = _blocker(state, rules)
    if blocker is not None or state.attempt == sending.MAX_ATTEMPTS:
        return _settled(state, rules.sending.refused(blocker))
    bubbles = _bubbles(state)
    if rules.delivery.lacks_history(bubbles, wrote_before=state.new_profile and state.server[:1] == ("old0",)):
        return _settled(state, rules.sending.not_opened(1, "history"))
    baseline = rules.delivery.last_outgoing(bubbles)
    begun = replace(state, row=JobState.SENDING, attempt=state.attempt + 1, baseline=baseline, lost_profile=False)
    return replace(begun, step="claimed")


def _type(state: State, rules: Rules) -> State:
    return replace(state, step="typed")


def _go(state: State, rules: Rules) -> State:
    blocker = _blocker(state, rules)
    if blocker is not None:
        return _settled(state, rules.sending.refused(blocker))
    return replace(state, step="go", broken="sent after a payment that was known" if state.is_paid else state.broken)


def _click(state: State, rules: Rules) -> State:
    key = f"new{state.clicks}"
    missing = state.shown < len(state.server)
    clicked = replace(state, clicks=state.clicks + 1, step="clicked", never_loaded=state.never_loaded and missing)
    if not state.is_online:
        return replace(clicked, clock=(*state.clock, key))
    return replace(clicked, server=(*state.server, key), shown=state.shown + 1)


def _observe(state: State, rules: Rules) -> State:
    finding, _ = rules.delivery.look_for(_bubbles(state), baseline=state.baseline, body_hash=_hash(rules))
    if finding is Finding.SENT:
        return replace(state, step="proved")
    return _settled(state, sending.Conclusion(JobState.UNKNOWN, "no_tick"))


def _mark(state: State, rules: Rules) -> State:
    return _settled(state, sending.Conclusion(JobState.SENT))


def _look_again(state: State, rules: Rules) -> State:
    return _look(state, rules, absent_for_s=GAP_S)


def _look(state: State, rules: Rules, *, absent_for_s: float | None) -> State:
    bubbles = _bubbles(state)
    baseline = state.baseline if rules.commits_baseline else rules.delivery.last_outgoing(bubbles)
    finding, _ = rules.delivery.look_for(bubbles, baseline=baseline, body_hash=_hash(rules))
    found = rules.sending.conclude(
        finding,
        is_synced=_passes_barrier(state, rules),
        absent_for_s=absent_for_s,
        gap_s=GAP_S,
        attempt=state.attempt,
        is_blank=baseline is None and state.lost_profile,
    )
    return replace(_settled(state, found), step="again" if found.reason == "absent_once" else "idle")


def _settled(state: State, conclusion: sending.Conclusion) -> State:
    return replace(state, row=conclusion.state, reason=conclusion.reason, step="idle")


def _blocker(state: State, rules: Rules) -> str | None:
    return "paid" if state.is_paid and rules.minds_payment else None


def _hash(rules: Rules) -> str:
    return str(rules.delivery.text_hash(TEXT))


_PROGRAM = {
    "idle": _idle,
    "claimed": _type,
    "typed": _go,
    "go": _click,
    "clicked": _observe,
    "proved": _mark,
    "again": _look_again,
}
