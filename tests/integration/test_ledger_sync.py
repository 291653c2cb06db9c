"""The sheet and the database kept in step: real PostgreSQL, the local workbook and the sandbox Google."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import openpyxl
import pytest
import requests
from prometheus_client import REGISTRY

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync.ledgers import google, google_account, xlsx
from relance.ledger_sync.ledgers.port import Ledger, Result
from relance.ledger_sync.watch import Watch
from relance.sandbox import samples
from relance.sandbox.google import access
from relance.store import ledgers, pool
from tests.integration.sandbox_google.conftest import RunningGoogle

pytestmark = pytest.mark.servers

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TAB = samples.VOYAGE_TAB
STORY = samples.STORY_TRAVELLER
STATUS, REMARK, KEY = "Statut du paiement", "Remarque", "Réf."


class Owner(Protocol):
    """The person at the sheet."""

    sheet: Ledger

    def types(self, name: str, column: str, value: Any) -> None: ...

    def renames(self, column: str, header: str) -> None: ...

    def deletes(self, name: str) -> None: ...

    def sorts(self, column: str) -> None: ...

    def rows(self) -> list[dict[str, Any]]: ...


@dataclass
class LocalOwner:
    path: Path
    sheet: Ledger

    def types(self, name: str, column: str, value: Any) -> None:
        def change(table: list[list[Any]]) -> list[list[Any]]:
            next(row for row in table if row[1] == name)[table[0].index(column)] = value
            return table

        self._edit(change)

    def renames(self, column: str, header: str) -> None:
        self._edit(lambda table: [[header if cell == column else cell for cell in table[0]], *table[1:]])

    def deletes(self, name: str) -> None:
        self._edit(lambda table: [row for row in table if row[1] != name])

    def sorts(self, column: str) -> None:
        self._edit(lambda table: [table[0], *sorted(table[1:], key=lambda row: str(row[table[0].index(column)]))])

    def rows(self) -> list[dict[str, Any]]:
        header, *rest = openpyxl.load_workbook(self.path)[TAB].iter_rows(values_only=True)
        return [dict(zip(header, (cell or "" for cell in row), strict=True)) for row in rest if any(row)]

    def _edit(self, change: Callable[[list[list[Any]]], list[list[Any]]]) -> None:
        book = openpyxl.load_workbook(self.path)
        sheet = book[TAB]
        table = change([list(row) for row in sheet.iter_rows(values_only=True)])
        sheet.delete_rows(1, sheet.max_row)
        for row in table:
            sheet.append(row)
        book.save(self.path)


@dataclass
class OnlineOwner:
    server: RunningGoogle
    sheet: Ledger

    def types(self, name: str, column: str, value: Any) -> None:
        self._control("edit", row_key={"column": "Nom du client", "value": name}, column=column, value=value)

    def renames(self, column: str, header: str) -> None:
        self._control("edit", cell=f"{chr(ord('A') + samples.VOYAGE_HEADER.index(column))}1", value=header)

    def deletes(self, name: str) -> None:
        self._control("delete_row", row_key={"column": "Nom du client", "value": name})

    def sorts(self, column: str) -> None:
        self._control("sort", column=column)

    def rows(self) -> list[dict[str, Any]]:
        header, *rest = self.server.rows_of(samples.WORKBOOK, TAB)
        return [dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True)) for row in rest if any(row)]

    def _control(self, verb: str, **sent: Any) -> None:
        self.server.control(verb, id=samples.WORKBOOK, tab=TAB, **sent)


class Practice(RunningGoogle):
    def rows_of(self, workbook: str, tab: str) -> list[list[Any]]:
        return requests.get(f"{self.base}/control/sheet/{workbook}", params={"tab": tab}, timeout=30).json()["rows"]


@dataclass
class House:
    owner: Owner
    watch: Watch
    admin: asyncpg.Connection
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    async def settles(self) -> None:
        """As many polls as it takes until nothing is written any more."""
        for _ in range(6):
            if not await self.watch.round():
                return
        raise AssertionError("the sheet and the database never agree")

    async def item(self, name: str = STORY) -> asyncpg.Record:
        found = await self.admin.fetchrow(
            "SELECT r.* FROM receivable r WHERE r.fields->>'Nom du client' = $1 ORDER BY r.id LIMIT 1", name
        )
        assert found is not None
        return found

    def row(self, name: str = STORY) -> dict[str, Any]:
        return next(row for row in self.owner.rows() if row["Nom du client"] == name)

    async def events(self) -> list[tuple[str, int | None]]:
        rows = await self.admin.fetch("DELETE FROM outbox RETURNING id, body->'data' AS data")
        told = [json.loads(row["data"]) for row in sorted(rows, key=lambda row: row["id"])]
        return [(event["type"], event.get("receivable_id")) for event in told]

    async def writes(self) -> tuple[int, ...]:
        """The last transaction that wrote each table."""
        tables = ("receivable", "customer", "sheet_cell", "outbox")
        query = "SELECT coalesce(max(xmin::text::bigint), 0) FROM "
        return tuple([await self.admin.fetchval(query + table) for table in tables])

    async def job(self, item: asyncpg.Record, *, state: str, sent_at: datetime | None = None) -> uuid.UUID:
        job_id = uuid.uuid4()
        await self.admin.execute(
            "INSERT INTO send_job (id, number_id, customer_id, receivable_id, kind, template, language, state, due_at,"
            " sent_at, evidence) VALUES ($1, 1, $2, $3, 'payment', 'voyage_j30', 'fr', $4, $5, $6, '{}')",
            job_id, item["customer_id"], item["id"], state, NOW, sent_at,
        )  # fmt: skip
        await self.admin.execute(
            "INSERT INTO reminder (id, ledger_id, receivable_id, step, due_at, job_id, created_at)"
            " VALUES ($1, 1, $2, 'voyage_j30', $3, $4, $3)",
            uuid.uuid4(), item["id"], NOW, job_id,
        )  # fmt: skip
        return job_id

    async def released(self, item: asyncpg.Record) -> uuid.UUID:
        """A text about this row, on its way."""
        job_id = await self.job(item, state="due")
        await self.admin.execute(
            "UPDATE send_job SET state = 'published', body = 'Bonjour',"
            " item_versions = jsonb_build_object($2::text, $3::int),"
            " customer_version = (SELECT version FROM customer c WHERE c.id = customer_id) WHERE id = $1",
            job_id, str(item["id"]), item["version"],
        )  # fmt: skip
        return job_id

    async def blocker(self, job_id: uuid.UUID) -> str | None:
        return await self.admin.fetchval("SELECT send_blocker($1, $2)", job_id, NOW)

    async def claim(self, item: asyncpg.Record, *, at: datetime) -> None:
        await self.admin.execute(
            "INSERT INTO hold (scope, receivable_id, reason, by, created_at)"
            " VALUES ('item', $1, 'paid_claim', 'inbox', $2)",
            item["id"], at,
        )  # fmt: skip


@pytest.fixture(params=["xlsx", "google"])
async def house(request: pytest.FixtureRequest, database: Any, tmp_path: Path) -> AsyncIterator[House]:
    admin = await asyncpg.connect(database.dsn("admin"))
    await admin.execute("INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001')")
    await admin.execute(
        "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
        " VALUES ('voyages', 'voyage', 'xlsx', 'w', $1, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
        TAB,
    )
    server = Practice(tmp_path / "google") if request.param == "google" else None
    try:
        async with pool.opened(database.dsn("ledger_sync"), application="test", size=3) as pool_:
            async with pool_.acquire() as connection:
                (ledger,) = await ledgers.enabled(connection)
            owner = online(server) if server else local(tmp_path / "w.xlsx")
            clock = [NOW]
            watch = Watch(ledger, owner.sheet, pool_, now=lambda: clock[0], settle_polls=1)
            yield House(owner, watch, admin, clock)
    finally:
        if server:
            server.stop()
        await admin.close()


def local(path: Path) -> Owner:
    samples.write_xlsx(path, NOW.date())
    return LocalOwner(path, xlsx.XlsxLedger(path, tab=TAB, locale="fr_FR"))


def online(server: Practice) -> Owner:
    for workbook in samples.workbooks(NOW.date()):
        server.control("workbook", **workbook)
    told = json.dumps(access.service_account_info(f"{server.base}/token"))
    account = google_account.opened(told, base_url=server.base, counted=lambda _: None)
    return OnlineOwner(server, google.GoogleLedger(account, workbook=samples.WORKBOOK, tab=TAB))


async def test_the_sample_ledger_comes_in_and_bad_rows_are_told_how_to_mend_them(house: House) -> None:
    await house.settles()
    story = await house.item()
    assert (story["due_on"], story["status"], story["balance"]) == (NOW.date(), "pending", 1290)
    assert len(await house.admin.fetch("SELECT FROM receivable")) == 12
    assert len(await house.admin.fetch("SELECT FROM customer")) == 10
    held = {row["Nom du client"]: row[REMARK] for row in house.owner.rows() if row[REMARK]}
    assert held.keys() == {"Inès Caron", "Paul Vasseur", "Léa Morin"}
    assert "+33 6 39 98 00 00" in held["Inès Caron"]
    assert REGISTRY.get_sample_value("relance_sheet_invalid_rows", {"sheet_id": "1"}) == 3
    assert len({row[KEY] for row in house.owner.rows()}) == 12
    assert (await house.item("Ananya Rao"))["currency"] == "INR"
    assert {kind for kind, _ in await house.events()} == {"receivable.changed.v1"}
    assert (await house.item("Nadia Ferrand"))["paid_evidence"] == "sheet:first-seen"


async def test_a_poll_that_finds_nothing_new_writes_nothing(house: House) -> None:
    await house.settles()
    before = await house.writes()
    for _ in range(3):
        assert await house.watch.round() == {}
    assert await house.writes() == before


async def test_a_restart_that_finds_nothing_new_writes_nothing(house: House) -> None:
    await house.settles()
    before = await house.writes()
    again = Watch(house.watch.ledger, house.owner.sheet, house.watch._pool, now=lambda: NOW, settle_polls=2)
    assert await again.round() == {}
    assert await house.writes() == before


async def test_paid_in_the_sheet_is_told_once_and_stops_what_has_not_left(house: House) -> None:
    await house.settles()
    story = await house.item()
    waiting = await house.job(story, state="due")
    await house.events()
    house.owner.types(STORY, STATUS, "Payé")
    await house.settles()
    paid = await house.item()
    assert (paid["status"], paid["paid_evidence"], paid["paid_at"]) == ("paid", "sheet", NOW)
    assert paid["version"] == story["version"] + 1
    assert await house.events() == [("receivable.changed.v1", paid["id"]), ("receivable.paid.v1", paid["id"])]
    assert await house.admin.fetchval("SELECT state FROM send_job WHERE id = $1", waiting) == "cancelled"
    house.owner.types(STORY, STATUS, "En attente")
    await house.settles()
    reopened = await house.item()
    assert (reopened["status"], reopened["paid_evidence"], reopened["version"]) == ("pending", None, 3)


@pytest.mark.parametrize(
    ("column", "value"),
    [("Nom du client", "Camille Martin"), ("Voyageurs", 2), ("Billets reçus", "oui"), ("Notes", "Chambre sur cour")],
)
async def test_whatever_a_text_may_show_makes_a_written_one_stale(house: House, column: str, value: Any) -> None:
    await house.settles()
    story = await house.item()
    written = await house.released(story)
    await house.events()
    house.owner.types(STORY, column, value)
    await house.settles()
    assert await house.events() == [("receivable.changed.v1", story["id"])]
    assert await house.blocker(written) == "stale"


async def test_a_status_of_ours_makes_no_text_stale(house: House) -> None:
    await house.settles()
    written = await house.released(await house.item())
    house.owner.types(STORY, STATUS, "Relancé")
    await house.settles()
    assert await house.blocker(written) is None


async def test_a_new_name_makes_a_text_about_another_row_stale(house: House) -> None:
    await house.settles()
    story = await house.item()
    written = await house.released(story)
    await house.admin.execute("UPDATE send_job SET item_versions = '{}'")
    assert await house.blocker(written) is None
    house.owner.types(STORY, "Nom du client", "Camille Martin")
    await house.settles()
    assert await house.blocker(written) == "stale"


async def test_a_corrected_phone_takes_back_what_has_not_left_for_the_old_one(house: House) -> None:
    await house.settles()
    story = await house.item()
    waiting = await house.job(story, state="due")
    house.owner.types(STORY, "Numéro WhatsApp", "+33639980177")
    await house.settles()
    assert (await house.item())["customer_id"] != story["customer_id"]
    row = await house.admin.fetchrow("SELECT state, reason FROM send_job WHERE id = $1", waiting)
    assert tuple(row) == ("cancelled", "stale")


async def test_a_pause_in_the_row_stops_what_has_not_left(house: House) -> None:
    house.owner.renames("Notes", "Pause jusqu'au")
    await house.settles()
    story = await house.item()
    written = await house.released(story)
    await house.events()
    house.owner.types(STORY, "Pause jusqu'au", "23/11/2026")
    await house.settles()
    assert await house.events() == [("receivable.changed.v1", story["id"])]
    row = await house.admin.fetchrow("SELECT state, reason FROM send_job WHERE id = $1", written)
    assert tuple(row) == ("cancelled", "paused")


async def test_a_job_already_being_typed_is_the_senders_to_end(house: House) -> None:
    await house.settles()
    job = await house.job(await house.item(), state="sending")
    house.owner.types(STORY, STATUS, "Payé")
    await house.settles()
    assert await house.admin.fetchval("SELECT state FROM send_job WHERE id = $1", job) == "sending"


async def test_a_sent_reminder_shows_in_its_row_and_a_person_may_undo_it(house: House) -> None:
    await house.settles()
    await house.job(await house.item(), state="sent", sent_at=NOW + timedelta(minutes=1))
    house.clock[0] = NOW + timedelta(minutes=2)
    await house.settles()
    assert house.row()[STATUS] == "Relancé"
    assert house.row()["Dernier rappel"] in {46349, datetime(2026, 11, 23)}
    item = await house.item()
    assert (item["status"], item["version"]) == ("reminded", 1)
    house.owner.types(STORY, STATUS, "En attente")
    await house.settles()
    assert house.row()[STATUS] == "En attente"


async def test_a_claim_shows_and_the_owners_word_lifts_it(house: House) -> None:
    await house.settles()
    await house.claim(await house.item(), at=NOW + timedelta(minutes=1))
    house.clock[0] = NOW + timedelta(minutes=2)
    await house.settles()
    assert house.row()[STATUS] == "À vérifier"
    assert "vérifiez" in house.row()[REMARK]
    assert (await house.item())["status"] == "claimed"
    await house.events()
    house.owner.types(STORY, STATUS, "En attente")
    await house.settles()
    assert await house.admin.fetchval("SELECT lifted_by FROM hold") == "sheet"
    assert house.row()[STATUS] == "En attente"
    assert house.row()[REMARK] == ""
    assert ("hold.changed.v1", None) in await house.events()
    assert (await house.item())["status"] == "pending"


async def test_sorting_the_sheet_changes_no_item(house: House) -> None:
    await house.settles()
    keys = {row["Nom du client"] + row["Destination"]: row[KEY] for row in house.owner.rows()}
    await house.events()
    house.owner.sorts("Destination")
    await house.settles()
    assert {row["Nom du client"] + row["Destination"]: row[KEY] for row in house.owner.rows()} == keys
    assert await house.events() == []


async def test_a_deleted_row_is_suspended_then_closed_and_resumed_when_it_returns(house: House) -> None:
    await house.settles()
    job = await house.job(await house.item(), state="due")
    house.owner.deletes(STORY)
    await house.watch.round()
    gone = await house.item()
    assert (gone["absences"], gone["version"]) == (1, 2)
    assert await house.admin.fetchval("SELECT state FROM send_job WHERE id = $1", job) == "cancelled"
    await house.watch.round()
    assert (await house.item())["absences"] == 2


async def test_many_rows_gone_at_once_stop_all_writing_and_close_nothing(house: House) -> None:
    await house.settles()
    for name in ("Hugo Delmas", "Omar Benali", "Sophie Lambert", "Claire Aubry"):
        house.owner.deletes(name)
    for _ in range(3):
        assert await house.watch.round() == {}
    assert house.watch.trouble is not None
    assert "disparu" in house.watch.trouble
    assert await house.admin.fetchval("SELECT max(absences) FROM receivable") == 1
    assert await house.admin.fetchval("SELECT count(*) FROM human_task") == 1


async def test_a_corrected_cell_frees_its_row_and_clears_the_remark(house: House) -> None:
    await house.settles()
    house.owner.types("Paul Vasseur", "Valeur totale du forfait", 1002)
    await house.settles()
    assert house.row("Paul Vasseur")[REMARK] == ""
    item = await house.item("Paul Vasseur")
    assert (item["balance"], json.loads(item["problems"])) == (1002, [])


async def test_an_edit_between_reading_and_writing_is_kept(house: House) -> None:
    await house.settles()
    await house.job(await house.item(), state="sent", sent_at=NOW + timedelta(minutes=1))
    house.clock[0] = NOW + timedelta(minutes=2)
    house.watch._sheet = EditedMeanwhile(house.owner, "Litige")
    assert (await house.watch.round())[Result.CONFLICT] == 1
    assert house.row()[STATUS] == "Litige"
    await house.settles()
    assert house.row()[STATUS] == "Litige"
    assert (await house.item())["status"] == "disputed"


@dataclass
class EditedMeanwhile:
    """The ledger, with a person who types in the status once between our reading and our writing."""

    owner: Owner
    word: str

    async def snapshot(self) -> Any:
        return await self.owner.sheet.snapshot()

    async def apply(self, patches: Any) -> Any:
        if self.word:
            self.owner.types(STORY, STATUS, self.word)
            self.word = ""
        return await self.owner.sheet.apply(patches)


class Unreachable:
    async def snapshot(self) -> Any:
        raise LedgerUnreachable("Google ne répond pas.")

    async def apply(self, patches: Any) -> Any:
        raise AssertionError


async def test_an_unreachable_ledger_is_said_and_forgotten_when_it_answers(house: House) -> None:
    sheet, house.watch._sheet = house.owner.sheet, Unreachable()
    assert await house.watch.round() == {}
    assert house.watch.trouble == "Google ne répond pas."
    house.watch._sheet = sheet
    await house.settles()
    assert house.watch.trouble is None


async def test_a_new_row_counts_once_it_stands_still(house: House) -> None:
    slow = Watch(house.watch.ledger, house.owner.sheet, house.watch._pool, now=lambda: NOW, settle_polls=2)
    await slow.round()
    assert await house.admin.fetchval("SELECT count(*) FROM receivable") == 0
    house.owner.types(STORY, "Montant versé", 601)
    house.owner.types(STORY, "Solde à payer", 1289)
    await slow.round()
    assert await house.admin.fetchval("SELECT count(*) FROM receivable") == 11
    await slow.round()
    assert (await house.item())["balance"] == 1289
