"""One blueprint, two keepers: what `relance init-sheet` builds in Google Sheets and in a local workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest
import requests

from relance.domain.errors import LedgerUnreachable
from relance.domain.receivable import Kind
from relance.ledger_sync import blueprint, columns, init_google, init_xlsx, settings_tab
from relance.ledger_sync.ledgers.port import SheetRow
from tests.contract.test_ledgers import account_of
from tests.integration.sandbox_google.conftest import RunningGoogle

BOTH = (("Voyages", Kind.VOYAGE), ("Factures", Kind.FACTURE))
TABS = blueprint.workbook(BOTH)


class Keeper(Protocol):
    async def build(self, tabs: Any = TABS) -> list[str]: ...

    def rows(self, tab: str) -> list[list[Any]]: ...

    def titles(self) -> list[str]: ...


@dataclass
class Local:
    path: Path

    async def build(self, tabs: Any = TABS) -> list[str]:
        return init_xlsx.build(self.path, tabs)

    def rows(self, tab: str) -> list[list[Any]]:
        found = openpyxl.load_workbook(self.path)[tab].iter_rows(values_only=True)
        return [["" if cell is None else cell for cell in row] for row in found]

    def titles(self) -> list[str]:
        return openpyxl.load_workbook(self.path).sheetnames

    def starts_with(self, header: list[str], *rows: list[Any]) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Voyages"
        for row in (header, *rows):
            sheet.append(row)
        book.save(self.path)


@dataclass
class Online:
    server: RunningGoogle

    def __post_init__(self) -> None:
        self.account = account_of(self.server)

    async def build(self, tabs: Any = TABS) -> list[str]:
        return await init_google.build(self.account, "w", tabs)

    def rows(self, tab: str) -> list[list[Any]]:
        found = requests.get(f"{self.server.base}/control/sheet/w", params={"tab": tab}, timeout=30).json()["rows"]
        width = max(map(len, found), default=0)
        return [[*row, *[""] * (width - len(row))] for row in found]

    def titles(self) -> list[str]:
        return [tab["properties"]["title"] for tab in self.book()["sheets"]]

    def calls(self) -> Any:
        return requests.get(f"{self.server.base}/control/calls", timeout=30).json()

    def book(self) -> Any:
        token = requests.post(
            f"{self.server.base}/token", data={"grant_type": "refresh_token", "refresh_token": "moi@ex.org"}, timeout=30
        ).json()["access_token"]
        return requests.get(
            f"{self.server.base}/v4/spreadsheets/w", headers={"Authorization": f"Bearer {token}"}, timeout=30
        ).json()

    def starts_with(self, header: list[str], *rows: list[Any]) -> None:
        self.server.control("workbook", id="w", title="W", locale="fr_FR", timeZone="Europe/Paris",
                            tabs=[{"title": "Voyages", "rows": [header, *rows]}])  # fmt: skip


@pytest.fixture(params=["xlsx", "google"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Local | Online]:
    if request.param == "xlsx":
        yield Local(tmp_path / "w.xlsx")
        return
    server = RunningGoogle(tmp_path / "google")
    try:
        server.control("workbook", id="w", title="W", locale="fr_FR", timeZone="Europe/Paris")
        yield Online(server)
    finally:
        server.stop()


def sheet_rows(rows: list[list[Any]]) -> list[SheetRow]:
    return [SheetRow(number, tuple(row)) for number, row in enumerate(rows, start=1)]


async def test_an_empty_workbook_gets_every_tab_and_both_ledgers_can_be_read(keeper: Local | Online) -> None:
    assert await keeper.build()
    wanted = ["Voyages", "Factures", "Tableau de bord", "Modèles", "Réglages", "Journal", "_kpi"]
    assert [title for title in keeper.titles() if title in wanted] == wanted
    for tab, kind in BOTH:
        _, places = columns.locate(sheet_rows(keeper.rows(tab)), kind)
        assert columns.OWNED - {columns.Field.DOCUMENTS} <= set(places)


async def test_a_second_run_finds_nothing_to_do(keeper: Local | Online) -> None:
    await keeper.build()
    before = keeper.rows("Modèles")
    assert await keeper.build() == []
    assert keeper.rows("Modèles") == before


async def test_the_texts_and_settings_it_writes_are_accepted_as_they_are(keeper: Local | Online) -> None:
    await keeper.build()
    settings = settings_tab.parse_settings(sheet_rows(keeper.rows("Réglages")), {})
    texts = settings_tab.parse_texts(sheet_rows(keeper.rows("Modèles")), {}, headers=lambda _: ())
    assert settings
    assert texts
    assert (settings.problems, settings.patches) == (0, ())
    assert (texts.problems, texts.patches) == (0, ())
    assert (settings.kept["offset.voyage_j30"], settings.kept["send_at"]) == ("30", "09:00")
    assert texts.kept["fr/voyage_j30"] == settings_tab.shipped("voyage_j30", "fr")
    assert len(texts.kept) == 2 * len(settings_tab.LABELS)


async def test_a_sheet_that_is_in_use_keeps_every_cell_and_gets_the_missing_columns_at_its_end(
    keeper: Local | Online,
) -> None:
    header = ["Nom", "Téléphone", "Destination", "Date de départ", "Total", "Statut", "Couleur préférée"]
    person = ["Ana Verdier", "'0639980110", "Lisbonne", "2027-05-01", 1200, "En attente", "vert"]
    keeper.starts_with(header, person)
    before = keeper.rows("Voyages")
    await keeper.build()
    after = keeper.rows("Voyages")
    assert [row[: len(header)] for row in after[:2]] == before[:2]
    assert after[0][len(header) :] == [
        "Réf.", "Remarque", "Dernier rappel", "Prochaine action", "Date prochaine action", "Documents",
    ]  # fmt: skip
    assert await keeper.build() == []


async def test_a_setting_that_a_release_adds_gets_its_row_below_and_edited_ones_stay(keeper: Local | Online) -> None:
    older = tuple(replace(tab, rows=tab.rows[1:-2]) if tab.rows else tab for tab in TABS)
    await keeper.build(older)
    before = {title: keeper.rows(title) for title in ("Réglages", "Modèles")}
    assert await keeper.build()
    for title, rows in before.items():
        after = keeper.rows(title)
        assert after[: len(rows)] == rows
        assert len(after) == len(rows) + 3
    assert await keeper.build() == []
    settings = settings_tab.parse_settings(sheet_rows(keeper.rows("Réglages")), {})
    assert settings
    assert settings.kept.keys() >= {"sequence_voyage", "send_at", "paid_claim"}


async def test_the_status_has_its_dropdown_and_only_a_whole_batch_lands(tmp_path: Path) -> None:
    server = RunningGoogle(tmp_path / "google")
    try:
        server.control("workbook", id="w", title="W", locale="fr_FR", timeZone="Europe/Paris")
        online = Online(server)
        before = online.calls()
        await online.build()
        after = online.calls()
        assert after["spreadsheets.batchUpdate"] - before.get("spreadsheets.batchUpdate", 0) == 1
        voyages = next(tab for tab in online.book()["sheets"] if tab["properties"]["title"] == "Voyages")
        assert len(voyages["conditionalFormats"]) == 3
        assert all(one["warningOnly"] for one in voyages["protectedRanges"])
        board = next(tab for tab in online.book()["sheets"] if tab["properties"]["title"] == "Tableau de bord")
        assert [chart["spec"]["basicChart"]["chartType"] for chart in board["charts"]] == ["COLUMN", "LINE"]
        kpi = next(tab for tab in online.book()["sheets"] if tab["properties"]["title"] == "_kpi")
        assert kpi["properties"]["hidden"] is True
    finally:
        server.stop()


def test_a_workbook_that_is_open_in_a_spreadsheet_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "~$w.xlsx").touch()
    with pytest.raises(LedgerUnreachable, match="ouvert dans un tableur"):
        init_xlsx.build(tmp_path / "w.xlsx", TABS)


def test_dropdowns_formats_colours_and_charts_are_in_the_local_workbook(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    init_xlsx.build(path, TABS)
    book = openpyxl.load_workbook(path)
    (status,) = [v for v in book["Voyages"].data_validations.dataValidation if "Relancé" in v.formula1]
    assert "J2" in status.sqref
    assert book["Voyages"].column_dimensions["E"].number_format == "dd/mm/yyyy"
    assert len(book["Voyages"].conditional_formatting) >= 1
    assert len(book["Tableau de bord"]._charts) == 2
    assert book["_kpi"].sheet_state == "hidden"
