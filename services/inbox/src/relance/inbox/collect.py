"""Files that customers send: what each is for, decided once. One worker; the rows say what is left after any crash.

unjudged media ── examined in a child ──┬── place, vault id and clean bytes committed ── `filing` ── received, accepted
                                        ├── the place asked for again, for one reason
                                        └── a person's task: refused, damaged, not asked for, beside other words

An album arrives as several messages: one answer for all of them, once nothing more has come for a while.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from relance.contracts import events
from relance.domain import verdict
from relance.domain.documents import FileRefusal
from relance.domain.errors import Broken, VaultClosed
from relance.domain.recognising import Seen, Sight
from relance.domain.replies import Intent
from relance.domain.verdict import Outcome, Verdict
from relance.inbox import expecting, filing, inspect, metrics, settle, thanks
from relance.inbox.desk import CLOSED, Desk, Trouble, quarantine
from relance.runtime import logs
from relance.store import documents, outbox, pool, tasks, verdicts
from relance.store.documents import Arrived
from relance.store.pool import Connection
from relance.store.verdicts import Decision

log = logs.get()


async def work_off(desk: Desk) -> None:
    """One pass: know what was asked for, decide about each file that arrived, then file what is decided."""
    await expecting.expect_unannounced(desk)
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        arrived = await documents.unjudged(connection)
    for media in arrived:
        await _judge(desk, media)
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        waiting = await documents.unfiled(connection)
    for document in waiting:
        await filing.file(desk, document)
    await thanks.answer_the_silent(desk)


async def _judge(desk: Desk, media: Arrived) -> None:
    data = await _wanted_bytes(desk, media)
    if data is None:
        return
    try:
        vault_id = await desk.vault.new_id()
    except VaultClosed as error:
        await quarantine(desk, Trouble(media.id, media.customer_id, media.inbound_id), error)
        return
    finding = await desk.examine(data, desk.now().date())
    if finding.refusal is not None:
        await _refuse(desk, media, finding.refusal)
    else:
        await _decide(desk, media, finding, vault_id)
    metrics.EXAMINATION.observe(finding.cpu_s)


async def _decide(desk: Desk, media: Arrived, finding: inspect.Finding, vault_id: str) -> None:
    at, key = desk.now(), desk.spool_key
    async with pool.transaction(desk.database) as connection:
        if not await documents.take(connection, media):
            return
        missing = await documents.free_places(connection, media.customer_id)
        known = await verdicts.desk(connection, media.customer_id, finding.seen, missing, key=key)
        decided = verdict.judge(finding.seen, known, today=at.date())
        await verdicts.add(connection, media, verdicts.decision(finding.seen, decided), key=key, at=at)
        if finding.seen.sight is Sight.OTHER_ID:  # only licensed entities may keep one
            await documents.erase(connection, media.id, at=at)
        match decided.outcome:
            case Outcome.ACCEPTED | Outcome.REVIEW if decided.place is not None:
                digest = hashlib.sha256(finding.clean).hexdigest()
                claim = documents.Claim(decided.place, media, vault_id, digest, finding.mime, finding.clean)
                await documents.claim(connection, claim, key=key)
                await tasks.close(connection, CLOSED, media.id, at=at)
            case Outcome.RETAKE | Outcome.EXPIRED if decided.place is not None:
                await _send_back(connection, decided, at=at)
            case Outcome.DUPLICATE:
                await documents.erase(connection, media.id, at=at)
            case _:
                await _hand_over(connection, media, f"media_{decided.doubt}", at=at)
                return
        if decided.doubt is not None or decided.outcome is Outcome.EXPIRED:
            await _tell_a_person(connection, media, decided, at=at)
    metrics.DOCUMENTS.labels(kind=finding.seen.sight.value, result=decided.outcome.value).inc()
    log.info("document.judged", media_id=str(media.id), kind=finding.seen.sight.value, outcome=decided.outcome.value,
             reason=decided.fault or decided.doubt)  # fmt: skip


async def _send_back(connection: Connection, decided: Verdict, *, at: datetime) -> None:
    if decided.place is None:
        return
    await verdicts.send_back(connection, decided.place.id, decided.fault or decided.outcome, at=at)
    changed = events.DocumentsChanged(receivable_id=decided.place.receivable_id)
    await outbox.tell(connection, changed, source=settle.SOURCE, at=at)


async def _tell_a_person(connection: Connection, media: Arrived, decided: Verdict, *, at: datetime) -> None:
    await tasks.open_task(
        connection,
        f"document_{decided.doubt or decided.outcome}",
        media.id,
        at=at,
        customer_id=media.customer_id,
        receivable_id=decided.place.receivable_id if decided.place else None,
        inbound_id=media.inbound_id,
    )


async def _wanted_bytes(desk: Desk, media: Arrived) -> bytes | None:
    """The bytes to examine; None when this file is settled without opening it."""
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        if not await documents.take(connection, media):
            return None
        if media.intent != Intent.DOCUMENT:
            await _hand_over(connection, media, "media_beside_words", at=at)
        elif await documents.is_known(connection, media):
            await documents.erase(connection, media.id, at=at)
            metrics.DOCUMENTS.labels(kind="unknown", result="duplicate").inc()
        elif not await documents.free_places(connection, media.customer_id):
            await _hand_over(connection, media, "media_unasked", at=at)
        else:
            try:
                return await documents.unsealed(connection, media.id, key=desk.spool_key)
            except Broken as error:
                log.error("document.damaged", media_id=str(media.id), exc_info=error)
                await _hand_over(connection, media, "media_damaged", at=at)
    return None


async def _hand_over(connection: Connection, media: Arrived, kind: str, *, at: datetime) -> None:
    """A person decides; the file stays sealed in the spool."""
    await tasks.open_task(connection, kind, media.id, at=at, customer_id=media.customer_id, inbound_id=media.inbound_id)
    metrics.DOCUMENTS.labels(kind="unknown", result=kind.removeprefix("media_")).inc()
    log.warning("document.handed_over", media_id=str(media.id), reason=kind)


async def _refuse(desk: Desk, media: Arrived, refusal: FileRefusal) -> None:
    at = desk.now()
    async with pool.transaction(desk.database) as connection:
        if not await documents.take(connection, media):
            return
        refused = Decision(Outcome.REFUSED, Seen(Sight.UNKNOWN), reason=refusal)
        await verdicts.add(connection, media, refused, key=desk.spool_key, at=at)
        await _hand_over(connection, media, f"media_{refusal}", at=at)
