"""What an understood answer changes: what is held and until when, who is told, what is answered. `inbox.settle` acts.

A claim of payment is never a payment: it holds the reminders while the owner looks. Every silence has an end, or a
person who was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from relance.domain import calendar, promises
from relance.domain.receivable import HoldReason
from relance.domain.replies import Intent, Reply

CLAIM_CHECK_BUSINESS_DAYS = 3
PROMISE_GRACE_BUSINESS_DAYS = 1
# A promise further away than this is a request for terms: a person answers it.
LONGEST_PROMISE = timedelta(days=60)
# An amount further from the balance than this is a part payment or a disagreement.
AMOUNT_TOLERANCE = Decimal("0.01")

ALL_KINDS = ("payment", "confirmation", "documents", "answer")
_HUMAN_AT_ONCE = frozenset({"other.distress", "other.voice"})
_NOBODY_NEEDED = frozenset({"other.automatic"})


@dataclass(frozen=True, slots=True)
class OpenItem:
    id: int
    balance: Decimal | None
    departs_on: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """The customer who wrote, as far as deciding needs: what is open, and where their days begin."""

    zone: str
    country: str
    items: Sequence[OpenItem] = ()

    @property
    def only_item(self) -> OpenItem | None:
        return self.items[0] if len(self.items) == 1 else None


@dataclass(frozen=True, slots=True)
class Effects:
    """`item_id` None means that the hold is on the person. An answer goes out only with a hold that is news."""

    hold: HoldReason | None = None
    until: datetime | None = None
    item_id: int | None = None
    lifts: HoldReason | None = None
    needs_human: bool = False
    answer: str | None = None
    defers_documents: bool = False
    cancels: Sequence[str] = field(default=())
    cancel_reason: str = "held"


def of(reply: Reply, person: Person, *, received_on: date) -> Effects:
    if not reply.is_certain:
        return Effects(needs_human=True)
    match reply.intent:
        case Intent.PROMISE:
            return _promised(reply, person, received_on)
        case Intent.PAID_CLAIM:
            return _claimed(reply, person, received_on)
        case Intent.DISPUTE:
            return _handed_over(HoldReason.DISPUTE, item=person.only_item)
        case Intent.QUESTION:
            return _handed_over(HoldReason.HUMAN, item=None)
        case Intent.OTHER:
            if reply.rule in _HUMAN_AT_ONCE:
                return _handed_over(HoldReason.HUMAN, item=None)
            return Effects(needs_human=reply.rule not in _NOBODY_NEEDED)
        case _:
            return _whatever_is_owed(reply)


def _whatever_is_owed(reply: Reply) -> Effects:
    match reply.intent:
        case Intent.OPT_OUT:
            return _silenced(HoldReason.OPTOUT, answer="reponse_stop")
        case Intent.OPT_IN:
            return Effects(lifts=HoldReason.OPTOUT)
        case Intent.WRONG_PERSON:
            return _silenced(HoldReason.WRONG_PERSON, needs_human=True)
        case _:
            is_later = reply.intent is Intent.DOC_LATER
            return Effects(defers_documents=is_later, needs_human=reply.also is not None)


def _silenced(reason: HoldReason, *, answer: str | None = None, needs_human: bool = False) -> Effects:
    return Effects(hold=reason, answer=answer, needs_human=needs_human, cancels=ALL_KINDS, cancel_reason="optout")


def _handed_over(reason: HoldReason, *, item: OpenItem | None) -> Effects:
    return Effects(
        hold=reason,
        item_id=item.id if item else None,
        needs_human=True,
        answer="reponse_humain",
        cancels=("payment",),
    )


def _promised(reply: Reply, person: Person, received_on: date) -> Effects:
    day = reply.promised_on
    if day is None or not person.items:
        return Effects(needs_human=True)
    departures = [item.departs_on for item in person.items if item.departs_on is not None]
    if day - received_on > LONGEST_PROMISE or (departures and day >= min(departures)):
        return _handed_over(HoldReason.HUMAN, item=None)
    item = person.only_item
    return Effects(
        hold=HoldReason.PROMISE,
        until=_end_of(promises.business_day_after(day, PROMISE_GRACE_BUSINESS_DAYS, person.country), person.zone),
        item_id=item.id if item else None,
        needs_human=reply.also is not None,
        answer="reponse_promesse",
        cancels=("payment",),
    )


def _claimed(reply: Reply, person: Person, received_on: date) -> Effects:
    if not person.items:
        return Effects(needs_human=True)
    item = person.only_item
    return Effects(
        hold=HoldReason.PAID_CLAIM,
        until=_end_of(promises.business_day_after(received_on, CLAIM_CHECK_BUSINESS_DAYS, person.country), person.zone),
        item_id=item.id if item else None,
        needs_human=reply.also is not None or not _is_whole(reply.amount, item),
        answer="reponse_paiement_declare",
        cancels=("payment",),
    )


def _is_whole(amount: Decimal | None, item: OpenItem | None) -> bool:
    if amount is None or item is None or not item.balance:
        return True
    return abs(amount - item.balance) <= item.balance * AMOUNT_TOLERANCE


def _end_of(day: date, zone: str) -> datetime:
    return calendar.at_civil(day + timedelta(days=1), time(0), zone)
