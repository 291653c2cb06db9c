"""Metrics of ledger-sync; the reference is docs/metrics.md. `sheet_id` is the ledger's small internal id."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

LAST_SUCCESS = Gauge("relance_sheet_sync_last_success_timestamp_seconds", "Last complete reading.", ["sheet_id"])
ROWS = Gauge("relance_sheet_rows", "Rows with data.", ["sheet_id"])
INVALID_ROWS = Gauge("relance_sheet_invalid_rows", "Rows held for a bad cell.", ["sheet_id"])
DURATION = Histogram("relance_sheet_sync_duration_seconds", "Reading and writing back.", ["sheet_id"])
CONFLICTS = Counter("relance_sheet_conflicts_total", "Cells somebody else changed first.", ["sheet_id"])
BRAKE = Gauge("relance_sheet_brake", "1 while nothing is written because rows cannot be told apart.", ["sheet_id"])
GOOGLE_REQUESTS = Counter("relance_google_api_requests_total", "Calls to Google.", ["api", "code_class"])

REFUSED = Gauge("relance_sheet_access_refused", "1 while a person has to restore access to the workbook.", ["sheet_id"])
REFUSED_SETTINGS = Gauge(
    "relance_sheet_refused_settings", "Cells of Réglages and Modèles that wait to be mended.", ["sheet_id"]
)
WEBHOOKS = Counter("relance_sheet_webhook_total", "Calls of the poll-now webhook.", ["outcome"])


def declare(sheet_id: int) -> None:
    """Label sets exist from the start, so that a rate can be taken of the first event."""
    for metric in (ROWS, INVALID_ROWS, DURATION, CONFLICTS, BRAKE, REFUSED, REFUSED_SETTINGS):
        metric.labels(sheet_id=sheet_id)
