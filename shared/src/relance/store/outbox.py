"""Messages leave through here, in the transaction that made them true.

If the process dies after the commit the relay publishes them; if it dies before, they never existed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from relance.contracts import envelope, events, topology
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("outbox.sql")


async def tell(
    connection: Connection,
    payload: envelope.Payload,
    *,
    source: str,
    at: datetime,
    message_id: UUID | None = None,
) -> UUID:
    """Queue one event for everybody who subscribes to its type. Must run inside a transaction."""
    row = as_row(payload, source=source, at=at, message_id=message_id)
    await connection.execute(SQL.add, *row)
    await connection.execute(SQL.wake)
    return row[0]


def as_row(
    payload: envelope.Payload, *, source: str, at: datetime, message_id: UUID | None = None
) -> tuple[UUID, str, str, dict[str, object]]:
    """Id, exchange, routing key and body: for a statement that adds them beside what makes them true."""
    message = envelope.wrap(payload, source=source, at=at, message_id=message_id)
    if isinstance(payload, events.SendJob):
        exchange, key = topology.SEND, topology.send_queue(payload.number_id)
    else:
        exchange, key = topology.EVENTS, payload.type
    return message.id, exchange, key, message.model_dump(mode="json")


async def tell_senders(connection: Connection, told: Sequence[events.SendJob], *, source: str, at: datetime) -> None:
    """As `tell`, for messages that are to be sent, in one go. Must run inside a transaction."""
    rows = [as_row(payload, source=source, at=at) for payload in told]
    await connection.executemany(SQL.add, rows)
    await connection.execute(SQL.wake)


async def tell_many(connection: Connection, payloads: Sequence[envelope.Payload], *, source: str, at: datetime) -> None:
    """As `tell`, for any number of events of one type in one go. Must run inside a transaction."""
    if not payloads:
        return
    # What differs between them is the id and the data; the rest of the envelope is validated once.
    shared = envelope.wrap(payloads[0], source=source, at=at).model_dump(mode="json", exclude={"id", "data"})
    told = [payload.model_dump(mode="json") for payload in payloads]
    await connection.execute(SQL.add_many, topology.EVENTS, payloads[0].type, shared, told)
    await connection.execute(SQL.wake)
