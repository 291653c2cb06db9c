"""What the storm of tests/randomised found, each told alone; on the local workbook and on the sandbox Google."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relance.ledger_sync import columns
from relance.sandbox import samples
from tests.integration.test_ledger_sync import (  # noqa: F401 - `house` is a fixture
    KEY,
    NOW,
    REMARK,
    STATUS,
    STORY,
    House,
    house,
)
from tests.integration.test_row_identity import Table, retype

pytestmark = pytest.mark.servers

LAST = "Dernier rappel"
OURS = [samples.VOYAGE_HEADER.index(name) for name in (KEY, "Documents", LAST, "Prochaine action", REMARK)]


async def remind(house: House, minute: int) -> None:  # noqa: F811
    await house.job(await house.item(), state="sent", sent_at=NOW + timedelta(minutes=minute))
    house.clock[0] = NOW + timedelta(minutes=minute + 1)
    await house.settles()


async def test_a_status_newer_than_the_reminder_is_kept_though_we_never_wrote_the_cell(house: House) -> None:  # noqa: F811
    house.owner.types(STORY, STATUS, "Relancé")
    await house.settles()
    await remind(house, 1)
    house.clock[0] = NOW + timedelta(minutes=5)
    house.owner.types(STORY, STATUS, "En attente")
    await house.settles()
    assert house.row()[STATUS] == "En attente"


async def test_an_unreadable_status_over_a_claim_does_not_hide_the_answer_that_follows(house: House) -> None:  # noqa: F811
    await house.settles()
    await house.claim(await house.item(), at=NOW + timedelta(minutes=1))
    house.clock[0] = NOW + timedelta(minutes=2)
    for word in ("", "peut-être", "En attente"):
        if word:
            house.owner.types(STORY, STATUS, word)
        await house.settles()
    assert await house.admin.fetchval("SELECT lifted_by FROM hold") == "sheet"
    assert (house.row()[STATUS], house.row()[REMARK]) == ("En attente", "")


async def test_after_a_torn_sort_every_remark_and_date_is_its_own_rows(house: House) -> None:  # noqa: F811
    await house.settles()
    await remind(house, 1)
    before = {row["Destination"]: (row[KEY], row[LAST], row[REMARK]) for row in house.owner.rows()}

    def tear(table: Table) -> Table:
        rows = [list(row) + [""] * (len(table[0]) - len(row)) for row in table[1:13]]
        torn = [list(row) for row in reversed(rows)]
        for row, kept in zip(torn, rows, strict=True):
            for column in OURS:
                row[column] = kept[column]
        return [table[0], *torn]

    retype(house, tear)
    await house.settles()
    assert {row["Destination"]: (row[KEY], row[LAST], row[REMARK]) for row in house.owner.rows()} == before


async def test_a_copied_row_does_not_keep_what_we_said_of_the_original(house: House) -> None:  # noqa: F811
    await house.settles()
    await remind(house, 1)
    place = samples.VOYAGE_HEADER.index("Destination")

    def copy(table: Table) -> Table:
        rows = [row for row in table if any(cell not in (None, "") for cell in row)]
        copied = list(next(row for row in rows if row[1] == STORY))
        copied[place] = "Rome"
        return [*rows, copied]

    retype(house, copy)
    await house.settles()
    told = {
        row["Destination"]: (row[LAST] != "", row[KEY]) for row in house.owner.rows() if row["Nom du client"] == STORY
    }
    assert [told["Lisbonne"][0], told["Rome"][0]] == [True, False]
    assert told["Lisbonne"][1] != told["Rome"][1]


def test_a_status_of_signs_only_is_unknown_and_not_empty() -> None:
    assert columns.status_of("???") is None
    assert columns.status_of("  ") is columns.status_of(None) is not None


async def test_a_copy_of_a_row_that_holds_only_a_note_gets_a_key_of_its_own(house: House) -> None:  # noqa: F811
    await house.settles()
    notes = samples.VOYAGE_HEADER.index("Notes")

    def note(table: Table) -> Table:
        lone = [""] * len(table[0])
        lone[notes] = "à rappeler"
        return [*(row for row in table if any(cell not in (None, "") for cell in row)), lone]

    retype(house, note)
    await house.settles()
    retype(house, lambda table: [*table, list(table[-1])])
    await house.settles()
    keys = [row[KEY] for row in house.owner.rows() if row["Notes"] == "à rappeler"]
    assert len(set(keys)) == len(keys) == 2
