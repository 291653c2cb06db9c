"""A sandbox Google on a real port, and the real client libraries pointed at it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from aiohttp import web
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient

from relance.sandbox.google import access, server
from tests import discovery

SCOPES = ["https://www.googleapis.com/auth/drive.file"]
HEADERS = ["Réf.", "Nom du client", "Montant", "Échéance", "Statut"]
ROWS = [
    ["K1", "Ana Verdier", "1 234,56 €", "2026-12-01", "En attente"],
    ["K2", "Bruno Lacaze", "900 €", "15/12/2026", "Relancé"],
    ["K3", "Chloé Tissier", "75,50 €", "2026-11-30", "En attente"],
]


class SandboxCredentials(Credentials):
    """google-auth asks iamcredentials.googleapis.com where an account may be used; the sandbox's is nowhere."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


class RunningGoogle:
    """The server in its own thread, so that blocking libraries can call it from a test."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.base = ""
        self.misfits: list[str] = []
        self.judged = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(30)

    async def _serve(self) -> None:
        app = server.make_app(self.state, lambda: datetime.now(UTC))
        app.middlewares.insert(0, discovery.checked(self.misfits, self._count))
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()

    def _count(self) -> None:
        self.judged += 1

    def stop(self) -> None:
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(30)
        self._loop.close()
        assert self.misfits == [], "not as Google's discovery documents say"

    def control(self, verb: str, **sent: Any) -> Any:
        answer = requests.post(f"{self.base}/control/{verb}", json=sent, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def rows(self, tab: str = "Suivi") -> list[list[Any]]:
        return requests.get(f"{self.base}/control/sheet/ledger", params={"tab": tab}, timeout=30).json()["rows"]


def pointed_at(base: str) -> type[HTTPClient]:
    class SandboxClient(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> requests.Response:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, base)
            return super().request(method, endpoint, *args, **options)

    return SandboxClient


@pytest.fixture(scope="session")
def account() -> dict[str, Any]:
    return access.service_account_info("")


@pytest.fixture
def google(tmp_path: Path) -> Iterator[RunningGoogle]:
    running = RunningGoogle(tmp_path / "google")
    yield running
    running.stop()


@pytest.fixture
def credentials(google: RunningGoogle, account: dict[str, Any]) -> Credentials:
    return SandboxCredentials.from_service_account_info(account | {"token_uri": f"{google.base}/token"}, scopes=SCOPES)


@pytest.fixture
def client(google: RunningGoogle, credentials: Credentials) -> gspread.Client:
    return gspread.Client(credentials, http_client=pointed_at(google.base))


@pytest.fixture
def ledger(google: RunningGoogle) -> RunningGoogle:
    """The sandbox with one workbook `ledger` of three rows."""
    google.control("workbook", id="ledger", title="Registre", locale="fr_FR", timeZone="Europe/Paris",
                   tabs=[{"title": "Suivi", "rows": [HEADERS, *ROWS],
                          "formats": {"Échéance": {"type": "DATE", "pattern": "yyyy-mm-dd"}},
                          "choices": {"Statut": ["En attente", "Relancé", "Payé"]}},
                         {"title": "L'onglet d'à côté", "rows": [["Clé", "Valeur"], ["pilote", "oui"]]}])  # fmt: skip
    return google
