"""The owner's *Réglages* and *Modèles* followed end to end: sheet, database, terms, the next message."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import openpyxl
import pytest
import requests
from prometheus_client import REGISTRY

from relance.domain import preferences
from relance.domain.pacing import Pace
from relance.domain.receivable import Kind
from relance.domain.steps import Policy, Sequence
from relance.ledger_sync import blueprint, init_google, init_xlsx, sequence_block, settings_tab
from relance.ledger_sync.ledgers import google, google_account, google_book, xlsx
from relance.ledger_sync.ledgers.port import Ledger
from relance.ledger_sync.settings_watch import SettingsWatch
from relance.sandbox.google import access
from relance.scheduler import plan, release, texts
from relance.scheduler.wishes import Terms, Wishes
from relance.store import ledgers, pool, sequences, workbook_settings
from tests.integration.sandbox_google.conftest import RunningGoogle
from tests.integration.scheduling.world import TUESDAY, World

pytestmark = pytest.mark.servers

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SETTINGS, MODELS = settings_tab.SETTINGS_TAB, settings_tab.TEXTS_TAB
TABS = blueprint.workbook((("Voyages", Kind.VOYAGE), ("Factures", Kind.FACTURE)))
STEP = len(settings_tab.SETTINGS_HEADER)  # the first column of the sequences
WIDTH = STEP + len(sequence_block.HEADER)
OWN = "Coucou {{Prénom}}, et le solde de {{Solde}} ? STOP arrête tout. {{Agence}}"


@dataclass
class LocalBook:
    path: Path

    async def prepare(self) -> None:
        init_xlsx.build(self.path, TABS)

    def tab(self, title: str) -> Ledger:
        return xlsx.XlsxLedger(self.path, tab=title, locale="fr_FR")

    def types(self, title: str, row: int, column: int, value: Any) -> None:
        book = openpyxl.load_workbook(self.path)
        book[title].cell(row=row, column=column + 1).value = value
        book.save(self.path)

    def rows(self, title: str) -> list[list[Any]]:
        found = openpyxl.load_workbook(self.path)[title].iter_rows(values_only=True)
        return [[cell or "" for cell in row] for row in found]

    def stop(self) -> None: ...


@dataclass
class OnlineBook:
    server: RunningGoogle

    async def prepare(self) -> None:
        self.server.control("workbook", id="w", title="W", locale="fr_FR", timeZone="Europe/Paris")
        told = json.dumps(access.service_account_info(f"{self.server.base}/token"))
        self.account = google_account.opened(told, base_url=self.server.base, counted=lambda _: None)
        await init_google.build(self.account, "w", TABS)

    def tab(self, title: str) -> Ledger:
        return google.GoogleLedger(self.account, workbook="w", tab=title, is_words=True)

    def types(self, title: str, row: int, column: int, value: Any) -> None:
        self.server.control("edit", id="w", tab=title, cell=f"{blueprint.letter(column)}{row}", value=value)

    def rows(self, title: str) -> list[list[Any]]:
        url = f"{self.server.base}/control/sheet/w"
        found = requests.get(url, params={"tab": title}, timeout=30).json()["rows"]
        return [[*row, *[""] * (WIDTH - len(row))] for row in found]

    def calls(self) -> dict[str, int]:
        return requests.get(f"{self.server.base}/control/calls", timeout=30).json()

    def stop(self) -> None:
        self.server.stop()


@dataclass
class House:
    book: LocalBook | OnlineBook
    watch: SettingsWatch
    world: World
    wishes: Wishes
    admin: asyncpg.Connection
    messages: list[str] = field(default_factory=list)

    def types(self, tab: str, label: str, value: Any, *, language: str = "") -> None:
        column = 2 if tab == MODELS else 1
        self.book.types(tab, self.row(tab, label, language), column, value)

    def row(self, tab: str, label: str, language: str = "") -> int:
        rows = self.book.rows(tab)
        return next(n for n, row in enumerate(rows, start=1) if row[0] == label and language in ("", row[1]))

    def remark(self, tab: str, label: str, language: str = "") -> str:
        return str(self.book.rows(tab)[self.row(tab, label, language) - 1][3])

    def writes(self, step: str, header: str, value: Any) -> None:
        self.book.types(SETTINGS, self.line(step), STEP + sequence_block.HEADER.index(header), value)

    def line(self, step: str) -> int:
        return next(n for n, row in enumerate(self.book.rows(SETTINGS), start=1) if row[STEP] == step)

    def step_remark(self, step: str) -> str:
        return str(self.book.rows(SETTINGS)[self.line(step) - 1][WIDTH - 1])

    async def next_text(self) -> list[str]:
        """One turn of the scheduler and of the sender, with the terms of now."""
        async with self.world.pool.acquire() as connection:
            terms = await self.wishes.now(connection)
        await plan.run(self.world.pool, terms.texts, terms.policy, self.world.now)
        rules = release.Rules(terms.policy, terms.pace, random.Random(1))
        await release.run(self.world.pool, terms.texts, rules, self.world.now)
        sent = await self.world.send()
        self.world.now += self.world.pace.longest
        return sent

    async def versions(self, ledger_id: int = 1) -> list[asyncpg.Record]:
        query = "SELECT * FROM workbook_settings WHERE ledger_id = $1 ORDER BY version"
        return await self.admin.fetch(query, ledger_id)


@pytest.fixture(params=["xlsx", "google"])
async def house(request: pytest.FixtureRequest, database: Any, tmp_path: Path) -> AsyncIterator[House]:
    book = LocalBook(tmp_path / "w.xlsx") if request.param == "xlsx" else OnlineBook(RunningGoogle(tmp_path / "g"))
    admin = await asyncpg.connect(database.dsn("admin"))
    try:
        await book.prepare()
        async with (
            pool.opened(database.dsn("ledger_sync"), application="test", size=2) as sheets,
            pool.opened(database.dsn("scheduler"), application="test", size=2) as planner,
        ):
            world = World(admin, planner)
            await world.prepare()
            async with sheets.acquire() as connection:
                rows = await ledgers.enabled(connection)
            tabs = {title: book.tab(title) for title in (SETTINGS, MODELS)}
            watch = SettingsWatch(rows, tabs, sheets, now=lambda: world.now)
            wishes = Wishes(Terms(texts.load(None), Policy(), Pace()))
            yield House(book, watch, world, wishes, admin)
    finally:
        book.stop()
        await admin.close()


async def test_a_new_workbook_is_taken_once_and_says_what_the_product_says_by_itself(house: House) -> None:
    await house.watch.round()
    await house.watch.round()
    assert [row["version"] for row in await house.versions()] == [1]
    assert house.watch.problems == 0
    who = await house.world.customer()
    await house.world.voyage(who, 25)
    (text,) = await house.next_text()
    assert "Votre départ pour" in text


async def test_an_edited_text_is_the_next_message_and_only_that_ledgers(house: House) -> None:
    await house.watch.round()
    house.types(MODELS, "Voyage : premier rappel", OWN, language="Français")
    await house.watch.round()
    first, second = await house.versions()
    assert (first["texts"] != second["texts"], second["by"], second["taken_at"]) == (True, "sheet", house.world.now)
    assert [row["version"] for row in await house.versions(2)] == [1]
    await house.world.voyage(await house.world.customer(), 25)
    (text,) = await house.next_text()
    assert text == "Coucou Ana, et le solde de 800\u00a0€ ? STOP arrête tout. Agence Azur"


async def test_an_unknown_placeholder_is_refused_by_its_cell_and_the_old_text_stays_in_use(house: House) -> None:
    await house.watch.round()
    house.types(MODELS, "Voyage : premier rappel", OWN, language="Français")
    await house.watch.round()
    house.types(MODELS, "Voyage : premier rappel", "Bonjour {{Prénon}}, STOP", language="Français")
    await house.watch.round()
    row = house.row(MODELS, "Voyage : premier rappel", "Français")
    remark = house.remark(MODELS, "Voyage : premier rappel", "Français")
    assert remark.startswith(f"Cellule C{row}, ligne 1 : « Prénon » n'est ni une colonne ni une valeur connue")
    assert len(await house.versions()) == 2
    await house.world.voyage(await house.world.customer(), 25)
    (text,) = await house.next_text()
    assert text.startswith("Coucou Ana")
    house.types(MODELS, "Voyage : premier rappel", "Bonjour {{Prénom}}, STOP", language="Français")
    await house.watch.round()
    assert house.remark(MODELS, "Voyage : premier rappel", "Français") == ""
    assert len(await house.versions()) == 3


async def test_edited_hours_hold_a_message_back_until_they_open(house: House) -> None:
    house.types(SETTINGS, "Jours et heures d'envoi", "mer-ven 14:00-16:00")
    await house.watch.round()
    await house.world.voyage(await house.world.customer(), 25)
    assert await house.next_text() == []
    house.world.now = datetime(2026, 11, 25, 12, 59, tzinfo=UTC)
    assert await house.next_text() == []
    house.world.now = datetime(2026, 11, 25, 13, 1, tzinfo=UTC)
    assert len(await house.next_text()) == 1


async def test_a_bad_setting_keeps_the_last_good_one_and_says_so_beside_it(house: House) -> None:
    house.types(SETTINGS, "Premier rappel d'un voyage", "40")
    await house.watch.round()
    house.types(SETTINGS, "Premier rappel d'un voyage", "bientôt")
    await house.watch.round()
    row = house.row(SETTINGS, "Premier rappel d'un voyage")
    assert house.remark(SETTINGS, "Premier rappel d'un voyage").startswith(f"B{row} : « bientôt »")
    assert REGISTRY.get_sample_value("relance_sheet_refused_settings", {"sheet_id": "1"}) == 1
    assert len(await house.versions()) == 1
    await house.world.voyage(await house.world.customer(), 38)
    assert len(await house.next_text()) == 1


async def test_who_reads_answers_may_know_what_the_owner_wants_done_with_a_claim(house: House, database: Any) -> None:
    house.types(SETTINGS, "Quand un client dit avoir payé", "Automatique")
    await house.watch.round()
    async with pool.opened(database.dsn("inbox"), application="test", size=1) as inbox, inbox.acquire() as connection:
        held = await workbook_settings.newest(connection)
    assert {preferences.claims(one.settings) for one in held} == {preferences.ClaimPolicy.AUTO}
    assert preferences.claims({"paid_claim": "verify"}) is preferences.claims({}) is preferences.ClaimPolicy.HOLD


async def test_a_pause_stops_what_is_on_its_way_and_lifting_it_lets_the_message_leave(house: House) -> None:
    await house.watch.round()
    await house.world.voyage(await house.world.customer(), 25)
    await house.world.plan()
    assert len(await house.world.jobs("due")) == 1
    house.types(SETTINGS, "En pause jusqu'au", "31/12/2026")
    await house.watch.round()
    assert [job["reason"] for job in await house.world.jobs("cancelled")] == ["held"]
    assert await house.next_text() == []
    house.types(SETTINGS, "En pause jusqu'au", "")
    await house.watch.round()
    assert len(await house.next_text()) == 1


async def test_a_sequence_that_is_switched_off_sends_nothing_and_the_other_goes_on(house: House) -> None:
    house.types(SETTINGS, "Relances des voyages", "non")
    await house.watch.round()
    await house.world.voyage(await house.world.customer(), 25)
    await house.world.facture(await house.world.customer("+33639980102", "Bo Lin"), 2)
    (text,) = await house.next_text()
    assert "facture" in text


async def test_the_lowest_cap_of_the_ledgers_that_share_a_number_holds(house: House) -> None:
    house.types(SETTINGS, "Messages par jour au plus", "1")
    await house.watch.round()
    await house.world.voyage(await house.world.customer(), 25)
    await house.world.voyage(await house.world.customer("+33639980102", "Bo Lin"), 25)
    assert len(await house.next_text()) == 1
    assert await house.next_text() == []


async def test_a_sequence_written_in_the_tab_decides_and_a_row_that_began_one_keeps_it(house: House) -> None:
    for step in ("facture_1", "facture_2", "facture_3", "facture_confirmation"):
        house.writes(step, "Suite", "Facture")
    house.writes("facture_3", "Accord", "")
    await house.watch.round()
    assert house.watch.problems == 0
    begun = await house.world.facture(await house.world.customer(), 3)
    (text,) = await house.next_text()
    assert "n'est pas encore réglée" in text
    house.writes("facture_2", "Décalage", "40 jours après")
    await house.watch.round()
    fresh = await house.world.facture(await house.world.customer("+33639980102", "Bo Lin"), 3)
    assert await house.next_text() == []
    assert (await house.world.decision(fresh))["next_step"] == "facture_2"
    house.world.now += timedelta(days=8)
    (text,) = await house.next_text()
    assert "une dernière fois" in text
    async with house.world.pool.acquire() as connection:
        (own,) = (await sequences.said(connection, [begun, fresh], [])).begun.items()
    assert own[0] == begun
    assert own[1].version != (await _facture_now(house)).version > 0


async def test_a_bad_line_is_said_beside_it_and_the_last_good_sequence_goes_on(house: House) -> None:
    house.writes("facture_2", "Suite", "Facture")
    await house.watch.round()
    before = await _facture_now(house)
    house.writes("facture_2", "Décalage", "bientôt")
    await house.watch.round()
    assert house.step_remark("facture_2").startswith(f"H{house.line('facture_2')} : « bientôt »")
    assert await _facture_now(house) == before
    house.writes("facture_2", "Décalage", "J+3")
    await house.watch.round()
    assert house.step_remark("facture_2") == ""
    assert (await _facture_now(house)).steps[0].offset == timedelta(days=3)
    house.writes("facture_2", "Suite", "Exemple")
    await house.watch.round()
    assert (await _facture_now(house)).version == 0


async def _facture_now(house: House) -> Sequence:
    async with house.world.pool.acquire() as connection:
        terms = await house.wishes.now(connection)
    return terms.policy.of(2).sequences[Kind.FACTURE]


async def test_a_missing_tab_changes_nothing_and_is_no_failure(house: House) -> None:
    await house.watch.round()
    gone = {title: house.book.tab("Nulle part") for title in (SETTINGS, MODELS)}
    rows = house.watch._ledgers
    await SettingsWatch(rows, gone, house.watch._pool, now=lambda: TUESDAY).round()
    assert len(await house.versions()) == 1


async def test_a_text_may_name_a_column_as_soon_as_the_ledger_has_it(house: House) -> None:
    house.types(MODELS, "Voyage : premier rappel", "Bonjour, votre guide est {{Guide}}. STOP", language="Français")
    await house.world.voyage(await house.world.customer(), 25, fields=json.dumps({"Nom du client": "Ana Martin"}))
    await house.watch.round()
    assert "« Guide »" in house.remark(MODELS, "Voyage : premier rappel", "Français")
    await house.admin.execute("""UPDATE receivable SET fields = '{"Guide": "Zoé"}'""")
    await house.watch.round()
    assert house.remark(MODELS, "Voyage : premier rappel", "Français") == ""
    assert await house.next_text() == ["Bonjour, votre guide est Zoé. STOP"]


def test_policies_of_ledgers_do_not_mix() -> None:
    own = replace(Policy(), pilot_only=True)
    both = replace(Policy(), by_ledger={2: own})
    assert both.of(2) is own
    assert both.of(1) is both


async def test_both_tabs_come_along_in_the_one_call_that_reads_the_ledger(house: House) -> None:
    if isinstance(house.book, LocalBook):
        pytest.skip("a local workbook is no call")
    book = google_book.Book(house.book.account, "w")
    ledger = google.GoogleLedger(house.book.account, workbook="w", tab="Voyages", book=book)
    tabs = {
        title: google.GoogleLedger(house.book.account, workbook="w", tab=title, book=book, is_words=True)
        for title in (SETTINGS, MODELS)
    }
    watch = SettingsWatch(house.watch._ledgers, tabs, house.watch._pool, now=lambda: TUESDAY)
    await ledger.snapshot()
    await watch.round()
    before = house.book.calls()
    await ledger.snapshot()
    await watch.round()
    after = house.book.calls()
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)} == {
        "spreadsheets.values.batchGet": 1
    }
