"""The sheet's words: which header is which field, which cell text is which status, and what we may write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from relance.domain import accents
from relance.domain.errors import LedgerUnreachable
from relance.domain.receivable import Kind, Status
from relance.ledger_sync.ledgers.port import Cell, SheetRow


class Field(StrEnum):
    KEY = "key"
    NAME = "name"
    PHONE = "phone"
    DESTINATION = "destination"
    DEPARTS_ON = "departs_on"
    RETURNS_ON = "returns_on"
    INVOICE = "invoice"
    TOTAL = "total"
    PAID_AMOUNT = "paid_amount"
    BALANCE = "balance"
    DUE_ON = "due_on"
    STATUS = "status"
    PAYMENT_LINK = "payment_link"
    EMAIL = "email"
    LANGUAGE = "language"
    PDF = "pdf"
    NOTES = "notes"
    PILOT = "pilot"
    PAUSED_UNTIL = "paused_until"
    AGENT = "agent"
    TRAVELLERS = "travellers"
    TICKETS = "tickets"
    DOCUMENTS = "documents"
    REMARK = "remark"
    LAST_REMINDER = "last_reminder"
    NEXT_ACTION = "next_action"
    NEXT_ON = "next_on"


OWNED = frozenset({Field.KEY, Field.LAST_REMINDER, Field.NEXT_ACTION, Field.NEXT_ON, Field.DOCUMENTS, Field.REMARK})
"""Written by us; STATUS is shared, by `may_write` only; every other column is the owner's."""

HEADERS: Mapping[Field, tuple[str, ...]] = {
    Field.KEY: ("Réf.", "Ref", "Référence Relance", "Row key"),
    Field.NAME: ("Nom du client", "Nom", "Client", "Customer name", "Name", "Customer"),
    Field.PHONE: ("Numéro WhatsApp", "Numéro de téléphone", "WhatsApp", "Téléphone", "Portable", "Mobile",
                  "WhatsApp number", "Phone number", "Phone"),
    Field.DESTINATION: ("Destination", "Voyage", "Trip"),
    Field.DEPARTS_ON: ("Date de voyage", "Date de départ", "Départ", "Travel date", "Departure date", "Departure"),
    Field.RETURNS_ON: ("Date de retour", "Retour", "Return date"),
    Field.INVOICE: ("Numéro de facture", "N° de facture", "Facture", "Invoice number", "Invoice"),
    Field.TOTAL: ("Valeur totale du forfait", "Montant de la facture", "Montant total", "Montant", "Total",
                  "Total package value", "Invoice amount", "Amount"),
    Field.PAID_AMOUNT: ("Montant versé", "Acompte", "Déjà payé", "Amount paid", "Paid amount", "Deposit"),
    Field.BALANCE: ("Solde à payer", "Solde", "Reste à payer", "Balance due", "Balance"),
    Field.DUE_ON: ("Date d'échéance du paiement", "Date d'échéance", "Échéance", "Payment due date", "Due date"),
    Field.STATUS: ("Statut du paiement", "Statut", "Payment status", "Status"),
    Field.PAYMENT_LINK: ("Lien de paiement", "Lien", "Payment link"),
    Field.EMAIL: ("E-mail", "Email", "Courriel", "Adresse e-mail"),
    Field.LANGUAGE: ("Langue", "Language"),
    Field.PDF: ("Lien PDF", "PDF", "Facture PDF", "PDF link"),
    Field.NOTES: ("Notes", "Note", "Commentaire"),
    Field.PILOT: ("Pilote", "Pilot"),
    Field.PAUSED_UNTIL: ("Pause jusqu'au", "Pause", "Paused until"),
    Field.AGENT: ("Agent en charge", "Agent", "Agent in charge"),
    Field.TRAVELLERS: ("Voyageurs", "Nombre de voyageurs", "Travellers", "Travelers"),
    Field.TICKETS: ("Billets reçus", "Billets", "Tickets received"),
    Field.DOCUMENTS: ("Documents", "Pièces"),
    Field.REMARK: ("Remarque", "Remark"),
    Field.LAST_REMINDER: ("Dernier rappel", "Last reminder"),
    Field.NEXT_ACTION: ("Prochaine action", "Next action"),
    Field.NEXT_ON: ("Date prochaine action", "Date de la prochaine action", "Next action date"),
}  # fmt: skip

INVOICE_TITLES: Mapping[Field, str] = {
    Field.PHONE: "Numéro de téléphone",
    Field.TOTAL: "Montant de la facture",
    Field.DUE_ON: "Date d'échéance",
}

NEEDED: Mapping[Kind, tuple[Field, ...]] = {
    Kind.VOYAGE: (Field.KEY, Field.NAME, Field.PHONE, Field.DESTINATION, Field.DEPARTS_ON, Field.TOTAL, Field.STATUS),
    Kind.FACTURE: (Field.KEY, Field.NAME, Field.PHONE, Field.INVOICE, Field.TOTAL, Field.DUE_ON, Field.STATUS),
}

STATUS_WORDS: Mapping[Status, tuple[str, ...]] = {
    Status.PENDING: ("En attente", "À payer", "Pending", "Unpaid"),
    Status.REMINDED: ("Relancé", "Relancée", "Reminded"),
    Status.LATE: ("En retard", "Late", "Overdue"),
    Status.CLAIMED: ("À vérifier", "To check", "To verify"),
    Status.PAID: ("Payé", "Payée", "Réglé", "Paid"),
    Status.DISPUTED: ("Litige", "Contesté", "Disputed", "Dispute"),
    Status.CANCELLED: ("Annulé", "Annulée", "Cancelled", "Canceled"),
}

# A title, a logo and a blank line may stand above the header; not more.
HEADER_WITHIN_ROWS = 20
NO_TAGS: Mapping[int, str] = MappingProxyType({})
NOTHING_SAID: Mapping[str, str] = MappingProxyType({})


_NO_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Without accents, case, punctuation or double spaces: what two spellings of one header share."""
    letters = text.casefold()
    if not text.isascii():
        letters = accents.dropped(text.replace("°", "o").casefold(), form="NFKD")
    return " ".join(_NO_LETTERS.sub(" ", letters).split())


_FIELD_NAMES = frozenset(Field)
_BY_NAME = {plain(name): field for field, names in HEADERS.items() for name in names}
_BY_STATUS = {plain(word): status for status, words in STATUS_WORDS.items() for word in words}


def locate(
    rows: Sequence[SheetRow], kind: Kind, *, tags: Mapping[int, str] = NO_TAGS, said: Mapping[str, str] = NOTHING_SAID
) -> tuple[int, dict[Field, int]]:
    """Index of the header row and the column of each field. Raises LedgerUnreachable when a needed one is not there.

    A column's own mark (`tags`, by column) says more than its header, which people rename; what a person `said` of a
    header (by field) says more than our names for it.
    """

    def known(row: SheetRow) -> int:
        return len(_named(row.cells).keys() | set(_explicit(row, said).values()))

    best = max(rows[:HEADER_WITHIN_ROWS], key=known, default=None)
    if best is not None and not known(best):
        best = next((row for row in rows[:HEADER_WITHIN_ROWS] if any(cell is not None for cell in row.cells)), None)
    explicit = _explicit(best, said) if best else {}
    marked = {c: f for c, f in _marked(best, tags).items() if f not in explicit.values()} if best else {}
    marked |= explicit
    found = _named(best.cells, without=marked) if best else {}
    found |= {field: [column] for column, field in marked.items()}
    missing = [title(field, kind) for field in NEEDED[kind] if field not in found]
    if best is None or missing:
        raise LedgerUnreachable(f"Colonnes introuvables : {', '.join(f'« {name} »' for name in missing)}. Ajoutez-les.")
    doubled = [title(field, kind) for field, places in found.items() if len(places) > 1]
    if doubled:
        raise LedgerUnreachable(
            f"Colonnes en double : {', '.join(f'« {name} »' for name in doubled)}. Renommez-en une."
        )
    return rows.index(best), {field: places[0] for field, places in found.items()}


def _explicit(header: SheetRow, said: Mapping[str, str]) -> dict[int, Field]:
    """Where the headers are that a person named; one that is there twice, or no more, says nothing."""
    if not said:
        return {}
    places: dict[str, list[int]] = {}
    for column, cell in enumerate(header.cells):
        places.setdefault(plain(_text(cell)), []).append(column)
    wanted = {Field(name): places.get(plain(text), []) for name, text in said.items() if name in _FIELD_NAMES}
    return {found[0]: f for f, found in wanted.items() if len(found) == 1}


def _marked(header: SheetRow, tags: Mapping[int, str]) -> dict[int, Field]:
    """Marks that are believed: not where a column was emptied or another one's cells were pasted, and each once."""
    known = {column: Field(name) for column, name in tags.items() if name in _FIELD_NAMES}
    fitting = {c: field for c, field in known.items() if (text := _text(header.cell(c))) and _agrees(text, field)}
    once = Counter(fitting.values())
    return {column: field for column, field in fitting.items() if once[field] == 1}


def _agrees(text: str, field: Field) -> bool:
    return _BY_NAME.get(plain(text)) in {None, field}


def _text(cell: Cell) -> str:
    return str(cell).strip() if cell is not None else ""


def field_of(header: str) -> Field | None:
    """The field that a header names by itself, in any of its spellings."""
    return _BY_NAME.get(plain(header))


def title(field: Field, kind: Kind) -> str:
    """The header our own workbook of that kind bears."""
    return INVOICE_TITLES.get(field, HEADERS[field][0]) if kind is Kind.FACTURE else HEADERS[field][0]


def status_of(cell: Cell) -> Status | None:
    """None when the text is no status we know; an empty cell waits for payment."""
    text = str(cell).strip() if cell is not None else ""
    return Status.PENDING if not text else _BY_STATUS.get(plain(text))


def word_for(status: Status) -> str:
    return STATUS_WORDS[status][0]


def may_write(current: Status | None, wanted: Status) -> bool:
    """The only transitions of `Statut` that are ours; anything else is a person's to write."""
    return (current, wanted) in {
        (Status.PENDING, Status.REMINDED),
        (Status.PENDING, Status.CLAIMED),
        (Status.REMINDED, Status.CLAIMED),
        (Status.LATE, Status.CLAIMED),
    }


def may_settle(current: Status | None, wanted: Status) -> bool:
    """What a word of payment that the owner chose to trust may change, and a person's second thoughts about it."""
    if wanted is Status.PAID:
        return current in {Status.PENDING, Status.REMINDED, Status.LATE, Status.CLAIMED}
    return (current, wanted) == (Status.PAID, Status.PENDING)


def _named(cells: Sequence[Cell], *, without: Container[int] = ()) -> dict[Field, list[int]]:
    found: dict[Field, list[int]] = {}
    for column, cell in enumerate(cells):
        if column not in without and isinstance(cell, str) and (field := _BY_NAME.get(plain(cell))):
            found.setdefault(field, []).append(column)
    return _exact_first(found, cells)


def _exact_first(found: dict[Field, list[int]], cells: Sequence[Cell]) -> dict[Field, list[int]]:
    """Of several candidates the one that bears our own name is meant: « Montant » beside « Montant de la facture »."""
    for field, places in found.items():
        own = [column for column in places if plain(str(cells[column])) == plain(HEADERS[field][0])]
        if len(places) > 1 and len(own) == 1:
            found[field] = own
    return found
