"""The *Journal* tab tells what left, once, however often it is written; on both backends. Some 20 s."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from relance.ledger_sync import blueprint
from relance.ledger_sync.journal import Journal
from relance.ledger_sync.ledgers import google, xlsx
from relance.ledger_sync.ledgers.port import Cell, Register
from tests.contract.test_ledgers import account_of
from tests.integration.test_ledger_sync import (  # noqa: F401 - `house` is a fixture
    NOW,
    STORY,
    House,
    OnlineOwner,
    house,
)

pytestmark = pytest.mark.servers

TITLES = ["à moi", *blueprint.JOURNAL_HEADER]
Types = Callable[[int, int, Any], None]


@pytest.fixture
def tab(house: House, tmp_path: Path) -> tuple[Register, Types]:  # noqa: F811
    """A tab in which somebody put a column of theirs first, and how they type into it."""
    if isinstance(house.owner, OnlineOwner):
        server = house.owner.server
        server.control("workbook", id="j", tabs=[{"title": blueprint.JOURNAL_TAB, "rows": [TITLES]}])

        def types_online(row: int, column: int, value: Any) -> None:
            cell = f"{'ABCDEFG'[column]}{row}"
            server.control("edit", id="j", tab=blueprint.JOURNAL_TAB, cell=cell, value=value)

        account = account_of(server)
        return google.GoogleLedger(account, workbook="j", tab=blueprint.JOURNAL_TAB, is_words=True), types_online
    path = tmp_path / "journal.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].title = blueprint.JOURNAL_TAB
    book.worksheets[0].append(TITLES)
    book.save(path)

    def types(row: int, column: int, value: Any) -> None:
        found = openpyxl.load_workbook(path)
        found[blueprint.JOURNAL_TAB].cell(row=row, column=column + 1).value = value
        found.save(path)

    return xlsx.XlsxLedger(path, tab=blueprint.JOURNAL_TAB, locale="fr_FR"), types


async def lines(tab: Register) -> list[list[Cell]]:
    return [[row.cell(column) for column in range(6)] for row in (await tab.snapshot()).rows[1:] if any(row.cells)]


async def test_a_message_that_left_is_told_once_and_its_state_follows(
    house: House,  # noqa: F811
    tab: tuple[Register, Types],
) -> None:
    ledger, types = tab
    await house.settles()
    item = await house.item()
    job = await house.job(item, state="sent", sent_at=NOW + timedelta(minutes=5))
    other = next(row["Nom du client"] for row in house.owner.rows() if row["Nom du client"] not in {STORY, ""})
    await house.job(await house.item(other), state="due")
    journal = Journal([house.watch.ledger], ledger, house.watch._pool, every_s=0)
    await journal.round()
    day = f"{NOW + timedelta(hours=1, minutes=5):%Y-%m-%d %H:%M}"
    told = [None, day, STORY, item["key"], "Relance J-30"]
    assert await lines(ledger) == [[*told, "envoyé"]]
    types(2, 0, "rappelée")
    await house.admin.execute("UPDATE send_job SET state = 'read', changed_at = clock_timestamp() WHERE id = $1", job)
    await journal.round()
    await Journal([house.watch.ledger], ledger, house.watch._pool, every_s=0).round()
    assert await lines(ledger) == [["rappelée", *told[1:], "lu"]]


async def test_a_workbook_without_the_tab_or_its_titles_waits_for_them(
    house: House,  # noqa: F811
    tab: tuple[Register, Types],
) -> None:
    ledger, types = tab
    await house.settles()
    await house.job(await house.item(), state="sent", sent_at=NOW)
    types(1, 1, "Quand")
    journal = Journal([house.watch.ledger], ledger, house.watch._pool, every_s=0)
    await journal.round()
    assert await lines(ledger) == []
    types(1, 1, "Date")
    await journal.round()
    assert len(await lines(ledger)) == 1


async def test_a_line_that_could_not_be_written_is_written_later(
    house: House,  # noqa: F811
    tab: tuple[Register, Types],
) -> None:
    ledger, _ = tab
    await house.settles()
    await house.job(await house.item(), state="sent", sent_at=NOW)
    journal = Journal([house.watch.ledger], ledger, house.watch._pool, every_s=0)
    if isinstance(house.owner, OnlineOwner):
        house.owner.server.control("fault", kind="drop_after_apply", times=1, path="values:batchUpdate")
        await journal.round()
    await journal.round()
    await journal.round()
    assert len(await lines(ledger)) == 1
