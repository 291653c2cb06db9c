"""The sheet into the database: which rows are which items, what they say now, and who has to hear about it.

Everything one reading changes is one transaction, events included; dying anywhere leaves the reading to be done again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from relance.contracts import events
from relance.domain import calendar, phone, reconcile
from relance.domain.receivable import OPEN, Status
from relance.ledger_sync import columns, rows
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers.port import SheetRow, Snapshot
from relance.ledger_sync.rows import Layout, ParsedRow
from relance.store import outbox, receivables
from relance.store.ledgers import LedgerRow
from relance.store.pool import Connection
from relance.store.receivables import Facts, Item

SOURCE = "ledger-sync"
# A row that was paid when it was first seen was settled with somebody else's help: nobody is thanked for it.
PAID_IN_SHEET, PAID_WHEN_FIRST_SEEN = "sheet", "sheet:first-seen"
AUTOMATIC = ("payment", "confirmation", "documents")

# A change in one of these makes a rendered text wrong. Waiting, reminded and late are one and the same to a reader.
TELLING = (
    "customer_id", "currency", "total", "balance", "due_on", "departs_on", "returns_on", "label", "payment_link",
    "travellers", "tickets_received", "paused_until",
)  # fmt: skip
PAUSED_KINDS = ("payment", "documents")


@dataclass(slots=True)
class Sight:
    """What one process remembers of one ledger between polls; losing it costs a poll, never a fact."""

    sightings: Counter[str] = field(default_factory=Counter)
    last: Snapshot | None = None
    is_quiet: bool = False
    """The last reading left nothing to settle: the same snapshot again needs no work."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One snapshot, understood as far as it goes without the database."""

    snapshot: Snapshot
    layout: Layout
    seen: Mapping[int, SheetRow]


@dataclass(frozen=True, slots=True)
class Pulled:
    created: int = 0
    changed: int = 0
    held: int = 0
    rows: int = 0
    brake: str | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    """One reading being brought into the database: what every step of it needs."""

    connection: Connection
    ledger: LedgerRow
    reading: Reading
    at: datetime


def read(snapshot: Snapshot, ledger: LedgerRow) -> Reading:
    """Raises LedgerUnreachable when the header is not one of a ledger."""
    header, places = columns.locate(snapshot.rows, ledger.kind)
    layout = Layout(snapshot.rows[header].cells, places)
    kept = {row.number: row for row in snapshot.rows[header + 1 :] if not rows.is_blank(row, layout)}
    return Reading(snapshot, layout, kept)


async def take(pull: Pull, sight: Sight, *, settle_polls: int, draw: reconcile.Draw) -> Pulled:
    """Bring one reading into the database. Must run inside a transaction, and `sight` is kept only if it commits."""
    await receivables.lock_ledger(pull.connection, pull.ledger.id)
    known = {item.key: item for item in await receivables.known(pull.connection, pull.ledger.id)}
    outcome = _outcome(pull, known, draw)
    written = await receivables.statuses_written(pull.connection, pull.ledger.id)
    changed = await _take_matched(pull, outcome, known, written)
    changed += await _take_absent(pull, outcome, known)
    created, waiting = await _take_created(pull, outcome, sight, settle_polls)
    sight.is_quiet = not waiting and not outcome.brake and not outcome.absent
    held = await receivables.count_held(pull.connection, pull.ledger.id)
    return Pulled(created=created, changed=changed, held=held, rows=len(pull.reading.seen), brake=outcome.brake)


def _outcome(pull: Pull, known: Mapping[str, Item], draw: Callable[[], int]) -> reconcile.Outcome:
    seen = [rows.seen_row(row, pull.reading.layout, pull.ledger) for row in pull.reading.seen.values()]
    had = [
        reconcile.KnownRow(key, reconcile.parse_fingerprint(item.facts.fingerprint), item.facts.absences)
        for key, item in known.items()
    ]
    return reconcile.reconcile(seen, had, draw=draw)


async def _take_matched(
    pull: Pull, outcome: reconcile.Outcome, known: Mapping[str, Item], written: Mapping[int, str]
) -> int:
    moved: dict[int, int] = {}
    changed = 0
    for position, key in outcome.matched:
        item, row = known[key], pull.reading.seen[position]
        await _notice_status(pull, item, row, written.get(item.id))
        content = rows.content_hash(row, pull.reading.layout)
        if content != item.facts.cells_hash or item.facts.absences:
            changed += 1
            await _change(pull, item, await _facts(pull, row, item.facts, content))
        elif position != item.facts.position:
            moved[item.id] = position
    if moved:
        await receivables.move(pull.connection, moved)
    return changed


async def _take_absent(pull: Pull, outcome: reconcile.Outcome, known: Mapping[str, Item]) -> int:
    changed = 0
    for key in (*outcome.absent, *outcome.doubtful):
        item = known[key]
        # In doubt a row is suspended and never closed.
        absences = 1 if outcome.brake else min(item.facts.absences + 1, reconcile.CLOSED_AFTER)
        if absences > item.facts.absences:
            changed += 1
            await _change(pull, item, replace(item.facts, absences=absences))
    return changed


async def _take_created(pull: Pull, outcome: reconcile.Outcome, sight: Sight, settle_polls: int) -> tuple[int, int]:
    """A row somebody is still typing waits until it was seen unchanged often enough. Returns created and waiting."""
    content = {p: rows.content_hash(pull.reading.seen[p], pull.reading.layout) for p, _ in outcome.created}
    sight.sightings = Counter({found: sight.sightings[found] + 1 for found in content.values()})
    settled = [(p, key) for p, key in outcome.created if sight.sightings[content[p]] >= settle_polls]
    for position, key in settled:
        facts = await _facts(pull, pull.reading.seen[position], None, content[position])
        added = await receivables.add(pull.connection, pull.ledger.id, key, facts, at=pull.at)
        if added is not None:
            await _tell(pull, events.ReceivableChanged(receivable_id=added, version=facts.version))
    return len(settled), len(outcome.created) - len(settled)


async def _facts(pull: Pull, row: SheetRow, before: Facts | None, content: str) -> Facts:
    ledger, layout = pull.ledger, pull.reading.layout
    parsed = rows.parse(row, layout, ledger, locale=pull.reading.snapshot.locale)
    status = parsed.status or (Status(before.status) if before else Status.PENDING)
    paid_at, evidence = _payment(status, before, pull.at)
    return Facts(
        customer_id=await _customer(pull, parsed), status=status,
        currency=parsed.total.currency if parsed.total else None, total=parsed.total.amount if parsed.total else None,
        balance=parsed.balance.amount if parsed.balance else None, due_on=parsed.due_on, departs_on=parsed.departs_on,
        returns_on=parsed.returns_on, label=parsed.label, payment_link=parsed.payment_link,
        travellers=parsed.travellers, tickets_received=parsed.tickets_received, pilot=parsed.pilot,
        paused_until=parsed.paused_until,
        fields=dict(parsed.fields), fingerprint=str(rows.seen_row(row, layout, ledger).fingerprint), cells_hash=content,
        problems=[asdict(problem) for problem in parsed.problems], position=row.number, absences=0,
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


async def _customer(pull: Pull, parsed: ParsedRow) -> int | None:
    if parsed.phone is None or not parsed.name:
        return None
    zone = phone.zone_of(parsed.phone, otherwise=pull.ledger.zone)
    return await receivables.person(
        pull.connection, phone=parsed.phone, name=parsed.name, language=parsed.language, zone=zone,
        number_id=pull.ledger.number_id,
    )  # fmt: skip


async def _notice_status(pull: Pull, item: Item, row: SheetRow, written: str | None) -> None:
    """A status other than the one we left there is a person's; it ends the customer's unproven word."""
    cell = row.cell(pull.reading.layout.places[Field.STATUS])
    now, left = columns.status_of(cell), columns.status_of(written) if written is not None else None
    became_paid = now is Status.PAID and item.facts.status != Status.PAID
    if written is not None and now is not left:
        await receivables.note_cell(pull.connection, item.id, Field.STATUS, str(cell or ""), at=pull.at)
    overruled = left is Status.CLAIMED and now not in {None, Status.CLAIMED}
    if not (overruled or became_paid):
        return
    customer_id = item.facts.customer_id
    if await receivables.lift_claim(pull.connection, item.id, customer_id, at=pull.at) and customer_id is not None:
        await _tell(pull, events.HoldChanged(customer_id=customer_id))


async def _change(pull: Pull, item: Item, facts: Facts) -> None:
    before = item.facts
    if _tells_otherwise(before, facts, status=pull.reading.layout.name(Field.STATUS)):
        facts = replace(facts, version=before.version + 1)
    await receivables.change(pull.connection, item.id, facts, at=pull.at)
    if facts.version == before.version:
        return
    reason, kinds = _withdrawn(before, facts, today=calendar.civil_day(pull.at, pull.ledger.zone))
    if kinds:
        await receivables.cancel_jobs(pull.connection, item.id, reason=reason, kinds=kinds)
    await _tell(pull, events.ReceivableChanged(receivable_id=item.id, version=facts.version))
    if facts.status == Status.PAID != before.status and facts.absences == 0:
        await _tell(pull, events.ReceivablePaid(receivable_id=item.id, version=facts.version))


def _tells_otherwise(before: Facts, after: Facts, *, status: str) -> bool:
    return (
        any(getattr(before, name) != getattr(after, name) for name in TELLING)
        or _shown(before, status) != _shown(after, status)
        or _standing(before) != _standing(after)
        or (before.absences == 0) != (after.absences == 0)
        or bool(before.problems) != bool(after.problems)
    )


def _shown(facts: Facts, status: str) -> dict[str, str]:
    """The cells that a text may quote; the status is also ours to write, and is compared as a status."""
    return {header: cell for header, cell in facts.fields.items() if header != status.strip()}


def _standing(facts: Facts) -> str:
    return "open" if facts.status in OPEN else facts.status


def _withdrawn(before: Facts, after: Facts, *, today: date) -> tuple[str, tuple[str, ...]]:
    """Why, and which of the jobs that have not begun to leave must not leave any more."""
    if after.absences:
        return "absent", AUTOMATIC
    if after.problems:
        return "bad_row", AUTOMATIC
    if after.status == Status.PAID:
        return "paid", ("payment",)
    if before.status == Status.PAID:
        return "reopened", ("confirmation", "documents")
    if after.status not in OPEN:
        return "not_open", AUTOMATIC
    is_paused = after.paused_until is not None and today <= after.paused_until
    return ("paused", PAUSED_KINDS) if is_paused else ("", ())


async def _tell(pull: Pull, payload: events.ReceivableChanged | events.ReceivablePaid | events.HoldChanged) -> None:
    await outbox.tell(pull.connection, payload, source=SOURCE, at=pull.at)
