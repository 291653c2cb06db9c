"""Pure judgements: names, PAN numbers, rules of destinations, and which traveller's place a document fills."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from relance.contracts import travel
from relance.domain import identity, pan, recognising, travel_rules, verdict
from relance.domain.documents import DocumentKind, DocumentState, Place
from relance.domain.recognising import Fault, Seen, Sight
from relance.domain.travel_rules import Holding, Trip
from relance.domain.verdict import Doubt, Holder, Outcome

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        ("Aline Exemple", "EXEMPLE ALINE MARIE", True),
        ("Mme Hélène Lefèvre", "LEFEVRE HELENE", True),
        ("Jürgen Müller", "MUELLER JUERGEN", True),
        ("Søren Ødegård", "OEDEGAARD SOEREN", True),
        ("Jean-Pierre de la Tour", "TOUR JEAN PIERRE", True),
        ("Sh. Vikram Kumaraswamy", "KUMARASWAMY VIKRAM", True),
        ("Camille Roussel", "ROUSSEL CAMILLLE", True),
        ("Aline Exemple", "HADDAD KARIM", False),
        ("Aline Exemple", "EXEMPLE KARIM", False),
        ("Aline Martinet", "DUPREZ ALINE", False),
        ("", "DUPREZ ALINE", False),
    ],
)
def test_two_spellings_may_name_one_person(ours: str, theirs: str, is_same: bool):
    assert identity.is_same(ours, theirs) is is_same


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (["ABCPE1234F"], "ABCPE1234F"),
        (["A8CPE12E4F"], None),
        (["ABCPE1Z34F"], "ABCPE1234F"),
        (["0BCPE12345"], "OBCPE1234S"),
        (["ABCXE1234F"], None),
        (["ABCPE0000F"], None),
        (["ABCPE1234F", "ABCPE1235F"], None),
        (["ABCPE1234F", "ABCPE1234F", "1234567890"], "ABCPE1234F"),
        (["conversation"], None),
    ],
)
def test_a_pan_number_is_found_and_repaired_by_position(words: list[str], number: str | None):
    assert pan.found_in(words) == number


def test_a_pan_tells_what_holds_it_and_how_its_name_begins():
    assert pan.is_a_person("ABCPE1234F")
    assert not pan.is_a_person("ABCCE1234F")
    assert pan.fits_surname("ABCPE1234F", "EXEMPLE")
    assert not pan.fits_surname("ABCPE1234F", "HADDAD")


@pytest.mark.parametrize(
    ("expires", "ends_on", "destination", "nationality", "holds"),
    [
        (date(2027, 6, 1), date(2026, 12, 1), "Bangkok", "FRA", Holding.HOLDS),
        (date(2027, 5, 31), date(2026, 12, 1), "Bangkok", "FRA", Holding.EXPIRES_SOON),
        (date(2026, 11, 30), date(2026, 12, 1), "Bangkok", "FRA", Holding.EXPIRED),
        (date(2026, 11, 20), None, "", "FRA", Holding.EXPIRED),
        (date(2026, 11, 22), None, "", "FRA", Holding.HOLDS),
        (date(2027, 3, 1), date(2026, 12, 1), "Séjour à Lisbonne", "IND", Holding.HOLDS),
        (date(2027, 2, 28), date(2026, 12, 1), "Lisbonne", "IND", Holding.EXPIRES_SOON),
        (date(2026, 12, 2), date(2026, 12, 1), "Lisbonne", "FRA", Holding.HOLDS),
        (date(2027, 2, 28), date(2026, 8, 31), "Goa", "FRA", Holding.HOLDS),
        (None, date(2026, 12, 1), "Goa", "FRA", Holding.UNKNOWN),
    ],
)
def test_a_document_must_outlive_the_trip_as_the_destination_asks(expires, ends_on, destination, nationality, holds):
    trip = Trip(ends_on, destination)
    today = min(TODAY, ends_on or TODAY)

    assert travel_rules.holding(expires, trip, travel.rules(), today=today, nationality=nationality) is holds


def test_every_rule_names_its_source_and_the_day_it_was_read():
    for rule in travel.rules():
        assert rule.source
        assert rule.checked_on <= TODAY
    assert travel.rules()[-1].name == "default"


def test_words_that_speak_for_nothing_are_unknown_and_never_junk():
    for lines in ([], ["Soleil et plage"], ["Bonjour, voici"], ["Menu du jour", "12,50 €"]):
        assert recognising.recognised(lines).sight is Sight.UNKNOWN


def test_a_payment_proof_says_amount_and_reference_to_the_person_who_checks():
    seen = recognising.recognised(["Paiement effectué", "1 290,00 €", "Référence 428812345678", "Virement"])

    assert (seen.sight, seen.is_certain, seen.amount, seen.reference) == (
        Sight.PAYMENT_PROOF, False, "1 290,00 €", "428812345678",
    )  # fmt: skip


PASSPORT = Seen(
    Sight.PASSPORT, True, surname="EXEMPLE", given="ALINE", born=date(1988, 4, 2), expires=date(2033, 6, 30)
)


def places(travellers: int, *, booking: int = 1, kind: DocumentKind = DocumentKind.PASSPORT) -> list[Place]:
    return [Place(uuid.uuid4(), booking, n, kind, DocumentState.ASKED) for n in range(1, travellers + 1)]


def desk(missing: list[Place], **told: object) -> verdict.Desk:
    known = {"payer": "Aline Exemple", "trips": {1: Trip(date(2026, 12, 1), "Goa")}, "travellers": {1: len(missing)}}
    return verdict.Desk(missing=missing, **{**known, "rules": travel.rules(), **told})


def judged(seen: Seen, at: verdict.Desk) -> verdict.Verdict:
    return verdict.judge(seen, at, today=TODAY)


def test_a_companions_passport_leaves_the_payers_place_free():
    missing = places(3)
    companion = Seen(Sight.PASSPORT, True, surname="HADDAD", given="KARIM", expires=date(2033, 6, 30))

    assert judged(companion, desk(missing)).place == missing[1]
    assert judged(PASSPORT, desk(missing)).place == missing[0]


def test_a_person_known_from_another_paper_is_found_again_by_name_and_birth():
    missing = places(3)
    known = {(1, 3): [Holder("ALINE EXEMPLE", date(1988, 4, 2))]}
    namesake = {(1, 3): [Holder("ALINE EXEMPLE", date(2015, 1, 1))]}

    assert judged(PASSPORT, desk(missing, holders=known)).place == missing[2]
    assert judged(PASSPORT, desk(missing, holders=namesake)).place == missing[0]


def test_a_strange_name_is_only_a_doubt_and_only_when_the_payer_travels_alone():
    stranger = Seen(Sight.PASSPORT, True, surname="HADDAD", given="KARIM", expires=date(2033, 6, 30))

    alone = judged(stranger, desk(places(1)))
    assert (alone.outcome, alone.doubt) == (Outcome.REVIEW, Doubt.NAME)
    assert judged(stranger, desk(places(4))).outcome is Outcome.ACCEPTED


def test_no_verdict_on_any_sight_rejects_a_person():
    for sight in Sight:
        for fault in (None, *Fault):
            for is_certain in (True, False):
                found = judged(Seen(sight, is_certain, fault), desk(places(1)))
                assert found.outcome in set(Outcome) - {Outcome.REFUSED}
                assert (found.outcome is Outcome.RETAKE) == (found.fault is not None)


def test_nothing_missing_means_that_a_person_decides():
    for seen in (PASSPORT, Seen(Sight.UNKNOWN), Seen(Sight.UNKNOWN, fault=Fault.BLURRED), Seen(Sight.OTHER_ID)):
        assert judged(seen, desk([])).outcome is Outcome.HANDED_OVER


def test_the_same_passport_serves_a_second_booking_but_not_a_second_place():
    first, second = places(2), places(1, booking=2)

    assert judged(PASSPORT, desk([*first, *second], filed_in=frozenset({1}))).place == second[0]
    assert judged(PASSPORT, desk(first, filed_in=frozenset({1}))).outcome is Outcome.DUPLICATE


def test_a_passport_that_soon_expires_is_accepted_and_the_agency_warned():
    found = judged(
        Seen(Sight.PASSPORT, True, surname="EXEMPLE", given="ALINE", expires=date(2027, 1, 5)), desk(places(1))
    )

    assert (found.outcome, found.doubt) == (Outcome.ACCEPTED, Doubt.EXPIRES_SOON)
