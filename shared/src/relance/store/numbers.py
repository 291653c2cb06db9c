"""Who owns a number, and how its WhatsApp session stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relance.domain.delivery import SessionState
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("numbers.sql")

# First half of the advisory lock's key; the second is the number's id.
LOCK_SPACE = 0x52454C


@dataclass(frozen=True, slots=True)
class Number:
    id: int
    alias: str
    phone: str
    transport: str = "whatsapp_web"
    cloud_phone_id: str | None = None
    cloud_account_id: str | None = None


async def candidates(connection: Connection, *, alias: str | None, profile_home: str) -> tuple[Number, ...]:
    rows = await connection.fetch(SQL.candidates, alias, profile_home)
    return tuple(Number(*row.values()) for row in rows)


async def is_known(connection: Connection, alias: str) -> bool:
    return bool(await connection.fetchval(SQL.known_alias, alias))


async def try_lock(connection: Connection, number_id: int) -> bool:
    return bool(await connection.fetchval(SQL.try_lock, LOCK_SPACE, number_id))


async def evict_frozen(connection: Connection, number_id: int, *, silent_for_s: float) -> bool:
    return bool(await connection.fetch(SQL.evict, LOCK_SPACE, number_id, silent_for_s))


async def take(connection: Connection, number_id: int, *, owner: str, profile_home: str) -> int:
    """The epoch under which every later write is made."""
    return int(await connection.fetchval(SQL.take, number_id, owner, profile_home))


async def beat(connection: Connection, number_id: int, *, epoch: int) -> bool:
    return await connection.fetchval(SQL.beat, number_id, epoch) is not None


async def session(connection: Connection, number_id: int) -> SessionState | None:
    state = await connection.fetchval(SQL.session, number_id)
    return None if state is None else SessionState(state)


async def tell_session(
    connection: Connection, number_id: int, *, epoch: int, state: SessionState, qr: str | None, at: datetime
) -> None:
    await connection.execute(SQL.tell_session, number_id, epoch, state, qr, at)


async def pairing(connection: Connection, number_id: int) -> tuple[SessionState | None, str | None]:
    """The session's state and, while a phone has to be linked, the payload of the QR code."""
    row = await connection.fetchrow(SQL.pairing, number_id)
    return (None, None) if row is None else (SessionState(row["state"]), row["qr"])
