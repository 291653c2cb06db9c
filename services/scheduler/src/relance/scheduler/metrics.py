"""What the scheduler counts; names of docs/metrics.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from relance.domain import calendar, pacing
from relance.domain.pacing import Pace
from relance.store.number_orders import Spending

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

NUMBER_ENABLED = Gauge("relance_number_enabled", "1 while nothing but WhatsApp keeps the number silent.", ["number_id"])
NUMBER_SENT = Gauge("relance_number_daily_sent", "Messages that the number's day has counted.", ["number_id"])
NUMBER_CAP = Gauge("relance_number_daily_cap", "Messages that its day may count, the ramp included.", ["number_id"])
NUMBER_HOUR = Gauge("relance_number_hourly_sent", "Messages released within the last hour.", ["number_id"])

_STATES = ("published", "sending", "unknown", "review")


def tell_number(spent: Spending, pace: Pace, now: datetime) -> None:
    number, today = str(spent.id), calendar.civil_day(now, spent.zone)
    own = pacing.warmed(pacing.capped(pace, spent.id), spent.budget, today=today)
    NUMBER_ENABLED.labels(number).set(spent.speaks)
    NUMBER_SENT.labels(number).set(pacing.spent_on(spent.budget, today))
    NUMBER_CAP.labels(number).set(own.daily_cap)
    NUMBER_HOUR.labels(number).set(len(pacing.within_hour(spent.budget, now)))


def tell_jobs(standing: Mapping[str, int]) -> None:
    for state in _STATES:
        SEND_JOBS.labels(state).set(standing.get(state, 0))
