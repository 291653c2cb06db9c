"""How a person lets Relance act in their name, and what an access can do: before anything depends on it.

The answer comes back to this machine only, on a port of its own, with a proof (PKCE) that we are who asked. The one
scope is `drive.file`: Relance sees the files it made, and no other file of that person.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from relance.domain.errors import LedgerUnreachable, SettingsRejected
from relance.ledger_sync.ledgers import google_account
from relance.ledger_sync.ledgers.google_account import Account

SCOPE = "https://www.googleapis.com/auth/drive.file"
DRIVE_SCOPE = "https://www.googleapis.com/auth/drive"  # what a service account needs to see a folder shared with it
DRIVE = "https://www.googleapis.com"
# A person finds their password and reads Google's warning; then they have gone away.
PATIENCE_S = 600.0
REQUEST_TIMEOUT_S = 60.0
LARGEST_REQUEST = 16_384
THANKS = "C'est fait : vous pouvez fermer cette page et revenir au terminal."
REFUSED = "Google n'a pas donné l'accès : recommencez, et acceptez ce qui est demandé."

Json = dict[str, Any]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Question:
    """One request for access; `proof` never leaves this process before the answer came."""

    client: Mapping[str, str]
    redirect_uri: str
    state: str
    proof: str

    def address(self) -> str:
        digest = hashlib.sha256(self.proof.encode()).digest()
        asked = {
            "response_type": "code", "client_id": self.client["client_id"], "redirect_uri": self.redirect_uri,
            "scope": SCOPE, "state": self.state, "access_type": "offline", "prompt": "consent",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="), "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self.client['auth_uri']}?{urlencode(asked)}"


async def log_in(application: Mapping[str, Any], show: Callable[[str], None]) -> Json:
    """Ask the person, wait for Google's answer, and return the access to keep. `show` is given the address to open.

    Raises SettingsRejected when that is no desktop application, LedgerUnreachable when there was no answer.
    """
    client = application.get("installed") or {}
    if not all(client.get(name) for name in ("client_id", "client_secret", "auth_uri", "token_uri")):
        raise SettingsRejected("ce fichier n'est pas celui d'une « application de bureau » de Google Cloud")
    answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    state = secrets.token_urlsafe(24)
    server = await asyncio.start_server(_answering(state, answered), "127.0.0.1", 0, limit=LARGEST_REQUEST)
    async with server:
        port = server.sockets[0].getsockname()[1]
        question = Question(client, f"http://127.0.0.1:{port}/", state, secrets.token_urlsafe(48))
        show(question.address())
        try:
            async with asyncio.timeout(PATIENCE_S):
                code = await answered
        except TimeoutError:
            raise LedgerUnreachable("Personne n'a répondu à Google : recommencez.") from None
    if code is None:
        raise LedgerUnreachable(REFUSED)
    return await asyncio.to_thread(_exchanged, question, code)


def keep(access: Mapping[str, Any], path: Path) -> None:
    """Write the access for its owner's eyes only, from its first byte on."""
    scratch = path.with_name(f".{path.name}.new")
    scratch.unlink(missing_ok=True)
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(access, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


async def create(account: Account, title: str, *, zone: str) -> tuple[str, str]:
    """A new workbook of this account's: its id and address. Raises LedgerUnreachable."""
    properties = {"title": title, "locale": "fr_FR", "timeZone": zone}
    address = f"{google_account.GOOGLE}/v4/spreadsheets"
    answer = await account.call("request", "post", address, None, None, {"properties": properties})
    made = answer.json()
    return made["spreadsheetId"], made["spreadsheetUrl"]


def objection(access: Mapping[str, Any], folder: Mapping[str, Any] | None) -> str | None:
    """Why documents cannot be kept with this access, or None. `folder` is what Drive says of it, None = not seen."""
    if folder is None:
        return (
            "Ce compte ne voit pas le dossier des documents : partagez-le avec lui, ou vérifiez RELANCE_DRIVE_FOLDER."
        )
    if access.get("type") == "service_account" and not folder.get("driveId"):
        return (
            "Un compte de service n'a pas d'espace à lui : Google refusera chaque document déposé dans « Mon Drive »."
            " Mettez le dossier dans un Drive partagé (Google Workspace), ou connectez une personne avec"
            " « relance google login », ou gardez les documents ici avec RELANCE_VAULT=local."
        )
    return None


def folder_of(credentials: str, folder: str, *, base_url: str = DRIVE) -> Json | None:
    """What Drive says of a folder; None when this account does not see it. Raises LedgerUnreachable."""
    asked = {"supportsAllDrives": "true", "fields": "id,driveId,mimeType"}
    answer = _drive(credentials, "get", f"/drive/v3/files/{folder}", base_url, params=asked)
    if answer.status_code in (403, 404):
        return None
    if not answer.ok:
        raise LedgerUnreachable(f"Google a répondu {answer.status_code}.")
    found: Json = answer.json()
    return found


def create_folder(credentials: str, name: str, *, base_url: str = DRIVE) -> str:
    """A folder of this account's, seen by nobody else: its id. Raises LedgerUnreachable."""
    body = {"name": name, "mimeType": "application/vnd.google-apps.folder"}
    answer = _drive(credentials, "post", "/drive/v3/files", base_url, json=body)
    if not answer.ok:
        raise LedgerUnreachable(f"Google a refusé de créer le dossier ({answer.status_code}).")
    return str(answer.json()["id"])


def _drive(credentials: str, method: str, path: str, base_url: str, **more: Any) -> requests.Response:
    load = google_account.access_of(credentials, scopes=(DRIVE_SCOPE,), is_google=base_url == DRIVE)
    try:
        with AuthorizedSession(load()) as session:
            return session.request(method, base_url.rstrip("/") + path, timeout=REQUEST_TIMEOUT_S, **more)
    except (GoogleAuthError, requests.RequestException) as error:
        raise LedgerUnreachable(f"Google ne répond pas ({type(error).__name__}).") from None


def _answering(state: str, answered: asyncio.Future[str | None]) -> Serve:
    """Only an answer that bears our state counts: anybody on this machine can call the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            words = (await reader.readline()).decode("ascii", errors="replace").split(" ")
            told = parse_qs(urlsplit(words[1]).query) if len(words) == 3 else {}
            is_ours = secrets.compare_digest(told.get("state", [""])[0].encode(), state.encode())
            code = told.get("code", [None])[0] if is_ours else None
            if is_ours and not answered.done():
                answered.set_result(code)
            page = f"<!doctype html><meta charset=utf-8><p>{THANKS if code else REFUSED}</p>".encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + page)
            await writer.drain()
        except (OSError, ValueError):
            return
        finally:
            writer.close()

    return serve


def _exchanged(question: Question, code: str) -> Json:
    client = question.client
    asked = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": question.redirect_uri,
        "client_id": client["client_id"], "client_secret": client["client_secret"], "code_verifier": question.proof,
    }  # fmt: skip
    try:
        answer = requests.post(client["token_uri"], data=asked, timeout=REQUEST_TIMEOUT_S)
        refresh_token = answer.json().get("refresh_token") if answer.ok else None
    except (requests.RequestException, ValueError) as error:
        raise LedgerUnreachable(f"Google ne répond pas ({type(error).__name__}) : recommencez.") from None
    if not refresh_token:
        raise LedgerUnreachable(REFUSED)
    return {
        "type": "authorized_user",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "refresh_token": refresh_token,
        "token_uri": client["token_uri"],
        "scopes": [SCOPE],
    }
