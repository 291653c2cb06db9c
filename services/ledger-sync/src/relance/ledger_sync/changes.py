"""What follows from a row that says something else: whose text is wrong now, what must not leave, who has to hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from relance.contracts import events
from relance.domain import calendar
from relance.domain.receivable import OPEN, Status
from relance.ledger_sync.columns import Field
from relance.ledger_sync.facts import Pull
from relance.store import outbox, receivables
from relance.store.receivables import Facts, Item

SOURCE = "ledger-sync"
AUTOMATIC = ("payment", "confirmation", "documents")

# A change in one of these makes a rendered text wrong. Waiting, reminded and late are one and the same to a reader.
TELLING = (
    "customer_id", "currency", "total", "balance", "due_on", "departs_on", "returns_on", "label", "payment_link",
    "travellers", "tickets_received", "paused_until",
)  # fmt: skip
PAUSED_KINDS = ("payment", "documents")


async def take(pull: Pull, item: Item, facts: Facts) -> None:
    """Keep what the row says now; events and withdrawals go with it."""
    before = item.facts
    if facts.status == Status.PAID != before.status and (
        word := await receivables.trusted_word(pull.connection, item.id)
    ):
        facts = replace(facts, paid_evidence=word)
    if _tells_otherwise(before, facts, status=pull.reading.layout.name(Field.STATUS)):
        facts = replace(facts, version=before.version + 1)
    await receivables.change(pull.connection, item.id, facts, at=pull.at)
    if facts.version == before.version:
        return
    reason, kinds = _withdrawn(before, facts, today=calendar.civil_day(pull.at, pull.ledger.zone))
    if kinds:
        await receivables.cancel_jobs(pull.connection, item.id, reason=reason, kinds=kinds)
    await tell(pull, events.ReceivableChanged(receivable_id=item.id, version=facts.version))
    if facts.status == Status.PAID != before.status and facts.absences == 0:
        await tell(pull, events.ReceivablePaid(receivable_id=item.id, version=facts.version))


def _tells_otherwise(before: Facts, after: Facts, *, status: str) -> bool:
    return (
        any(getattr(before, name) != getattr(after, name) for name in TELLING)
        or _shown(before, status) != _shown(after, status)
        or _standing(before) != _standing(after)
        or (before.absences == 0) != (after.absences == 0)
        or bool(before.problems) != bool(after.problems)
    )


def _shown(facts: Facts, status: str) -> dict[str, str]:
    """The cells that a text may quote or depend on, a column that comes or goes included; an empty one says nothing.

    The status is also ours to write, and is compared as a status.
    """
    return {header: cell for header, cell in facts.fields.items() if cell and header != status.strip()}


def _standing(facts: Facts) -> str:
    return "open" if facts.status in OPEN else facts.status


def _withdrawn(before: Facts, after: Facts, *, today: date) -> tuple[str, tuple[str, ...]]:
    """Why, and which of the jobs that have not begun to leave must not leave any more."""
    if after.absences:
        return "absent", AUTOMATIC
    if after.problems:
        return "bad_row", AUTOMATIC
    if after.customer_id != before.customer_id:
        return "stale", AUTOMATIC
    if after.status == Status.PAID:
        return "paid", ("payment",)
    if before.status == Status.PAID:
        return "reopened", ("confirmation", "documents")
    if after.status not in OPEN:
        return "not_open", AUTOMATIC
    is_paused = after.paused_until is not None and today <= after.paused_until
    return ("paused", PAUSED_KINDS) if is_paused else ("", ())


async def tell(pull: Pull, payload: events.ReceivableChanged | events.ReceivablePaid | events.HoldChanged) -> None:
    await outbox.tell(pull.connection, payload, source=SOURCE, at=pull.at)
