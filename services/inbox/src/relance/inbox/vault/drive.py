"""The vault in Google Drive: ids generated first, permissions read before each upload, checksum read after it.

A repeat of a create with the same id is answered 409, never a second file; Drive lists are not read-after-write
consistent, so nothing here searches. One attempt per call: retrying is the collecting loop's job.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from google.auth import exceptions as refusals
from google.auth.aio.transport import sessions
from google.auth.aio.transport.aiohttp import Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from relance.domain.errors import SettingsRejected, VaultClosed
from relance.inbox.vault.port import IdSpent, NewFile, VaultExposed

SCOPES = ("https://www.googleapis.com/auth/drive",)
FOLDER = "application/vnd.google-apps.folder"
# A document is at most 20 MB; an oversold host and a slow line stretch its upload to minutes.
CALL_TIMEOUT_S = 180.0
_FOLDER_FIELDS = "id,mimeType,trashed,parents,driveId,capabilities(canAddChildren)"
# ledger, booking, document: more steps to the root mean that somebody moved something.
_DEPTH = 3
_PERMISSION_FIELDS = "nextPageToken,permissions(id,type,role,emailAddress,deleted)"

_WHAT_TO_DO = {
    "storageQuotaExceeded": "Google Drive n'a pas de place : un compte de service n'en a aucune à lui, mettez le "
    "dossier dans un Drive partagé ou connectez un compte (relance google login)",
    "insufficientFilePermissions": "Google Drive refuse : dans un Drive partagé, effacer pour de bon demande le rôle "
    "« Gestionnaire »",
}

Json = dict[str, Any]


GOOGLE = "https://www.googleapis.com"


class _Elsewhere(service_account.Credentials):
    """A service account of a stand-in: google-auth must not ask the real Google in which regions it may be used."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


class DriveVault:
    def __init__(
        self, session: sessions.AsyncAuthorizedSession, *, base: str, root: str, allowed: Collection[str]
    ) -> None:
        """`base` is https://www.googleapis.com or a sandbox; `allowed` are the addresses that may read documents."""
        self._session = session
        self._base = base.rstrip("/")
        self._root = root
        self._allowed = frozenset(address.strip().lower() for address in allowed)
        self._is_shared_drive: bool | None = None

    async def new_id(self) -> str:
        answer = await self._call("GET", "/drive/v3/files/generateIds", {"count": "1", "space": "drive"})
        return str(answer["ids"][0])

    async def ensure_folder(self, folder_id: str, *, name: str, parent_id: str | None) -> None:
        record = {
            "id": folder_id,
            "name": name,
            "mimeType": FOLDER,
            "parents": [parent_id or self._root],
            "copyRequiresWriterPermission": True,
        }
        if not await self._lies_in_shared_drive():
            record["writersCanShare"] = False
        headers = {"Content-Type": "application/json"}
        await self._call(
            "POST", "/drive/v3/files", {"fields": "id"}, data=json.dumps(record).encode(), headers=headers, also={409}
        )

    async def verify_access(self, file_id: str) -> str:
        facts = await self._facts(file_id)
        if facts.get("trashed"):
            raise VaultExposed("le dossier Drive des documents est dans la corbeille")
        if facts.get("mimeType") == FOLDER and not facts.get("capabilities", {}).get("canAddChildren"):
            raise VaultClosed("le dossier Drive des documents n'accepte pas nos fichiers : donnez le droit de modifier")
        await self._refuse_if_moved(facts)
        readers, outsiders = [], 0
        async for grant in self._grants(file_id):
            if grant.get("deleted"):
                continue
            if grant.get("type") not in {"user", "group"}:
                raise VaultExposed("le dossier Drive des documents est partagé par lien : retirez ce partage")
            address = str(grant.get("emailAddress", "")).lower()
            outsiders += address not in self._allowed
            readers.append(f"{address} {grant.get('role')}")
        if outsiders:
            raise VaultExposed(f"le dossier Drive des documents est ouvert à {outsiders} adresse(s) hors de la liste")
        return hashlib.sha256("\n".join(sorted(readers)).encode()).hexdigest()

    async def put(self, file: NewFile) -> None:
        record = {
            "id": file.id,
            "name": file.name,
            "mimeType": file.mime,
            "parents": [file.folder_id],
            "copyRequiresWriterPermission": True,
            "appProperties": {**file.properties, "sha256": file.sha256},
        }
        boundary = uuid.uuid4().hex
        answer = await self._call(
            "POST",
            "/upload/drive/v3/files",
            {"uploadType": "multipart", "fields": "id"},
            data=_multipart(boundary, record, file),
            headers={"Content-Type": f"multipart/related; boundary={boundary}"},
            also={409},
        )
        if "error" in answer and await self.stat(file.id) != file.sha256:
            raise IdSpent("cet identifiant Drive a déjà servi")

    async def stat(self, file_id: str) -> str | None:
        answer = await self._call("GET", _file(file_id), {"fields": "sha256Checksum,trashed"}, also={404})
        return None if "error" in answer or answer.get("trashed") else str(answer.get("sha256Checksum"))

    async def delete(self, file_id: str) -> None:
        await self._call("DELETE", _file(file_id), {}, also={404})

    async def _facts(self, file_id: str) -> Json:
        return await self._call("GET", _file(file_id), {"fields": _FOLDER_FIELDS})

    async def _lies_in_shared_drive(self) -> bool:
        """There `writersCanShare` does not exist: the drive's own members decide."""
        if self._is_shared_drive is None:
            self._is_shared_drive = "driveId" in await self._facts(self._root)
        return self._is_shared_drive

    async def _refuse_if_moved(self, facts: Json) -> None:
        for _ in range(_DEPTH):
            parents = facts.get("parents") or []
            if self._root in {facts.get("id"), *parents}:
                return
            if not parents:
                break
            # A place that we may not see is none of ours.
            facts = await self._call("GET", _file(parents[0]), {"fields": _FOLDER_FIELDS}, also={404})
            if "error" in facts:
                break
        raise VaultExposed("un dossier de documents n'est plus dans le dossier Drive configuré : remettez-le en place")

    async def _grants(self, file_id: str) -> AsyncIterator[Json]:
        page = ""
        while True:
            asked = {"pageSize": "100", "fields": _PERMISSION_FIELDS} | ({"pageToken": page} if page else {})
            answer = await self._call("GET", f"{_file(file_id)}/permissions", asked)
            for grant in answer.get("permissions", ()):
                yield grant
            page = answer.get("nextPageToken", "")
            if not page:
                return

    async def _call(
        self,
        method: str,
        path: str,
        parameters: dict[str, str],
        *,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Json:
        """The answer's JSON; statuses in `also` are answers too, any other failure is VaultClosed."""
        shared = {} if path.endswith("generateIds") else {"supportsAllDrives": "true"}
        url = f"{self._base}{path}?{urlencode(shared | parameters)}"
        try:
            response = await self._session.request(
                method, url, data, headers, max_allowed_time=CALL_TIMEOUT_S, timeout=CALL_TIMEOUT_S, total_attempts=1
            )
            status, body = response.status_code, await response.read()
        except (refusals.GoogleAuthError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise VaultClosed(f"Google Drive n'a pas répondu ({type(error).__name__})") from error
        if status >= 400 and status not in also:
            reason = _reason(body)
            raise VaultClosed(_WHAT_TO_DO.get(reason) or f"Google Drive a refusé ({status} {reason})")
        return _parsed(body)


@asynccontextmanager
async def opened(credentials: str, *, base: str, root: str, allowed: Collection[str]) -> AsyncIterator[DriveVault]:
    """`credentials` is the JSON of a service account or of an authorised user. Raises SettingsRejected."""
    async with aiohttp.ClientSession() as http:
        info, signed = _credentials(credentials, base)
        session = sessions.AsyncAuthorizedSession(signed, Request(http))
        ours = {info["client_email"]} if "client_email" in info else set()
        try:
            yield DriveVault(session, base=base, root=root, allowed={*allowed, *ours})
        finally:
            await session.close()


def _credentials(text: str, base: str) -> tuple[Json, Any]:
    try:
        info = json.loads(text)
        if info.get("type") == "authorized_user":
            return info, _consent(info)
        kind = service_account.Credentials if base == GOOGLE else _Elsewhere
        return info, kind.from_service_account_info(info, scopes=list(SCOPES))
    except (ValueError, AttributeError, refusals.GoogleAuthError) as error:
        raise SettingsRejected("RELANCE_GOOGLE_CREDENTIALS n'est pas le JSON d'un compte de service Google") from error


def _consent(info: Json) -> user_credentials.Credentials:
    """With the scopes that the person granted; a refresh that asks for more is refused."""
    checked = user_credentials.Credentials.from_authorized_user_info(info)
    # google-auth takes its own address whatever the file says; a stand-in has another.
    return user_credentials.Credentials(
        None,
        refresh_token=checked.refresh_token,
        token_uri=info.get("token_uri") or checked.token_uri,
        client_id=checked.client_id,
        client_secret=checked.client_secret,
    )


def _file(file_id: str) -> str:
    return f"/drive/v3/files/{quote(file_id, safe='')}"


def _multipart(boundary: str, record: Json, file: NewFile) -> bytes:
    return b"".join(
        (
            f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(record)}\r\n".encode(),
            f"--{boundary}\r\nContent-Type: {file.mime}\r\n\r\n".encode(),
            file.data,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )


def _parsed(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError as error:
        raise VaultClosed("Google Drive a répondu autre chose que du JSON") from error
    return found if isinstance(found, dict) else {}


def _reason(body: bytes) -> str:
    """Google's own short code, never its message: messages quote names and addresses."""
    try:
        return str(json.loads(body)["error"]["errors"][0]["reason"])
    except (ValueError, LookupError, TypeError):
        return "sans raison donnée"
