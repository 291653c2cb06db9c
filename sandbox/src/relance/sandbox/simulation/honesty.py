"""Once a day: every open item has a decision with reasons, none says "later" of what may leave now, none is lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from relance.domain import sequence
from relance.domain.receivable import OPEN
from relance.domain.sequence import Verdict
from relance.domain.standing import Case
from relance.sandbox.simulation import oracle
from relance.sandbox.simulation.oracle import Oracle

PATIENCE = timedelta(days=4)
"""What may leave and does not for this long is lost: longer than an outage and a long weekend."""


def judge(judge_: Oracle, now: datetime, sample: Iterable[int]) -> None:
    """`sample`: people whose items are decided anew, which costs more than looking."""
    book = judge_.book
    for item, row in book.rows.items():
        if row.customer_id not in book.dirty:
            _judge_reasons(judge_, item, now)
    for customer in sample:
        if customer not in book.dirty:
            for case in book.cases(customer):
                _judge_foresight(judge_, case, now)
                _judge_loss(judge_, case, now)
    for job in book.jobs.values():
        if job.state == "due" and now - job.due_at > PATIENCE:
            judge_.broken("a message lost in the queue", now, job.id)


def _judge_reasons(judge_: Oracle, item: int, now: datetime) -> None:
    made = judge_.book.decisions.get(item)
    if made is None:
        judge_.broken("an open item without a decision", now, str(item))
    elif not made.blockers and made.verdict is not Verdict.SEND:
        judge_.broken("a refusal without its reason", now, str(item))
    elif "error" in made.blockers:
        judge_.broken("a decision that failed", now, str(item))
    elif made.blockers == ("not_yet",) and made.next_at is None:
        judge_.broken("later, without a date", now, str(item))


def _judge_foresight(judge_: Oracle, case: Case, now: datetime) -> None:
    """The plan does not run between two looks: deciding anew in between must find nothing to send."""
    item = case.receivable.id
    look = judge_.book.looks.get(item)
    if case.contact.is_being_written_to or (look is not None and look <= now):
        return
    known = judge_.book.decisions[item].verdict
    if known is not Verdict.SEND and sequence.decide(case, judge_.policy, now).verdict is Verdict.SEND:
        judge_.broken("due, and nobody would have looked", now, str(item))


def _judge_loss(judge_: Oracle, case: Case, now: datetime) -> None:
    """A first level that fell days ago, nothing against it, and still "not yet"."""
    row, made = case.receivable, judge_.book.decisions[case.receivable.id]
    if case.past or row.status not in OPEN or made.blockers != ("not_yet",):
        return
    entries = [rung for rung in judge_.sequence(row.id).rungs if rung.is_entry and not rung.conditions]
    days = [day for rung in entries if (day := oracle.day_of(row, rung)) is not None]
    is_true = row.departs_on is None or now.date() < row.departs_on
    if days and is_true and now.date() - max(days) > PATIENCE:
        judge_.broken("a due level that never comes", now, str(row.id))
