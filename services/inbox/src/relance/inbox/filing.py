"""From a committed claim to a file in the vault, once, and the spool erased.

The vault id is committed before the upload, so an upload that a crash cut off is found again instead of repeated. What
the vault refuses stays sealed in the spool and is tried again at each pass.
"""

from __future__ import annotations

from relance.contracts import events
from relance.domain import documents as papers
from relance.domain.errors import Broken, Unavailable, VaultClosed
from relance.inbox import inspect, metrics, settle
from relance.inbox.desk import CLOSED, Desk, Trouble, quarantine
from relance.inbox.vault.port import IdSpent, NewFile
from relance.runtime import logs
from relance.store import deletions, documents, outbox, pool, tasks
from relance.store.documents import Unfiled

log = logs.get()


async def file(desk: Desk, document: Unfiled) -> None:
    try:
        await _store(desk, document)
    except IdSpent:  # the next pass uploads under the new id
        fresh = await desk.vault.new_id()
        async with pool.transaction(desk.database) as connection:
            await documents.renew_vault_id(connection, document, fresh)
    except (Unavailable, Broken) as error:
        trouble = Trouble(document.id, document.customer_id, document.inbound_id, document.receivable_id)
        await quarantine(desk, trouble, error)
    else:
        await _receive(desk, document)


async def _store(desk: Desk, document: Unfiled) -> None:
    """The file in the vault, once, readable by nobody else. Raises VaultClosed, IdSpent, Broken."""
    vault = desk.vault
    if await vault.stat(document.vault_id) != document.sha256:
        folder_id = await _folder(desk, document)
        await vault.verify_access(folder_id)
        async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            data = await documents.unsealed(connection, document.media_id, key=desk.spool_key)
        if data is None:  # another inbox finished it
            return
        await vault.put(_new_file(document, folder_id, data))
        if await vault.stat(document.vault_id) != document.sha256:
            await vault.delete(document.vault_id)
            raise VaultClosed("le coffre n'a pas gardé le fichier tel quel")
    try:
        await vault.verify_access(document.vault_id)
    except VaultClosed:
        # Shared wider between the look and the upload: better asked for again than readable.
        await vault.delete(document.vault_id)
        raise


def _new_file(document: Unfiled, folder_id: str, data: bytes) -> NewFile:
    name = papers.file_name(
        key=document.key,
        kind=document.kind,
        traveller=document.traveller,
        on=document.received_at.date(),
        extension=inspect.extension(document.mime),
    )
    return NewFile(
        id=document.vault_id,
        folder_id=folder_id,
        name=name,
        mime=document.mime,
        data=data,
        sha256=document.sha256,
        properties={"document": str(document.id), "customer": str(document.customer_id)},
    )


async def _folder(desk: Desk, document: Unfiled) -> str:
    """The folder of this booking, made if need be: named in the database first, so that it is made once."""
    ledger = f"ledger-{document.ledger_id}"
    ledger_id = await _named(desk, ledger)
    await desk.vault.ensure_folder(ledger_id, name=ledger, parent_id=None)
    booking_id = await _named(desk, f"{ledger}/{document.key}")
    await desk.vault.ensure_folder(booking_id, name=document.key, parent_id=ledger_id)
    return booking_id


async def _named(desk: Desk, place: str) -> str:
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        known = await documents.folder(connection, place)
    if known is not None:
        return known
    fresh = await desk.vault.new_id()
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        return await documents.name_folder(connection, place, fresh, at=desk.now())


async def _receive(desk: Desk, document: Unfiled) -> None:
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        if not await documents.receive(connection, document, actor=settle.SOURCE, at=at):
            # Another inbox filed it, or it was ordered away while it was on its way: then it goes again.
            await deletions.redo(connection, document.vault_id)
            return
        await tasks.close(connection, CLOSED, document.id, at=at)
        await outbox.tell(
            connection, events.DocumentsChanged(receivable_id=document.receivable_id), source=settle.SOURCE, at=at
        )
    metrics.DOCUMENTS.labels(kind=document.kind.value, result="received").inc()
    log.info("document.received", document_id=str(document.id), kind=document.kind.value)
