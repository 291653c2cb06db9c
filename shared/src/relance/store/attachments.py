"""What goes with a message: made and sealed by the scheduler before the release, read by the sender, then erased.

A sender that finds `Job.attachment_id` carries what `of_job` gives with the text, as one message, or concludes that the
message did not leave: the text may speak of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from relance.domain.enclosure import Kind
from relance.domain.errors import Broken
from relance.store import named, spool
from relance.store.pool import Connection

SQL = named.load("attachments.sql")
KEY_SETTING = "RELANCE_ATTACHMENT_KEY"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Sealed; `opened` gives the bytes. `file_name` ends as `mime` says and holds no path."""

    id: UUID
    kind: Kind
    mime: str
    file_name: str
    size_bytes: int
    sha256: str
    nonce: bytes = field(repr=False)
    sealed: bytes = field(repr=False)

    def opened(self, key: bytes) -> bytes:
        """Raises Broken when the bytes are not those that were checked, or the key is another."""
        body = spool.unseal(key, self.id, self.nonce, self.sealed)
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise Broken(f"attachment {self.id} is not the one that was made")
        return body


async def of_job(connection: Connection, job_id: UUID) -> Attachment | None:
    """What goes with this message; None when nothing does.

    The sender's role sees it while the message is `published`, `sending` or `unknown`, and never another.
    """
    row = await connection.fetchrow(SQL.of_job, job_id)
    if row is None:
        return None
    return Attachment(
        id=row["id"],
        kind=Kind(row["kind"]),
        mime=row["mime"],
        file_name=row["file_name"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        nonce=row["nonce"],
        sealed=row["sealed"],
    )
