"""The vault without Google: one AES-256-GCM file per document under a directory that only our user can enter.

    <root>/<folder id>/…/<file id>.sealed        nonce · sealed(JSON of the properties · newline · bytes)

The file's id is associated data: a sealed file renamed to another id does not open. Writing is temporary file, fsync,
rename: a crash leaves the whole file or none.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import secrets
import stat as modes
import uuid
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from relance.domain.errors import VaultClosed
from relance.inbox.vault.port import IdSpent, NewFile, VaultExposed

NONCE_BYTES = 12
SEALED = ".sealed"
_ID = re.compile(r"[0-9a-f]{32}")
_FOR_OTHERS = modes.S_IRWXG | modes.S_IRWXO


class LocalVault:
    def __init__(self, root: Path, *, key: bytes) -> None:
        self._root = root
        self._cipher = AESGCM(key)

    async def new_id(self) -> str:
        return uuid.uuid4().hex

    async def ensure_folder(self, folder_id: str, *, name: str, parent_id: str | None) -> None:
        await asyncio.to_thread(self._make_folder, folder_id, parent_id)

    async def verify_access(self, file_id: str) -> str:
        return await asyncio.to_thread(self._verify, file_id)

    async def put(self, file: NewFile) -> None:
        await asyncio.to_thread(self._write, file)

    async def stat(self, file_id: str) -> str | None:
        return await asyncio.to_thread(self._checksum, file_id)

    async def delete(self, file_id: str) -> None:
        await asyncio.to_thread(self._remove, file_id)

    async def read(self, file_id: str) -> bytes:
        """The document itself, for the operator. Raises VaultClosed."""
        return await asyncio.to_thread(self._read, file_id)

    def _make_folder(self, folder_id: str, parent_id: str | None) -> None:
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            parent = self._root if parent_id is None else self._found(parent_id)
            if parent is None:
                raise VaultClosed("le coffre local a perdu un dossier parent")
            (parent / _checked(folder_id)).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise VaultClosed("le dossier du coffre local ne peut pas être créé") from error

    def _verify(self, file_id: str) -> str:
        path = self._found(file_id)
        if path is None:
            raise VaultClosed("le dossier du coffre local a disparu")
        for place in (self._root, *(p for p in (*path.parents, path) if self._root in p.parents)):
            facts = place.lstat()
            if modes.S_ISLNK(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & _FOR_OTHERS:
                raise VaultExposed(
                    "le coffre local est ouvert à d'autres comptes (attendu : chmod -R go= sur ce dossier)"
                )
        return hashlib.sha256(f"uid {os.geteuid()}".encode()).hexdigest()

    def _write(self, file: NewFile) -> None:
        existing = self._checksum(file.id)
        if existing is not None:
            if existing != file.sha256:
                raise IdSpent("cet identifiant du coffre porte déjà un autre fichier")
            return
        folder = self._found(file.folder_id)
        if folder is None:
            raise VaultClosed("le dossier du coffre local a disparu")
        header = json.dumps({"name": file.name, "mime": file.mime, **file.properties}).encode()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, header + b"\n" + file.data, file.id.encode())
        try:
            _write_whole(folder / f"{_checked(file.id)}{SEALED}", nonce + sealed)
        except OSError as error:
            raise VaultClosed("le coffre local ne peut pas être écrit (disque plein ?)") from error

    def _checksum(self, file_id: str) -> str | None:
        path = self._found(file_id)
        return None if path is None or path.is_dir() else hashlib.sha256(self._read(file_id)).hexdigest()

    def _read(self, file_id: str) -> bytes:
        path = self._found(file_id)
        if path is None:
            raise VaultClosed("ce document n'est pas dans le coffre local")
        try:
            content = path.read_bytes()
            plain = self._cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], file_id.encode())
        except (InvalidTag, ValueError, OSError) as error:
            raise VaultClosed("un fichier du coffre local ne s'ouvre pas : clé changée, ou fichier abîmé") from error
        return plain.partition(b"\n")[2]

    def _remove(self, file_id: str) -> None:
        path = self._found(file_id)
        if path is not None and path.is_file():
            path.unlink()

    def _found(self, file_id: str) -> Path | None:
        """The file or folder of that id, wherever it lies."""
        names = {_checked(file_id), f"{file_id}{SEALED}"}
        return next((path for path in self._root.rglob(f"{file_id}*") if path.name in names), None)


def _checked(file_id: str) -> str:
    if not _ID.fullmatch(file_id):
        raise VaultClosed("identifiant étranger au coffre local")
    return file_id


def _write_whole(path: Path, content: bytes) -> None:
    # One writer per id: what a crash left under this name is ours to replace.
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
