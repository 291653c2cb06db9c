"""What owners set in their workbooks, laid over the deployment's own values: texts, policy and pace per ledger.

Read again at every plan and release when something changed, so an edit of the sheet needs no restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from relance.domain import preferences
from relance.domain.pacing import Pace
from relance.domain.steps import Policy
from relance.scheduler.texts import Texts
from relance.store import workbook_settings
from relance.store.pool import Connection
from relance.store.workbook_settings import Held


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
            self._now = laid_over(self._given, await workbook_settings.newest(connection))
            self._seen = newest
        return self._now


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
