"""What filing documents needs, in one place, and what happens when the vault cannot be used safely."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from relance.inbox import inspect, metrics
from relance.inbox.vault.port import Vault
from relance.runtime import logs
from relance.store import pool, tasks
from relance.store.pool import Pool

log = logs.get()

CLOSED = "vault_closed"


@dataclass(frozen=True, slots=True)
class Desk:
    """All that collecting needs. `arrivals` is set when there may be something to do."""

    database: Pool
    vault: Vault
    spool_key: bytes = field(repr=False)
    now: Callable[[], datetime]
    examine: Callable[[bytes, date], Awaitable[inspect.Finding]] = inspect.examine
    # An album comes as several messages: nothing is answered before so much silence.
    silence: timedelta = timedelta(seconds=75)
    arrivals: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What waits, whose it is, and what identifies it in the task."""

    subject: UUID
    customer_id: int
    inbound_id: UUID
    receivable_id: int | None = None


async def quarantine(desk: Desk, trouble: Trouble, error: Exception) -> None:
    """The file waits sealed in the spool; one task and one log line per trouble, not per attempt."""
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        is_news = await tasks.open_task(
            connection,
            CLOSED,
            trouble.subject,
            at=at,
            customer_id=trouble.customer_id,
            receivable_id=trouble.receivable_id,
            inbound_id=trouble.inbound_id,
        ) or await tasks.reopen(connection, CLOSED, trouble.subject, at=at)
    if is_news:
        metrics.DOCUMENTS.labels(kind="unknown", result="quarantined").inc()
        log.error("document.quarantined", document_id=str(trouble.subject), hint=str(error))
