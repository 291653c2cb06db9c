"""What the scheduler counts; names of docs/metrics.md."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

LAST_RUN = Gauge("relance_scheduler_last_run_timestamp_seconds", "When a plan last ended well.")
PLAN_DURATION = Histogram("relance_scheduler_plan_duration_seconds", "How long one plan takes.")
DECISIONS = Gauge("relance_scheduler_decisions", "Items by what was last decided.", ["verdict"])
PLANNED = Counter("relance_scheduler_planned_total", "Messages planned.", ["step"])
RELEASED = Counter("relance_scheduler_released_total", "Messages released to the sender.", ["number_id"])
SEND_JOBS = Gauge("relance_send_jobs", "Messages that have not ended; review: those that wait for a person.", ["state"])
CANCELLED = Counter("relance_scheduler_cancelled_total", "Messages stopped at the release.", ["reason"])
ENCLOSED = Counter("relance_scheduler_attachments_total", "Attachments looked for, by what came of it.", ["outcome"])
ROW_FAILURES = Counter("relance_scheduler_row_failures_total", "Items whose decision failed; the others went on.")
RELAYED = Counter("relance_outbox_relayed_total", "Outbox messages confirmed by the broker.")
PENDING = Gauge("relance_outbox_pending", "Messages that wait to be published.")
OLDEST = Gauge("relance_outbox_oldest_age_seconds", "Age of the oldest message that waits to be published.")
RETOLD = Counter("relance_scheduler_retold_total", "Published messages told to the broker again.")

_STATES = ("published", "sending", "unknown", "review")


def tell_jobs(standing: Mapping[str, int]) -> None:
    for state in _STATES:
        SEND_JOBS.labels(state).set(standing.get(state, 0))
