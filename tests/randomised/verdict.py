"""At rest: is every word of the person there, is every row still itself, is every cell of ours right?"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import asyncpg

from relance.domain.receivable import Status
from tests.randomised import words
from tests.randomised.sheet import OURS, Row, Sheet
from tests.randomised.surfaces import Surface

ACTIONS = {"voyage_j30": "Relance J-30", "voyage_j15": "Relance J-15"}


class Verdict:
    """Collects everything that is wrong, so that one run tells all of it."""

    def __init__(self, sheet: Sheet, surface: Surface, items: list[asyncpg.Record]) -> None:
        self.wrong: list[str] = []
        self._sheet = sheet
        self._surface = surface
        self._table = surface.table()
        self._items = {item["key"]: item for item in items if item["absences"] == 0}

    def all(self) -> list[str]:
        self._no_edit_is_lost()
        self._every_row_is_an_item()
        for row in self._sheet.data():
            item = self._items.get(self._at(row, "key"))
            if item:
                self._row_is_itself(row, item)
                self._cells_of_ours_are_right(row, item)
        return self.wrong

    def _no_edit_is_lost(self) -> None:
        for index, row in enumerate(self._sheet.rows):
            for place, column in enumerate(self._sheet.columns):
                held = self._cell(index, place)
                if index == self._sheet.header:
                    self._expect(held == self._sheet.titles[column], f"header {column}", held, self._sheet.titles)
                elif column == "status" and not row.is_blank:
                    self._status_is_right(row, held)
                elif column not in OURS:
                    wanted = self._surface.holds(row.cell(column))
                    self._expect(held == ("" if wanted is None else wanted), f"{column} of {row.number}", held, wanted)

    def _status_is_right(self, row: Row, held: Any) -> None:
        typed = self._surface.holds(row.cell("status")) or ""
        if "status" in row.bad_columns():
            self._expect(held == typed, f"unreadable status of {row.number}", held, typed)
            return
        if row.bad_columns():
            may = {
                typed,
                *(["Relancé"] if "sent" in row.reasons else []),
                *(["À vérifier"] if "claim" in row.reasons else []),
            }
            self._expect(held in may, f"status of bad {row.number}", held, may)
            return
        allowed = row.statuses()
        is_as_typed = held == typed and row.cell("status").means in {
            *allowed,
            *([None] if Status.PENDING in allowed else []),
        }
        self._expect(
            is_as_typed or words.meaning(held) in allowed, f"status of {row.number}", held, (typed, row.reasons)
        )

    def _every_row_is_an_item(self) -> None:
        keys = Counter(self._at(row, "key") for row in self._sheet.data())
        self._expect(max(keys.values()) == 1, "keys are unique", keys.most_common(1), 1)
        self._expect(set(keys) == set(self._items), "items are the rows", set(self._items) ^ set(keys), "none")

    def _row_is_itself(self, row: Row, item: asyncpg.Record) -> None:
        self._expect(item["position"] == self._sheet.index(row) + 1, f"position of {row.number}", item["position"], row)
        if not row.is_twin:
            self._expect(row.item in {None, item["id"]}, f"identity of {row.number}", item["id"], row.item)
        row.item = item["id"]
        bad = {self._sheet.titles[column] for column in row.bad_columns()}
        told = {problem["column"] for problem in json.loads(item["problems"])}
        self._expect(
            told == bad, f"problems of {row.number}", told, {column: row.cell(column) for column in row.bad_columns()}
        )
        if not bad:
            for fact, wanted in row.facts().items():
                self._expect(item[fact] == wanted, f"{fact} of {row.number}", item[fact], wanted)
            self._expect(
                Status(item["status"]) in row.statuses(), f"item status of {row.number}", item["status"], row.reasons
            )

    def _cells_of_ours_are_right(self, row: Row, item: asyncpg.Record) -> None:
        sentences = " ".join(problem["sentence"] for problem in json.loads(item["problems"]))
        remark = self._at(row, "remark")
        if sentences:
            self._expect(remark == sentences, f"remark of bad {row.number}", remark, sentences)
        elif not row.is_twin and not row.may_hold_claim:
            self._expect(bool(remark) == bool(row.holds), f"remark of {row.number}", remark, row.holds)
        if row.is_twin:
            return
        last = (row.sent_on - words.EPOCH).days if row.sent_on else ""
        self._expect(self._at(row, "last") == last, f"last reminder of {row.number}", self._at(row, "last"), last)
        # Nothing is announced for a row that is held: a person has to mend it first.
        is_coming = row.next_step is not None and row.next_on is not None and not sentences
        step = ACTIONS[row.next_step] if is_coming else ""
        on = (row.next_on - words.EPOCH).days if is_coming else ""
        self._expect(self._at(row, "next") == step, f"next action of {row.number}", self._at(row, "next"), step)
        self._expect(self._at(row, "next_on") == on, f"next date of {row.number}", self._at(row, "next_on"), on)

    def _at(self, row: Row, column: str) -> Any:
        return self._cell(self._sheet.index(row), self._sheet.place(column))

    def _cell(self, index: int, place: int) -> Any:
        cells = self._table[index] if index < len(self._table) else []
        return cells[place] if place < len(cells) and cells[place] is not None else ""

    def _expect(self, is_right: bool, what: str, found: Any, wanted: Any) -> None:
        if not is_right:
            self.wrong.append(f"{what}: {found!r}, not {wanted!r}")
