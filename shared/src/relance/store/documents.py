"""The papers of a booking on their way from the spool to the vault.

    asked ── claim (place, vault id, clean bytes sealed) ── upload ── receive (checksum seen, spool erased)

Between two of these a crash leaves a row that says exactly what is left to do: `unjudged` before the claim, `unfiled`
after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relance.domain.documents import DocumentKind, DocumentState, Place
from relance.store import named, spool
from relance.store.pool import Connection

SQL = named.load("documents.sql")


@dataclass(frozen=True, slots=True)
class Arrived:
    """Media in the spool of which nothing is decided; `sha256` is of the bytes received."""

    id: UUID
    inbound_id: UUID
    customer_id: int
    sha256: str
    intent: str


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A document whose place and vault id are committed; `sha256` is of the bytes to file."""

    id: UUID
    receivable_id: int
    traveller: int
    kind: DocumentKind
    inbound_id: UUID
    media_id: UUID
    vault_id: str
    sha256: str
    mime: str
    received_at: datetime
    customer_id: int
    key: str
    ledger_id: int
    intent: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is written before the upload."""

    place: Place
    media: Arrived
    vault_id: str
    sha256: str
    mime: str
    clean: bytes


async def unexpected(connection: Connection, *, template: str, since: datetime) -> tuple[UUID, ...]:
    """Sent requests since then whose papers are not in the book yet."""
    return tuple(row["id"] for row in await connection.fetch(SQL.unexpected, template, since))


async def defer(connection: Connection, *, customer_id: int, inbound_id: UUID, at: datetime) -> tuple[int, ...]:
    """The bookings whose missing papers that message announced, for the day it named if it did."""
    return tuple(sorted({row[0] for row in await connection.fetch(SQL.defer, customer_id, at, inbound_id)}))


async def unjudged(connection: Connection) -> tuple[Arrived, ...]:
    return tuple(Arrived(**row) for row in await connection.fetch(SQL.unjudged))


async def take(connection: Connection, media: Arrived) -> bool:
    """Take the decision about this media for this transaction; False when it was taken meanwhile."""
    await lock(connection, media.customer_id)
    return bool(await connection.fetchval(SQL.is_unjudged, media.id))


async def lock(connection: Connection, customer_id: int) -> None:
    """One decision at a time about one person's files."""
    await connection.execute(SQL.lock_customer, customer_id)


async def unsealed(connection: Connection, media_id: UUID, *, key: bytes) -> bytes | None:
    """None when the bytes were erased. Raises Broken when they do not open."""
    row = await connection.fetchrow(SQL.sealed, media_id)
    return spool.unseal(key, media_id, row["nonce"], row["sealed"]) if row else None


async def is_known(connection: Connection, media: Arrived) -> bool:
    return bool(await connection.fetchval(SQL.is_known, media.customer_id, media.sha256, media.id))


async def free_places(connection: Connection, customer_id: int) -> tuple[Place, ...]:
    rows = await connection.fetch(SQL.free_places, customer_id)
    return tuple(
        Place(row["id"], row["receivable_id"], row["traveller"], DocumentKind(row["kind"]), DocumentState(row["state"]))
        for row in rows
    )


async def claim(connection: Connection, claim: Claim, *, key: bytes) -> None:
    media = claim.media
    values = (claim.place.id, media.inbound_id, media.id, claim.vault_id, claim.sha256)
    await connection.execute(SQL.claim, *values)
    nonce, sealed = spool.seal(key, media.id, claim.clean)
    await connection.execute(SQL.reseal, media.id, nonce, sealed, claim.mime)


async def renew_vault_id(connection: Connection, document: Unfiled, vault_id: str) -> None:
    await connection.execute(SQL.renew_vault_id, document.id, document.vault_id, vault_id)


async def unfiled(connection: Connection) -> tuple[Unfiled, ...]:
    rows = await connection.fetch(SQL.unfiled)
    return tuple(Unfiled(**{**row, "kind": DocumentKind(row["kind"])}) for row in rows)


async def receive(connection: Connection, document: Unfiled, *, actor: str, at: datetime) -> bool:
    """The file is in the vault: state, erased spool and access line; False when another inbox did it."""
    if not await connection.fetchval(SQL.receive, document.id, document.vault_id, at):
        return False
    await erase(connection, document.media_id, at=at)
    await connection.execute(SQL.note_access, document.id, actor, "stored", at)
    return True


async def erase(connection: Connection, media_id: UUID, *, at: datetime) -> None:
    await connection.execute(SQL.erase, media_id, at)


async def states(connection: Connection, receivable_id: int) -> tuple[DocumentState, ...]:
    return tuple(DocumentState(row["state"]) for row in await connection.fetch(SQL.states, receivable_id))


async def folder(connection: Connection, place: str) -> str | None:
    found: str | None = await connection.fetchval(SQL.folder, place)
    return found


async def name_folder(connection: Connection, place: str, vault_id: str, *, at: datetime) -> str:
    """The id of that place's folder: this one, or the one named before."""
    await connection.execute(SQL.name_folder, place, vault_id, at)
    named_before = await folder(connection, place)
    return named_before or vault_id
