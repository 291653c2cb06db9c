"""What every ledger keeps to, proven on the local workbook and on Google Sheets (the sandbox, over HTTP)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest

from relance.domain import dates
from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import google, google_account, xlsx
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Register, Result
from relance.sandbox.google import access
from tests.integration.sandbox_google.conftest import RunningGoogle

TAB = "L'onglet"
DAY = date(2026, 12, 1)
HEADER = ["Réf.", "Nom", "Montant", "Échéance", "Remarque"]
KEY, NAME, AMOUNT, DUE, REMARK = range(5)


class World(Protocol):
    """A ledger, and the person who edits it beside us."""

    ledger: Register

    def types(self, row: int, column: int, value: Any) -> None: ...

    def inserts_above(self, row: int) -> None: ...

    def deletes(self, row: int) -> None: ...


@dataclass
class LocalWorld:
    path: Path
    ledger: Register

    def types(self, row: int, column: int, value: Any) -> None:
        book = openpyxl.load_workbook(self.path)
        book[TAB].cell(row=row, column=column + 1).value = value
        book.save(self.path)

    def inserts_above(self, row: int) -> None:
        book = openpyxl.load_workbook(self.path)
        book[TAB].insert_rows(row)
        book.save(self.path)

    def deletes(self, row: int) -> None:
        book = openpyxl.load_workbook(self.path)
        book[TAB].delete_rows(row)
        book.save(self.path)


@dataclass
class GoogleWorld:
    server: RunningGoogle
    ledger: Register

    def types(self, row: int, column: int, value: Any) -> None:
        self.server.control("edit", id="w", tab=TAB, cell=f"{'ABCDE'[column]}{row}", value=value)

    def inserts_above(self, row: int) -> None:
        self.server.control("insert_row", id="w", tab=TAB, row=row)

    def deletes(self, row: int) -> None:
        self.server.control("delete_row", id="w", tab=TAB, row=row)


def table() -> list[list[Any]]:
    return [
        HEADER,
        ["AAAAAAAA", "Ana Verdier", 1234.5, DAY, ""],
        ["", "Bruno Lacaze", 900, DAY, "à voir"],
        ["CCCCCCCC", "Chloé Tissier", 75, DAY, ""],
    ]


@pytest.fixture
def local(tmp_path: Path) -> LocalWorld:
    path = tmp_path / "classeur.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(TAB)
    for row in table():
        sheet.append(row)
    book.save(path)
    return LocalWorld(path, xlsx.XlsxLedger(path, tab=TAB, locale="fr_FR"))


@pytest.fixture
def online(tmp_path: Path) -> Iterator[GoogleWorld]:
    server = RunningGoogle(tmp_path / "google")
    typed = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in table()]
    tabs = [{"title": "Autre", "rows": [["rien"]]}, {"title": TAB, "rows": typed}]
    try:
        server.control("workbook", id="w", title="W", locale="fr_FR", timeZone="Europe/Paris", tabs=tabs)
        yield GoogleWorld(server, google.GoogleLedger(account_of(server), workbook="w", tab=TAB))
    finally:
        server.stop()


def account_of(server: RunningGoogle) -> google_account.Account:
    told = json.dumps(access.service_account_info(f"{server.base}/token"))
    return google_account.opened(told, base_url=server.base, counted=lambda _: None)


@pytest.fixture(params=["local", "online"])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


def patch(row: int, column: int, new: Cell | date, *, key: str, expected: Cell = None) -> CellPatch:
    return CellPatch(row, column, KEY, key, expected, new)


async def cell(world: World, row: int, column: int) -> Cell:
    rows = {found.number: found for found in (await world.ledger.snapshot()).rows}
    return rows[row].cell(column)


async def test_a_snapshot_has_every_row_with_its_number_and_dates_as_serials(world: World) -> None:
    snapshot = await world.ledger.snapshot()
    assert snapshot.locale == "fr_FR"
    assert [row.number for row in snapshot.rows] == [1, 2, 3, 4]
    assert snapshot.rows[1].cells[:4] == ("AAAAAAAA", "Ana Verdier", 1234.5, dates.serial(DAY))
    assert snapshot.rows[2].cell(KEY) is None
    assert snapshot.rows[1].cell(REMARK) is None


async def test_cells_still_as_read_are_written(world: World) -> None:
    results = await world.ledger.apply(
        [
            patch(2, REMARK, "Vérifiez.", key="AAAAAAAA"),
            patch(4, DUE, date(2027, 1, 2), key="CCCCCCCC", expected=dates.serial(DAY)),
            patch(4, AMOUNT, 80.25, key="CCCCCCCC", expected=75),
        ]
    )
    assert results == [Result.APPLIED] * 3
    assert await cell(world, 2, REMARK) == "Vérifiez."
    assert await cell(world, 4, DUE) == dates.serial(date(2027, 1, 2))
    assert await cell(world, 4, AMOUNT) == 80.25


async def test_a_cell_is_emptied(world: World) -> None:
    assert await world.ledger.apply([CellPatch(3, REMARK, NAME, "Bruno Lacaze", "à voir", "")]) == [Result.APPLIED]
    assert await cell(world, 3, REMARK) is None


async def test_what_a_person_typed_since_the_reading_is_not_overwritten(world: World) -> None:
    await world.ledger.snapshot()
    world.types(2, REMARK, "à moi")
    assert await world.ledger.apply([patch(2, REMARK, "Vérifiez.", key="AAAAAAAA")]) == [Result.CONFLICT]
    assert await cell(world, 2, REMARK) == "à moi"


async def test_a_row_that_moved_is_found_again(world: World) -> None:
    world.inserts_above(2)
    assert await world.ledger.apply([patch(4, REMARK, "ici", key="CCCCCCCC")]) == [Result.APPLIED]
    assert await cell(world, 5, REMARK) == "ici"
    assert await cell(world, 4, REMARK) == "à voir"


async def test_a_deleted_row_is_gone_and_the_others_are_written(world: World) -> None:
    world.deletes(2)
    results = await world.ledger.apply([patch(2, REMARK, "x", key="AAAAAAAA"), patch(4, REMARK, "y", key="CCCCCCCC")])
    assert results == [Result.GONE, Result.APPLIED]
    assert await cell(world, 3, REMARK) == "y"


async def test_a_key_is_put_beside_the_cell_that_names_its_row(world: World) -> None:
    world.inserts_above(2)
    assert await world.ledger.apply([CellPatch(3, KEY, NAME, "Bruno Lacaze", None, "BBBBBBBB")]) == [Result.APPLIED]
    assert await cell(world, 4, KEY) == "BBBBBBBB"


async def test_a_text_that_looks_like_a_formula_stays_a_text(world: World) -> None:
    await world.ledger.apply([patch(2, REMARK, "=1+1", key="AAAAAAAA")])
    assert await cell(world, 2, REMARK) == "'=1+1"


async def test_nothing_to_write_touches_nothing(world: World) -> None:
    before = await world.ledger.snapshot()
    assert await world.ledger.apply([]) == []
    assert await world.ledger.snapshot() == before


async def test_a_currency_shown_by_a_format_only_is_not_lost(online: GoogleWorld) -> None:
    online.types(2, AMOUNT, "15 000 €")
    assert await cell(online, 2, AMOUNT) == "15000.00 €"


async def test_a_currency_shown_by_a_format_only_is_not_lost_locally(local: LocalWorld) -> None:
    book = openpyxl.load_workbook(local.path)
    book[TAB]["C2"].number_format = "[$₹-4009]#,##0.00"
    book.save(local.path)
    assert await cell(local, 2, AMOUNT) == "1234.50 ₹"


def lines(*keys: str) -> list[dict[int, Cell]]:
    return [{KEY: key, NAME: f"=nom de {key}", DUE: "2026-12-01 09:05"} for key in keys]


async def test_rows_are_added_below_everything_and_never_twice(world: World) -> None:
    world.types(6, REMARK, "une note à moi")
    assert await world.ledger.add(lines("DDDDDDDD"), key_column=KEY) == 1
    assert await world.ledger.add(lines("DDDDDDDD", "AAAAAAAA", "EEEEEEEE"), key_column=KEY) == 1
    rows = (await world.ledger.snapshot()).rows
    assert [row.cell(KEY) for row in rows] == ["Réf.", "AAAAAAAA", None, "CCCCCCCC", None, None, "DDDDDDDD", "EEEEEEEE"]
    assert str(rows[6].cell(NAME)).lstrip("'") == "=nom de DDDDDDDD"
    assert rows[6].cell(DUE) == "2026-12-01 09:05"
    assert rows[5].cell(REMARK) == "une note à moi"


async def test_rows_are_added_to_a_tab_that_is_full_and_not_again_after_a_lost_answer(online: GoogleWorld) -> None:
    many = lines(*(f"K{number:04}" for number in range(1_200)))
    online.server.control("fault", kind="drop_after_apply", times=1, path="values:batchUpdate")
    with pytest.raises(LedgerUnreachable):
        await online.ledger.add(many, key_column=KEY)
    assert await online.ledger.add(many, key_column=KEY) == 0
    rows = (await online.ledger.snapshot()).rows
    assert [row.cell(KEY) for row in rows[4:]] == [line[KEY] for line in many]


@pytest.mark.parametrize("kind", ["quota", "error_503"])
async def test_google_in_trouble_is_said_once_and_not_retried_here(online: GoogleWorld, kind: str) -> None:
    online.server.control("fault", kind=kind, times=1, path="/v4/")
    with pytest.raises(LedgerUnreachable, match=r"ralentir|503"):
        await online.ledger.snapshot()
    assert len((await online.ledger.snapshot()).rows) == 4


async def test_an_answer_lost_after_the_write_is_unknown_and_found_by_reading(online: GoogleWorld) -> None:
    await online.ledger.snapshot()
    online.server.control("fault", kind="drop_after_apply", times=1, path=":batchUpdate")
    with pytest.raises(LedgerUnreachable):
        await online.ledger.apply([patch(2, REMARK, "une fois", key="AAAAAAAA")])
    assert await cell(online, 2, REMARK) == "une fois"


async def test_a_workbook_or_tab_that_is_not_there_is_said_in_words(online: GoogleWorld) -> None:
    account = account_of(online.server)
    with pytest.raises(LedgerUnreachable, match="ne trouve pas"):
        await google.GoogleLedger(account, workbook="nulle-part", tab=TAB).snapshot()
    with pytest.raises(LedgerUnreachable):
        await google.GoogleLedger(account, workbook="w", tab="Absent").snapshot()


class RowsMoveBetweenReadAndWrite(google_account.Account):
    """A person sorts in the one instant that our own reading cannot cover."""

    server: RunningGoogle

    async def call(self, method: str, *args: Any) -> Any:
        if method == "batch_update" and not self.moved:
            self.moved = True
            self.server.control("insert_row", id="w", tab=TAB, row=2)
        return await super().call(method, *args)

    moved = False


async def test_a_write_that_landed_on_another_row_is_taken_back(online: GoogleWorld) -> None:
    account = account_of(online.server)
    racing = RowsMoveBetweenReadAndWrite(account.credentials_fn, base_url=online.server.base, counted=print)
    racing.server = online.server
    ledger = google.GoogleLedger(racing, workbook="w", tab=TAB)
    assert await ledger.apply([patch(4, REMARK, "pour Chloé", key="CCCCCCCC")]) == [Result.CONFLICT]
    remarks = [row.cell(REMARK) for row in (await ledger.snapshot()).rows]
    assert remarks == ["Remarque", None, None, "à voir", None]


async def test_an_open_workbook_is_read_but_not_written(local: LocalWorld) -> None:
    lock = local.path.with_name(f".~lock.{local.path.name}#")
    lock.touch()
    assert len((await local.ledger.snapshot()).rows) == 4
    with pytest.raises(LedgerUnreachable, match="fermez-le"):
        await local.ledger.apply([patch(2, REMARK, "x", key="AAAAAAAA")])
    lock.unlink()
    assert await local.ledger.apply([patch(2, REMARK, "x", key="AAAAAAAA")]) == [Result.APPLIED]
    assert [path.name for path in local.path.parent.glob("*.xlsx")] == [local.path.name]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", None], ids=["empty", "broken", "missing"])
async def test_a_file_that_is_no_workbook_is_said_in_words(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "classeur.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LedgerUnreachable, match=r"classeur\.xlsx"):
        await xlsx.XlsxLedger(path, tab=TAB, locale="fr_FR").snapshot()


async def test_a_cell_whose_column_moved_since_the_reading_is_not_written(world: World) -> None:
    await world.ledger.snapshot()
    world.types(1, AMOUNT, "Remarque")
    world.types(1, REMARK, "Montant")
    meant = CellPatch(2, REMARK, KEY, "AAAAAAAA", None, "Vérifiez.", header=(1, "Remarque"))
    assert await world.ledger.apply([meant]) == [Result.CONFLICT]
    assert await cell(world, 2, REMARK) is None


class ColumnsMoveBetweenReadAndWrite(google_account.Account):
    """A person inserts a column in the one instant that our own reading cannot cover."""

    server: RunningGoogle
    moved = False

    async def call(self, method: str, *args: Any) -> Any:
        if method == "batch_update" and not self.moved:
            self.moved = True
            span = {"sheetId": 1, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
            self.server.control("requests", id="w", requests=[{"insertDimension": {"range": span}}])
        return await super().call(method, *args)


async def test_a_write_that_landed_in_another_column_is_taken_back(online: GoogleWorld) -> None:
    account = account_of(online.server)
    racing = ColumnsMoveBetweenReadAndWrite(account.credentials_fn, base_url=online.server.base, counted=print)
    racing.server = online.server
    ledger = google.GoogleLedger(racing, workbook="w", tab=TAB)
    meant = CellPatch(2, AMOUNT, KEY, "AAAAAAAA", 1234.5, 99, header=(1, "Montant"))
    assert await ledger.apply([meant]) == [Result.CONFLICT]
    assert (await ledger.snapshot()).rows[1].cells[:4] == ("AAAAAAAA", None, "Ana Verdier", 1234.5)
