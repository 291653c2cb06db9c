"""What becomes of one received file: the place it fills, or the one reason for which another picture is asked for.

`accepted`: what its kind is recognised by was read. `retake`: one reason, at most twice for a place. Everything else is
a person's: a machine rejects files, never people. A name that does not fit and an expiry are said, not judged here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from relance.domain import documents, identity, pan, travel_rules
from relance.domain.documents import DocumentKind, Place
from relance.domain.recognising import Fault, Seen, Sight
from relance.domain.travel_rules import Holding, Rule, Trip

MOST_RETAKES = 2
# Bits of two fingerprints that may differ between two encodings of one picture.
_SAME_PICTURE = 2


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REVIEW = "review"  # filed; a person looks
    RETAKE = "retake"
    EXPIRED = "expired"  # a fact about the document: asked for again, counted apart from what another photo mends
    DUPLICATE = "duplicate"
    HANDED_OVER = "handed_over"  # not filed; a person looks
    REFUSED = "refused"  # could not be opened


class Doubt(StrEnum):
    """What a person is told beside a filed document."""

    UNRECOGNISED = "unrecognised"
    NAME = "name"
    EXPIRES_SOON = "expires_soon"
    COMPANY = "company"  # a PAN of no person
    PAN_LETTER = "pan_letter"  # its fifth letter begins none of the names: single names and marriage do that too
    RETAKEN_ENOUGH = "retaken_enough"
    PAYMENT_PROOF = "payment_proof"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a filed document is, as far as one was read."""

    name: str = field(repr=False)
    born: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known when a file is judged. `holders` by (booking, traveller), from documents filed before."""

    missing: Sequence[Place]
    payer: str = field(repr=False)
    trips: Mapping[int, Trip]
    travellers: Mapping[int, int]
    holders: Mapping[tuple[int, int], Sequence[Holder]] = field(default_factory=dict, repr=False)
    retakes: Mapping[UUID, int] = field(default_factory=dict)
    looks: Sequence[str] = ()  # of pictures that wait for a person
    filed_in: frozenset[int] = frozenset()  # bookings that have this very document already
    rules: Sequence[Rule] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    place: Place | None = None
    fault: Fault | None = None
    doubt: Doubt | None = None


_KINDS = {
    Sight.PASSPORT: DocumentKind.PASSPORT, Sight.PAN: DocumentKind.PAN,
    Sight.VISA_FORM: DocumentKind.VISA_FORM, Sight.VISA: DocumentKind.OTHER,
}  # fmt: skip
_NOT_ASKED = {Sight.OTHER_ID, Sight.IDENTITY_CARD}


def judge(seen: Seen, desk: Desk, *, today: date) -> Verdict:
    if seen.sight is Sight.PAYMENT_PROOF:
        return Verdict(Outcome.HANDED_OVER, doubt=Doubt.PAYMENT_PROOF)
    if not seen.is_certain and any(_is_same_picture(seen.look, look) for look in desk.looks):
        return Verdict(Outcome.DUPLICATE)
    if seen.sight in _NOT_ASKED:
        return _again(documents.first_missing(desk.missing), Fault.WRONG_DOCUMENT, desk)
    kind = _KINDS.get(seen.sight)
    of_kind = [place for place in desk.missing if place.kind is kind and place.receivable_id not in desk.filed_in]
    if desk.filed_in and not of_kind:
        return Verdict(Outcome.DUPLICATE)
    if kind is not None and not of_kind:
        return Verdict(Outcome.HANDED_OVER, doubt=Doubt.UNASKED)
    if seen.is_certain and of_kind:
        return _filed(seen, of_kind, desk, today)
    place = documents.first_missing(of_kind or desk.missing)
    if seen.fault is not None:
        return _again(place, seen.fault, desk)
    return _reviewed(place, Doubt.COMPANY if seen.sight is Sight.PAN and seen.number else Doubt.UNRECOGNISED)


def _filed(seen: Seen, places: Sequence[Place], desk: Desk, today: date) -> Verdict:
    place, fits = place_of(seen, places, desk)
    trip = desk.trips.get(place.receivable_id, Trip())
    holds = travel_rules.holding(seen.expires, trip, desk.rules, today=today, nationality=seen.nationality)
    if holds is Holding.EXPIRED:
        return Verdict(Outcome.EXPIRED, place)
    if not fits:
        return Verdict(Outcome.REVIEW, place, doubt=Doubt.NAME)
    return Verdict(Outcome.ACCEPTED, place, doubt=_said_aside(seen, holds))


def _said_aside(seen: Seen, holds: Holding) -> Doubt | None:
    if holds is Holding.EXPIRES_SOON:
        return Doubt.EXPIRES_SOON
    if seen.sight is Sight.PAN and not pan.fits_surname(seen.number, seen.name):
        return Doubt.PAN_LETTER
    return None


def place_of(seen: Seen, places: Sequence[Place], desk: Desk) -> tuple[Place, bool]:
    """The traveller whose document this is, and whether the name speaks for it (no name read: it does).

    Somebody whose other papers are filed comes first; then the payer, who is the first traveller unless that one is
    known to be another; then the first traveller of whom nothing is known yet.
    """
    first = _ordered(places)
    if not seen.name:
        return first[0], True
    holder = Holder(seen.name, seen.born)
    for place in first:
        if any(is_one_person(holder, known) for known in desk.holders.get((place.receivable_id, place.traveller), ())):
            return place, True
    unknown = [place for place in first if (place.receivable_id, place.traveller) not in desk.holders]
    if identity.is_same(seen.name, desk.payer):
        return (unknown or first)[0], bool(unknown)
    # The payer's place is kept for the payer while another one is free.
    company = [place for place in unknown if place.traveller > 1]
    if company:
        return company[0], True
    return (unknown or first)[0], bool(unknown) and _is_in_company(unknown[0], desk)


def is_one_person(ours: Holder, theirs: Holder) -> bool:
    if ours.born is not None and theirs.born is not None and ours.born != theirs.born:
        return False
    return identity.is_same(ours.name, theirs.name)


def _is_in_company(place: Place, desk: Desk) -> bool:
    """Of several travellers the payer need not be one: no other name is wrong then."""
    return desk.travellers.get(place.receivable_id, 1) > 1


def _again(place: Place | None, fault: Fault, desk: Desk) -> Verdict:
    if place is None:
        return Verdict(Outcome.HANDED_OVER, doubt=Doubt.UNASKED)
    if desk.retakes.get(place.id, 0) < MOST_RETAKES:
        return Verdict(Outcome.RETAKE, place, fault)
    if fault is Fault.WRONG_DOCUMENT:  # it fills no place, however often it comes
        return Verdict(Outcome.HANDED_OVER, doubt=Doubt.RETAKEN_ENOUGH)
    return _reviewed(place, Doubt.RETAKEN_ENOUGH)


def _reviewed(place: Place | None, doubt: Doubt) -> Verdict:
    if place is None:
        return Verdict(Outcome.HANDED_OVER, doubt=Doubt.UNASKED)
    return Verdict(Outcome.REVIEW, place, doubt=doubt)


def _ordered(places: Sequence[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (place.receivable_id, place.traveller))


def _is_same_picture(ours: str, theirs: str) -> bool:
    return bool(ours and theirs) and (int(ours, 16) ^ int(theirs, 16)).bit_count() <= _SAME_PICTURE
