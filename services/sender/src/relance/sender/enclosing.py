"""What goes with a message: sealed in the database, in clear in this process's memory only, for one send."""

from __future__ import annotations

from relance.domain.errors import AttachmentMissing, Broken
from relance.sender.chat_page import Paper
from relance.store import attachments, pool
from relance.store.sends import Job


async def paper_of(database: pool.Pool, key: bytes | None, job: Job) -> Paper | None:
    """None when the text goes alone.

    Raises AttachmentMissing: the text may speak of the file, so it never goes without.
    """
    if job.attachment_id is None:
        return None
    async with database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        found = await attachments.of_job(connection, job.id)
    if found is None or found.id != job.attachment_id:
        raise AttachmentMissing(f"message {job.id}: what goes with it is not there any more")
    if key is None:
        raise AttachmentMissing(f"message {job.id}: this sender was given no {attachments.KEY_SETTING}")
    try:
        return Paper(found.file_name, found.mime, found.opened(key))
    except Broken as error:
        raise AttachmentMissing(f"message {job.id}: what goes with it cannot be opened") from error
