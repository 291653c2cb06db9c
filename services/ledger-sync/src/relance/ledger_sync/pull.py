"""The sheet into the database: which rows are which items, what they say now, and who has to hear about it.

Everything one reading changes is one transaction, events included; dying anywhere leaves the reading to be done again.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from relance.contracts import events
from relance.domain import calendar, reconcile
from relance.domain.receivable import OPEN, Status
from relance.ledger_sync import columns, facts, owned, reading, rows
from relance.ledger_sync.columns import Field
from relance.ledger_sync.facts import Pull, Said
from relance.ledger_sync.ledgers.port import SheetRow
from relance.ledger_sync.reading import Reading
from relance.store import ledgers, outbox, receivables
from relance.store.receivables import Facts, Item, Known

SOURCE = "ledger-sync"
AUTOMATIC = ("payment", "confirmation", "documents")

# A change in one of these makes a rendered text wrong. Waiting, reminded and late are one and the same to a reader.
TELLING = (
    "customer_id", "currency", "total", "balance", "due_on", "departs_on", "returns_on", "label", "payment_link",
    "travellers", "tickets_received", "paused_until",
)  # fmt: skip
PAUSED_KINDS = ("payment", "documents")

# Parsed and copied in one go: small beside the memory a ledger takes, large beside the cost of a round trip.
BATCH = 2_500
# More changed rows than this are looked at with the whole sheet.
FEW_ROWS = 200


@dataclass(slots=True)
class Sight:
    """What one process remembers of one ledger between polls; losing it costs a poll, never a fact."""

    sightings: Counter[str] = field(default_factory=Counter)
    reading: Reading | None = None
    items: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """Key and id of the item in each row, as of that reading."""
    is_quiet: bool = False
    """The last reading left nothing to settle: the same snapshot again needs no work."""


@dataclass(frozen=True, slots=True)
class Pulled:
    created: int = 0
    changed: int = 0
    held: int = 0
    rows: int = 0
    brake: str | None = None
    is_accepted: bool = False
    """A person's word was taken for what the brake would have stopped."""
    edited: frozenset[int] | None = None
    """The only items of which anything may have changed; None: any of them."""


async def take(pull: Pull, sight: Sight, *, settle_polls: int, draw: reconcile.Draw) -> Pulled:
    """Bring one reading into the database. Must run inside a transaction, and `sight` is kept only if it commits."""
    await receivables.lock_ledger(pull.connection, pull.ledger.id)
    edited = _edited_in_place(pull, sight)
    if edited is not None:
        return await _take_edited(pull, sight, edited)
    known = {item.key: item for item in await receivables.known(pull.connection, pull.ledger.id)}
    outcome, is_accepted = await _outcome(pull, known, draw)
    changed = await _take_matched(pull, {position: known[key] for position, key in outcome.matched})
    await _disown(pull, {position: known[key] for position, key in outcome.matched})
    changed += await _take_absent(pull, outcome, known, is_accepted=is_accepted)
    added, waiting = await _take_created(pull, outcome, sight, settle_polls)
    await _disown_copies(pull, added, known)
    sight.items = {position: (key, known[key].id) for position, key in outcome.matched} | added
    sight.reading = pull.reading
    sight.is_quiet = not waiting and not outcome.brake and (is_accepted or not outcome.absent)
    held = await receivables.count_held(pull.connection, pull.ledger.id)
    return Pulled(len(added), changed, held, len(pull.reading.seen), outcome.brake, is_accepted)


def _edited_in_place(pull: Pull, sight: Sight) -> list[int] | None:
    """The rows a person typed into, when that is all that happened: every row is where it was, who it was."""
    before, after = sight.reading, pull.reading
    if before is None or not sight.is_quiet or before.layout != after.layout or before.header != after.header:
        return None
    changed = reading.differing(before, after)
    if len(changed) > FEW_ROWS:
        return None
    for number in changed:
        old, new = before.seen.get(number), after.seen.get(number)
        if old is None and new is None:
            continue
        if old is None or new is None or number not in sight.items:
            return None
        was, now = rows.seen_row(old, after.layout, pull.ledger), pull.identity(new)
        if now.fingerprint != was.fingerprint or now.key != sight.items[number][0]:
            return None
    return [number for number in changed if number in after.seen]


async def _take_edited(pull: Pull, sight: Sight, edited: Sequence[int]) -> Pulled:
    ids = {number: sight.items[number][1] for number in edited}
    said = await receivables.said(pull.connection, list(ids.values()))
    changed = await _take_matched(pull, {number: _known(said[ids[number]]) for number in edited})
    sight.reading = pull.reading
    held = await receivables.count_held(pull.connection, pull.ledger.id)
    return Pulled(changed=changed, held=held, rows=len(pull.reading.seen), edited=frozenset(said))


def _known(item: Item) -> Known:
    said = item.facts
    return Known(
        item.id,
        item.key,
        said.customer_id,
        said.status,
        said.fingerprint,
        said.cells_hash,
        said.position,
        said.absences,
    )


async def _outcome(pull: Pull, known: Mapping[str, Known], draw: Callable[[], int]) -> tuple[reconcile.Outcome, bool]:
    """What became of every row, and whether a person's word was needed for it."""
    seen = [pull.identity(row) for row in pull.reading.seen.values()]
    had = [
        reconcile.KnownRow(key, reconcile.parse_fingerprint(item.fingerprint), item.absences, item.position)
        for key, item in known.items()
    ]
    outcome = reconcile.reconcile(seen, had, draw=draw)
    if outcome.brake and await ledgers.spend_acceptance(pull.connection, pull.ledger.id):
        return reconcile.reconcile(seen, had, draw=draw, is_accepted=True), True
    return outcome, False


async def _take_matched(pull: Pull, matched: Mapping[int, Known]) -> int:
    written = await receivables.statuses_written(pull.connection, [item.id for item in matched.values()])
    content_of = rows.hashing(pull.reading.layout)
    moved: dict[int, int] = {}
    changed: list[tuple[Known, SheetRow, str]] = []
    for position, item in matched.items():
        row = pull.reading.seen[position]
        await _notice_status(pull, item, row, written.get(item.id))
        content = content_of(row)
        if content != item.cells_hash or item.absences:
            changed.append((item, row, content))
        elif position != item.position:
            moved[item.id] = position
    if moved:
        await receivables.move(pull.connection, moved)
    batches = [changed[start : start + BATCH] for start in range(0, len(changed), BATCH)]
    for batch in batches:
        before = await receivables.said(pull.connection, [item.id for item, _, _ in batch])
        said = [Said(row, before[item.id].facts, content) for item, row, content in batch]
        async for found in facts.of_batches(pull, [said]):
            for (item, _, _), now in zip(batch, found, strict=True):
                await _change(pull, before[item.id], now)
    return len(changed)


async def _disown(pull: Pull, matched: Mapping[int, Known]) -> None:
    """A row that does not bear its item's key was torn from it: the cells of ours beside it may be another's."""
    torn = {position: item.id for position, item in matched.items() if _key_cell(pull, position) != item.key}
    await _note_as_held(pull, torn)


async def _disown_copies(pull: Pull, added: Mapping[int, tuple[str, int]], known: Mapping[str, Known]) -> None:
    """A copied row brought the cells of ours along: they are about the row it was copied from."""
    copies = {
        position: item_id
        for position, (key, item_id) in added.items()
        if (cell := _key_cell(pull, position)) != key and cell in known
    }
    await _note_as_held(pull, copies)


async def _note_as_held(pull: Pull, items: Mapping[int, int]) -> None:
    """Whatever differs from it is then written anew, and what is not true of the item goes."""
    places = pull.reading.layout.places
    notes = [
        (item_id, field, text)
        for position, item_id in items.items()
        for field, text in owned.held(pull.reading.seen[position], places)
    ]
    await receivables.note_cells(pull.connection, notes, at=pull.at)


def _key_cell(pull: Pull, position: int) -> str:
    cell = pull.reading.seen[position].cell(pull.reading.layout.places[Field.KEY])
    return "" if cell is None else str(cell).strip()


async def _take_absent(pull: Pull, outcome: reconcile.Outcome, known: Mapping[str, Known], *, is_accepted: bool) -> int:
    gone = {}
    for key in (*outcome.absent, *outcome.doubtful):
        item = known[key]
        # In doubt a row is suspended and never closed; what a person vouched for is closed at once.
        step = reconcile.CLOSED_AFTER if is_accepted else item.absences + 1
        absences = 1 if outcome.brake else min(step, reconcile.CLOSED_AFTER)
        if absences > item.absences:
            gone[item.id] = absences
    said = await receivables.said(pull.connection, list(gone)) if gone else {}
    for item_id, absences in gone.items():
        await _change(pull, said[item_id], replace(said[item_id].facts, absences=absences))
    return len(gone)


async def _take_created(
    pull: Pull, outcome: reconcile.Outcome, sight: Sight, settle_polls: int
) -> tuple[dict[int, tuple[str, int]], int]:
    """A row somebody is still typing waits until it was seen unchanged often enough. Returns added and waiting."""
    content_of = rows.hashing(pull.reading.layout)
    content = {position: content_of(pull.reading.seen[position]) for position, _ in outcome.created}
    sight.sightings = Counter({found: sight.sightings[found] + 1 for found in content.values()})
    settled = [(p, key) for p, key in outcome.created if sight.sightings[content[p]] >= settle_polls]
    added: dict[int, tuple[str, int]] = {}
    batches = [settled[start : start + BATCH] for start in range(0, len(settled), BATCH)]
    said = [[Said(pull.reading.seen[position], None, content[position]) for position, _ in batch] for batch in batches]
    async with contextlib.aclosing(facts.of_batches(pull, said)) as found:
        for batch in batches:
            items = dict(zip((key for _, key in batch), await anext(found), strict=True))
            ids = await receivables.add(pull.connection, pull.ledger.id, items, at=pull.at)
            added |= {position: (key, ids[key]) for position, key in batch}
            told = [events.ReceivableChanged(receivable_id=ids[key], version=items[key].version) for _, key in batch]
            await outbox.tell_many(pull.connection, told, source=SOURCE, at=pull.at)
    return added, len(outcome.created) - len(settled)


async def _notice_status(pull: Pull, item: Known, row: SheetRow, written: str | None) -> None:
    """A status other than the one we left there is a person's; it ends the customer's unproven word."""
    cell = row.cell(pull.reading.layout.places[Field.STATUS])
    now = columns.status_of(cell)
    if now is None:
        return  # unreadable: what they mean is known once they have mended it
    left = columns.status_of(written) if written is not None else Status(item.status)
    became_paid = now is Status.PAID and item.status != Status.PAID
    if now is not left:
        await receivables.note_cell(pull.connection, item.id, Field.STATUS, str(cell or ""), at=pull.at)
    overruled = left is Status.CLAIMED and now is not Status.CLAIMED
    if not (overruled or became_paid):
        return
    customer_id = item.customer_id
    if await receivables.lift_claim(pull.connection, item.id, customer_id, at=pull.at) and customer_id is not None:
        await _tell(pull, events.HoldChanged(customer_id=customer_id))


async def _change(pull: Pull, item: Item, facts: Facts) -> None:
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
