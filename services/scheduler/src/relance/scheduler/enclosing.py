"""Makes what goes with the messages that are due, before their release and outside every transaction.

A message that wants an attachment is passed over by the release until it is there, made for the row as it is now. Dying
anywhere costs a second fetch. What cannot be made holds its message, tells a person, and is tried again: at once when
the row changes, else less and less often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from relance.domain import recheck, standing
from relance.domain.enclosure import Enclosure, Kind, Need
from relance.domain.errors import Refused, RelanceError, Unavailable
from relance.domain.standing import Case
from relance.domain.steps import Policy
from relance.runtime import logs
from relance.scheduler import attachments as making
from relance.scheduler import invoices, metrics, outlook, values
from relance.scheduler.settings import Rules
from relance.store import attachments, deciding, jobs, pool
from relance.store.attachments import Failure, Made, Wanted
from relance.store.pool import Pool

log = logs.get()

# Each may be ten megabytes, and their servers slow.
AT_ONCE = 4
FIRST_REST, LONGEST_REST, REST_GROWS = timedelta(minutes=1), timedelta(hours=6), 5
MOST_GROWTHS = 4  # beyond, the longest rest holds
# A server that is away for half an hour is a person's business too.
TRIES_ALONE = 3
ABSENT = {
    Kind.PDF: "la ligne ne nomme pas de facture (colonne Lien PDF), et cette étape en joint une",
    Kind.PAYMENT_CODE: "aucun compte n'est réglé pour cette devise, et cette étape joint un code de paiement",
}


@dataclass(frozen=True, slots=True)
class Means:
    """`key` seals what is made; None when the deployment gave none."""

    rules: Rules
    key: bytes | None
    is_allowed: Callable[[str], bool] = invoices.is_public


async def run(database: Pool, policy: Policy, means: Means, now: datetime) -> int:
    """Make some of what is wanted; how many messages may go on."""
    async with database.acquire(timeout=pool.ACQUIRE_TIMEOUT_S) as connection:
        wanted = await attachments.unready(connection, now, limit=AT_ONCE)
        if not wanted:
            return 0
        known = await deciding.cases_of(connection, [one.receivable_id for one in wanted], now)
    cases = {one.case.receivable.id: one.case for one in known}
    found = [(one, cases[one.receivable_id]) for one in wanted if one.receivable_id in cases]
    steps = (_enclose(database, one, case, policy=policy, means=means, now=now) for one, case in found)
    return sum(await asyncio.gather(*steps))


async def _enclose(database: Pool, wanted: Wanted, case: Case, *, policy: Policy, means: Means, now: datetime) -> bool:
    own = policy.of(case.receivable.ledger_id)
    step = standing.step_named(case, own, wanted.step, wanted.cycle)
    stopped = recheck.Stopped("stale") if step is None else recheck.objection(case, step, own, now)
    if step is None or (stopped is not None and stopped.until is None):
        await _cancel(database, wanted, "stale" if stopped is None else stopped.reason)
        return False
    outcome = await _made(case, own.enclosure_of(step), wanted, means=means, now=now)
    version = case.receivable.version
    async with pool.transaction(database) as connection:
        match outcome:
            case None:
                await attachments.go_alone(connection, wanted.job_id)
            case Made():
                assert means.key is not None
                await attachments.keep(connection, wanted.job_id, outcome, key=means.key, version=version, at=now)
            case Failure():
                await attachments.failed(connection, wanted, outcome, version=version)
    return not isinstance(outcome, Failure)


async def erase_ended(database: Pool, now: datetime) -> None:
    async with pool.transaction(database) as connection:
        await attachments.erase_ended(connection, now)


async def _made(
    case: Case, enclosure: Enclosure | None, wanted: Wanted, *, means: Means, now: datetime
) -> Made | Failure | None:
    """None: the text goes alone."""
    if enclosure is None:
        return None  # the owner took it out of the step meanwhile
    try:
        if means.key is None:
            raise Refused(f"{attachments.KEY_SETTING} manque : rien ne peut être joint")
        made = await making.made(enclosure.kind, case, means.rules, is_allowed=means.is_allowed)
        if made is None and _must_have(enclosure, case, means.rules):
            raise Refused(ABSENT[enclosure.kind])
    except (RelanceError, OSError, *outlook.BAD_ROW) as error:
        failure = _failure(error, wanted, now)
        metrics.ENCLOSED.labels(outcome="refused" if failure.needs_person else "failed").inc()
        log.warning("attachment.failed", job_id=str(wanted.job_id), kind=enclosure.kind.value, attempt=wanted.tries + 1)
        return failure
    metrics.ENCLOSED.labels(outcome="none" if made is None else "made").inc()
    return made


def _must_have(enclosure: Enclosure, case: Case, rules: Rules) -> bool:
    """A row that wants discretion gets a text of its own, which promises nothing."""
    return enclosure.need is Need.REQUIRED and not (rules.scheduler_discreet or values.wants_discretion(case))


def _failure(error: Exception, wanted: Wanted, now: datetime) -> Failure:
    rest = min(FIRST_REST * REST_GROWS ** min(wanted.tries, MOST_GROWTHS), LONGEST_REST)
    if isinstance(error, Unavailable) and wanted.tries + 1 < TRIES_ALONE:
        return Failure(str(error), now + rest, needs_person=False)
    sentence = str(error) if isinstance(error, RelanceError) else "le fichier ne peut pas être lu"
    return Failure(sentence, now + (rest if isinstance(error, Unavailable) else LONGEST_REST), needs_person=True)


async def _cancel(database: Pool, wanted: Wanted, reason: str) -> None:
    async with pool.transaction(database) as connection:
        await jobs.cancel(connection, wanted.job_id, reason)
    metrics.CANCELLED.labels(reason=reason).inc()
    log.info("reminder.cancelled", job_id=str(wanted.job_id), reason=reason)
