"""Cells in which people write too: what they type in the very instant of our write stays. Some 15 s."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import google, google_account
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Result
from tests.contract.test_ledgers import (  # noqa: F401 - fixtures
    AMOUNT,
    HEADER,
    KEY,
    NAME,
    REMARK,
    TAB,
    GoogleWorld,
    LocalWorld,
    World,
    account_of,
    cell,
    local,
    online,
    world,
)

Act = Callable[[], None]


def word(row: int, new: str, *, key: str, expected: Cell = None) -> CellPatch:
    return CellPatch(row, REMARK, KEY, key, expected, new, (1, "Remarque"), is_shared=True)


class Interrupted(google_account.Account):
    """A person acts just before each of our writes, once for each act given."""

    acts: list[Act]

    async def call(self, method: str, *args: Any) -> Any:
        if method == "batch_update" and self.acts:
            self.acts.pop(0)()
        return await super().call(method, *args)


def interrupted(online: GoogleWorld, *acts: Act) -> google.GoogleLedger:  # noqa: F811
    plain = account_of(online.server)
    account = Interrupted(plain.credentials_fn, base_url=online.server.base, counted=lambda _: None)
    account.acts = list(acts)
    return google.GoogleLedger(account, workbook="w", tab=TAB)


def inserts_column(online: GoogleWorld, at: int) -> Act:  # noqa: F811
    span = {"sheetId": 1, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    return lambda: online.server.control("requests", id="w", requests=[{"insertDimension": {"range": span}}])


async def test_a_word_is_put_where_the_cell_is_as_read_empty_or_not(world: World) -> None:  # noqa: F811
    assert await world.ledger.apply([word(2, "Relancé", key="AAAAAAAA")]) == [Result.APPLIED]
    later = word(2, "À vérifier", key="AAAAAAAA", expected="Relancé")
    assert await world.ledger.apply([later]) == [Result.APPLIED]
    assert await cell(world, 2, REMARK) == "À vérifier"


async def test_a_word_typed_since_the_reading_stays(world: World) -> None:  # noqa: F811
    await world.ledger.snapshot()
    world.types(2, REMARK, "Payé")
    assert await world.ledger.apply([word(2, "Relancé", key="AAAAAAAA")]) == [Result.CONFLICT]
    assert await cell(world, 2, REMARK) == "Payé"


@pytest.mark.parametrize(("before", "typed"), [("En attente", "Payé"), (None, "Litige"), ("En attente", "")])
async def test_a_word_typed_between_our_last_look_and_our_write_stays(
    online: GoogleWorld,  # noqa: F811
    before: str | None,
    typed: str,
) -> None:
    online.types(2, REMARK, before or "")
    ledger = interrupted(online, lambda: online.types(2, REMARK, typed))
    patches = [word(2, "Relancé", key="AAAAAAAA", expected=before), word(4, "Relancé", key="CCCCCCCC")]
    assert await ledger.apply(patches) == [Result.CONFLICT, Result.APPLIED]
    assert [await cell(online, row, REMARK) for row in (2, 4)] == [typed or None, "Relancé"]


async def test_a_word_that_begins_like_ours_is_another_word(online: GoogleWorld) -> None:  # noqa: F811
    online.types(2, REMARK, "En attente")
    ledger = interrupted(online, lambda: online.types(2, REMARK, "En attente du virement"))
    found = await ledger.apply([word(2, "Relancé", key="AAAAAAAA", expected="En attente")])
    assert found == [Result.CONFLICT]
    assert await cell(online, 2, REMARK) == "En attente du virement"


async def test_a_formula_in_a_shared_cell_is_left_alone(online: GoogleWorld) -> None:  # noqa: F811
    online.types(2, REMARK, '="En attente"')
    found = await online.ledger.apply([word(2, "Relancé", key="AAAAAAAA", expected="En attente")])
    assert found == [Result.KEPT]
    assert await cell(online, 2, REMARK) == "En attente"


async def test_a_formula_in_a_shared_cell_is_left_alone_locally(local: LocalWorld) -> None:  # noqa: F811
    local.types(2, REMARK, '=""')
    assert await local.ledger.apply([word(2, "Relancé", key="AAAAAAAA")]) == [Result.KEPT]
    assert openpyxl.load_workbook(local.path)[TAB].cell(row=2, column=REMARK + 1).value == '=""'


async def test_a_word_that_landed_on_another_row_is_taken_back(online: GoogleWorld) -> None:  # noqa: F811
    for row in (2, 3, 4):
        online.types(row, REMARK, "En attente")
    ledger = interrupted(online, lambda: online.inserts_above(2))
    found = await ledger.apply([word(4, "À vérifier", key="CCCCCCCC", expected="En attente")])
    assert found == [Result.CONFLICT]
    remarks = [row.cell(REMARK) for row in (await online.ledger.snapshot()).rows]
    assert remarks == ["Remarque", None, "En attente", "En attente", "En attente"]


@pytest.mark.parametrize("at", range(len(HEADER)))
async def test_a_column_that_comes_in_while_we_write_costs_nobody_a_cell(online: GoogleWorld, at: int) -> None:  # noqa: F811
    online.types(2, NAME, "'+33 6 39 98 00 01")
    before = [row.cells for row in (await online.ledger.snapshot()).rows]
    ledger = interrupted(online, inserts_column(online, at))
    patches = [
        CellPatch(2, column, KEY, "AAAAAAAA", before[1][column] if column < len(before[1]) else None, new, (1, title))
        for column, new, title in ((NAME, "x", "Nom"), (AMOUNT, 99, "Montant"), (REMARK, "y", "Remarque"))
    ]
    results = await ledger.apply(patches)
    after = [list(row.cells) for row in (await online.ledger.snapshot()).rows]
    for row in after:
        if at < len(row):
            assert row.pop(at) is None
    landed = dict(zip((NAME, AMOUNT, REMARK), results, strict=True))
    wanted = [list(row) for row in before]
    wanted[1] += [None] * (len(HEADER) - len(wanted[1]))
    for column, new in ((NAME, "x"), (AMOUNT, 99), (REMARK, "y")):
        if landed[column] is Result.APPLIED:
            wanted[1][column] = new
    assert [_trimmed(row) for row in after] == [_trimmed(row) for row in wanted]


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and row[-1] is None:
        row.pop()
    return row


async def test_rows_that_move_again_while_we_put_back_cost_nobody_a_cell(online: GoogleWorld) -> None:  # noqa: F811
    online.types(2, REMARK, "déjà dit")
    ledger = interrupted(online, lambda: online.inserts_above(2), lambda: online.inserts_above(3))
    found = await ledger.apply([CellPatch(4, REMARK, KEY, "CCCCCCCC", None, "pour Chloé", (1, "Remarque"))])
    assert found == [Result.CONFLICT]
    rows = (await online.ledger.snapshot()).rows
    assert {row.cell(NAME): row.cell(REMARK) for row in rows[1:] if row.cells} == {
        "Ana Verdier": "déjà dit", "Bruno Lacaze": "à voir", "Chloé Tissier": None,
    }  # fmt: skip


async def test_what_a_person_types_over_a_cell_that_we_hit_is_not_put_back(online: GoogleWorld) -> None:  # noqa: F811
    online.types(3, REMARK, "")
    ledger = interrupted(online, lambda: online.inserts_above(2), lambda: online.types(4, REMARK, "à moi"))
    await ledger.apply([CellPatch(4, REMARK, KEY, "CCCCCCCC", None, "pour Chloé", (1, "Remarque"))])
    assert await cell(online, 4, REMARK) == "à moi"


def loses_the_answer(online: GoogleWorld, times: int = 1) -> None:  # noqa: F811
    online.server.control("fault", kind="drop_after_apply", times=times, path=":batchUpdate")


@pytest.mark.parametrize(("hit", "new"), [("déjà dit", ""), ("déjà dit", "pour Chloé"), ("", "pour Chloé")])
async def test_what_we_hit_elsewhere_is_put_back_though_the_answer_was_lost(
    online: GoogleWorld,  # noqa: F811
    hit: str,
    new: str,
) -> None:
    """A storm's find: a remark taken away from a row by a write that was meant for the row below it."""
    online.types(3, REMARK, hit)
    online.types(4, REMARK, "à ôter")

    def insert() -> None:
        online.inserts_above(2)
        loses_the_answer(online)

    ledger = interrupted(online, insert)
    with pytest.raises(LedgerUnreachable):
        await ledger.apply([CellPatch(4, REMARK, KEY, "CCCCCCCC", "à ôter", new, (1, "Remarque"))])
    rows = (await online.ledger.snapshot()).rows
    assert {row.cell(NAME): row.cell(REMARK) for row in rows[1:] if row.cells} == {
        "Ana Verdier": None, "Bruno Lacaze": hit or None, "Chloé Tissier": "à ôter",
    }  # fmt: skip


async def test_a_word_exchanged_elsewhere_is_put_back_though_the_answer_was_lost(online: GoogleWorld) -> None:  # noqa: F811
    for row in (2, 3, 4):
        online.types(row, REMARK, "En attente")

    def insert() -> None:
        online.inserts_above(2)
        loses_the_answer(online)

    ledger = interrupted(online, insert)
    with pytest.raises(LedgerUnreachable):
        await ledger.apply([word(4, "À vérifier", key="CCCCCCCC", expected="En attente")])
    remarks = [row.cell(REMARK) for row in (await online.ledger.snapshot()).rows]
    assert remarks == ["Remarque", None, "En attente", "En attente", "En attente"]


async def test_what_we_hit_is_put_back_by_the_next_reading_when_google_stays_away(online: GoogleWorld) -> None:  # noqa: F811
    def insert() -> None:
        online.inserts_above(2)
        loses_the_answer(online)
        online.server.control("fault", kind="error_503", times=1, path="/v4/")

    ledger = interrupted(online, insert)
    with pytest.raises(LedgerUnreachable):
        await ledger.apply([CellPatch(4, REMARK, KEY, "CCCCCCCC", None, "pour Chloé", (1, "Remarque"))])
    remarks = [row.cell(REMARK) for row in (await ledger.snapshot()).rows]
    assert remarks == ["Remarque", None, None, "à voir", None]


@pytest.mark.parametrize("at", range(len(HEADER)))
async def test_a_column_that_comes_in_costs_nobody_a_cell_though_the_answer_was_lost(
    online: GoogleWorld,  # noqa: F811
    at: int,
) -> None:
    online.types(2, REMARK, "déjà dit")
    before = [list(row.cells) for row in (await online.ledger.snapshot()).rows]
    insert = inserts_column(online, at)

    def act() -> None:
        insert()
        loses_the_answer(online)

    ledger = interrupted(online, act)
    with pytest.raises(LedgerUnreachable):
        await ledger.apply([CellPatch(2, AMOUNT, KEY, "AAAAAAAA", before[1][AMOUNT], 99, (1, "Montant"))])
    after = [list(row.cells) for row in (await online.ledger.snapshot()).rows]
    for row in after:
        if at < len(row):
            assert row.pop(at) is None
    if at > AMOUNT:
        before[1][AMOUNT] = 99
    assert [_trimmed(row) for row in after] == [_trimmed(row) for row in before]
