"""What is decided for one person, purely: each item's decision, and the messages that speak of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from relance.domain import sequence, standing
from relance.domain.errors import Broken, Refused
from relance.domain.sequence import Decision, Verdict
from relance.domain.standing import Case
from relance.domain.steps import Policy, Purpose, Step
from relance.runtime import logs
from relance.scheduler import metrics
from relance.store import deciding
from relance.store.deciding import Known

log = logs.get()

BAD_ROW = (
    Refused,
    Broken,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)
"""What one impossible row may raise; anything else stops the pass, and the loop tries again."""


@dataclass(frozen=True, slots=True)
class Due:
    """An item whose step leaves now."""

    case: Case
    decision: Decision
    step: Step

    @property
    def is_reminder(self) -> bool:
        return self.step.is_reminder


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was decided for one person: messages to plan now, and the decision of each item."""

    known: Sequence[Known]
    messages: Sequence[Sequence[Due]]
    decisions: dict[int, Decision]

    def news(self) -> list[tuple[Case, Decision]]:
        """Decisions that say something else than those kept."""
        pairs = ((one, self.decisions[one.case.receivable.id]) for one in self.known)
        return [(one.case, decision) for one, decision in pairs if one.kept != deciding.as_kept(decision)]


def person(known: Known) -> tuple[int, int]:
    """What groups the items of one person; an item without one stands alone."""
    row = known.case.receivable
    return (0, row.id) if row.customer_id is None else (row.customer_id, 0)


def of_person(known: Sequence[Known], policy: Policy, now: datetime) -> Outlook:
    """Everything that is decided for one person; a row that fails is marked and stops only that person."""
    try:
        decisions = {one.case.receivable.id: sequence.decide(one.case, policy, now) for one in known}
    except BAD_ROW as error:
        metrics.ROW_FAILURES.inc()
        log.error("plan.person_failed", customer_id=known[0].case.receivable.customer_id, exc_info=error)
        return Outlook(known, (), {one.case.receivable.id: sequence.FAILED for one in known})
    waiting = [
        Due(one.case, decision, standing.due_step(one.case, decision.step, decision.cycle, policy))
        for one, decision in zip(known, decisions.values(), strict=True)
        if decision.verdict is Verdict.SEND
    ]
    messages = together(waiting)
    for late in _left_out(waiting, messages):
        decisions[late.case.receivable.id] = sequence.waits_its_turn(late.decision)
    return Outlook(known, messages, decisions)


def together(waiting: Sequence[Due]) -> list[list[Due]]:
    """Messages to one person: confirmations and document requests by item, then at most one automatic reminder.

    A documents reminder comes before a payment reminder. The payment reminder speaks of every due item of the ledger
    whose item is the oldest, that one first; other ledgers wait for the interval.
    """
    direct = [[due] for due in waiting if not due.is_reminder]
    chasers = [due for due in waiting if due.is_reminder and due.step.purpose is not Purpose.PAYMENT]
    payments = [due for due in waiting if due.step.purpose is Purpose.PAYMENT]
    if chasers or not payments:
        return direct + [[chaser] for chaser in chasers[:1]]
    first = payments[sequence.carrier([(due.case, due.step) for due in payments])]
    same_ledger = [due for due in payments if due.case.receivable.ledger_id == first.case.receivable.ledger_id]
    return [*direct, [first, *(due for due in same_ledger if due is not first)]]


def _left_out(waiting: Sequence[Due], messages: Sequence[Sequence[Due]]) -> list[Due]:
    carried = {due.case.receivable.id for message in messages for due in message}
    return [due for due in waiting if due.case.receivable.id not in carried]
