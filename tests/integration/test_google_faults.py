"""ledger-sync against a Google that is slow, refuses, forgets to answer or asks to wait; the sandbox over HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import requests
from prometheus_client import REGISTRY

from relance.domain.errors import LedgerClosed, LedgerUnreachable
from relance.ledger_sync.ledgers import google, google_account, google_book, quota
from relance.ledger_sync.poll import Pace, Poll
from relance.ledger_sync.watch import Watch
from relance.sandbox import samples
from relance.store import ledgers, pool
from tests.contract.test_ledgers import account_of
from tests.integration.test_ledger_sync import NOW, STATUS, STORY, TAB, Practice

pytestmark = pytest.mark.servers

PACE = Pace(10, 60, time(0), time(23, 59))


@dataclass
class Online:
    """Two ledgers, two tabs of one workbook of the sandbox Google."""

    server: Practice
    account: google_account.Account
    poll: Poll
    admin: asyncpg.Connection
    answers: Counter[str] = field(default_factory=Counter)

    def calls(self) -> int:
        return sum(self.answers.values())

    async def settles(self) -> None:
        for _ in range(6):
            before = dict(self.answers)
            assert await self.poll.once() is None
            if self.calls() == sum(before.values()) + 1:
                return
        raise AssertionError("the sheet and the database never agree")

    def fault(self, kind: str, **more: Any) -> None:
        self.server.control("fault", kind=kind, **({"times": 1} | more))

    def tokens(self) -> int:
        answer = requests.get(f"{self.server.base}/control/calls", timeout=30)
        asked: int = answer.json()["token"]
        return asked

    def keys(self) -> list[str]:
        header, *rows = self.server.rows_of(samples.WORKBOOK, TAB)
        return [row[header.index("Réf.")] for row in rows if any(row)]


@pytest.fixture
async def online(database: Any, tmp_path: Path) -> AsyncIterator[Online]:
    admin = await asyncpg.connect(database.dsn("admin"))
    await admin.execute("INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001')")
    for name, kind, tab in (("v", "voyage", TAB), ("f", "facture", samples.FACTURE_TAB)):
        await admin.execute(
            "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
            " VALUES ($1, $2, 'google', $3, $4, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
            name, kind, samples.WORKBOOK, tab,
        )  # fmt: skip
    server = Practice(tmp_path / "google")
    for workbook in samples.workbooks(NOW.date()):
        server.control("workbook", **workbook)
    account, answers = account_of(server), Counter[str]()
    account._counted = lambda code_class: answers.update([code_class])
    try:
        async with pool.opened(database.dsn("ledger_sync"), application="test", size=3) as pool_:
            async with pool_.acquire() as connection:
                rows = await ledgers.enabled(connection)
            book = google_book.Book(account, samples.WORKBOOK)
            watches = [
                Watch(
                    row,
                    google.GoogleLedger(account, workbook=row.workbook, tab=row.tab, book=book),
                    pool_,
                    now=lambda: NOW,
                    settle_polls=1,
                )
                for row in rows
            ]
            yield Online(server, account, Poll(watches, PACE, now=lambda: NOW), admin, answers)
    finally:
        server.stop()
        await admin.close()


async def test_a_poll_of_a_workbook_with_two_ledgers_is_one_call(online: Online) -> None:
    await online.settles()
    before = online.calls()
    for _ in range(5):
        await online.poll.once()
    assert online.calls() == before + 5


async def test_formats_are_asked_for_only_when_values_change(online: Online) -> None:
    await online.settles()
    online.server.control("edit", id=samples.WORKBOOK, tab=TAB, cell="T2", value="rappelée hier")
    before = online.calls()
    await online.poll.once()
    assert online.calls() == before + 2
    await online.poll.once()
    assert online.calls() == before + 3


async def test_a_currency_that_only_a_format_shows_is_seen_with_its_value(online: Online) -> None:
    await online.settles()
    online.server.control("edit", id=samples.WORKBOOK, tab=TAB, cell="F2", value="£1,890")
    online.server.control("edit", id=samples.WORKBOOK, tab=TAB, cell="G2", value="£600")
    online.server.control("edit", id=samples.WORKBOOK, tab=TAB, cell="H2", value="£1,290")
    await online.settles()
    found = await online.admin.fetchrow(
        "SELECT currency, balance FROM receivable WHERE fields->>'Nom du client' = $1", STORY
    )
    assert found is not None


async def test_an_answer_lost_after_google_applied_the_write_changes_nothing_twice(online: Online) -> None:
    online.fault("drop_after_apply", path=":batchUpdate", times=2)
    await online.poll.once()
    first = online.keys()
    assert all(first)
    await online.settles()
    assert online.keys() == first
    assert await online.admin.fetchval("SELECT count(*) FROM receivable WHERE ledger_id = 1") == len(first)
    rows = await online.admin.fetch("SELECT key FROM receivable WHERE ledger_id = 1")
    assert sorted(row["key"] for row in rows) == sorted(first)


async def test_quota_and_outages_are_waited_out_without_losing_an_edit(online: Online) -> None:
    await online.settles()
    online.server.control("edit", id=samples.WORKBOOK, tab=TAB, row_key={"column": "Nom du client", "value": STORY},
                          column=STATUS, value="Payé")  # fmt: skip
    for kind in ("quota", "error_503", "drop_after_apply", "quota"):
        online.fault(kind, path="/v4/")
        assert isinstance(await online.poll.once(), LedgerUnreachable)
    await online.settles()
    paid = "SELECT status FROM receivable WHERE fields->>'Nom du client' = $1"
    assert await online.admin.fetchval(paid, STORY) == "paid"


async def test_our_own_bucket_keeps_google_from_ever_refusing(online: Online) -> None:
    online.server.control("quota", per_minute=60)
    for _ in range(8):
        await online.poll.once()
    assert online.answers["4xx"] == 0


async def test_accounts_of_one_project_share_its_limit_and_google_never_refuses_them(online: Online) -> None:
    online.server.control("quota", per_project=10)
    project, answers = quota.Quota(20), Counter[str]()  # half of it may leave at once
    shared = [google_account.Account(online.account.credentials_fn, base_url=online.server.base, project=project,
                                     counted=lambda code: answers.update([code])) for _ in range(2)]  # fmt: skip
    for _ in range(5):
        for account in shared:
            await account.call("fetch_sheet_metadata", samples.WORKBOOK, {"fields": "spreadsheetId"})
    assert answers == {"2xx": 10}
    assert project._reads._left < 1
    with pytest.raises(LedgerUnreachable, match="quota"):
        await online.account.call("fetch_sheet_metadata", samples.WORKBOOK, {"fields": "spreadsheetId"})


async def test_an_expired_token_is_renewed_without_a_failure(online: Online) -> None:
    await online.settles()
    before = online.tokens()
    for _ in range(3):
        client = online.account._client_cache[online.account.auth_time]
        client.gc.http_client.auth.expiry = datetime(2020, 1, 1)
        assert await online.poll.once() is None
    assert online.tokens() == before + 3


async def test_revoked_access_is_one_sentence_a_metric_and_a_long_wait(online: Online) -> None:
    await online.settles()
    online.fault("revoked", times=50)
    before = online.calls()
    failures = [await online.poll.once() for _ in range(3)]
    assert all(isinstance(failure, LedgerClosed) for failure in failures)
    assert online.calls() <= before + 6
    said = {watch.trouble for watch in online.poll.watches}
    assert len(said) == 1
    assert "Relance" in str(said)
    ids = [str(watch.ledger.id) for watch in online.poll.watches]
    assert [REGISTRY.get_sample_value("relance_sheet_access_refused", {"sheet_id": i}) for i in ids] == [1, 1]


async def test_a_tab_that_was_renamed_stops_its_ledger_and_not_its_neighbour(online: Online) -> None:
    await online.settles()
    rename = {"properties": {"sheetId": 0, "title": "Vieux"}, "fields": "title"}
    online.server.control("requests", id=samples.WORKBOOK, requests=[{"updateSheetProperties": rename}])
    for _ in range(3):
        await online.poll.once()
    voyages, factures = online.poll.watches
    assert voyages.trouble == f"L'onglet « {TAB} » n'existe pas dans le classeur."
    assert factures.trouble is None
    assert await online.admin.fetchval("SELECT max(absences) FROM receivable") == 0
    back = replace_title(rename, TAB)
    online.server.control("requests", id=samples.WORKBOOK, requests=[{"updateSheetProperties": back}])
    await online.settles()
    assert voyages.trouble is None


def replace_title(rename: dict[str, Any], title: str) -> dict[str, Any]:
    return rename | {"properties": {"sheetId": 0, "title": title}}


async def test_a_call_that_hangs_is_given_up_and_the_next_one_answers(online: Online) -> None:
    await online.settles()
    online.account.gspread_timeout = (1.0, 1.0)
    online.account.auth_time = None
    online.fault("hang", path="/v4/", seconds=3)
    failure = await online.poll.once()
    assert isinstance(failure, LedgerUnreachable)
    assert "ne répond pas" in str(failure)
    assert await online.poll.once() is None


@pytest.mark.parametrize(("header", "wait"), [("75", 75.0), ("100000", 600.0), ("", None), ("Wed, 21 Oct", None)])
def test_how_long_google_asks_to_wait_is_read_from_its_answer(header: str, wait: float | None) -> None:
    answer = requests.Response()
    answer.status_code = 429
    answer.headers["Retry-After"] = header
    assert google_account._refused(answer, "{}").retry_after_s == wait
