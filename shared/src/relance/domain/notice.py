"""Which country's rules hold towards one customer, and where a legal notice stands."""

from __future__ import annotations

from datetime import datetime

from relance.domain import calendar, law, wording
from relance.domain.law import Pack
from relance.domain.standing import Case, Fate
from relance.domain.steps import Policy, Purpose

CUSTOMER_KIND_COLUMNS = frozenset(wording.fold(name) for name in ("Type de client", "Customer type", "Client type"))
PROFESSIONAL = frozenset(
    map(
        wording.fold,
        ("Professionnel", "Professionnelle", "Pro", "Entreprise", "Société", "Professional", "Business", "Company"),
    )
)


def pack_of(case: Case, policy: Policy) -> Pack:
    """The creditor's country rules over the recipient's, unless only the latter has something to say."""
    own = policy.pack(case.country)
    found = own if own.notice_wait_days else policy.pack(case.recipient_country)
    return law.for_professional(found) if is_professional(case) else found


def is_professional(case: Case) -> bool:
    """Only where the row says so: in doubt a customer is a consumer, whom the law protects more."""
    cells = ((wording.fold(header), wording.fold(cell)) for header, cell in case.receivable.fields.items())
    return any(header in CUSTOMER_KIND_COLUMNS and cell in PROFESSIONAL for header, cell in cells)


def sent_at(case: Case) -> datetime | None:
    """When the first payment reminder after the due date really left."""
    due_on = case.receivable.due_on
    left = [past.sent_at for past in case.past if past.fate is Fate.SENT and past.purpose is Purpose.PAYMENT]
    after = [at for at in left if at and due_on and calendar.civil_day(at, case.zone) > due_on]
    return min(after, default=None)


def is_notice(case: Case, now: datetime) -> bool:
    """Whether a payment reminder that leaves now is the first after due: the legal one where there is one."""
    due_on = case.receivable.due_on
    return due_on is not None and calendar.civil_day(now, case.zone) > due_on and sent_at(case) is None
