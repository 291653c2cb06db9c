"""What owners set in their workbooks, laid over the deployment's own values: texts, policy and pace per ledger.

Read again at every plan and release when something changed, so an edit of the sheet needs no restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from relance.domain import preferences, steps
from relance.domain.pacing import Pace
from relance.domain.steps import Policy
from relance.scheduler.texts import Texts
from relance.store import sequences, workbook_settings
from relance.store.pool import Connection
from relance.store.sequences import Ledger
from relance.store.workbook_settings import Held

BY = "Réglages"


@dataclass(frozen=True, slots=True)
class Terms:
    texts: Texts
    policy: Policy
    pace: Pace


class Wishes:
    """The terms of now; `given` are the deployment's."""

    def __init__(self, given: Terms) -> None:
        self._given = given
        self._seen = 0
        self._now = given

    async def now(self, connection: Connection) -> Terms:
        newest = await workbook_settings.newest_id(connection)
        if newest != self._seen:
            held = await workbook_settings.newest(connection)
            await _take(connection, held)
            self._now = await read(connection, self._given, held)
            self._seen = newest
        return self._now


async def read(connection: Connection, given: Terms, held: Sequence[Held]) -> Terms:
    """The terms of now, each sequence of a workbook under its version; writes nothing."""
    terms = laid_over(given, held)
    own = dict(terms.policy.by_ledger)
    for ledger, _, sequence in await _written(connection, held):
        versioned = replace(sequence, version=await sequences.version_of(connection, ledger, sequence))
        own[ledger.id] = replace(own[ledger.id], sequences={**own[ledger.id].sequences, ledger.kind: versioned})
    return replace(terms, policy=replace(terms.policy, by_ledger=own))


async def _take(connection: Connection, held: Sequence[Held]) -> None:
    """Keep what workbooks say as versions: an item that began one goes on with it."""
    async with connection.transaction():
        for ledger, one, sequence in await _written(connection, held):
            await sequences.take(connection, ledger, sequence, by=BY, now=one.taken_at)


async def _written(connection: Connection, held: Sequence[Held]) -> list[tuple[Ledger, Held, steps.Sequence]]:
    """Each ledger's own sequence, of those whose workbook writes one."""
    by_id = {one.ledger_id: one for one in held}
    found = []
    for ledger in await sequences.ledgers(connection) if by_id else ():
        one = by_id.get(ledger.id)
        sequence = None if one is None else preferences.written(one.settings, ledger.kind)
        if one is not None and sequence is not None:
            found.append((ledger, one, sequence))
    return found


def laid_over(given: Terms, held: Sequence[Held]) -> Terms:
    """Pure."""
    own = {one.ledger_id: preferences.applied(given.policy.of(one.ledger_id), one.settings) for one in held}
    return Terms(
        texts=given.texts.with_own({one.ledger_id: one.texts for one in held if one.texts}),
        policy=replace(given.policy, by_ledger={**given.policy.by_ledger, **own}),
        pace=replace(given.pace, caps=caps(held)),
    )


def caps(held: Sequence[Held]) -> dict[int, int]:
    """Daily caps by number; of several ledgers that share one the lowest holds."""
    found: dict[int, int] = {}
    for one in held:
        if "daily_cap" in one.settings:
            wanted = int(one.settings["daily_cap"])
            found[one.number_id] = min(wanted, found.get(one.number_id, wanted))
    return found
