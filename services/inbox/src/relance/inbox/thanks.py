"""The one answer to the files that somebody sent: what is to be done again, else what is still missing.

Called after each pass. The rows say what was answered, so a crash answers neither twice nor not at all; an album of
several messages gets one answer, once nothing more has come for a while.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.domain import documents as papers
from relance.domain.documents import FileRefusal
from relance.domain.recognising import Fault
from relance.domain.verdict import Outcome
from relance.inbox import settle
from relance.inbox.desk import Desk
from relance.store import documents, pool, verdicts
from relance.store.pool import Connection
from relance.store.verdicts import Told

A_PERSON_LOOKS = "reponse_document_verifie"
COMPLETE, SOME_MISSING = "reponse_document_complet", "reponse_document_recu"
# What the sender of the file can mend; with anything else they are told that somebody looks.
_MENDABLE = frozenset(FileRefusal) - {FileRefusal.EXHAUSTED, FileRefusal.UNKNOWN_TYPE}
_OF_FAULT = {
    Fault.BLURRED: "reponse_document_flou",
    Fault.GLARE: "reponse_document_reflet",
    Fault.TOO_DARK: "reponse_document_sombre",
    Fault.CUT_OFF: "reponse_document_coupe",
    Fault.TOO_SMALL: "reponse_document_petit",
    Fault.WRONG_DOCUMENT: "reponse_document_autre",
}
EXPIRED, UNREADABLE = "reponse_document_expire", "reponse_document_refuse"


async def answer_the_silent(desk: Desk) -> None:
    at = desk.now()
    async with desk.database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        waiting = await verdicts.unanswered(connection)
    for customer_id, told in waiting.items():
        if told[-1].received_at + desk.silence > at:
            continue
        async with pool.transaction(desk.database) as connection:
            await documents.lock(connection, customer_id)
            again = (await verdicts.unanswered(connection)).get(customer_id)
            if again is None or again != told:  # another inbox was faster, or more has come: the next pass tells
                continue
            await _answer(connection, told, desk)


async def _answer(connection: Connection, told: Sequence[Told], desk: Desk) -> None:
    """About the last file that asks for something, else about the last one."""
    at = desk.now()
    named = [(one, words) for one in told if (words := _template(one)) is not None]
    about: Told
    template: str | None
    if named:
        about, template = named[-1]
    else:
        about, template = await _what_is_left(connection, told)
    await verdicts.answer(connection, told, at=at)
    if template is not None:
        await settle.answer(
            connection,
            about.inbound_id,
            customer_id=about.customer_id,
            receivable_id=about.receivable_id,
            template=template,
            at=at,
        )


def _template(told: Told) -> str | None:
    """What must be said of this file; None when it was filed or is a person's."""
    match told.outcome:
        case Outcome.RETAKE:
            return _OF_FAULT[Fault(told.reason or Fault.BLURRED)]
        case Outcome.EXPIRED:
            return EXPIRED
        case Outcome.REFUSED if told.reason in _MENDABLE:
            return UNREADABLE
        case _:
            return None


async def _what_is_left(connection: Connection, told: Sequence[Told]) -> tuple[Told, str | None]:
    """The file to speak of, and what to say; nothing about what was sent twice."""
    filed = [one for one in told if one.outcome in {Outcome.ACCEPTED, Outcome.REVIEW}]
    if not filed:
        looked_at = [one for one in told if one.outcome in {Outcome.HANDED_OVER, Outcome.REFUSED}]
        return (looked_at[-1], A_PERSON_LOOKS) if looked_at else (told[-1], None)
    last = filed[-1]
    states = [] if last.receivable_id is None else await documents.states(connection, last.receivable_id)
    return last, COMPLETE if papers.is_complete(states) else SOME_MISSING
