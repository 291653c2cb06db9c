"""How we call Google Sheets: gspread-asyncio as transport and nothing more.

Its defaults retry for ever, send a write twice after a lost answer, and log the customers' cells: every hook is
replaced here. A call is tried once; the polling loop owns the one retry policy, and is told how long Google asked it to
wait. Reads and writes have a bucket each, as Google meters them apart.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import google.auth.exceptions
import gspread
import gspread_asyncio
import requests
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from relance.domain.errors import LedgerClosed, LedgerUnreachable, SettingsRejected
from relance.ledger_sync.ledgers.quota import Quota

GOOGLE = "https://sheets.googleapis.com"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
USER_NEEDS = ("refresh_token", "client_id", "client_secret")
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
# A hung connection would otherwise hold the account's only lock for ever; Google itself cuts a request at 180 s.
REQUEST_TIMEOUT_S = (10.0, 30.0)
# Above the request's own limit, so that a call waiting its turn behind another one still gets it.
CALL_DEADLINE_S = 90.0
# Google's limits for one user and for one project, each for reads and for writes.
CALLS_PER_MINUTE = 60
PROJECT_CALLS_PER_MINUTE = 300
# An answer that asks for more patience than this is not believed.
LONGEST_RETRY_AFTER_S = 600.0
WRITES = frozenset({"batch_update", "values_batch_update", "values_update", "values_append", "values_clear"})

RECONNECT = "Google ne reconnaît plus l'accès de Relance : refaites la connexion (relance google login)."

Counted = Callable[[str], None]


class RangeRefused(LedgerUnreachable):
    """Google knows the workbook, and not one of the tabs or cells asked for."""


class AnswerLost(LedgerUnreachable):
    """What was asked may have been done all the same."""


class Account(gspread_asyncio.ClientManager):  # type: ignore[misc]
    """One credential: every workbook behind it queues here. `counted` is told the class of each answer."""

    def __init__(
        self,
        load: Callable[[], Any],
        *,
        base_url: str,
        counted: Counted,
        per_minute: int = CALLS_PER_MINUTE,
        project: Quota | None = None,
    ) -> None:
        """`project`: what every account of one Google project in this process spends from together."""
        self.auth_time: float | None = None
        super().__init__(load, gspread_delay=0, gspread_timeout=REQUEST_TIMEOUT_S)
        self._base_url = base_url.rstrip("/")
        self._counted = counted
        self._quotas = [Quota(per_minute), *([project] if project else [])]

    async def call(self, method: str, *args: Any) -> Any:
        """One call of gspread's HTTPClient. Raises LedgerUnreachable: AnswerLost where the outcome is unknown."""
        for quota in self._quotas:
            await quota.take(is_write=method in WRITES)
        try:
            async with asyncio.timeout(CALL_DEADLINE_S):
                client = await self.authorize()
                answer = await self._call(getattr(client.gc.http_client, method), *args)
        except gspread.exceptions.APIError as error:
            self._counted(f"{error.response.status_code // 100}xx")
            raise _refused(error.response, str(error)) from None
        except google.auth.exceptions.RefreshError as error:
            self._counted("4xx")
            if error.retryable:
                raise LedgerUnreachable("Google ne renouvelle pas l'accès de Relance en ce moment.") from None
            raise LedgerClosed(RECONNECT) from None
        except (google.auth.exceptions.GoogleAuthError, TimeoutError, ValueError) as error:
            self._counted("none")
            raise AnswerLost(f"Google ne répond pas ({type(error).__name__}).") from None
        self._counted("2xx")
        return answer

    async def before_gspread_call(self, method: Any, args: Any, kwargs: Any) -> None:
        """Says nothing: the arguments are the customers' cells."""

    async def handle_gspread_error(self, e: Any, method: Any, args: Any, kwargs: Any) -> None:
        raise e

    async def handle_requests_error(self, e: Any, method: Any, args: Any, kwargs: Any) -> None:
        self._counted("none")
        raise AnswerLost(f"Google ne répond pas ({type(e).__name__}).") from None

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


def opened(
    credentials: str,
    *,
    base_url: str,
    counted: Counted,
    per_minute: int = CALLS_PER_MINUTE,
    project: Quota | None = None,
) -> Account:
    """`credentials` is the JSON of a service account or of an authorised user. Raises SettingsRejected."""
    load = access_of(credentials, scopes=SCOPES, is_google=base_url == GOOGLE)
    return Account(load, base_url=base_url, counted=counted, per_minute=per_minute, project=project)


def access_of(credentials: str, *, scopes: Sequence[str], is_google: bool = True) -> Callable[[], Any]:
    """Makes google-auth's credentials anew; an authorised user keeps the scopes that were granted. SettingsRejected."""
    try:
        info = json.loads(credentials)
        kind = info.get("type")
    except (ValueError, AttributeError) as error:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS n'est pas du JSON") from error
    if kind == "service_account":
        kind_of_account = service_account.Credentials if is_google else _Elsewhere
        return partial(kind_of_account.from_service_account_info, info, scopes=scopes)
    if kind == "authorized_user" and all(info.get(name) for name in USER_NEEDS):
        return partial(
            user_credentials.Credentials,
            None,
            refresh_token=info["refresh_token"],
            token_uri=info.get("token_uri", TOKEN_URI),
            client_id=info["client_id"],
            client_secret=info["client_secret"],
        )
    raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS n'est ni un compte de service ni un accès d'utilisateur")


def _refused(answer: requests.Response, text: str) -> LedgerUnreachable:
    if "not supported for this document" in text:
        return LedgerClosed(
            "Ce classeur est un fichier Excel ouvert dans Google :"
            " faites Fichier > Enregistrer au format Google Sheets."
        )
    status = answer.status_code
    if status == 403 and "rateLimitExceeded" not in text.replace("userRate", "rate"):
        return LedgerClosed("Google refuse l'accès : partagez le classeur avec l'adresse du compte de Relance.")
    match status:
        case 400:
            return RangeRefused("Google a répondu 400.")
        case 401:
            return LedgerClosed(RECONNECT)
        case 404:
            return LedgerClosed("Google ne trouve pas ce classeur : vérifiez son identifiant.")
        case 403 | 429:
            return LedgerUnreachable("Google demande de ralentir (quota atteint).", retry_after_s=_asked_wait(answer))
    kind = AnswerLost if status >= 500 else LedgerUnreachable
    return kind(f"Google a répondu {status}.", retry_after_s=_asked_wait(answer))


def _asked_wait(answer: requests.Response) -> float | None:
    """Seconds; the other form of Retry-After, a date, is not used by Google's APIs and ignored."""
    text = answer.headers.get("Retry-After", "")
    return min(float(text), LONGEST_RETRY_AFTER_S) if text.isascii() and text.isdigit() else None
