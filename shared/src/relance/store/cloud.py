"""What was asked of the Cloud API and what it told us: the only chat that a number of this kind has.

The intent is a row before the request leaves, so that a process which dies in between leaves the question open instead
of forgotten; answers and statuses close it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from relance.store import named, sends
from relance.store.pool import Connection

SQL = named.load("cloud.sql")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a chat. `status` is None for the customer's; `seconds_accepted` since Meta gave it an id."""

    key: str
    outgoing: bool
    body: str
    media: str | None
    status: str | None
    seconds_accepted: float | None


@dataclass(frozen=True, slots=True)
class Heard:
    wamid: str
    phone: str
    body: str
    media: str | None
    media_ref: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A status: `status` is sent, delivered, read or failed; `key` is ours, when Meta echoes it."""

    wamid: str
    key: str | None
    status: str
    error_code: int | None


async def number_with(connection: Connection, phone_id: str) -> int | None:
    found: int | None = await connection.fetchval(SQL.number_with, phone_id)
    return found


async def begin(
    connection: Connection, *, number_id: int, epoch: int, customer_id: int, body: str, media: str | None = None
) -> str | None:
    """The key under which a message is about to be asked for; None when the lease is another process's."""
    key = str(uuid4())
    written = await connection.fetchval(SQL.begin, key, number_id, epoch, customer_id, body, media)
    return None if written is None else key


async def accepted(connection: Connection, key: str, wamid: str) -> None:
    await connection.execute(SQL.accepted, key, wamid)


async def refused(connection: Connection, key: str, code: int | None) -> None:
    """Nothing left, and asking again later may work."""
    await connection.execute(SQL.declined, key, "refused", code)


async def failed(connection: Connection, key: str, code: int | None) -> None:
    """Nothing left, and nothing will."""
    await connection.execute(SQL.declined, key, "failed", code)


async def told(connection: Connection, status: Told, *, at: datetime) -> bool:
    """Take a status; False when it is no news. A failure of what was counted as sent asks a person."""
    row = await connection.fetchrow(SQL.told, status.key, status.wamid, status.status, status.error_code)
    if row is None:
        return False
    if status.status == "failed":
        for job in await connection.fetch(SQL.sent_before, row["number_id"], row["key"]):
            await sends.ask_human(
                connection,
                kind="send_failed",
                subject=f"{job['id']}/{job['attempt']}",
                at=at,
                customer_id=job["customer_id"],
                receivable_id=job["receivable_id"],
            )
    return True


async def hear(connection: Connection, number_id: int, heard: Heard) -> bool:
    """False when it was known, or comes from nobody in the ledgers."""
    values = (heard.wamid, number_id, heard.phone, heard.body, heard.media, heard.media_ref, heard.at)
    return await connection.fetchval(SQL.hear, *values) is not None


async def chat(connection: Connection, number_id: int, customer_id: int) -> tuple[Said, ...]:
    rows = await connection.fetch(SQL.chat, number_id, customer_id)
    return tuple(Said(*row.values()) for row in rows)


async def seconds_since_heard(connection: Connection, number_id: int, customer_id: int) -> float | None:
    seconds: float | None = await connection.fetchval(SQL.seconds_since_heard, number_id, customer_id)
    return seconds


async def unread(connection: Connection, number_id: int) -> Sequence[str]:
    return [row["phone"] for row in await connection.fetch(SQL.unread, number_id)]


async def recent(connection: Connection, number_id: int) -> Sequence[str]:
    return [row["phone"] for row in await connection.fetch(SQL.recent, number_id)]


async def media(connection: Connection, number_id: int, key: str) -> str | None:
    found: str | None = await connection.fetchval(SQL.media, number_id, key)
    return found
