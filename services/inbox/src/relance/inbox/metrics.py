"""What the inbox counts. Labels are small closed sets: never a person, a row or a file."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("relance_inbox_messages_total", "Incoming messages understood.", ["number_id", "intent"])
DOCUMENTS = Counter("relance_documents_total", "Files received, by what became of them.", ["kind", "result"])
OVERDUE = Gauge("relance_inbox_overdue_tasks", "Tasks that wait for a person for longer than the owner allows.")
OLDEST_WAITING = Gauge(
    "relance_inbox_waiting_oldest_age_seconds", "For how long the oldest task has been waiting for a person."
)
DELETIONS = Counter("relance_document_deletions_total", "Files deleted for good, by why they had to go.", ["reason"])
EXPOSED = Gauge(
    "relance_vault_exposed_places", "Folders and documents of the vault that somebody outside the list may read."
)
EXAMINATION = Histogram(
    "relance_document_examination_cpu_seconds",
    "CPU time that looking at one file took, its programs included.",
    buckets=(0.25, 0.5, 1, 2, 4, 8, 20),
)
