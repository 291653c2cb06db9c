"""What an answer changes. Received on Thursday 15 October 2026; Paris is at UTC+2 until the 25th."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from relance.domain import effects
from relance.domain.effects import OpenItem, Person, Trust
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


def test_a_promise_without_a_day_is_not_given_one_and_nobody_presses_until_somebody_read_it():
    done = after(reply(Intent.PROMISE), ITEM)

    assert (done.hold, done.needs_human, done.answer) == (HoldReason.HUMAN, True, None)
    assert done.until == datetime(2026, 10, 20, 22, tzinfo=UTC)


def test_after_two_broken_promises_a_third_goes_to_a_person():
    late = Person("Europe/Paris", "FR", (ITEM,), broken_promises=2)

    done = effects.of(reply(Intent.PROMISE, promised_on=date(2026, 10, 20)), late, received_on=THURSDAY)

    assert (done.hold, done.until, done.needs_human) == (HoldReason.HUMAN, None, True)


def test_stop_silences_everything_at_once():
    done = after(reply(Intent.OPT_OUT), ITEM)

    assert (done.hold, done.until, done.item_id) == (HoldReason.OPTOUT, None, None)
    assert set(done.cancels) == {"payment", "confirmation", "documents", "answer"}


def test_the_wrong_person_is_never_written_to_again_not_even_to_apologise():
    done = after(reply(Intent.WRONG_PERSON), ITEM)

    assert (done.hold, done.answer, done.needs_human) == (HoldReason.WRONG_PERSON, None, True)


def test_thanks_change_nothing():
    assert after(reply(Intent.ACK), ITEM) == effects.Effects()


def test_what_is_not_sure_tells_a_person_and_asks_for_no_money_meanwhile():
    done = after(Reply(Intent.OPT_OUT, 0.4, "guess"), ITEM)

    assert (done.hold, done.needs_human, done.answer) == (HoldReason.HUMAN, True, None)
    assert done.until == datetime(2026, 10, 20, 22, tzinfo=UTC)


@pytest.mark.parametrize("rule", ["other.distress", "other.hardship", "other.voice", "other.distress.with_file"])
def test_distress_and_voice_stop_every_reminder_at_once(rule: str):
    done = after(Reply(Intent.OTHER, 0.9, rule), ITEM)

    assert (done.hold, done.until, done.item_id, done.needs_human) == (HoldReason.HUMAN, None, None, True)
    assert set(done.cancels) == {"payment", "documents"}


@pytest.mark.parametrize("rule", ["dispute.legal", "dispute.cancel"])
def test_lawyers_and_cancellations_hold_everything_of_that_person(rule: str):
    done = after(Reply(Intent.DISPUTE, 0.85, rule), ITEM)

    assert (done.hold, done.item_id, set(done.cancels)) == (HoldReason.DISPUTE, None, {"payment", "documents"})


def test_the_item_of_the_message_that_was_quoted_is_the_one_that_is_held():
    quoting = Person("Europe/Paris", "FR", (ITEM, OTHER_ITEM), quoted=(8,))

    assert effects.of(reply(Intent.PAID_CLAIM), quoting, received_on=THURSDAY).item_id == 8


TRUSTING = replace(ITEM, trust=Trust.AUTO)
PLAINLY_PAID = Reply(Intent.PAID_CLAIM, 0.9, "paid_claim.past")


def test_an_owner_who_trusts_words_has_the_one_item_paid_without_a_word_more():
    done = after(PLAINLY_PAID, TRUSTING)

    assert (done.trusts, done.item_id, done.answer, done.needs_human) == (True, 7, None, False)


@pytest.mark.parametrize(
    ("said", "items"),
    [
        (PLAINLY_PAID, (ITEM,)),
        (PLAINLY_PAID, (replace(ITEM, trust=Trust.PROVIDER),)),
        (PLAINLY_PAID, (TRUSTING, OTHER_ITEM)),
        (replace(PLAINLY_PAID, confidence=0.75), (TRUSTING,)),
        (replace(PLAINLY_PAID, rule="paid_claim.partial"), (TRUSTING,)),
        (replace(PLAINLY_PAID, rule="paid_claim.past.with_file"), (TRUSTING,)),
        (replace(PLAINLY_PAID, also=Intent.QUESTION), (TRUSTING,)),
        (replace(PLAINLY_PAID, amount=Decimal("300")), (TRUSTING,)),
    ],
    ids=["hold", "provider", "two items", "not sure", "a part", "a picture", "a question beside", "another amount"],
)
def test_a_word_is_never_trusted_when_anything_speaks_against_it(said: Reply, items: tuple[OpenItem, ...]):
    done = after(said, *items)

    assert (done.trusts, done.hold) == (False, HoldReason.PAID_CLAIM)


def test_where_the_provider_confirms_a_person_is_asked_only_about_what_has_no_link():
    with_link = replace(ITEM, trust=Trust.PROVIDER, has_link=True)

    assert not after(PLAINLY_PAID, with_link).needs_human
    assert after(PLAINLY_PAID, replace(with_link, has_link=False)).needs_human


@pytest.mark.parametrize("kept", ["", "verify", "AUTO", "yes"])
def test_a_choice_that_cannot_be_read_believes_nothing(kept: str):
    assert Trust.read(kept) is Trust.HOLD


def test_an_automatic_answer_is_not_answered():
    assert after(Reply(Intent.OTHER, 0.9, "other.automatic"), ITEM) == effects.Effects()
