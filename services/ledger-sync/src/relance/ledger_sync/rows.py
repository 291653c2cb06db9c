"""One row of the sheet, read: every cell understood, or a sentence for the owner instead. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from relance.domain import dates, money, phone, reconcile
from relance.domain.errors import CellRejected
from relance.domain.money import Money
from relance.domain.receivable import Kind, Status
from relance.ledger_sync import columns, quoted
from relance.ledger_sync.columns import Field
from relance.ledger_sync.layouts import Layout, text
from relance.ledger_sync.ledgers.port import Cell, SheetRow
from relance.store.ledgers import LedgerRow

Read = TypeVar("Read")

# Product §1: a trip is paid thirty days before departure unless the sheet says otherwise.
VOYAGE_DUE_BEFORE = timedelta(days=30)
MOST_TRAVELLERS = 50
MERGED = "Des cellules de cette ligne sont fusionnées avec d'autres : séparez-les, puis remplissez chaque ligne."
YES = frozenset({"oui", "o", "x", "vrai", "true", "yes", "y", "1", "ok"})
ENGLISH = frozenset({"en", "anglais", "anglaise", "english", "ang", "eng", "gb", "uk", "en gb", "en us", "en in"})
FRENCH = frozenset({"fr", "francais", "francaise", "french", "fra", "fre", "fr fr"})


@dataclass(frozen=True, slots=True)
class Problem:
    column: str
    sentence: str


@dataclass(slots=True)
class ParsedRow:
    """What the row says. A field that could not be read is None and has its problem. Not frozen: too many are made."""

    name: str
    phone: str | None
    language: str
    status: Status | None
    total: Money | None
    balance: Money | None
    due_on: date | None
    departs_on: date | None
    returns_on: date | None
    label: str
    payment_link: str
    travellers: int
    tickets_received: bool
    pilot: bool
    paused_until: date | None
    fields: Mapping[str, str]
    problems: tuple[Problem, ...]


class _Reader:
    """Reads the cells of one row, and keeps what was read and what was not."""

    __slots__ = ("_cells", "layout", "problems", "read")

    def __init__(self, row: SheetRow, layout: Layout) -> None:
        self._cells = row.cells
        self.layout = layout
        self.problems: list[Problem] = []
        self.read: dict[Field, object] = {}
        """What each field was read as."""

    def cell(self, wanted: Field) -> Cell:
        place = self.layout.places.get(wanted)
        if place is None or place >= len(self._cells):
            return None
        found = self._cells[place]
        return None if isinstance(found, str) and (not found or found.isspace()) else found

    def text(self, wanted: Field) -> str:
        return text(self.cell(wanted))

    def optional(self, wanted: Field, read: Callable[[Cell], Read]) -> Read | None:
        cell = self.cell(wanted)
        return None if cell is None else self._read(wanted, cell, read)

    def needed(self, wanted: Field, read: Callable[[Cell], Read]) -> Read | None:
        cell = self.cell(wanted)
        if cell is None:
            self.complain(wanted, f"La colonne « {self.layout.name(wanted)} » est vide : remplissez-la.")
            return None
        return self._read(wanted, cell, read)

    def complain(self, wanted: Field, sentence: str) -> None:
        self.problems.append(Problem(self.layout.name(wanted), sentence))

    def _read(self, wanted: Field, cell: Cell, read: Callable[[Cell], Read]) -> Read | None:
        try:
            found = read(cell)
        except CellRejected as rejected:
            self.complain(wanted, str(rejected))
            return None
        self.read[wanted] = found
        return found


@lru_cache(maxsize=200_000, typed=True)
def _phone(cell: Cell, country: str) -> str | CellRejected:
    """Reading a number costs fifty times what remembering it does, and people have several rows."""
    try:
        return phone.parse(cell, country)
    except CellRejected as rejected:
        return rejected


def _number(cell: Cell, country: str) -> str:
    found = _phone(cell, country)
    if isinstance(found, CellRejected):
        raise found
    return found


def seen_row(row: SheetRow, layout: Layout, ledger: LedgerRow) -> reconcile.SeenRow:
    """The row's identity: its key cell, and who owes what, spelt in one way where it can be read."""
    reader = _Reader(row, layout)
    cell = reader.cell(Field.PHONE)
    number = None if cell is None else _phone(cell, ledger.country)
    person = number if isinstance(number, str) else text(cell)
    if ledger.kind is Kind.FACTURE:
        # Every invoice is another one: remembering how each is spelt would only push the rest out.
        thing = [columns.plain.__wrapped__(reader.text(Field.INVOICE))]
    else:
        thing = [columns.plain(reader.text(Field.DESTINATION)), reader.text(Field.DEPARTS_ON)]
    owner = [person or columns.plain(reader.text(Field.NAME))]
    return reconcile.SeenRow(row.number, reader.text(Field.KEY)[:64], reconcile.fingerprint(owner, thing))


def parse(row: SheetRow, layout: Layout, ledger: LedgerRow, *, locale: str) -> ParsedRow:
    """Read every cell; total: a bad one becomes a problem and the others are read all the same."""
    reader = _Reader(row, layout)
    voyage = ledger.kind is Kind.VOYAGE
    name = reader.needed(Field.NAME, text) or ""
    number = reader.needed(Field.PHONE, lambda cell: _number(cell, ledger.country))
    label = reader.needed(Field.DESTINATION if voyage else Field.INVOICE, text) or ""

    def day(cell: Cell) -> date:
        return dates.parse(cell, locale=locale)

    departs_on = reader.needed(Field.DEPARTS_ON, day) if voyage else reader.optional(Field.DEPARTS_ON, day)
    due_on = reader.optional(Field.DUE_ON, day) if voyage else reader.needed(Field.DUE_ON, day)
    if due_on is None and departs_on and reader.cell(Field.DUE_ON) is None:
        due_on = departs_on - VOYAGE_DUE_BEFORE
    total, balance = _amounts(reader, ledger.currency, locale)
    status = columns.status_of(reader.cell(Field.STATUS))
    if status is None:
        words = ", ".join(columns.word_for(known) for known in Status)
        sentence = f"Le statut « {reader.text(Field.STATUS)[:30]} » n'est pas connu : choisissez parmi {words}."
        reader.complain(Field.STATUS, sentence)
    if row.number in layout.merged:
        reader.problems.append(Problem(layout.name(Field.NAME), MERGED))
    returns_on, paused_until = reader.optional(Field.RETURNS_ON, day), reader.optional(Field.PAUSED_UNTIL, day)
    travellers = reader.optional(Field.TRAVELLERS, _travellers) or 1
    language = reader.optional(Field.LANGUAGE, _language) or ledger.language
    return ParsedRow(
        name=name, phone=number, language=language, status=status, total=total, balance=balance, due_on=due_on,
        departs_on=departs_on, returns_on=returns_on, label=label, payment_link=reader.text(Field.PAYMENT_LINK),
        travellers=travellers, tickets_received=_yes(reader.text(Field.TICKETS)), pilot=_yes(reader.text(Field.PILOT)),
        paused_until=paused_until, fields=quoted.cells(row, layout, reader.read, language=language),
        problems=tuple(reader.problems),
    )  # fmt: skip


def _amounts(reader: _Reader, currency: str, locale: str) -> tuple[Money | None, Money | None]:
    """Total and what is left: the sheet's own balance when it has one, else total less what was paid."""
    total = reader.needed(Field.TOTAL, lambda cell: money.parse(cell, currency, locale=locale))
    theirs = total.currency if total else currency
    paid = reader.optional(Field.PAID_AMOUNT, lambda cell: money.parse(cell, theirs, locale=locale))
    balance = reader.optional(Field.BALANCE, lambda cell: money.parse(cell, theirs, locale=locale))
    if total is None or any(amount and amount.currency != total.currency for amount in (paid, balance)):
        if total is not None:
            reader.complain(Field.BALANCE, "Les montants de cette ligne n'ont pas tous la même devise : corrigez-les.")
        return total, None
    if any(
        problem.column in {reader.layout.name(f) for f in (Field.PAID_AMOUNT, Field.BALANCE)}
        for problem in reader.problems
    ):
        return total, None
    left = total.amount - (paid.amount if paid else 0)
    if balance and paid and balance.amount != left:
        reader.complain(
            Field.BALANCE, "Le solde n'est pas le total moins le montant versé : corrigez l'un des trois montants."
        )
        return total, None
    return total, balance or Money(left, total.currency)


def _travellers(cell: Cell) -> int:
    typed = text(cell)
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:4]) <= MOST_TRAVELLERS:
        raise CellRejected(f"Le nombre de voyageurs « {typed[:10]} » n'est pas lisible : écrivez un chiffre de 1 à 50.")
    return int(typed)


def _language(cell: Cell) -> str:
    word = columns.plain(text(cell))
    if word not in ENGLISH | FRENCH:
        raise CellRejected(f"La langue « {text(cell)[:20]} » n'est pas connue : écrivez fr ou en, ou laissez vide.")
    return "en" if word in ENGLISH else "fr"


def _yes(text: str) -> bool:
    return columns.plain(text) in YES
