"""The append-only file of everything that happened, and the folder of media beside it.

A line is flushed before anybody is told of it, so what a page saw confirmed is there after kill -9. A last
line cut by a crash was never confirmed to anybody: it is dropped at the next start.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relance.domain import errors


class Journal:
    def __init__(self, folder: Path) -> None:
        self._media = folder / "media"
        self._media.mkdir(parents=True, exist_ok=True)
        self._path = folder / "journal.jsonl"
        self._path.touch()
        self._file = self._path.open("r+", encoding="utf-8")

    def replay(self) -> Iterator[dict[str, Any]]:
        whole = 0
        with self._path.open("rb") as lines:
            for position, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield self._event(line, position)
        self._file.truncate(whole)
        self._file.seek(0, 2)

    def _event(self, line: bytes, position: int) -> dict[str, Any]:
        try:
            event: dict[str, Any] = json.loads(line)
        except ValueError as error:
            sentence = f"Le journal {self._path} est abîmé à la ligne {position} : mettez-le de côté et relancez."
            raise errors.Broken(sentence) from error
        return event

    def append(self, event: dict[str, Any]) -> None:
        self._file.write(json.dumps(event, ensure_ascii=False) + "\n")
        self._file.flush()

    def clear(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        for path in self._media.iterdir():
            path.unlink()

    def keep_media(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self._media / digest
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(content)
            part.rename(path)
        return digest

    def media_path(self, sha256: str) -> Path | None:
        path = self._media / sha256
        return path if sha256.isalnum() and path.is_file() else None

    def close(self) -> None:
        self._file.close()
