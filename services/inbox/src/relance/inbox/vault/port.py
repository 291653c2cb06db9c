"""Where documents are kept, and the promise every vault makes: nothing goes in that an outsider could read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from relance.domain.errors import VaultClosed


class IdSpent(VaultClosed):
    """The id was used and does not hold this file: another id has to be committed before the next upload."""


class VaultExposed(VaultClosed):
    """Somebody outside the list may read this place, or it is no longer where we put it."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """`id` was committed by the caller before; `sha256` is hex, of `data`."""

    id: str
    folder_id: str
    name: str
    mime: str
    data: bytes = field(repr=False)
    sha256: str
    properties: Mapping[str, str]


class Vault(Protocol):
    """Every method raises VaultClosed when the vault cannot be used safely now; all but `new_id` may be repeated."""

    async def new_id(self) -> str:
        """An id nobody else has, for a file or a folder; costs nothing when it is never used."""
        ...

    async def ensure_folder(self, folder_id: str, *, name: str, parent_id: str | None) -> None:
        """Make the folder unless it is there; without a parent it lies in the vault's root."""
        ...

    async def verify_access(self, file_id: str) -> str:
        """Raise VaultClosed unless only allowed people can read this file or folder; a digest of who they are."""
        ...

    async def put(self, file: NewFile) -> None:
        """Store the file once: a repeat with the same id changes nothing. Raises IdSpent."""
        ...

    async def stat(self, file_id: str) -> str | None:
        """The SHA-256 of what is stored, in hex; None when there is no such file."""
        ...

    async def delete(self, file_id: str) -> None:
        """For good; a file that is not there is deleted already."""
        ...
