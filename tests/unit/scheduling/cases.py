"""Made-up items and people, with only what a test cares about said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from relance.domain import standing
from relance.domain.money import Money
from relance.domain.receivable import Customer, Hold, HoldReason, Kind, Receivable, Status
from relance.domain.standing import Case, Contact, Fate, Past
from relance.domain.steps import BY_NAME, Policy

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Paris
POLICY = Policy()
ANA = Customer(1, "+33639980101", "Ana Martin", "fr", "Europe/Paris", 1)


def voyage(days_left: int, now: datetime = TUESDAY, **changes: object) -> Case:
    departs = now.date() + timedelta(days=days_left)
    row = row_of(Kind.VOYAGE, departs_on=departs, due_on=departs - timedelta(days=30), label="Lisbonne")
    return Case(replace(row, **changes), ANA, "Europe/Paris", "FR", firm="Agence Azur")


def facture(days_late: int, now: datetime = TUESDAY, **changes: object) -> Case:
    row = row_of(Kind.FACTURE, due_on=now.date() - timedelta(days=days_late), label="INV-2026-001")
    return Case(replace(row, **changes), ANA, "Europe/Paris", "FR", firm="Atelier Brun")


def row_of(kind: Kind, *, due_on: date, departs_on: date | None = None, label: str = "") -> Receivable:
    return Receivable(
        id=10, ledger_id=1, key="AAAA2222", kind=kind, customer_id=1, status=Status.PENDING,
        total=Money(Decimal(1200), "EUR"), balance=Money(Decimal("834.5"), "EUR"), due_on=due_on, departs_on=departs_on,
        label=label, payment_link="https://pay.example/x_1", travellers=1, tickets_received=False, paused_until=None,
        version=1, absences=0, paid_at=None, fields={"Notes": "fenêtre"},
    )  # fmt: skip


def held(case: Case, reason: HoldReason, until: datetime | None = None) -> Case:
    return replace(case, holds=(*case.holds, Hold(reason, until, "test")))


def sent(case: Case, step: str, at: datetime, *, cycle: int = 1, fate: Fate = Fate.SENT) -> Case:
    """The step was decided while the dates were as they are now."""
    found = BY_NAME[step]
    planned_at = standing.falls_at(case, found, POLICY) if found.purpose == "payment" else at
    past = Past(step, cycle, fate, planned_at or at, at)
    contact = case.contact
    if found.is_reminder and fate is Fate.SENT:
        contact = Contact(at if found.purpose == "payment" else contact.last_payment_at, at)
    return replace(case, past=(*case.past, past), contact=contact)


def paid(case: Case, at: datetime) -> Case:
    return replace(case, receivable=replace(case.receivable, status=Status.PAID, paid_at=at))
