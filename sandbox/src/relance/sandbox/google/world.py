"""Everything the stand-in knows: workbooks, Drive, faults in force, calls counted. One per process.

Edits run to their end without awaiting, so nobody sees half of one; `editing` puts the last saved state back
when a request is refused, and saves before the answer leaves when it is not.
"""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from relance.sandbox.google import recalculation, snapshot
from relance.sandbox.google.drive import SPREADSHEET, Drive, Upload
from relance.sandbox.google.faults import Faults, Meter
from relance.sandbox.google.grid import Workbook
from relance.sandbox.google.refusal import Refused

Json = dict[str, Any]


class World:
    def __init__(self, directory: Path, now: Callable[[], datetime]) -> None:
        self.directory = directory
        self.now = now
        self.faults = Faults()
        self.meter = Meter()
        self.calls: Counter[str] = Counter()
        self.books: dict[str, Workbook] = {}
        self.uploads: dict[str, Upload] = {}
        self.is_storage_strict = False
        """Whether service accounts may own no file, as at Google outside shared drives."""
        self.listing_lag_s = 0.0
        """How long a new file is missing from files.list; files.get has it at once."""
        self.drive = Drive(lambda: self.now())
        self.secret = b""
        self._load()

    def book(self, spreadsheet_id: str) -> Workbook:
        found = self.books.get(spreadsheet_id)
        if found is None:
            raise Refused(404, "Requested entity was not found.")
        return found

    def add_book(self, spreadsheet_id: str, properties: Json, *, owner: str) -> Workbook:
        """A workbook without tabs, replacing any of the same id, and its file in Drive."""
        defaults = {"title": "Classeur sans titre", "locale": "fr_FR", "timeZone": "Europe/Paris"}
        before = self.books.get(spreadsheet_id)
        kept = defaults | {key: value for key, value in properties.items() if value is not None}
        book = Workbook(spreadsheet_id, kept, version=before.version if before else 1)
        self.books[spreadsheet_id] = book
        if spreadsheet_id not in self.drive.files:
            record = {"id": spreadsheet_id, "name": kept["title"], "mimeType": SPREADSHEET}
            self.drive.create(record, b"", owner=owner)
        return book

    @contextmanager
    def editing(self, spreadsheet_id: str) -> Iterator[Workbook]:
        book = self.book(spreadsheet_id)
        try:
            yield book
        except Refused:
            self.books[spreadsheet_id] = snapshot.load_book(snapshot.read_json(self._book_path(spreadsheet_id)))
            raise
        self.save_book(book)

    def save_book(self, book: Workbook) -> None:
        book.version += 1
        recalculation.recalculate(book)
        self.drive.touch(book.id, str(book.properties["title"]))
        snapshot.write_json(self._book_path(book.id), snapshot.dump_book(book))
        self.save_drive()

    def save_drive(self) -> None:
        snapshot.write_json(self.directory / "drive.json", self.drive.dump())

    def is_listed(self, file: Json) -> bool:
        if not self.listing_lag_s:
            return True
        return datetime.fromisoformat(file["createdTime"]) + timedelta(seconds=self.listing_lag_s) <= self.now()

    def put_blob(self, file_id: str, content: bytes) -> None:
        snapshot.write_bytes(self.directory / "blobs" / file_id, content)

    def blob(self, file_id: str) -> bytes:
        return (self.directory / "blobs" / file_id).read_bytes()

    def forget(self, file_id: str) -> None:
        """After the record is gone from Drive: the content and the workbook go too."""
        (self.directory / "blobs" / file_id).unlink(missing_ok=True)
        self._forget_book(file_id)

    def reset(self) -> None:
        for part in ("books", "blobs"):
            shutil.rmtree(self.directory / part, ignore_errors=True)
        (self.directory / "drive.json").unlink(missing_ok=True)
        self.books.clear()
        self.calls.clear()
        self.uploads.clear()
        self.is_storage_strict, self.listing_lag_s = False, 0.0
        self.faults = Faults()
        self.meter = Meter()
        self.drive = Drive(lambda: self.now())

    def _load(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        secret = self.directory / "token_secret"
        if not secret.exists():
            snapshot.write_bytes(secret, secrets.token_bytes(32))
        self.secret = secret.read_bytes()
        for path in sorted((self.directory / "books").glob("*.json")):
            book = snapshot.load_book(snapshot.read_json(path))
            self.books[book.id] = book
        if (self.directory / "drive.json").exists():
            self.drive.load(snapshot.read_json(self.directory / "drive.json"))
        for book in [book for book in self.books.values() if book.id not in self.drive.files]:
            self._forget_book(book.id)  # its creation was never answered: the process died between two files

    def _forget_book(self, spreadsheet_id: str) -> None:
        self.books.pop(spreadsheet_id, None)
        self._book_path(spreadsheet_id).unlink(missing_ok=True)

    def _book_path(self, spreadsheet_id: str) -> Path:
        return self.directory / "books" / f"{spreadsheet_id}.json"
