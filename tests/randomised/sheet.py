"""The oracle: the tab as the person at it knows it to be. It never looks at what the product does.

A row is an object: it stays itself however it is moved, and carries what the product has told about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from relance.domain.receivable import Status
from tests.randomised.words import BAD, EMPTY, Typed

HEADERS = {
    "key": "Réf.", "name": "Nom du client", "phone": "Numéro WhatsApp", "destination": "Destination",
    "departs": "Date de voyage", "total": "Valeur totale du forfait", "paid": "Montant versé",
    "balance": "Solde à payer", "due": "Date d'échéance du paiement", "status": "Statut du paiement",
    "documents": "Documents", "last": "Dernier rappel", "next": "Prochaine action",
    "next_on": "Date prochaine action", "remark": "Remarque", "notes": "Notes",
}  # fmt: skip
ALIASES = {"name": "Client", "phone": "Téléphone", "destination": "Voyage", "total": "Montant total", "notes": "Note",
           "status": "Statut", "paid": "Acompte", "departs": "Date de départ"}  # fmt: skip
OURS = ("key", "documents", "last", "next", "next_on", "remark")
NEEDED = ("name", "phone", "destination", "departs", "total")
DUE_BEFORE = timedelta(days=30)


@dataclass(eq=False, slots=True)
class Row:
    number: int
    cells: dict[str, Typed] = field(default_factory=dict)
    sent_on: date | None = None
    next_step: str | None = None
    next_on: date | None = None
    reasons: dict[str, bool] = field(default_factory=dict)
    """Why the product may have changed the status since a person typed it; True when it surely must have."""
    holds: set[str] = field(default_factory=set)
    may_hold_claim: bool = False
    """« Payé » was typed over a claim, and something else over it, before the product could read it."""
    item: int | None = None
    is_twin: bool = False

    def cell(self, column: str) -> Typed:
        return self.cells.get(column, EMPTY)

    def put(self, column: str, typed: Typed) -> None:
        if typed.is_empty:
            self.cells.pop(column, None)
        else:
            self.cells[column] = typed

    @property
    def is_blank(self) -> bool:
        return not self.cells

    def bad_columns(self) -> set[str]:
        bad = {column for column, typed in self.cells.items() if typed.means is BAD}
        bad |= {column for column in NEEDED if self.cell(column).is_empty}
        return bad

    def facts(self) -> dict[str, Any]:
        """What a row without a bad cell says."""
        amount, currency = self.cell("total").means
        paid = self.cell("paid").means
        departs: date = self.cell("departs").means
        return {
            "phone": self.cell("phone").means, "label": self.cell("destination").means,
            "currency": currency or "EUR", "total": amount, "balance": amount - (paid[0] if paid else Decimal(0)),
            "departs_on": departs, "due_on": self.cell("due").means or departs - DUE_BEFORE,
        }  # fmt: skip

    def statuses(self) -> set[Status]:
        """What the status may be now, for a row without a bad cell."""
        typed: Status = self.cell("status").means or Status.PENDING
        found = {typed}
        for reason, target, since in (
            ("sent", Status.REMINDED, {Status.PENDING}),
            ("claim", Status.CLAIMED, {Status.PENDING, Status.REMINDED, Status.LATE}),
        ):
            if reason in self.reasons:
                moved = {target if status in since else status for status in found}
                found = moved if self.reasons[reason] else found | moved
        return found


class Sheet:
    """Rows from the first of the tab on, the header's included; blank ones are rows too."""

    def __init__(self) -> None:
        self.columns = list(HEADERS)
        self.titles = dict(HEADERS)
        self.header = 0
        self.rows: list[Row] = [Row(0)]
        self.version = 0
        self._numbers = 0

    def new_row(self) -> Row:
        self._numbers += 1
        return Row(self._numbers)

    def place(self, column: str) -> int:
        return self.columns.index(column)

    def data(self) -> list[Row]:
        """Rows with something of a person's in them."""
        return [row for row in self.rows[self.header + 1 :] if not row.is_blank]

    def index(self, row: Row) -> int:
        return self.rows.index(row)

    def insert(self, at: int, row: Row) -> None:
        while len(self.rows) < at:
            self.rows.append(self.new_row())
        self.rows.insert(at, row)
        if at <= self.header:
            self.header += 1

    def remove(self, row: Row) -> None:
        self.rows.remove(row)

    def sorted_by(self, column: str) -> list[Row]:
        """The rows below the header as a spreadsheet sorts them: texts without case, empty cells last, stable."""
        below = self.rows[self.header + 1 :]
        filled = [row for row in below if not row.cell(column).is_empty]
        filled.sort(key=lambda row: str(row.cell(column).google).casefold())
        return filled + [row for row in below if row.cell(column).is_empty]

    def arrange(self, order: list[Row], *, left_behind: list[str]) -> None:
        """Cells of the columns left behind stay where they are; the rest of each row moves as one."""
        below = self.rows[self.header + 1 :]
        staying = [{column: row.cell(column) for column in left_behind} for row in below]
        self.rows[self.header + 1 :] = order
        for row, kept in zip(order, staying, strict=True):
            for column, typed in kept.items():
                row.put(column, typed)
