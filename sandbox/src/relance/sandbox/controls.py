"""What a person does in the practice world, and its ground truth: phones, the sheet, the vault.

Used by the demo's story, by the tests and by the benchmark. Nothing here asks the product what it believes: the
journal is the sandbox's own, the cells are read where the owner would read them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import openpyxl

from relance.domain.errors import Unavailable

TIMEOUT = aiohttp.ClientTimeout(total=60)


class Remote:
    """A sandbox server's control API."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self.base = base

    async def get(self, path: str, **query: str) -> Any:
        async with self._http.get(self.base + path, params=query, timeout=TIMEOUT) as answer:
            return await self._taken(answer)

    async def post(self, path: str, body: Mapping[str, object]) -> Any:
        async with self._http.post(self.base + path, json=body, timeout=TIMEOUT) as answer:
            return await self._taken(answer)

    async def _taken(self, answer: aiohttp.ClientResponse) -> Any:
        if answer.status >= 400:
            raise Unavailable(f"{answer.url.path} : {answer.status} {(await answer.text())[:200]}")
        return await answer.json()


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that the sandbox WhatsApp accepted: the truth about what was sent."""

    seq: int
    id: str
    sender: str
    to: str
    text: str
    media_sha256: str | None
    accepted_at: str


class Phones:
    """The customers' phones and the owner's."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self.base = remote.base

    async def journal(self, *, sent_by: str | None = None) -> list[Accepted]:
        entries = await self._remote.get("/control/journal")
        entries = entries["entries"] if isinstance(entries, dict) else entries
        taken = [
            Accepted(e["seq"], e["id"], e["from"], e["to"], e["text"], e["media_sha256"], e["accepted_at"])
            for e in entries
        ]
        return [e for e in taken if sent_by is None or e.sender == sent_by]

    async def reply(self, phone: str, text: str) -> None:
        await self._remote.post("/control/reply", {"from": phone, "text": text})

    async def send_file(self, phone: str, *, name: str, mime: str, content: bytes) -> None:
        media = {"name": name, "mime": mime, "base64": base64.b64encode(content).decode()}
        await self._remote.post("/control/reply", {"from": phone, "media": media})

    async def fault(self, kind: str, **details: object) -> None:
        await self._remote.post("/control/fault", {"kind": kind, **details})

    async def pair(self, number: str) -> None:
        """The owner scans the QR code on the linked device that is waiting."""
        await self._remote.post("/control/pair", {"number": number})

    async def accounts(self) -> Any:
        return await self._remote.get("/control/accounts")


class Sheet(Protocol):
    """A ledger as its owner sees and edits it, whatever holds it."""

    async def rows(self, tab: str) -> list[dict[str, str]]:
        """Every filled row below the header, by header, as shown."""

    async def type(self, tab: str, *, row: tuple[str, str], column: str, value: str) -> None:
        """Type into the cell of `column`, in the row whose cell (header, shown value) is `row`."""


class GoogleSheet:
    """A workbook of the sandbox Google."""

    def __init__(self, remote: Remote, workbooks: Mapping[str, str]) -> None:
        self._remote = remote
        self._workbooks = workbooks  # tab → spreadsheet id

    async def rows(self, tab: str) -> list[dict[str, str]]:
        path = f"/control/sheet/{self._workbooks[tab]}"
        found = (await self._remote.get(path, tab=tab, render="FORMATTED_VALUE"))["rows"]
        return _by_header(found)

    async def type(self, tab: str, *, row: tuple[str, str], column: str, value: str) -> None:
        key = {"column": row[0], "value": row[1]}
        edit = {"id": self._workbooks[tab], "tab": tab, "row_key": key, "column": column, "value": value}
        await self._remote.post("/control/edit", edit)


class XlsxSheet:
    """A workbook file, edited as a person's office program would: whole file, then rename."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def rows(self, tab: str) -> list[dict[str, str]]:
        book = openpyxl.load_workbook(self._path, read_only=True)
        try:
            found = [["" if v is None else str(v) for v in row] for row in book[tab].iter_rows(values_only=True)]
        finally:
            book.close()
        return _by_header(found)

    async def type(self, tab: str, *, row: tuple[str, str], column: str, value: str) -> None:
        book = openpyxl.load_workbook(self._path)
        cells = list(book[tab].iter_rows())
        headers = [str(cell.value) for cell in cells[0]]
        where, what = headers.index(row[0]), headers.index(column)
        target = next(line for line in cells[1:] if str(line[where].value) == row[1])
        target[what].value = value
        scratch = self._path.with_suffix(".person.xlsx")
        book.save(scratch)
        scratch.replace(self._path)


def _by_header(rows: Sequence[Sequence[object]]) -> list[dict[str, str]]:
    if not rows:
        return []
    headers = [str(cell) for cell in rows[0]]
    return [
        {h: str(row[i]) if i < len(row) and row[i] is not None else "" for i, h in enumerate(headers)}
        for row in rows[1:]
        if any(str(cell or "").strip() for cell in row)
    ]
