"""Metrics every service has, and where the others come from: each service declares its own in its `metrics.py`.

Names and labels are those of the reference page docs/metrics.md. Labels are small closed sets: never a phone, name,
row or message id.
"""

from __future__ import annotations

from importlib import metadata

from prometheus_client import Counter, Gauge

BUILD = Gauge("relance_build_info", "Always 1; the version is the label.", ["version"])
BROKER_HEARTBEAT = Gauge(
    "relance_broker_last_heartbeat_timestamp_seconds", "When the broker was last heard.", ["service"]
)
CONSUMED = Counter("relance_messages_consumed_total", "Messages taken from the broker.", ["queue", "outcome"])
LOOP_FAILURES = Counter("relance_loop_failures_total", "A supervised loop failed and was restarted.", ["task"])


def declare_build() -> None:
    try:
        version = metadata.version("relance-shared")
    except metadata.PackageNotFoundError:
        version = "source"
    BUILD.labels(version=version).set(1)
