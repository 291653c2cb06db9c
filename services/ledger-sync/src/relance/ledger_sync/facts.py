"""Rows into the facts the database keeps, a batch at a time, with the people they are about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache

from relance.domain import phone, reconcile
from relance.domain.receivable import Status
from relance.ledger_sync import rows
from relance.ledger_sync.ledgers.port import SheetRow
from relance.ledger_sync.reading import Reading
from relance.ledger_sync.rows import ParsedRow
from relance.store import receivables
from relance.store.ledgers import LedgerRow
from relance.store.pool import Connection
from relance.store.receivables import Facts, Person

# A row that was paid when it was first seen was settled with somebody else's help: nobody is thanked for it.
PAID_IN_SHEET, PAID_WHEN_FIRST_SEEN = "sheet", "sheet:first-seen"

zone_of = lru_cache(maxsize=100_000)(phone.zone_of)


@dataclass(frozen=True, slots=True)
class Pull:
    """One reading being brought into the database: what every step of it needs."""

    connection: Connection
    ledger: LedgerRow
    reading: Reading
    at: datetime
    people: dict[str, Person] = field(default_factory=dict)
    """Whom this reading wrote already, by phone, and their ids."""
    customers: dict[str, int] = field(default_factory=dict)
    _identities: dict[int, reconcile.SeenRow] = field(default_factory=dict)

    def identity(self, row: SheetRow) -> reconcile.SeenRow:
        """Worked out once for each row of the reading."""
        if row.number not in self._identities:
            self._identities[row.number] = rows.seen_row(row, self.reading.layout, self.ledger)
        return self._identities[row.number]


@dataclass(frozen=True, slots=True)
class Said:
    """One row to take in: what it was before (None: new), and the hash of what it says now."""

    row: SheetRow
    before: Facts | None
    content: str


async def of_batches(pull: Pull, batches: Sequence[Sequence[Said]]) -> AsyncGenerator[list[Facts], None]:
    """Batch by batch, in order: while one is being written, the next is read in a thread, and the loop stays alive."""
    ahead = None
    try:
        for index, said in enumerate(batches):
            parsed = await (ahead or _reading(pull, said))
            ahead = _reading(pull, batches[index + 1]) if index + 1 < len(batches) else None
            yield await _of_parsed(pull, said, parsed)
    finally:
        if ahead is not None:
            ahead.cancel()


def _reading(pull: Pull, said: Sequence[Said]) -> asyncio.Task[list[ParsedRow]]:
    return asyncio.create_task(asyncio.to_thread(_parsed, pull, said))


def _parsed(pull: Pull, said: Sequence[Said]) -> list[ParsedRow]:
    locale = pull.reading.snapshot.locale
    return [rows.parse(one.row, pull.reading.layout, pull.ledger, locale=locale) for one in said]


async def _of_parsed(pull: Pull, said: Sequence[Said], parsed: Sequence[ParsedRow]) -> list[Facts]:
    """Writes the customers that these rows name."""
    people = {person.phone: person for row in parsed if (person := _person(row, pull.ledger))}
    fresh = [person for person in people.values() if pull.people.get(person.phone) != person]
    if fresh:
        pull.customers.update(await receivables.people(pull.connection, fresh, number_id=pull.ledger.number_id))
        pull.people.update((person.phone, person) for person in fresh)
    return [_facts(pull, one, row) for one, row in zip(said, parsed, strict=True)]


def _person(parsed: ParsedRow, ledger: LedgerRow) -> Person | None:
    if parsed.phone is None or not parsed.name:
        return None
    return Person(parsed.phone, parsed.name, parsed.language, zone_of(parsed.phone, otherwise=ledger.zone))


def _facts(pull: Pull, said: Said, parsed: ParsedRow) -> Facts:
    before = said.before
    status = parsed.status or (Status(before.status) if before else Status.PENDING)
    paid_at, evidence = _payment(status, before, pull.at)
    return Facts(
        customer_id=pull.customers.get(parsed.phone) if parsed.phone and parsed.name else None, status=status,
        currency=parsed.total.currency if parsed.total else None, total=parsed.total.amount if parsed.total else None,
        balance=parsed.balance.amount if parsed.balance else None, due_on=parsed.due_on, departs_on=parsed.departs_on,
        returns_on=parsed.returns_on, label=parsed.label, payment_link=parsed.payment_link,
        travellers=parsed.travellers, tickets_received=parsed.tickets_received, pilot=parsed.pilot,
        paused_until=parsed.paused_until,
        fields=dict(parsed.fields), fingerprint=str(pull.identity(said.row).fingerprint), cells_hash=said.content,
        problems=[asdict(problem) for problem in parsed.problems], position=said.row.number, absences=0,
        version=before.version if before else 1, paid_at=paid_at, paid_evidence=evidence,
    )  # fmt: skip


def _payment(status: Status, before: Facts | None, at: datetime) -> tuple[datetime | None, str | None]:
    if status is not Status.PAID:
        return None, None
    if before is None:
        return at, PAID_WHEN_FIRST_SEEN
    if before.paid_evidence:
        return before.paid_at, before.paid_evidence
    return at, PAID_IN_SHEET
