"""What an answer changes. Received on Thursday 15 October 2026; Paris is at UTC+2 until the 25th."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from relance.domain import effects
from relance.domain.effects import OpenItem, Person
from relance.domain.receivable import HoldReason
from relance.domain.replies import Intent, Reply

THURSDAY = date(2026, 10, 15)
ITEM = OpenItem(7, Decimal("900"), date(2026, 12, 1))
OTHER_ITEM = OpenItem(8, Decimal("50"), None)


def person(*items: OpenItem) -> Person:
    return Person("Europe/Paris", "FR", items)


def reply(intent: Intent, **also: object) -> Reply:
    return Reply(intent, 0.9, f"{intent}.test", **also)  # type: ignore[arg-type]


def after(said: Reply, *items: OpenItem) -> effects.Effects:
    return effects.of(said, person(*items), received_on=THURSDAY)


def test_a_claim_of_payment_holds_the_one_item_for_three_working_days():
    done = after(reply(Intent.PAID_CLAIM), ITEM)

    assert (done.hold, done.item_id, done.answer) == (HoldReason.PAID_CLAIM, 7, "reponse_paiement_declare")
    assert done.until == datetime(2026, 10, 20, 22, tzinfo=UTC)  # the end of Tuesday in Paris
    assert not done.needs_human


def test_a_claim_with_several_open_items_holds_the_person():
    assert after(reply(Intent.PAID_CLAIM), ITEM, OTHER_ITEM).item_id is None


def test_a_claim_of_another_amount_is_also_looked_at_by_a_person():
    assert after(reply(Intent.PAID_CLAIM, amount=Decimal("300")), ITEM).needs_human
    assert not after(reply(Intent.PAID_CLAIM, amount=Decimal("899.50")), ITEM).needs_human


def test_a_claim_when_nothing_is_open_changes_nothing_but_tells_a_person():
    done = after(reply(Intent.PAID_CLAIM))

    assert (done.hold, done.answer, done.needs_human) == (None, None, True)


def test_a_promise_holds_until_the_end_of_the_next_working_day():
    done = after(reply(Intent.PROMISE, promised_on=date(2026, 10, 30)), ITEM)  # a Friday; Monday is the grace day

    assert (done.hold, done.until) == (HoldReason.PROMISE, datetime(2026, 11, 2, 23, tzinfo=UTC))


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2027, 3, 1)], ids=["at the departure", "over sixty days"])
def test_a_promise_too_far_away_goes_to_a_person(day: date):
    done = after(reply(Intent.PROMISE, promised_on=day), ITEM)

    assert (done.hold, done.needs_human, done.answer) == (HoldReason.HUMAN, True, "reponse_humain")


def test_a_promise_without_a_day_is_not_given_one():
    done = after(reply(Intent.PROMISE), ITEM)

    assert (done.hold, done.needs_human) == (None, True)


def test_stop_silences_everything_at_once():
    done = after(reply(Intent.OPT_OUT), ITEM)

    assert (done.hold, done.until, done.item_id) == (HoldReason.OPTOUT, None, None)
    assert set(done.cancels) == {"payment", "confirmation", "documents", "answer"}


def test_the_wrong_person_is_never_written_to_again_not_even_to_apologise():
    done = after(reply(Intent.WRONG_PERSON), ITEM)

    assert (done.hold, done.answer, done.needs_human) == (HoldReason.WRONG_PERSON, None, True)


def test_thanks_change_nothing():
    assert after(reply(Intent.ACK), ITEM) == effects.Effects()


def test_what_is_not_sure_has_no_effect_but_a_person_reading_it():
    assert after(Reply(Intent.OPT_OUT, 0.4, "guess"), ITEM) == effects.Effects(needs_human=True)


def test_distress_stops_the_reminders_at_once():
    assert after(Reply(Intent.OTHER, 0.9, "other.distress"), ITEM).hold is HoldReason.HUMAN


def test_an_automatic_answer_is_not_answered():
    assert after(Reply(Intent.OTHER, 0.9, "other.automatic"), ITEM) == effects.Effects()
