"""How we call Google Sheets: gspread-asyncio as transport and nothing more.

Its defaults retry for ever, send a write twice after a lost answer, and log the customers' cells: every hook is
replaced here. A call is tried once; the polling loop owns the one retry policy.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import google.auth.exceptions
import gspread
import gspread_asyncio
import requests
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from relance.domain.errors import LedgerUnreachable, SettingsRejected

GOOGLE = "https://sheets.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
# A hung connection would otherwise hold the account's only lock for ever; Google itself cuts a request at 180 s.
REQUEST_TIMEOUT_S = (10.0, 30.0)
# Above the request's own limit, so that a call waiting its turn behind another one still gets it.
CALL_DEADLINE_S = 90.0

Counted = Callable[[str], None]


class Account(gspread_asyncio.ClientManager):  # type: ignore[misc]
    """One credential: every workbook behind it queues here. `counted` is told the class of each answer."""

    def __init__(self, load: Callable[[], Any], *, base_url: str, pause_s: float, counted: Counted) -> None:
        self.auth_time: float | None = None
        super().__init__(load, gspread_delay=pause_s, gspread_timeout=REQUEST_TIMEOUT_S)
        self._base_url = base_url.rstrip("/")
        self._counted = counted

    async def call(self, method: str, *args: Any) -> Any:
        """One call of gspread's HTTPClient. Raises LedgerUnreachable; after a write the outcome is then unknown."""
        try:
            async with asyncio.timeout(CALL_DEADLINE_S):
                client = await self.authorize()
                answer = await self._call(getattr(client.gc.http_client, method), *args)
        except gspread.exceptions.APIError as error:
            self._counted(f"{error.response.status_code // 100}xx")
            raise _refused(error.response.status_code, str(error)) from None
        except (google.auth.exceptions.GoogleAuthError, TimeoutError) as error:
            self._counted("none")
            raise LedgerUnreachable(f"Google ne répond pas ({type(error).__name__}).") from None
        self._counted("2xx")
        return answer

    async def before_gspread_call(self, method: Any, args: Any, kwargs: Any) -> None:
        """Says nothing: the arguments are the customers' cells."""

    async def handle_gspread_error(self, e: Any, method: Any, args: Any, kwargs: Any) -> None:
        raise e

    async def handle_requests_error(self, e: Any, method: Any, args: Any, kwargs: Any) -> None:
        self._counted("none")
        raise LedgerUnreachable(f"Google ne répond pas ({type(e).__name__}).") from None

    async def _authorize(self) -> gspread_asyncio.Client:
        now = time.monotonic()
        if self.auth_time is None or self.auth_time + self.reauth_interval < now:
            found = await asyncio.to_thread(self.credentials_fn)
            make = partial(_Redirected, self._base_url)
            client = gspread.authorize(found, http_client=cast("type[gspread.HTTPClient]", make))
            client.set_timeout(self.gspread_timeout)
            self._client_cache = {now: gspread_asyncio.Client(self, client)}
            self.auth_time = now
        return self._client_cache[self.auth_time]


class _Redirected(gspread.HTTPClient):
    """Speaks to another base address: gspread imports its addresses by name, so they cannot be configured."""

    def __init__(self, base_url: str, auth: Any, session: requests.Session | None = None) -> None:
        super().__init__(auth, session)
        self._base_url = base_url

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, endpoint.replace(GOOGLE, self._base_url, 1), *args, **kwargs)


class _Elsewhere(service_account.Credentials):
    """A service account of a stand-in: google-auth must not ask the real Google in which regions it may be used."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def opened(credentials: str, *, base_url: str, pause_s: float, counted: Counted) -> Account:
    """`credentials` is the JSON of a service account or of an authorised user. Raises SettingsRejected."""
    try:
        info = json.loads(credentials)
        kind = info.get("type")
    except (ValueError, AttributeError) as error:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS n'est pas du JSON") from error
    kind_of_account = service_account.Credentials if base_url == GOOGLE else _Elsewhere
    if kind == "service_account":
        load = partial(kind_of_account.from_service_account_info, info, scopes=SCOPES)
    elif kind == "authorized_user":
        load = partial(user_credentials.Credentials.from_authorized_user_info, info)
    else:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS n'est ni un compte de service ni un accès d'utilisateur")
    return Account(load, base_url=base_url, pause_s=pause_s, counted=counted)


def _refused(status: int, text: str) -> LedgerUnreachable:
    if "not supported for this document" in text:
        return LedgerUnreachable(
            "Ce classeur est un fichier Excel ouvert dans Google :"
            " faites Fichier > Enregistrer au format Google Sheets."
        )
    hints = {
        403: "Google refuse l'accès : partagez le classeur avec l'adresse du compte de Relance.",
        404: "Google ne trouve pas ce classeur : vérifiez son identifiant.",
        401: "Google ne reconnaît plus l'accès de Relance : refaites la connexion.",
        429: "Google demande de ralentir (quota atteint).",
    }
    return LedgerUnreachable(hints.get(status, f"Google a répondu {status}."))
