"""`relance google`: a person's access asked for and kept, and what an access cannot do said before it matters."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from relance.domain.errors import LedgerUnreachable, SettingsRejected
from relance.ledger_sync.ledgers import google_account, google_login
from relance.sandbox.google import access, control
from tests.integration.sandbox_google.conftest import RunningGoogle

FOLDER = "dossier-des-documents"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[RunningGoogle]:
    running = RunningGoogle(tmp_path / "google")
    yield running
    running.stop()


def application(base: str) -> dict[str, Any]:
    return {"installed": {"client_id": "bac", "client_secret": "à sable", "auth_uri": f"{base}/o/oauth2/auth",
                          "token_uri": f"{base}/token"}}  # fmt: skip


class Person:
    """Opens the address that is shown, and answers."""

    def __init__(self, answer: str = "yes") -> None:
        self.answer = answer
        self.asked: dict[str, list[str]] = {}
        self.read = ""
        self._thread: asyncio.Future[None] | None = None

    def __call__(self, address: str) -> None:
        self.asked = parse_qs(urlsplit(address).query)
        self._thread = asyncio.get_running_loop().run_in_executor(None, self._decide, address)

    def _decide(self, address: str) -> None:
        page = requests.get(address, timeout=30)
        assert "drive.file" in page.text
        self.read = requests.post(address, data={"answer": self.answer}, timeout=30).text


async def test_a_person_s_access_opens_their_sheets_and_is_kept_for_their_eyes_only(
    google: RunningGoogle, tmp_path: Path
) -> None:
    person = Person()
    granted = await google_login.log_in(application(google.base), person)
    assert person.asked["scope"] == ["https://www.googleapis.com/auth/drive.file"]
    assert person.asked["access_type"] == ["offline"]
    assert "revenir au terminal" in person.read
    kept = tmp_path / "google.json"
    google_login.keep(granted, kept)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    account = google_account.opened(kept.read_text(), base_url=google.base, counted=lambda _: None)
    identity, address = await google_login.create(account, "Relances", zone="Europe/Paris")
    assert identity in address
    answer = await account.call("fetch_sheet_metadata", identity, {"fields": "properties(title,locale)"})
    assert answer["properties"] == {"title": "Relances", "locale": "fr_FR"}
    folder = google_login.create_folder(kept.read_text(), "Documents", base_url=google.base)
    found = google_login.folder_of(kept.read_text(), folder, base_url=google.base)
    assert google_login.objection(granted, found) is None


async def test_an_access_that_replaces_another_never_is_readable_by_others(tmp_path: Path) -> None:
    kept = tmp_path / "google.json"
    kept.write_text("{}")
    kept.chmod(0o644)
    google_login.keep({"type": "authorized_user"}, kept)
    assert (stat.S_IMODE(kept.stat().st_mode), json.loads(kept.read_text())["type"]) == (0o600, "authorized_user")
    assert [path.name for path in tmp_path.iterdir()] == ["google.json"]


async def test_a_refusal_is_said_and_nothing_is_kept(google: RunningGoogle) -> None:
    with pytest.raises(LedgerUnreachable, match="n'a pas donné l'accès"):
        await google_login.log_in(application(google.base), Person(answer="no"))


async def test_an_answer_that_does_not_bear_our_state_is_not_believed(google: RunningGoogle) -> None:
    person = Person()

    def intruder_first(address: str) -> None:
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        loop = asyncio.get_running_loop()
        forged = loop.run_in_executor(None, lambda: requests.get(f"{back}?code=4/vol&state=deviné", timeout=30))
        forged.add_done_callback(lambda _: person(address))

    granted = await google_login.log_in(application(google.base), intruder_first)
    assert granted["refresh_token"] == control.HUMAN


async def test_a_code_without_its_proof_is_worth_nothing(google: RunningGoogle) -> None:
    question = google_login.Question(application(google.base)["installed"], "http://127.0.0.1:1/", "s", "la preuve")
    sent = await asyncio.to_thread(
        lambda: requests.post(question.address(), data={"answer": "yes"}, allow_redirects=False, timeout=30)
    )
    code = parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:1/"}
    stolen = await asyncio.to_thread(
        lambda: requests.post(f"{google.base}/token", data=form | {"code_verifier": "autre"}, timeout=30)
    )
    assert stolen.json()["error"] == "invalid_grant"


async def test_a_file_that_is_no_desktop_application_is_refused() -> None:
    with pytest.raises(SettingsRejected, match="application de bureau"):
        await google_login.log_in({"web": {}}, print)


def test_a_service_account_without_a_shared_drive_is_told_that_it_cannot_keep_documents(google: RunningGoogle) -> None:
    google.control("folder", id=FOLDER, name="Documents")
    robot = access.service_account_info(f"{google.base}/token")
    told = json.dumps(robot)
    unseen = google_login.folder_of(told, FOLDER, base_url=google.base)
    assert "ne voit pas le dossier" in str(google_login.objection(robot, unseen))
    google.control("share", id=FOLDER, type="user", role="writer", address=access.SERVICE_ACCOUNT)
    seen = google_login.folder_of(told, FOLDER, base_url=google.base)
    assert "Drive partagé" in str(google_login.objection(robot, seen))
    assert google_login.objection(robot, {"id": FOLDER, "driveId": "0A"}) is None
    assert google_login.objection({"type": "authorized_user"}, seen) is None
