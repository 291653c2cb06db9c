"""What is decided about one item at one instant, with every reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from relance.domain.standing import Past
from relance.domain.steps import Step

SKIPPED_STALE = "skipped_stale"


class Verdict(StrEnum):
    SEND = "send"
    WAIT = "wait"
    BLOCKED = "blocked"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Decision:
    """`skipped` is recorded together with the send; `task` names what a person is asked to look at."""

    verdict: Verdict
    step: str | None = None
    cycle: int = 1
    blockers: tuple[str, ...] = ()
    send_at: datetime | None = None
    skipped: tuple[Step, ...] = ()
    next_step: str | None = None
    next_at: datetime | None = None
    task: str | None = None


FAILED = Decision(Verdict.BLOCKED, blockers=("error",), task="decision_failed")
"""For a row whose decision failed."""


def finished(blocker: str, task: str | None = None) -> Decision:
    return Decision(Verdict.FINISHED, blockers=(blocker,), task=task)


def waits_its_turn(decision: Decision) -> Decision:
    """Due, but another message goes to the same person first."""
    return replace(decision, verdict=Verdict.WAIT, step=None, blockers=("in_flight",), skipped=(), next_at=None)


def refused(decision: Decision, blocker: str) -> Decision:
    """Due, but its message cannot be made: a person is told, and it is tried again at every pass."""
    return replace(decision, verdict=Verdict.BLOCKED, blockers=(blocker,), skipped=(), next_at=None, task=blocker)


def in_flight(past: Past) -> Decision:
    """Its message is due or on its way; a person is told when what goes with it cannot be made."""
    if past.is_stuck:
        stuck = ("attachment",)
        return Decision(Verdict.BLOCKED, past.step, past.cycle, stuck, next_step=past.step, task="attachment")
    return Decision(Verdict.WAIT, past.step, past.cycle, ("in_flight",), next_step=past.step)
