"""What goes with a message: made and sealed by the scheduler before the release, read by the sender, then erased.

A sender that finds `Job.attachment_id` carries what `of_job` gives with the text, as one message, or concludes that the
message did not leave: the text may speak of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that waits for what goes with it."""

    job_id: UUID
    receivable_id: int
    step: str
    cycle: int
    tries: int


@dataclass(frozen=True, slots=True)
class Made:
    """A checked file, not sealed yet."""

    kind: Kind
    mime: str
    file_name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """`sentence` is French, for the owner; `needs_person`: trying again alone will hardly help."""

    sentence: str
    again_at: datetime
    needs_person: bool


def key_from(given: str) -> bytes | None:
    """The key as it is given in the settings; None when there is none. Raises SettingsRejected when it is no key."""
    return spool.key_from(given, setting=KEY_SETTING) if given else None


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


async def unready(connection: Connection, now: datetime, *, limit: int) -> list[Wanted]:
    return [
        Wanted(row["id"], row["receivable_id"], row["step"], row["cycle"], row["attachment_tries"])
        for row in await connection.fetch(SQL.unready, now, limit)
    ]


async def keep(connection: Connection, job_id: UUID, made: Made, *, key: bytes, version: int, at: datetime) -> bool:
    """Seal it for this message; False when the message does not wait any more. Inside a transaction."""
    if await connection.fetchval(SQL.lock, job_id) is None:
        return False
    own = uuid4()
    nonce, sealed = spool.seal(key, own, made.body)
    digest, size = hashlib.sha256(made.body).hexdigest(), len(made.body)
    await connection.execute(SQL.keep, own, made.kind, made.mime, made.file_name, size, digest, nonce, sealed, at)
    await connection.execute(SQL.ready, job_id, own, version)
    return True


async def go_alone(connection: Connection, job_id: UUID) -> None:
    """Inside a transaction."""
    if await connection.fetchval(SQL.lock, job_id) is not None:
        await connection.execute(SQL.go_alone, job_id)


async def failed(connection: Connection, wanted: Wanted, failure: Failure, *, version: int) -> None:
    """The message goes on waiting. Inside a transaction."""
    if await connection.fetchval(SQL.lock, wanted.job_id) is not None:
        values = (failure.again_at, wanted.tries + 1, failure.sentence, failure.needs_person)
        await connection.execute(SQL.failed, wanted.job_id, version, *values)


async def erase_ended(connection: Connection, at: datetime) -> None:
    await connection.execute(SQL.erase, at)
