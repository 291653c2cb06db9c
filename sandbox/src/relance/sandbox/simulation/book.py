"""The product's tables, in memory: rows, people, messages, what was decided. Keys and states as in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from relance.domain import steps
from relance.domain.decision import Decision
from relance.domain.receivable import Customer, Hold, HoldReason, Kind, Receivable, Status
from relance.domain.standing import Case, Contact, Documents, Fate, Past
from relance.domain.steps import Purpose

_ORDER = {Purpose.ANSWER: 0, Purpose.CONFIRMATION: 1, Purpose.DOCUMENTS: 2, Purpose.PAYMENT: 3}
LIVE = frozenset({"due", "published"})
REQUEST = "voyage_documents"


@dataclass(slots=True)
class Ledger:
    id: int
    kind: Kind
    zone: str
    country: str
    registration: str = ""
    is_waiting: bool = False
    paused_until: date | None = None


@dataclass(slots=True)
class Job:
    id: str
    number: int
    customer: int
    carrier: int
    purpose: Purpose
    template: str
    due_at: datetime
    state: str = "due"
    not_after: datetime | None = None
    versions: dict[int, int] = field(default_factory=dict)
    sent_at: datetime | None = None
    seen: int = 0  # the person's change counter when it was last checked
    items: set[int] = field(default_factory=set)  # every row it ever spoke of


@dataclass(slots=True)
class Record:
    """One step of one item, decided: carried by a job, or skipped with the reason."""

    item: int
    step: str
    cycle: int
    planned_at: datetime
    purpose: Purpose
    job: Job | None = None
    skipped: str | None = None

    @property
    def is_free(self) -> bool:
        return self.skipped == "withdrawn" or (self.job is not None and self.job.state == "cancelled")


@dataclass(slots=True)
class Book:
    ledgers: dict[int, Ledger]
    people: dict[int, Customer] = field(default_factory=dict)
    rows: dict[int, Receivable] = field(default_factory=dict)
    items_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    records: dict[int, dict[tuple[str, int], Record]] = field(default_factory=lambda: defaultdict(dict))
    jobs: dict[str, Job] = field(default_factory=dict)
    jobs_of: dict[int, list[Job]] = field(default_factory=lambda: defaultdict(list))
    queues: dict[int, dict[str, Job]] = field(default_factory=lambda: defaultdict(dict))
    holds: dict[tuple[str, int], list[Hold]] = field(default_factory=lambda: defaultdict(list))
    papers: dict[int, Documents] = field(default_factory=dict)
    approved: dict[int, set[tuple[str, int]]] = field(default_factory=lambda: defaultdict(set))
    pilots: set[int] = field(default_factory=set)
    own_sequences: dict[int, steps.Sequence] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    looks: dict[int, datetime | None] = field(default_factory=dict)
    changes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    dirty: set[int] = field(default_factory=set)

    def touch(self, customer: int) -> None:
        self.changes[customer] += 1
        self.dirty.add(customer)

    def touch_all(self) -> None:
        for customer in self.people:
            self.touch(customer)

    def put(self, row: Receivable) -> None:
        """As ledger-sync writes a row: the version grows when what a text says, or may be said for, changes."""
        before = self.rows.get(row.id)
        customer = row.customer_id or 0
        if before is None:
            self.items_of[customer].append(row.id)
        elif before.customer_id != row.customer_id:
            row = replace(row, version=before.version + 1)
            self._hand_over(before, customer)
        elif _spoken(before) != _spoken(row):
            row = replace(row, version=before.version + 1)
        self.rows[row.id] = row
        if row.status is Status.PAID:
            self._cancel(row.id)
        self.touch(customer)

    def _hand_over(self, row: Receivable, customer: int) -> None:
        """A corrected phone: the row is somebody else's, and what it carried for the other is taken back."""
        before = row.customer_id or 0
        self.items_of[before].remove(row.id)
        self.items_of[customer].append(row.id)
        for job in self.jobs_of[before]:
            if job.carrier == row.id and job.state in LIVE:
                job.state = "cancelled"
        self.touch(before)

    def readdress(self, job: Job, customer: Customer) -> None:
        """The same message again, for the person that its row has now."""
        self.jobs_of[job.customer].remove(job)
        self.queues[job.number].pop(job.id, None)
        job.customer, job.number = customer.id, customer.number_id
        self.jobs_of[job.customer].append(job)

    def told(self, job: Job) -> None:
        """What became of a message is news for its person, and for those who have its rows by now."""
        self.dirty.add(job.customer)
        self.dirty.update(self.rows[item].customer_id or 0 for item in job.items)

    def waiting(self, number: int) -> list[Job]:
        """What a number has to say, answers and thanks first, then the oldest."""
        queue = self.queues[number]
        for name in [name for name, job in queue.items() if job.state != "due"]:
            del queue[name]
        return sorted(queue.values(), key=lambda job: (_ORDER[job.purpose], job.due_at, job.id))

    def is_busy(self, customer: int) -> bool:
        return any(job.state == "published" for job in self.jobs_of[customer])

    def _cancel(self, item: int) -> None:
        for record in self.records[item].values():
            if record.job is not None and record.job.state in LIVE and record.purpose is Purpose.PAYMENT:
                record.job.state = "cancelled"

    def hold(self, scope: str, target: int, reason: HoldReason, until: datetime | None = None) -> None:
        self.holds[scope, target].append(Hold(reason, until, "simulated"))

    def lift(self, scope: str, target: int, reason: HoldReason) -> None:
        self.holds[scope, target] = [hold for hold in self.holds[scope, target] if hold.reason is not reason]

    def holds_on(self, row: Receivable) -> Iterable[Hold]:
        for key in (("ledger", row.ledger_id), ("customer", row.customer_id or 0), ("item", row.id)):
            yield from self.holds.get(key, ())

    def cases(self, customer: int) -> list[Case]:
        contact = self.contact(customer)
        return [self.case(item, contact) for item in self.items_of[customer]]

    def case(self, item: int, contact: Contact | None = None) -> Case:
        row = self.rows[item]
        ledger = self.ledgers[row.ledger_id]
        return Case(
            receivable=row,
            customer=self.people.get(row.customer_id or 0),
            zone=ledger.zone,
            country=ledger.country,
            firm="Agence",
            holds=tuple(self.holds_on(row)),
            past=self._past(item),
            contact=contact or self.contact(row.customer_id or 0),
            documents=self.papers.get(item),
            ledger_paused_until=ledger.paused_until,
            is_pilot=(row.customer_id or 0) in self.pilots,
            registration=ledger.registration,
            awaits_activation=ledger.is_waiting,
            approved=frozenset(self.approved.get(item, ())),
            own_sequence=self.own_sequences.get(item),
        )

    def _past(self, item: int) -> tuple[Past, ...]:
        found = [_as_past(record) for record in self.records[item].values() if not record.is_free]
        return tuple(sorted(found, key=lambda past: (past.planned_at, past.step, past.cycle)))

    def contact(self, customer: int) -> Contact:
        last: dict[bool, datetime] = {}
        written_to = False
        for job in self.jobs_of[customer]:
            written_to = written_to or job.state in LIVE
            if job.sent_at is None:
                continue
            is_payment = job.purpose is Purpose.PAYMENT
            if is_payment or (job.purpose is Purpose.DOCUMENTS and job.template != REQUEST):
                last[False] = max(last.get(False, job.sent_at), job.sent_at)
            if is_payment:
                last[True] = max(last.get(True, job.sent_at), job.sent_at)
        return Contact(last.get(True), last.get(False), written_to)


def _as_past(record: Record) -> Past:
    job = record.job
    fate = Fate.SKIPPED if job is None else {"sent": Fate.SENT, "failed": Fate.FAILED}.get(job.state, Fate.PENDING)
    sent_at = job.sent_at if job is not None and fate is Fate.SENT else None
    return Past(record.step, record.cycle, fate, record.planned_at, sent_at, record.purpose)


def _spoken(row: Receivable) -> tuple[object, ...]:
    return (row.total, row.balance, row.due_on, row.departs_on, row.status, row.customer_id, row.absences, row.problems)
