"""The life of one message to send, and what each look at the chat makes of it.

    due → published → sending → sent → delivered → read
                         └→ unknown → sent | due | review
    side exits: cancelled(reason) · failed(definitely not sent)

A message found in `sending` or `unknown` is never typed again before the chat has been looked at, twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import assert_never

from relance.domain.delivery import Finding

MAX_ATTEMPTS = 3

# A message that cannot be proved yet is looked at again after 5, 10, 20 … seconds, at most every five minutes.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0


class JobState(StrEnum):
    DUE = "due"
    PUBLISHED = "published"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REVIEW = "review"


UNPROVED = frozenset({JobState.SENDING, JobState.UNKNOWN})
FOR_A_HUMAN = frozenset({JobState.FAILED, JobState.REVIEW})


class Course(Enum):
    SEND = "send"
    RECONCILE = "reconcile"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Conclusion:
    state: JobState
    reason: str | None = None


def course(state: JobState) -> Course:
    """What a delivery of the broker asks for, given what the row says."""
    if state is JobState.PUBLISHED:
        return Course.SEND
    return Course.RECONCILE if state in UNPROVED else Course.NOTHING


def refused(blocker: str | None) -> Conclusion:
    """The claim or the last look before the click said no: nothing was sent, and why."""
    match blocker:
        case None:
            return Conclusion(JobState.REVIEW, "attempts")
        case "hours" | "stopped":
            return Conclusion(JobState.DUE, blocker)
        case _:
            return Conclusion(JobState.CANCELLED, blocker)


def given_back(attempt: int, reason: str) -> Conclusion:
    """Proved not sent: due again, or a person's after the last attempt."""
    return Conclusion(JobState.DUE if attempt < MAX_ATTEMPTS else JobState.REVIEW, reason)


def conclude(
    finding: Finding, *, is_synced: bool, absent_for_s: float | None, gap_s: float, attempt: int
) -> Conclusion:
    """One look's conclusion. `absent_for_s` counts from the first of an unbroken row of looks that found nothing."""
    match finding:
        case Finding.UNDER_CLOCK:
            return Conclusion(JobState.UNKNOWN, "clock")
        case _ if not is_synced:
            return Conclusion(JobState.UNKNOWN, "barrier")
        case Finding.UNPROVABLE:
            return Conclusion(JobState.UNKNOWN, "unprovable")
        case Finding.SENT:
            return Conclusion(JobState.SENT)
        case Finding.FAILED:
            return Conclusion(JobState.FAILED, "refused_by_whatsapp")
        case Finding.ABSENT:
            if absent_for_s is None or absent_for_s < gap_s:
                return Conclusion(JobState.UNKNOWN, "absent_once")
            return given_back(attempt, "absent")
        case _:
            assert_never(finding)


def next_look_s(conclusion: Conclusion, *, looks: int, gap_s: float) -> float:
    """Seconds until a message still unproved after `looks` looks is looked at again."""
    if conclusion.reason == "absent_once":
        return gap_s
    return min(FIRST_PAUSE_S * 2.0 ** max(looks - 1, 0), LONGEST_PAUSE_S)
