"""What an understood answer changes: what is held and until when, who is told, what is answered. `inbox.settle` acts.

A claim of payment is never a payment: it holds the reminders while the owner looks. Every silence has an end, or a
person who was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from relance.domain import calendar, promises
from relance.domain.receivable import HoldReason
from relance.domain.replies import Intent, Reply

CLAIM_CHECK_BUSINESS_DAYS = 3
# What nobody understood holds as long as a claim: a payment may be what it told of.
UNCLEAR_BUSINESS_DAYS = 3
PROMISE_GRACE_BUSINESS_DAYS = 1
# A promise further away than this is a request for terms: a person answers it.
LONGEST_PROMISE = timedelta(days=60)
# After so many that were not kept, another one is no answer any more: a person takes over.
BROKEN_PROMISES = 2
# An amount further from the balance than this is a part payment or a disagreement.
AMOUNT_TOLERANCE = Decimal("0.01")
# What a word of payment needs, beside everything else, to be taken at its word.
TRUSTED_FROM = 0.85

ALL_KINDS = ("payment", "confirmation", "documents", "answer")
REMINDERS = ("payment", "documents")
_HUMAN_AT_ONCE = frozenset({"other.distress", "other.hardship", "other.voice"})
_NOBODY_NEEDED = frozenset({"other.automatic"})
# About everything that this person has with us, whichever item was meant.
_ABOUT_ALL = frozenset({"dispute.legal", "dispute.cancel"})


class Trust(StrEnum):
    """What the owner makes of a customer's word of payment (`paid_claim` of the workbook's settings)."""

    HOLD = "hold"  # a person verifies
    PROVIDER = "provider"  # the payment provider confirms; a person where there is no link to pay by
    AUTO = "auto"  # the word is enough, when nothing at all speaks against it

    @classmethod
    def read(cls, kept: str) -> Trust:
        """Whatever is not known holds: a choice that cannot be read is no leave to believe."""
        return cls(kept) if kept in set(cls) else cls.HOLD


@dataclass(frozen=True, slots=True)
class OpenItem:
    id: int
    balance: Decimal | None
    departs_on: date | None
    has_link: bool = False
    trust: Trust = Trust.HOLD


@dataclass(frozen=True, slots=True)
class Person:
    """The customer who wrote, as far as deciding needs: what is open, and where their days begin.

    `quoted` are the items of the message of ours that they quoted.
    """

    zone: str
    country: str
    items: Sequence[OpenItem] = ()
    quoted: Sequence[int] = ()
    broken_promises: int = 0

    @property
    def item(self) -> OpenItem | None:
        """The one item that is meant: the only one, or the only one of the message that was quoted."""
        if len(self.items) == 1:
            return self.items[0]
        meant = [item for item in self.items if item.id in self.quoted]
        return meant[0] if len(meant) == 1 else None


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
    trusts: bool = False  # the item becomes paid, with this message as evidence


def of(reply: Reply, person: Person, *, received_on: date) -> Effects:
    if not reply.is_certain:
        return _unclear(person, received_on)
    rule = reply.rule.removesuffix(".with_file")
    match reply.intent:
        case Intent.PROMISE:
            return _promised(reply, person, received_on)
        case Intent.PAID_CLAIM:
            return _claimed(reply, person, received_on)
        case Intent.DISPUTE:
            is_about_all = rule in _ABOUT_ALL
            return _handed_over(
                HoldReason.DISPUTE,
                item=None if is_about_all else person.item,
                cancels=REMINDERS if is_about_all else ("payment",),
            )
        case Intent.QUESTION:
            return _handed_over(HoldReason.HUMAN, item=None)
        case Intent.OTHER:
            if rule in _HUMAN_AT_ONCE:
                return _handed_over(HoldReason.HUMAN, item=None, cancels=REMINDERS)
            return Effects(needs_human=rule not in _NOBODY_NEEDED)
        case _:
            return _whatever_is_owed(reply)


def _unclear(person: Person, received_on: date) -> Effects:
    """Nobody knows what was said, so nothing asks for money until somebody does, or some days went by."""
    return Effects(
        hold=HoldReason.HUMAN,
        until=_in_business_days(UNCLEAR_BUSINESS_DAYS, received_on, person),
        needs_human=True,
        cancels=("payment",),
    )


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


def _handed_over(reason: HoldReason, *, item: OpenItem | None, cancels: Sequence[str] = ("payment",)) -> Effects:
    return Effects(
        hold=reason,
        item_id=item.id if item else None,
        needs_human=True,
        answer="reponse_humain",
        cancels=cancels,
    )


def _promised(reply: Reply, person: Person, received_on: date) -> Effects:
    day = reply.promised_on
    if not person.items:
        return Effects(needs_human=True)
    if day is None:
        return _unclear(person, received_on)
    departures = [item.departs_on for item in person.items if item.departs_on is not None]
    is_too_late = day - received_on > LONGEST_PROMISE or (departures and day >= min(departures))
    if is_too_late or person.broken_promises >= BROKEN_PROMISES:
        return _handed_over(HoldReason.HUMAN, item=None)
    item = person.item
    return Effects(
        hold=HoldReason.PROMISE,
        until=_in_business_days(PROMISE_GRACE_BUSINESS_DAYS, day, person),
        item_id=item.id if item else None,
        needs_human=reply.also is not None,
        answer="reponse_promesse",
        cancels=("payment",),
    )


def _claimed(reply: Reply, person: Person, received_on: date) -> Effects:
    if not person.items:
        return Effects(needs_human=True)
    item = person.item
    is_trusted = _is_trusted(reply, person)
    is_nobodys = item is not None and item.trust is Trust.PROVIDER and not item.has_link
    is_partial = reply.rule == "paid_claim.partial" or not _is_whole(reply.amount, item)
    return Effects(
        hold=HoldReason.PAID_CLAIM,
        until=_in_business_days(CLAIM_CHECK_BUSINESS_DAYS, received_on, person),
        item_id=item.id if item else None,
        needs_human=reply.also is not None or is_partial or is_nobodys,
        answer=None if is_trusted else "reponse_paiement_declare",
        cancels=("payment",),
        trusts=is_trusted,
    )


def _is_trusted(reply: Reply, person: Person) -> bool:
    """Exactly one open item whose owner believes words, and nothing in them but that it is paid, all of it."""
    item = person.items[0]
    return (
        len(person.items) == 1
        and item.trust is Trust.AUTO
        and reply.confidence >= TRUSTED_FROM
        and reply.rule == "paid_claim.past"
        and reply.also is None
        and _is_whole(reply.amount, item)
    )


def _is_whole(amount: Decimal | None, item: OpenItem | None) -> bool:
    if amount is None or item is None or not item.balance:
        return True
    return abs(amount - item.balance) <= item.balance * AMOUNT_TOLERANCE


def _in_business_days(count: int, day: date, person: Person) -> datetime:
    """The end of the working day so many after that one, where the person is."""
    last = promises.business_day_after(day, count, person.country)
    return calendar.at_civil(last + timedelta(days=1), time(0), person.zone)
