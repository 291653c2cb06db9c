"""The life of one message to send, and what each look at the chat makes of it.

    due → published → sending → sent → delivered → read
                         └→ unknown → sent | due | review
    side exits: cancelled(reason) · failed(definitely not sent)

A message found in `sending` or `unknown` is never typed again before the chat has been looked at, twice. No doubt lasts
for ever: what cannot be proved, and a chat that does not open, end in `review`. A person is asked; that step counts as
decided and leaves never again by itself, the steps after it go on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, StrEnum
from typing import assert_never

from relance.domain.delivery import Finding

MAX_ATTEMPTS = 3

# A message that cannot be proved yet is looked at again after 5, 10, 20 … seconds, at most every five minutes.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
LEAST_LOOKS = 3

# A chat that does not open rests for half a minute, then 2, 12 and 62 minutes; the fifth time a person is asked.
MOST_OPENINGS = 5
FIRST_REST = timedelta(seconds=30)
REST_GROWS = 5


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
    """`rest`: its chat did not open and is left alone for so long."""

    state: JobState
    reason: str | None = None
    rest: timedelta | None = None


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
        case "hours" | "stopped" | "number_stopped":
            return Conclusion(JobState.DUE, blocker)
        case _:
            return Conclusion(JobState.CANCELLED, blocker)


def given_back(attempt: int, reason: str) -> Conclusion:
    """Proved not sent: due again, or a person's after the last attempt."""
    return Conclusion(JobState.DUE if attempt < MAX_ATTEMPTS else JobState.REVIEW, reason)


def not_opened(opening: int, reason: str) -> Conclusion:
    """The chat did not open for the `opening`th time in a row; nothing was typed."""
    if opening >= MOST_OPENINGS:
        return Conclusion(JobState.REVIEW, reason)
    return Conclusion(JobState.DUE, reason, FIRST_REST * REST_GROWS ** (opening - 1))


def bounded(conclusion: Conclusion, *, looks: int, unproved_s: float, give_up_s: float) -> Conclusion:
    """A person's, once it stayed unproved for too long although it was looked at; absence ends by itself."""
    if conclusion.state is not JobState.UNKNOWN or conclusion.reason == "absent_once":
        return conclusion
    is_over = looks >= LEAST_LOOKS and unproved_s >= give_up_s
    return replace(conclusion, state=JobState.REVIEW) if is_over else conclusion


def conclude(
    finding: Finding,
    *,
    is_synced: bool,
    absent_for_s: float | None,
    gap_s: float,
    attempt: int,
    is_blank: bool = False,
) -> Conclusion:
    """One look's conclusion. `absent_for_s` counts from the first of an unbroken row of looks that found nothing.

    `is_blank`: the first message to somebody, and the profile it was typed in is gone. An empty chat then looks like
    one whose history has not come yet, whatever the barrier says: nothing proves that it did not leave.
    """
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
        case Finding.ABSENT if is_blank:
            return Conclusion(JobState.REVIEW, "profile_lost")
        case Finding.ABSENT:
            if absent_for_s is None or absent_for_s < gap_s:
                return Conclusion(JobState.UNKNOWN, "absent_once")
            return given_back(attempt, "absent")
        case _:
            assert_never(finding)


def next_look_s(conclusion: Conclusion, *, looks: int, gap_s: float, first_s: float = FIRST_PAUSE_S) -> float:
    """Seconds until a message still unproved after `looks` looks is looked at again."""
    if conclusion.reason == "absent_once":
        return gap_s
    return min(first_s * 2.0 ** max(looks - 1, 0), LONGEST_PAUSE_S)
