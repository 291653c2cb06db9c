"""What was found on each file and decided about it. Holders are sealed, numbers are digests: nothing shows a person."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from relance.contracts import envelope, travel
from relance.domain import verdict
from relance.domain.documents import Place
from relance.domain.recognising import Seen
from relance.domain.travel_rules import Trip
from relance.domain.verdict import Holder, Outcome, Verdict
from relance.store import named, spool
from relance.store.documents import Arrived
from relance.store.pool import Connection

SQL = named.load("verdicts.sql")


@dataclass(frozen=True, slots=True)
class Told:
    """One decision that its sender has not been told."""

    media_id: UUID
    inbound_id: UUID
    customer_id: int
    outcome: Outcome
    reason: str | None
    receivable_id: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` in one word: the fault, the doubt or the refusal."""

    outcome: Outcome
    seen: Seen
    place_id: UUID | None = None
    reason: str | None = None


def decision(seen: Seen, decided: Verdict) -> Decision:
    return Decision(decided.outcome, seen, decided.place.id if decided.place else None, decided.fault or decided.doubt)


async def desk(
    connection: Connection, customer_id: int, seen: Seen, missing: Sequence[Place], *, key: bytes
) -> verdict.Desk:
    """What is known when a file of this person is judged."""
    trips = await connection.fetch(SQL.trips, customer_id)
    retakes = await connection.fetch(SQL.retakes, customer_id)
    looks = await connection.fetch(SQL.looks, customer_id)
    filed_in = await connection.fetch(SQL.bookings_with, customer_id, _mac(seen, key)) if seen.number else []
    return verdict.Desk(
        missing=missing,
        payer=trips[0]["name"] if trips else "",
        trips={row["id"]: Trip(row["ends_on"], row["label"]) for row in trips},
        travellers={row["id"]: row["travellers"] for row in trips},
        holders=await _holders(connection, customer_id, key=key),
        retakes={row["document_id"]: row["times"] for row in retakes},
        looks=[row["look"] for row in looks],
        filed_in=frozenset(row["receivable_id"] for row in filed_in),
        rules=travel.rules(),
    )


async def add(connection: Connection, media: Arrived, made: Decision, *, key: bytes, at: datetime) -> None:
    seen = made.seen
    keeps_holder = made.outcome in {Outcome.ACCEPTED, Outcome.REVIEW} and bool(seen.name)
    nonce, holder = _sealed(seen, media.id, key) if keeps_holder else (None, None)
    await connection.execute(
        SQL.add, media.id, media.inbound_id, media.customer_id, made.place_id, seen.sight, made.outcome, made.reason,
        seen.look, seen.expires, seen.nationality, _mac(seen, key) if keeps_holder and seen.number else None,
        nonce, holder, at,
    )  # fmt: skip


async def send_back(connection: Connection, place_id: UUID, reason: str, *, at: datetime) -> None:
    await connection.execute(SQL.send_back, place_id, reason, at)


async def unanswered(connection: Connection) -> dict[int, list[Told]]:
    """By person, in the order in which the files arrived."""
    found: dict[int, list[Told]] = {}
    for row in await connection.fetch(SQL.unanswered):
        found.setdefault(row["customer_id"], []).append(Told(**{**row, "outcome": Outcome(row["outcome"])}))
    return found


async def answer(connection: Connection, told: Sequence[Told], *, at: datetime) -> None:
    await connection.execute(SQL.answer, [one.media_id for one in told], at)


async def _holders(connection: Connection, customer_id: int, *, key: bytes) -> Mapping[tuple[int, int], list[Holder]]:
    found: dict[tuple[int, int], list[Holder]] = {}
    for row in await connection.fetch(SQL.holders, customer_id):
        said = json.loads(spool.unseal(key, _name(row["media_id"]), row["holder_nonce"], row["holder"]))
        holder = Holder(said["name"], date.fromisoformat(said["born"]) if said["born"] else None)
        found.setdefault((row["receivable_id"], row["traveller"]), []).append(holder)
    return found


def _sealed(seen: Seen, media_id: UUID, key: bytes) -> tuple[bytes, bytes]:
    said = {"name": seen.name, "born": seen.born.isoformat() if seen.born else None}
    return spool.seal(key, _name(media_id), json.dumps(said).encode())


def _name(media_id: UUID) -> UUID:
    """Of the sealed holder, so that it never opens in place of the file."""
    return envelope.derived_id("holder", media_id)


def _mac(seen: Seen, key: bytes) -> str:
    text = f"{seen.sight} {seen.number}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()
