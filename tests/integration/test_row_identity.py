"""Rows stay who they are whatever a person does to the sheet; on the local workbook and on the sandbox Google."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import asyncpg
import openpyxl
import pytest

from relance.ledger_sync.ledgers import google, google_account, xlsx
from relance.ledger_sync.watch import Watch
from relance.sandbox import samples
from relance.store import ledgers
from tests.contract.test_ledgers import account_of
from tests.integration.test_ledger_sync import (  # noqa: F401 - `house` is a fixture
    KEY,
    NOW,
    REMARK,
    STORY,
    TAB,
    House,
    LocalOwner,
    OnlineOwner,
    house,
)

pytestmark = pytest.mark.servers

Table = list[list[Any]]
NAME, PHONE, DISCREET = 1, 2, 13
HUGO, CLAIRE = "Hugo Delmas", "Claire Aubry"


def table(house: House) -> Table:  # noqa: F811
    if isinstance(house.owner, LocalOwner):
        book = openpyxl.load_workbook(house.owner.path)
        return [list(row) for row in book[TAB].iter_rows(values_only=True)]
    assert isinstance(house.owner, OnlineOwner)
    found = house.owner.server.rows_of(samples.WORKBOOK, TAB)
    width = max(map(len, found))
    return [[*row, *[""] * (width - len(row))] for row in found]


def retype(house: House, change: Callable[[Table], Table]) -> None:  # noqa: F811
    """A person rearranges the tab by hand."""
    before, after = table(house), change(table(house))
    if isinstance(house.owner, LocalOwner):
        house.owner._edit(lambda _: after)
        return
    after += [[] for _ in range(len(before) - len(after))]
    width = max(map(len, after))
    rows = [{"values": [typed(row[c] if c < len(row) else None) for c in range(width)]} for row in after]
    requests(house, {"updateCells": {"rows": rows, "fields": "userEnteredValue", "start": {"sheetId": 0}}})


def typed(cell: Any) -> dict[str, Any]:
    if cell in (None, ""):
        return {}
    kind = "numberValue" if isinstance(cell, int | float) else "stringValue"
    return {"userEnteredValue": {kind: cell}}


def requests(house: House, *sent: dict[str, Any]) -> None:  # noqa: F811
    assert isinstance(house.owner, OnlineOwner)
    house.owner.server.control("requests", id=samples.WORKBOOK, requests=list(sent))


def index(rows: Table, name: str) -> int:
    return next(i for i, row in enumerate(rows) if row[NAME] == name)


async def keys(house: House) -> dict[str, str]:  # noqa: F811
    """Of every item that is followed: its key, by who owes what."""
    said = "SELECT key, label, fields->>'Nom du client' AS name FROM receivable WHERE absences = 0"
    rows = await house.admin.fetch(said)
    return {f"{row['name']} {row['label']}": row["key"] for row in rows}


def shown(house: House) -> dict[str, str]:  # noqa: F811
    return {f"{row['Nom du client']} {row['Destination']}": row[KEY] for row in house.owner.rows()}


async def test_a_row_inserted_among_the_others_is_a_new_item_and_moves_nobody(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)

    def insert(rows: Table) -> Table:
        fresh = ["" if c in (0, 18) else cell for c, cell in enumerate(rows[1])]
        fresh[NAME], fresh[PHONE] = "Zoé Lenoir", "+33639980199"
        return [rows[0], fresh, *rows[1:]]

    retype(house, insert)
    await house.settles()
    after = await keys(house)
    assert after.items() >= before.items()
    assert after.keys() - before.keys() == {"Zoé Lenoir Lisbonne"}
    assert shown(house) == after


async def test_a_row_that_was_moved_is_still_itself(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    retype(house, lambda rows: [rows[0], rows[-1], *rows[1:-1]])
    await house.settles()
    assert (await keys(house), shown(house)) == (before, before)
    assert await house.admin.fetchval("SELECT max(version) FROM receivable") == 1


async def test_a_copied_row_becomes_an_item_of_its_own(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    retype(house, lambda rows: [*rows, list(rows[index(rows, HUGO)])])
    await house.settles()
    same = [row for row in house.owner.rows() if row["Nom du client"] == HUGO]
    assert same[0][KEY] == before[f"{HUGO} Reykjavik"]
    assert same[1][KEY] not in {"", same[0][KEY]}
    assert await house.admin.fetchval("SELECT count(*) FROM receivable WHERE absences = 0") == 13


async def test_a_sort_of_all_but_the_key_column_gives_every_row_its_key_back(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)

    def tear(rows: Table) -> Table:
        rest = sorted((row[1:] for row in rows[1:]), key=lambda cells: str(cells[2]))
        return [rows[0], *([row[0], *cells] for row, cells in zip(rows[1:], rest, strict=True))]

    retype(house, tear)
    await house.settles()
    assert (await keys(house), shown(house)) == (before, before)


async def test_a_sort_of_the_phones_alone_stops_everything_until_it_is_mended(house: House) -> None:  # noqa: F811
    await house.settles()
    job = await house.job(await house.item(), state="due")
    good = table(house)

    def tear(rows: Table) -> Table:
        phones = [row[PHONE] for row in rows[1:]]
        phones = [*phones[3:], *phones[:3]]
        return [rows[0], *([*row[:PHONE], p, *row[PHONE + 1 :]] for row, p in zip(rows[1:], phones, strict=True))]

    retype(house, tear)
    assert await house.watch.round() == {}
    assert house.watch.trouble is not None
    assert "échangé leurs clients" in house.watch.trouble
    assert await house.admin.fetchval("SELECT state FROM send_job WHERE id = $1", job) == "cancelled"
    assert await house.admin.fetchval("SELECT count(*) FROM human_task WHERE closed_at IS NULL") == 1
    retype(house, lambda _: good)
    await house.settles()
    assert house.watch.trouble is None
    assert await house.admin.fetchval("SELECT max(absences) FROM receivable") == 0
    assert await house.admin.fetchval("SELECT count(*) FROM human_task WHERE closed_at IS NULL") == 0


async def test_a_persons_word_lets_a_great_cut_through_once(house: House) -> None:  # noqa: F811
    await house.settles()
    retype(house, lambda rows: rows[:5])
    assert await house.watch.round() == {}
    assert house.watch.trouble is not None
    assert await ledgers.accept(house.admin, "voyages", by="essai")
    await house.settles()
    assert house.watch.trouble is None
    assert await house.admin.fetchval("SELECT count(*) FROM receivable WHERE absences = 2") == 8
    assert await house.admin.fetchval("SELECT count(*) FROM ledger_acceptance WHERE spent_at IS NULL") == 0


async def test_a_row_that_returns_after_it_was_closed_is_resumed_with_its_key(house: House) -> None:  # noqa: F811
    await house.settles()
    before, whole = await house.item(), table(house)
    retype(house, lambda rows: [row for row in rows if row[NAME] != STORY])
    await house.watch.round()
    await house.watch.round()
    assert (await house.item())["absences"] == 2
    retype(house, lambda _: whole)
    await house.settles()
    back = await house.item()
    assert (back["id"], back["key"], back["absences"]) == (before["id"], before["key"], 0)


async def test_a_row_whose_key_cell_was_wiped_gets_the_same_key_again(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    retype(house, lambda rows: [rows[0], *(["", *row[1:]] for row in rows[1:])])
    await house.settles()
    assert (await keys(house), shown(house)) == (before, before)


async def test_blank_lines_and_a_title_above_the_header_change_nothing(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    retype(house, lambda rows: [["Agence"], [], *rows[:4], [], *rows[4:]])
    await house.settles()
    assert await keys(house) == before
    assert await house.admin.fetchval("SELECT max(version) FROM receivable") == 1


async def test_a_column_inserted_among_ours_changes_nothing_that_we_read(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    retype(house, lambda rows: [[*rows[0][:3], "Surnom", *rows[0][3:]], *([*r[:3], "Zaza", *r[3:]] for r in rows[1:])])
    await house.settles()
    assert (await keys(house), shown(house)) == (before, before)
    # A text may quote any column: those on their way are made anew, once.
    assert await house.admin.fetchval("SELECT max(version) FROM receivable") == 2


async def test_a_doubled_column_that_we_read_is_refused_with_a_sentence_and_another_one_is_not(house: House) -> None:  # noqa: F811
    await house.settles()
    retype(house, lambda rows: [[*row, row[DISCREET]] for row in rows])
    await house.settles()
    assert house.watch.trouble is None
    retype(house, lambda rows: [[*row, row[PHONE]] for row in rows])
    assert await house.watch.round() == {}
    assert house.watch.trouble is not None
    assert "« Numéro WhatsApp »" in house.watch.trouble
    assert await house.admin.fetchval("SELECT max(absences) FROM receivable") == 0


async def test_a_row_that_a_merge_runs_through_is_held_and_freed_with_the_merge(house: House) -> None:  # noqa: F811
    await house.settles()
    row = index(table(house), HUGO) + 1
    merge(house, row, row + 1)
    await house.settles()
    assert "fusionnées" in house.row(HUGO)[REMARK]
    assert (await house.item(HUGO))["problems"] != "[]"
    merge(house, row, row + 1, undo=True)
    retype(house, lambda rows: [[*r[:19], "vu"] if r[NAME] == HUGO else r for r in rows])
    await house.settles()
    assert house.row(HUGO)[REMARK] == ""


def merge(house: House, first: int, last: int, *, undo: bool = False) -> None:  # noqa: F811
    """The notes of some rows become one cell."""
    if isinstance(house.owner, LocalOwner):
        book = openpyxl.load_workbook(house.owner.path)
        cells = f"T{first}:T{last}"
        book[TAB].unmerge_cells(cells) if undo else book[TAB].merge_cells(cells)
        book.save(house.owner.path)
        return
    span = {"sheetId": 0, "startRowIndex": first - 1, "endRowIndex": last, "startColumnIndex": 19, "endColumnIndex": 20}
    requests(
        house, {"unmergeCells": {"range": span}} if undo else {"mergeCells": {"range": span, "mergeType": "MERGE_ALL"}}
    )
    blank = {
        "rows": [{"values": [{}]}],
        "fields": "userEnteredValue",
        "start": {"sheetId": 0, "rowIndex": last - 1, "columnIndex": 19},
    }
    requests(house, {"updateCells": blank})


async def test_a_renamed_header_is_known_by_its_columns_mark(house: House) -> None:  # noqa: F811
    if isinstance(house.owner, LocalOwner):
        pytest.skip("a local workbook has no marks: its header must keep one of the known spellings")
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": PHONE, "endIndex": PHONE + 1}
    mark = {"metadataKey": "relance.col", "metadataValue": "phone", "visibility": "DOCUMENT",
            "location": {"dimensionRange": span}}  # fmt: skip
    requests(house, {"createDeveloperMetadata": {"developerMetadata": mark}})
    await house.settles()
    before = await keys(house)
    house.owner.server.control("edit", id=samples.WORKBOOK, tab=TAB, cell="C1", value="Joindre au")  # type: ignore[attr-defined]
    await house.settles()
    assert house.watch.trouble is None
    assert await keys(house) == before
    # A text may quote any column: those on their way are made anew, once.
    assert await house.admin.fetchval("SELECT max(version) FROM receivable") == 2


async def test_hidden_and_filtered_rows_are_rows(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    if isinstance(house.owner, LocalOwner):
        book = openpyxl.load_workbook(house.owner.path)
        for number in (3, 4, 5):
            book[TAB].row_dimensions[number].hidden = True
        book[TAB].auto_filter.ref = "A1:T13"
        book.save(house.owner.path)
    else:
        rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 5}
        hide = {"range": rows, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        requests(house, {"updateDimensionProperties": hide})
    house.owner.types(CLAIRE, "Montant versé", 500)
    house.owner.types(CLAIRE, "Solde à payer", 1140)
    await house.settles()
    assert await keys(house) == before
    assert (await house.item(CLAIRE))["balance"] == 1140


async def test_two_tabs_of_one_workbook_are_two_ledgers_that_ignore_one_another(house: House) -> None:  # noqa: F811
    await house.admin.execute(
        "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
        " VALUES ('factures', 'facture', 'xlsx', 'w', $1, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
        samples.FACTURE_TAB,
    )
    async with house.watch._pool.acquire() as connection:
        row = (await ledgers.enabled(connection))[1]
    second = Watch(row, neighbour(house), house.watch._pool, now=lambda: NOW, settle_polls=1)
    await house.settles()
    for _ in range(3):
        await second.round()
    counts = await house.admin.fetch("SELECT ledger_id, count(*) AS n FROM receivable GROUP BY 1 ORDER BY 1")
    assert [tuple(count) for count in counts] == [(1, 12), (2, len(samples.facture_rows(NOW.date())) - 1)]
    assert {type(cell) for cell in shown(house).values()} == {str}


def neighbour(house: House) -> Any:  # noqa: F811
    if isinstance(house.owner, LocalOwner):
        return xlsx.XlsxLedger(house.owner.path, tab=samples.FACTURE_TAB, locale="fr_FR")
    account: google_account.Account = account_of(house.owner.server)  # type: ignore[attr-defined]
    return google.GoogleLedger(account, workbook=samples.WORKBOOK, tab=samples.FACTURE_TAB)


async def test_a_copied_workbook_followed_in_the_originals_place_keeps_every_item(house: House) -> None:  # noqa: F811
    await house.settles()
    before = await keys(house)
    copy = Watch(house.watch.ledger, copied(house), house.watch._pool, now=lambda: NOW, settle_polls=1)
    await copy.round()
    assert copy.trouble is None
    assert await keys(house) == before


def copied(house: House) -> Any:  # noqa: F811
    if isinstance(house.owner, LocalOwner):
        path = house.owner.path.with_name("copie.xlsx")
        shutil.copy(house.owner.path, path)
        return xlsx.XlsxLedger(path, tab=TAB, locale="fr_FR")
    server = house.owner.server  # type: ignore[attr-defined]
    tabs = [{"title": TAB, "rows": table(house)}]
    server.control("workbook", id="copie", locale="fr_FR", timeZone="Europe/Paris", tabs=tabs)
    return google.GoogleLedger(account_of(server), workbook="copie", tab=TAB)


async def test_the_operators_role_may_say_so_and_no_other_ledger_is_meant(house: House, database: Any) -> None:  # noqa: F811
    operator = await asyncpg.connect(database.dsn("cli"))
    try:
        assert await ledgers.accept(operator, "voyages", by="essai")
        assert not await ledgers.accept(operator, "inconnu", by="essai")
    finally:
        await operator.close()
    assert await house.admin.fetchval("SELECT count(*) FROM ledger_acceptance") == 1
