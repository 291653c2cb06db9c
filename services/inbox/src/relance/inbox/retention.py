"""What goes from the vault and the spool when its time has come or somebody ordered it, with the proof.

Called at each sweep. Deleting again is harmless, so a crash between two lines repeats one deletion and loses none. A
vault that refuses to delete for good keeps the line open, and a person is told.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relance.contracts import events
from relance.domain.errors import Unavailable, VaultClosed
from relance.inbox import metrics, settle
from relance.inbox.desk import Desk
from relance.runtime import logs
from relance.store import deletions, documents, outbox, pool, tasks
from relance.store.deletions import Clock, Deletion
from relance.store.pool import Connection

log = logs.get()

UNDELETABLE = "vault_undeletable"
DOUBTFUL = "wrong_person_documents"


async def sweep(desk: Desk, clock: Clock) -> None:
    await _schedule(desk, clock)
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        due = await deletions.due(connection, at=desk.now())
    for one in due:
        await _delete(desk, one)
    await _finish_orders(desk)


async def _schedule(desk: Desk, clock: Clock) -> None:
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        for order_id, customer_id in await deletions.open_orders(connection):
            await documents.lock(connection, customer_id)
            await deletions.schedule_order(connection, order_id, customer_id, at=at)
        await deletions.schedule(connection, clock, at=at)
        for customer_id, receivable_id in await deletions.doubtful(connection):
            await tasks.open_task(
                connection, DOUBTFUL, receivable_id, at=at, customer_id=customer_id, receivable_id=receivable_id
            )


async def _delete(desk: Desk, one: Deletion) -> None:
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        if not await deletions.begin(connection, one.id, at=desk.now()):
            return
    try:
        await _leave_vault(desk, one)
    except Unavailable as error:
        await _tell_undeletable(desk, one, error)
        return
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        if not await deletions.complete(connection, one, at=at):
            return
        await tasks.close(connection, UNDELETABLE, one.id, at=at)
        if one.media_id is not None:
            await documents.erase(connection, one.media_id, at=at)
        if one.document_id is not None:
            await _tell_the_sheet(connection, one.document_id, at=at)
    metrics.DELETIONS.labels(reason=one.reason).inc()
    log.info("document.deleted", document_id=str(one.document_id), media_id=str(one.media_id), reason=one.reason)


async def _leave_vault(desk: Desk, one: Deletion) -> None:
    """Raises VaultClosed while the vault still shows the file."""
    if one.vault_id is None:
        return
    await desk.vault.delete(one.vault_id)
    if await desk.vault.stat(one.vault_id) is not None:
        raise VaultClosed("le coffre montre encore un fichier qui devait être effacé")


async def _tell_the_sheet(connection: Connection, document_id: UUID, *, at: datetime) -> None:
    receivable_id = await deletions.note(connection, document_id, actor=settle.SOURCE, at=at)
    changed = events.DocumentsChanged(receivable_id=receivable_id)
    await outbox.tell(connection, changed, source=settle.SOURCE, at=at)


async def _tell_undeletable(desk: Desk, one: Deletion, error: Unavailable) -> None:
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        is_news = await tasks.open_task(connection, UNDELETABLE, one.id, at=at)
    if is_news:
        log.error("document.undeletable", document_id=str(one.document_id), reason=one.reason, hint=str(error))


async def _finish_orders(desk: Desk) -> None:
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        orders = await deletions.open_orders(connection)
    for order_id, customer_id in orders:
        async with pool.transaction(desk.database) as connection:
            await documents.lock(connection, customer_id)
            is_done = await deletions.finish_order(connection, order_id, customer_id, at=desk.now())
        if is_done:
            log.info("customer.erased", customer_id=customer_id)
