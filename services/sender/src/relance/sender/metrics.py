"""What a sender measures; names as in docs/metrics.md. An idle standby exports no number's series."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from relance.domain.delivery import SessionState

MESSAGES = Counter("relance_sender_messages_total", "Messages concluded.", ["number_id", "step", "outcome"])
ACKS = Counter("relance_sender_acks_total", "Ticks first seen on our messages.", ["number_id", "level"])
DURATION = Histogram(
    "relance_sender_send_duration_seconds",
    "From taking a message to its first tick.",
    ["number_id"],
    buckets=(1, 2, 5, 10, 20, 40, 80, 160),
)
BREACHES = Counter("relance_invariant_breaches_total", "What must never happen, seen.", ["kind"])
CONNECTED = Gauge("relance_whatsapp_connected", "1 while the page is connected.", ["number_id"])
STATE = Gauge("relance_whatsapp_state", "One-hot state of the session.", ["number_id", "state"])
LEASE_HELD = Gauge("relance_sender_lease_held", "1 while this process owns the number.", ["number_id"])
LAST_SUCCESS = Gauge("relance_sender_last_success_timestamp_seconds", "Last message proved sent.", ["number_id"])
ELEMENT_HITS = Counter(
    "relance_whatsapp_element_hits_total",
    "Which signal found an element; miss: an earlier signal of one that was found; absent: none did in time.",
    ["element", "signal", "result"],
)
BROWSER_RESTARTS = Counter(
    "relance_browser_restarts_total",
    "Browsers started anew: a failure, nightly, too much memory.",
    ["number_id", "reason"],
)
BROWSER_MEMORY = Gauge("relance_browser_memory_bytes", "PSS of the number's browser, all processes.", ["number_id"])

for _kind in ("duplicate", "after_payment", "outside_hours"):
    BREACHES.labels(kind=_kind)


def hold(number_id: int) -> None:
    number = str(number_id)
    LEASE_HELD.labels(number).set(1)
    BROWSER_MEMORY.labels(number).set(0)
    for level in ("server", "delivered", "read"):
        ACKS.labels(number, level)
    tell_state(number_id, SessionState.CONNECTING)


def release(number_id: int) -> None:
    number = str(number_id)
    LEASE_HELD.labels(number).set(0)
    tell_state(number_id, SessionState.OFFLINE)
    LEASE_HELD.remove(number)
    BROWSER_MEMORY.remove(number)
    CONNECTED.remove(number)
    for state in SessionState:
        STATE.remove(number, state)


def tell_state(number_id: int, state: SessionState) -> None:
    number = str(number_id)
    CONNECTED.labels(number).set(state is SessionState.CONNECTED)
    for each in SessionState:
        STATE.labels(number, each).set(each is state)
