"""A busy and not always careful person at the sheet, drawn from a seed.

Every act is done twice: by the surface in the workbook, and in the oracle. What nobody could tell apart afterwards is
not done between two readings of the product (two halves of one row's identity, a second torn sort); everything else is.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from relance.domain.receivable import Status
from tests.randomised import words
from tests.randomised.sheet import ALIASES, HEADERS, NEEDED, OURS, Row, Sheet
from tests.randomised.surfaces import Surface
from tests.randomised.words import EMPTY, Typed

log = logging.getLogger("storm")

MOST_ROWS, FEWEST_ROWS = 45, 18
MOST_ADDED_COLUMNS = 3
# The columns that a careless person selects to sort: all of theirs but the notes, and not the key.
TORN_FROM, TORN_TO = "name", "status"
IDENTITY = {"name": "person", "phone": "person", "destination": "thing", "departs": "thing"}
GOOD: dict[str, Callable[[random.Random], Typed]] = {
    "name": words.name, "phone": words.phone, "destination": words.destination, "departs": words.day,
    "total": words.amount, "paid": words.deposit, "due": words.day, "status": words.status, "notes": words.note,
}  # fmt: skip
ILL: dict[str, Callable[[random.Random], Typed]] = {
    "phone": words.bad_phone, "departs": words.bad_day, "total": words.bad_amount, "paid": words.bad_amount,
    "due": words.bad_day, "status": words.bad_status,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Torn:
    """How to undo the last torn sort: where it was, and which of its rows came from where."""

    rows: tuple[int, int]
    span: tuple[int, int]
    before: list[Row]
    left_behind: list[str]


class Human:
    def __init__(self, sheet: Sheet, surface: Surface, chance: random.Random) -> None:
        self.sheet = sheet
        self._surface = surface
        self._chance = chance
        self._todo: list[tuple[Row, str, Typed]] = []
        self._lifted: list[tuple[int, Row]] = []
        self._slots = 0
        self._copied_at = 0
        self._touched: dict[tuple[int, str], int] = {}
        self._vanished: list[int] = []
        self._settled: dict[int, tuple[int, Row]] = {}
        """By row, when « Payé » was typed over a claim."""
        self.torn: Torn | None = None
        self._torn_at = 0
        self._renamed: str | None = None
        self.acts = 0

    def start(self, rows: int) -> None:
        self._surface.create(list(HEADERS.values()))
        for _ in range(rows):
            self._add_row(len(self.sheet.rows))
            self.finish_typing()

    def act(self) -> None:
        self.acts += 1
        self.sheet.version += 1
        if self._todo and not self.torn and self._chance.random() < 0.6:
            self._type(*self._todo.pop(0))
            return
        acts = self._quiet_acts() if self.torn else self._acts()
        kinds, weights = zip(*acts, strict=True)
        kind = self._chance.choices(kinds, weights)[0]
        log.debug("act %s: %s", self.sheet.version, kind.__name__)
        kind()

    def cross(self, number: int) -> bool:
        """Types a status into this row of the tab, if it is one; whether another word stands there now."""
        row = self.sheet.rows[number - 1] if number <= len(self.sheet.rows) else None
        if row is None or row.is_blank or number - 1 <= self.sheet.header:
            return False
        self.acts += 1
        self.sheet.version += 1
        before = self._shown(row, "status")
        self._write_status(row, words.status(self._chance))
        return bool(self._shown(row, "status") != before)

    def polled(self, version: int, *, is_braked: bool) -> None:
        """The product has taken in the sheet as it was at `version`; a brake is a call for help."""
        self._copied_at = 0 if self._copied_at <= version else self._copied_at
        self._touched = {place: at for place, at in self._touched.items() if at > version}
        self._vanished = [at for at in self._vanished if at > version]
        for number, (at, row) in list(self._settled.items()):
            if at <= version:
                row.may_hold_claim = False
                del self._settled[number]
        if self.torn and self._torn_at <= version:
            if is_braked:
                self._undo()
            self.torn = None

    def finish_typing(self) -> None:
        while self._todo:
            self._type(*self._todo.pop(0))

    def tidy(self) -> None:
        """Put right whatever would keep a ledger from being read."""
        self.sheet.version += 1
        self.finish_typing()
        while self._lifted:
            self._lower()
        if self._renamed:
            self._rename(self._renamed, HEADERS[self._renamed])

    def _acts(self) -> list[tuple[Callable[[], None], float]]:
        return [
            (self._type_something, 40), (self._type_badly, 8), (self._mend, 8), (self._set_status, 10),
            (self._clear_a_cell, 3), (self._clear_key, 1.5), (self._add, 6), (self._delete, 2.5),
            (self._blank_a_row, 1), (self._blank_line, 1.5), (self._move, 3), (self._copy, 2.5), (self._sort, 3),
            (self._tear, 1.2), (self._lift, 1), (self._lower, 1.5), (self._rename_a_header, 1.5),
            (self._change_columns, 1.5),
        ]  # fmt: skip

    def _quiet_acts(self) -> list[tuple[Callable[[], None], float]]:
        return [(self._type_quietly, 5), (self._set_status, 1)]

    def _pick(self, wanted: Callable[[Row], bool] = lambda row: True) -> Row | None:
        found = [row for row in self.sheet.data() if wanted(row)]
        return self._chance.choice(found) if found else None

    def _put(self, row: Row, column: str, typed: Typed) -> None:
        log.debug("row %s: %s is now %r", row.number, column, typed.google)
        self._surface.type(self.sheet.index(row), self.sheet.place(column), typed)
        row.put(column, typed)

    def _type(self, row: Row, column: str, typed: Typed) -> None:
        if row not in self.sheet.rows or self._is_identity_settling(row, column):
            return
        if column in IDENTITY:
            self._touched[row.number, IDENTITY[column]] = self.sheet.version
        self._put(row, column, typed)

    def _is_identity_settling(self, row: Row, column: str) -> bool:
        """The other half of who and what this row is has changed since the product last looked."""
        if column not in IDENTITY or row.item is None:
            return False
        other = "thing" if IDENTITY[column] == "person" else "person"
        return (row.number, other) in self._touched

    def _type_something(self) -> None:
        row, column = self._pick(), self._chance.choice([*GOOD, "total", "paid", "notes"])
        if row and column != "status":
            self._type(row, column, GOOD[column](self._chance))

    def _type_quietly(self) -> None:
        row, column = self._pick(), self._chance.choice(["total", "paid", "due", "notes"])
        if row:
            self._type(row, column, GOOD[column](self._chance))

    def _type_badly(self) -> None:
        row, column = self._pick(lambda row: not row.bad_columns()), self._chance.choice(list(ILL))
        if row and column != "status":
            self._type(row, column, ILL[column](self._chance))

    def _mend(self) -> None:
        row = self._pick(lambda row: bool(row.bad_columns()))
        for column in sorted(row.bad_columns()) if row else ():
            if column == "status":
                self._write_status(row, GOOD["status"](self._chance))
            else:
                self._type(row, column, GOOD[column](self._chance))

    def _set_status(self) -> None:
        row = self._pick()
        if row:
            self._write_status(row, (words.bad_status if self._chance.random() < 0.1 else words.status)(self._chance))

    def _write_status(self, row: Row, typed: Typed) -> None:
        shown = self._shown(row, "status")
        log.debug("row %s: status %r becomes %r, told %s", row.number, shown, typed.google, row.reasons)
        self._put(row, "status", typed)
        for reason, word in (("sent", Status.REMINDED), ("claim", Status.CLAIMED)):
            if reason in row.reasons:
                # A person who sees the word and types another has answered; one who could not see it may have.
                if words.meaning(shown) is word:
                    del row.reasons[reason]
                else:
                    row.reasons[reason] = False
        # A « Payé » that was typed over before anybody read it has ended no claim.
        row.may_hold_claim |= self._settled.pop(row.number, None) is not None
        if typed.means is Status.PAID and ("paid_claim" in row.holds or row.may_hold_claim):
            self._settled[row.number] = self.sheet.version, row
        if typed.means is Status.PAID or words.meaning(shown) is Status.CLAIMED:
            row.reasons.pop("claim", None)
            row.holds.discard("paid_claim")

    def _shown(self, row: Row, column: str) -> Any:
        table, index, place = self._surface.table(), self.sheet.index(row), self.sheet.place(column)
        return table[index][place] if index < len(table) and place < len(table[index]) else ""

    def _clear_a_cell(self) -> None:
        row, column = self._pick(), self._chance.choice(["paid", "due", "notes", "total", "departs"])
        if row and len(row.cells) > 3:
            self._type(row, column, EMPTY)

    def _clear_key(self) -> None:
        row = self._pick()
        if row and not self._is_busy(row):
            self._surface.type(self.sheet.index(row), self.sheet.place("key"), EMPTY)
            # Without its key a row is known by who and what only: both stay until the product has looked.
            self._touched[row.number, "person"] = self._touched[row.number, "thing"] = self.sheet.version

    def _is_busy(self, row: Row) -> bool:
        return any((row.number, half) in self._touched for half in ("person", "thing"))

    def _add(self) -> None:
        if len(self.sheet.data()) < MOST_ROWS:
            at = self._chance.choice([len(self.sheet.rows), self._somewhere()])
            self._add_row(at)
            if self._chance.random() < 0.5:
                self.finish_typing()

    def _add_row(self, at: int) -> None:
        row = self.sheet.new_row()
        self._surface.insert_row(at)
        self.sheet.insert(at, row)
        cells = {column: GOOD[column](self._chance) for column in (*NEEDED, "status")}
        if self._chance.random() < 0.5:
            cells["paid"] = words.deposit(self._chance)
        if self._chance.random() < 0.1:
            wrong = self._chance.choice(["phone", "departs", "total"])
            cells[wrong] = ILL[wrong](self._chance)
        self._todo += [(row, column, typed) for column, typed in cells.items()]

    def _somewhere(self) -> int:
        return self._chance.randrange(self.sheet.header + 1, len(self.sheet.rows) + 1)

    def _may_vanish(self) -> bool:
        return len(self._vanished) < 2 and len(self.sheet.data()) > FEWEST_ROWS

    def _delete(self) -> None:
        row = self._pick(lambda row: not self._is_busy(row))
        if row and self._may_vanish():
            self._surface.delete_row(self.sheet.index(row))
            self.sheet.remove(row)
            self._vanished.append(self.sheet.version)

    def _blank_a_row(self) -> None:
        row = self._pick(lambda row: not self._is_busy(row))
        if row and self._may_vanish():
            index = self.sheet.index(row)
            self._surface.clear_row(index)
            self.sheet.rows[index] = self.sheet.new_row()
            self._vanished.append(self.sheet.version)

    def _blank_line(self) -> None:
        blanks = [row for row in self.sheet.rows[self.sheet.header + 1 :] if row.is_blank and not self._is_awaited(row)]
        if len(blanks) > 4:
            self._surface.delete_row(self.sheet.index(blanks[0]))
            self.sheet.remove(blanks[0])
        else:
            at = 0 if self._chance.random() < 0.2 and self.sheet.header < 3 else self._somewhere()
            self._surface.insert_row(at)
            self.sheet.insert(at, self.sheet.new_row())

    def _is_awaited(self, row: Row) -> bool:
        return any(todo[0] is row for todo in self._todo)

    def _move(self) -> None:
        row = self._pick(lambda row: not self._is_busy(row))
        to = self._somewhere()
        if row is None or to > len(self.sheet.rows):
            return
        start = self.sheet.index(row)
        if start <= to <= start + 1:
            return
        self._surface.move_row(start, to)
        self.sheet.rows.remove(row)
        self.sheet.rows.insert(to if to < start else to - 1, row)

    def _copy(self) -> None:
        """Copied for the next trip of the same person: a cell or two are typed over, now or later, or never."""
        row = self._pick(lambda row: not row.is_twin and not self._is_busy(row))
        if row is None or len(self.sheet.data()) >= MOST_ROWS:
            return
        source, at = self.sheet.index(row), self._somewhere()
        if at == source:
            return  # right above itself nobody could tell the copy from the row
        made = self.sheet.new_row()
        made.cells, made.is_twin = dict(row.cells), True
        row.is_twin = True
        status = Typed(shown := self._shown(row, "status"), shown, shown or None, words.meaning(shown))
        made.put("status", status)
        self._surface.copy_row(source, at)
        self.sheet.insert(at, made)
        self._touched[row.number, "person"] = self._touched[row.number, "thing"] = self.sheet.version
        self._touched[made.number, "person"] = self.sheet.version
        self._copied_at = self.sheet.version
        if self._chance.random() < 0.8:
            self._todo.append((made, "destination", words.destination(self._chance)))
            self._todo.append((made, "departs", words.day(self._chance)))

    def _sort(self) -> None:
        """Not while a copy is news: sorted together with its row, nobody could tell the two apart."""
        if self._copied_at:
            return
        column = self._chance.choice(["name", "destination"])
        span = (0, len(self.sheet.columns))
        place = self.sheet.place(column)
        self._surface.sort(self.sheet.header, place, span, self.sheet.titles[column])
        self.sheet.arrange(self.sheet.sorted_by(column), left_behind=[])

    def _tear(self) -> None:
        """Sorts most columns and leaves the key, the notes and some of ours where they are."""
        places = [self.sheet.place(column) for column in self.sheet.columns if column not in (*OURS, "notes")]
        span = (min(places), max(places) + 1)
        if self._touched or any(self.sheet.columns[place] in (*OURS, "notes") for place in range(*span)):
            return
        behind = [c for c in self.sheet.columns if self.sheet.place(c) not in range(*span) and c not in OURS]
        column = self._chance.choice(["name", "destination"])
        before = self.sheet.rows[self.sheet.header + 1 :]
        self._surface.sort(self.sheet.header, self.sheet.place(column), span, self.sheet.titles[column])
        self.sheet.arrange(self.sheet.sorted_by(column), left_behind=behind)
        self.torn = Torn((self.sheet.header + 1, len(self.sheet.rows)), span, before, behind)
        self._torn_at = self.sheet.version

    def _undo(self) -> None:
        torn = self.torn
        assert torn is not None
        now = self.sheet.rows[torn.rows[0] : torn.rows[1]]
        order = [torn.before.index(row) for row in now]
        self._surface.put_back(torn.rows, torn.span, order)
        self.sheet.arrange(torn.before, left_behind=torn.left_behind)
        self.sheet.version += 1

    def _lift(self) -> None:
        """Cut, to be pasted elsewhere some time."""
        row = self._pick(lambda row: not self._is_awaited(row) and not self._is_busy(row))
        if row and self._may_vanish() and len(self._lifted) < 2:
            self._slots += 1
            self._surface.lift_row(self.sheet.index(row), self._slots)
            self.sheet.remove(row)
            self._lifted.append((self._slots, row))
            self._vanished.append(self.sheet.version)

    def _lower(self) -> None:
        if self._lifted:
            slot, row = self._lifted.pop(0)
            at = self._somewhere()
            self._surface.lower_row(slot, at)
            self.sheet.insert(at, row)

    def _rename_a_header(self) -> None:
        if self._renamed:
            self._rename(self._renamed, HEADERS[self._renamed])
            return
        column = self._chance.choice(list(ALIASES))
        if self._chance.random() < 0.25 and column in NEEDED:
            self._renamed = column
            self._rename(column, "À voir avec Zoé")
        else:
            self._rename(column, self._chance.choice([ALIASES[column], HEADERS[column], HEADERS[column].upper()]))

    def _rename(self, column: str, title: str) -> None:
        self._surface.type(self.sheet.header, self.sheet.place(column), words.text(title))
        self.sheet.titles[column] = title
        if title == HEADERS.get(column):
            self._renamed = None if self._renamed == column else self._renamed

    def _change_columns(self) -> None:
        if self._lifted:
            return  # what was cut would be pasted into the wrong columns
        added = [column for column in self.sheet.columns if column not in HEADERS]
        at = self._chance.randrange(0, len(self.sheet.columns) + 1)
        if len(added) < MOST_ADDED_COLUMNS and self._chance.random() < 0.5:
            name = f"divers {self.sheet.version}"
            self._surface.insert_column(at)
            self.sheet.columns.insert(at, name)
            self._rename(name, name)
        elif added:
            start, column = self.sheet.place(added[0]), added[0]
            if start <= at <= start + 1:
                self._surface.delete_column(start)
                self.sheet.columns.remove(column)
                for row in self.sheet.rows:
                    row.cells.pop(column, None)
            else:
                self._surface.move_column(start, at)
                self.sheet.columns.remove(column)
                self.sheet.columns.insert(at if at < start else at - 1, column)
