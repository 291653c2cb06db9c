"""A person's last word on a paper: waived, accepted, asked for again. Kept with what it replaced, so undone too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from relance.domain import documents
from relance.domain.documents import DocumentKind, DocumentState
from relance.domain.errors import Refused
from relance.store import named
from relance.store.orders import Author
from relance.store.pool import Connection

SQL = named.load("paper_orders.sql")

# For so long the file of a paper that was asked for again stays, so that the order can be taken back.
REJECTED_KEPT = timedelta(days=7)
_BECOMES = {
    "waive": DocumentState.WAIVED,
    "accept": DocumentState.ACCEPTED,
    "ask_again": DocumentState.REDO,
}


@dataclass(frozen=True, slots=True)
class Paper:
    id: UUID
    row: str
    customer: str | None
    departs_on: date | None
    traveller: int
    kind: DocumentKind
    state: DocumentState
    reason: str | None
    changed_at: datetime
    expires_on: date | None
    deleted_at: datetime | None
    is_under_way: bool
    ordered: str


@dataclass(frozen=True, slots=True)
class Place:
    booking_id: int
    traveller: int
    kind: DocumentKind


async def papers(connection: Connection, bookings: Sequence[int] | None) -> list[Paper]:
    """Those of these bookings; without any, all that lack a file or a look."""
    rows = await connection.fetch(SQL.papers, bookings)
    return [Paper(**{**row, "kind": DocumentKind(row["kind"]), "state": DocumentState(row["state"])}) for row in rows]


async def order(connection: Connection, place: Place, action: str, author: Author) -> None:
    """Raises Refused when that paper is not asked for, or cannot become that. Inside a transaction."""
    paper = await _locked(connection, place)
    current, wanted = DocumentState(paper["state"]), _BECOMES[action]
    if not documents.may_become(current, wanted):
        raise Refused(f"cette pièce est « {current.value} » : elle ne peut pas devenir « {wanted.value} »")
    was = {key: None if paper[key] is None else str(paper[key]) for key in _KEPT}
    await connection.execute(SQL.write, paper["id"], action, was, author.at, author.name)
    has_file = paper["vault_id"] is not None and wanted is not DocumentState.ACCEPTED
    if has_file:
        is_filed = current not in documents.MISSING
        due_at = author.at + (REJECTED_KEPT if is_filed else timedelta(0))
        values = (paper["id"], paper["media_id"], paper["vault_id"], paper["sha256"])
        await connection.execute(SQL.discard, *values, "rejected" if is_filed else "withdrawn", due_at)
    await connection.execute(SQL.change, paper["id"], wanted, "ordered", has_file, author.at)
    if paper["media_id"] is not None:
        await connection.execute(SQL.close_tasks, str(paper["media_id"]), author.at)


async def undo(connection: Connection, place: Place, author: Author) -> str:
    """The action taken back. Raises Refused when there is none, or when the file is gone meanwhile."""
    paper = await _locked(connection, place)
    last = await connection.fetchrow(SQL.last, paper["id"])
    if last is None:
        raise Refused("aucun ordre n'est en vigueur pour cette pièce")
    was: dict[str, Any] = last["was"]
    if paper["vault_id"] is not None and str(paper["vault_id"]) != was["vault_id"]:
        raise Refused("un autre fichier est arrivé depuis pour cette pièce : l'ordre ne peut plus être repris")
    has_file = was["vault_id"] is not None
    if has_file and paper["vault_id"] is None and not await connection.fetchval(SQL.keep_file, was["vault_id"]):
        raise Refused("le fichier que cet ordre écartait est déjà effacé : demandez-le de nouveau")
    media_id = None if was["media_id"] is None else UUID(was["media_id"])
    values = (was["state"], was["reason"], media_id, was["vault_id"], was["sha256"], author.at)
    await connection.execute(SQL.restore, paper["id"], *values)
    await connection.execute(SQL.undone, last["id"], author.at, author.name)
    return str(last["action"])


_KEPT = ("state", "reason", "media_id", "vault_id", "sha256")


async def _locked(connection: Connection, place: Place) -> Any:
    values = (place.booking_id, place.traveller, place.kind)
    found = await connection.fetchrow(SQL.lock, *values)
    if found is None:
        raise Refused(
            "cette pièce n'est pas demandée pour cette ligne : « relance documents » montre celles qui le sont"
        )
    return found
