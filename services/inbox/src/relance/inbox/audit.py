"""The daily look at who may read each folder and each document: somebody may share one long after its upload.

Called at each sweep; a place is looked at once a day, one
that was found open until it is closed. What cannot be asked now (Drive does not answer) is asked again
at the next sweep and is no finding.
"""

from __future__ import annotations

from datetime import timedelta

from relance.domain.errors import VaultClosed
from relance.inbox import metrics
from relance.inbox.desk import Desk
from relance.inbox.vault.port import VaultExposed
from relance.runtime import logs
from relance.store import audits, pool, tasks

log = logs.get()

EXPOSED = "vault_exposed"
SUBJECT = "vault"
NOBODY_KNOWS = "exposed"


async def look(desk: Desk, every: timedelta) -> None:
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        due = await audits.due(connection, since=desk.now() - every)
    if not due:
        return
    hint = ""
    for place in due:
        try:
            readers, is_exposed = await desk.vault.verify_access(place), False
        except VaultExposed as error:
            readers, is_exposed, hint = NOBODY_KNOWS, True, str(error)
        except VaultClosed:
            break
        async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
            await audits.note(connection, place, readers=readers, is_exposed=is_exposed, at=desk.now())
    await _conclude(desk, hint)


async def _conclude(desk: Desk, hint: str) -> None:
    """One task and one log line for a vault that is open, however many places show it."""
    at, is_news = desk.now(), False
    async with pool.transaction(desk.database) as connection:
        exposed = await audits.exposed(connection)
        if exposed:
            is_news = await tasks.open_task(connection, EXPOSED, SUBJECT, at=at)
            is_news = is_news or await tasks.reopen(connection, EXPOSED, SUBJECT, at=at)
        else:
            await tasks.close(connection, EXPOSED, SUBJECT, at=at)
    metrics.EXPOSED.set(exposed)
    if is_news:
        log.error("vault.exposed", count=exposed, hint=hint)
