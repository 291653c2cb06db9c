"""Who owns a number, and how its WhatsApp session stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relance.domain.delivery import SessionState
from relance.domain.restoration import Beat
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


async def last_beat(connection: Connection, number_id: int) -> tuple[Beat | None, datetime]:
    """The lease as its last owner left it, None when there never was one; and the database's own time."""
    row = await connection.fetchrow(SQL.last_beat, number_id)
    return (None if row["epoch"] is None else Beat(row["epoch"], row["heartbeat"])), row["now"]


async def take(
    connection: Connection, number_id: int, *, owner: str, profile_home: str, above: int = 0, is_put_back: bool = False
) -> int:
    """The epoch under which every later write is made, greater than `above`."""
    async with connection.transaction():
        if is_put_back:
            await connection.execute(SQL.note_restoration, number_id)
        return int(await connection.fetchval(SQL.take, number_id, owner, profile_home, above, is_put_back))


async def beat(connection: Connection, number_id: int, *, epoch: int) -> Beat | None:
    at = await connection.fetchval(SQL.beat, number_id, epoch)
    return None if at is None else Beat(epoch, at)


async def session(connection: Connection, number_id: int) -> SessionState | None:
    state = await connection.fetchval(SQL.session, number_id)
    return None if state is None else SessionState(state)


async def is_restricted(connection: Connection, number_id: int) -> bool:
    """Whether a restriction was suspected and nobody has cleared it."""
    return bool(await connection.fetchval(SQL.restricted, number_id))


async def restrict(connection: Connection, number_id: int, sign: str) -> int | None:
    """The stop's id; None when the number was stopped for a suspicion already."""
    stop_id: int | None = await connection.fetchval(SQL.stop, number_id, "restriction", sign, "relance")
    return stop_id


async def tell_session(
    connection: Connection,
    number_id: int,
    *,
    epoch: int,
    state: SessionState,
    qr: str | None,
    advice: str,
    at: datetime,
) -> None:
    await connection.execute(SQL.tell_session, number_id, epoch, state, qr, at, advice)


async def pairing(connection: Connection, number_id: int) -> tuple[SessionState | None, str | None, str]:
    """The session's state, while a phone has to be linked the payload of the QR code, and what to do."""
    row = await connection.fetchrow(SQL.pairing, number_id)
    return (None, None, "") if row is None else (SessionState(row["state"]), row["qr"], row["advice"])
