"""A tab of a Google workbook. gspread-asyncio is the transport and nothing more.

Its defaults retry for ever, send a write twice after a lost answer, and log the customers' cells: every hook is
replaced here. A call is tried once; the polling loop owns the one retry policy. Sheets has no compare-and-set: cells
are read again just before they are written, the anchors are read back in the writing call itself, and what landed in
the wrong row is put back.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import google.auth.exceptions
import gspread
import gspread_asyncio
import requests
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account
from gspread.utils import rowcol_to_a1

from relance.domain.errors import LedgerUnreachable, SettingsRejected
from relance.ledger_sync.ledgers import formats, port
from relance.ledger_sync.ledgers.port import Cell, CellPatch, Result, SheetRow, Snapshot

GOOGLE = "https://sheets.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
# A hung connection would otherwise hold the account's only lock for ever; Google itself cuts a request at 180 s.
REQUEST_TIMEOUT_S = (10.0, 30.0)
# Above the request's own limit, so that a call waiting its turn behind another one still gets it.
CALL_DEADLINE_S = 90.0
# Locale, tab ids and formats hardly change; a changed tab is re-read at once.
METADATA_AGE_S = 300.0

UNFORMATTED = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
METADATA = "properties.locale,sheets(properties(sheetId,title),data.rowData.values.userEnteredFormat.numberFormat)"
DATE_FORMAT = {"type": "DATE", "pattern": "yyyy-mm-dd"}

Json = dict[str, Any]
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


class _Elsewhere(service_account.Credentials):  # type: ignore[misc]
    """A service account of a stand-in: google-auth must not ask the real Google in which regions it may be used."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def account(credentials_file: Path, *, base_url: str, pause_s: float, counted: Counted) -> Account:
    """Raises SettingsRejected when the file is no credential that Google gives."""
    try:
        kind = json.loads(credentials_file.read_text(encoding="utf-8")).get("type")
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsRejected(f"Le fichier d'accès à Google est illisible : {credentials_file}") from error
    source = str(credentials_file)
    kind_of_account = service_account.Credentials if base_url == GOOGLE else _Elsewhere
    if kind == "service_account":
        load = partial(kind_of_account.from_service_account_file, source, scopes=SCOPES)
    elif kind == "authorized_user":
        load = partial(user_credentials.Credentials.from_authorized_user_file, source)
    else:
        raise SettingsRejected(f"{credentials_file} n'est ni un compte de service ni un accès d'utilisateur de Google.")
    return Account(load, base_url=base_url, pause_s=pause_s, counted=counted)


class GoogleLedger:
    def __init__(self, account: Account, *, workbook: str, tab: str) -> None:
        self._account = account
        self._workbook = workbook
        self._tab = tab
        self._values: list[list[Any]] | None = None
        self._metadata: Json = {}
        self._metadata_at = float("-inf")

    async def snapshot(self) -> Snapshot:
        values = await self._read()
        if values != self._values or time.monotonic() > self._metadata_at + METADATA_AGE_S:
            # Formats may have changed with the values; both are kept only when both were read.
            await self._read_metadata()
            self._values = values
        return Snapshot(self._rows(values), locale=self._metadata["properties"].get("locale", ""))

    async def apply(self, patches: Sequence[CellPatch]) -> list[Result]:
        if not patches:
            return []
        if not self._metadata:
            await self._read_metadata()
        before = self._rows(await self._read())
        verdicts = port.judge(before, patches)
        writes = [(p, row) for p, row in zip(patches, verdicts, strict=True) if isinstance(row, SheetRow)]
        astray = await self._write(writes, before) if writes else []
        landed = [Result.CONFLICT if patch in astray else Result.APPLIED for patch in patches]
        return [
            own if isinstance(verdict, SheetRow) else verdict for own, verdict in zip(landed, verdicts, strict=True)
        ]

    async def _read(self) -> list[list[Any]]:
        answer = await self._account.call("values_batch_get", self._workbook, [_quoted(self._tab)], UNFORMATTED)
        values: list[list[Any]] = answer["valueRanges"][0].get("values", [])
        return values

    async def _read_metadata(self) -> None:
        asked = {"ranges": _quoted(self._tab), "fields": METADATA}
        self._metadata = await self._account.call("fetch_sheet_metadata", self._workbook, asked)
        self._metadata_at = time.monotonic()

    def _sheet(self) -> Json:
        sheets: list[Json] = self._metadata.get("sheets", [])
        found = next((sheet for sheet in sheets if sheet["properties"]["title"] == self._tab), None)
        if found is None:
            raise LedgerUnreachable(f"L'onglet « {self._tab} » n'existe pas dans le classeur.")
        return found

    def _rows(self, values: list[list[Any]]) -> tuple[SheetRow, ...]:
        grids = self._sheet().get("data", [{}])
        shaped = grids[0].get("rowData", []) if grids else []
        rows = []
        for index, cells in enumerate(values):
            patterns = [_pattern(cell) for cell in (shaped[index].get("values", []) if index < len(shaped) else [])]
            patterns += [""] * (len(cells) - len(patterns))
            read = tuple(formats.priced(None if c == "" else c, p) for c, p in zip(cells, patterns, strict=False))
            rows.append(SheetRow(index + 1, read))
        return tuple(rows)

    async def _write(self, writes: list[tuple[CellPatch, SheetRow]], before: Sequence[SheetRow]) -> list[CellPatch]:
        """Write in one call that reads the anchors back; returns what had to be put back."""
        sheet_id = self._sheet()["properties"].get("sheetId", 0)
        body = {
            "requests": [_update(sheet_id, row.number, patch.column, patch.new) for patch, row in writes],
            "includeSpreadsheetInResponse": True,
            "responseRanges": [
                f"{_quoted(self._tab)}!{rowcol_to_a1(r.number, p.anchor_column + 1)}" for p, r in writes
            ],
            "responseIncludeGridData": True,
        }
        answer = await self._account.call("batch_update", self._workbook, body)
        held = _held(answer["updatedSpreadsheet"], self._tab)
        astray = [(p, r) for p, r in writes if not port.same(held.get((r.number, p.anchor_column)), p.anchor)]
        if astray:
            undo = [_restore(sheet_id, patch, row, held, before) for patch, row in astray]
            await self._account.call("batch_update", self._workbook, {"requests": undo})
        return [patch for patch, _ in astray]


def _quoted(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"


def _pattern(cell: Mapping[str, Any]) -> str:
    pattern: str = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("pattern", "")
    return pattern


def _update(sheet_id: int, row: int, column: int, new: Cell | date) -> Json:
    value = port.stored(new)
    fields, cell = "userEnteredValue", {"userEnteredValue": _extended(value)} if value is not None else {}
    if isinstance(new, date):
        fields += ",userEnteredFormat.numberFormat"
        cell["userEnteredFormat"] = {"numberFormat": DATE_FORMAT}
    start = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": column}
    return {"updateCells": {"rows": [{"values": [cell]}], "fields": fields, "start": start}}


def _extended(value: Cell) -> Json:
    match value:
        case bool():
            return {"boolValue": value}
        case int() | float():
            return {"numberValue": value}
    return {"stringValue": str(value)}


def _held(workbook: Json, tab: str) -> dict[tuple[int, int], Cell]:
    """The cells of an answer's grid data, by row number and column."""
    held = {}
    for sheet in workbook.get("sheets", []):
        if sheet.get("properties", {}).get("title") != tab:
            continue
        for grid in sheet.get("data", []):
            for row, cells in enumerate(grid.get("rowData", []), start=grid.get("startRow", 0) + 1):
                for column, cell in enumerate(cells.get("values", []), start=grid.get("startColumn", 0)):
                    held[row, column] = next(iter(cell.get("effectiveValue", {}).values()), None)
    return held


def _restore(
    sheet_id: int, patch: CellPatch, row: SheetRow, held: Mapping[tuple[int, int], Cell], before: Sequence[SheetRow]
) -> Json:
    """The row now under our hand had this in that cell a moment ago; a row nobody knew had nothing."""
    anchor = held.get((row.number, patch.anchor_column))
    victims = [r for r in before if port.same(r.cell(patch.anchor_column), anchor)]
    old = victims[0].cell(patch.column) if len(victims) == 1 and anchor is not None else None
    return _update(sheet_id, row.number, patch.column, old)


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
