from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from relance.domain import notice, sequence
from relance.domain.money import Money
from relance.domain.receivable import HoldReason, Status
from relance.domain.sequence import Verdict
from relance.domain.standing import Contact, Documents, Fate, Past
from relance.domain.steps import BY_NAME, Policy
from tests.unit.scheduling.cases import POLICY, TUESDAY, facture, held, paid, sent, voyage

DAY = timedelta(days=1)


def decide(case, now=TUESDAY, policy=POLICY):
    return sequence.decide(case, policy, now)


def names(steps):
    return [step.name for step in steps]


@pytest.mark.parametrize(
    ("days_left", "step", "skipped"),
    [
        pytest.param(30, "voyage_j30", [], id="on the day"),
        pytest.param(20, "voyage_j30", [], id="late booking: the first text at once"),
        pytest.param(10, "voyage_j15", ["voyage_j30"], id="very late booking: only the second"),
    ],
)
def test_the_latest_step_still_valid_leaves_and_the_others_are_skipped(days_left, step, skipped):
    decision = decide(voyage(days_left))
    assert (decision.verdict, decision.step, names(decision.skipped)) == (Verdict.SEND, step, skipped)


def test_a_step_to_come_waits_for_its_day_at_the_hour_of_sending():
    decision = decide(voyage(35))
    assert (decision.verdict, decision.next_step) == (Verdict.WAIT, "voyage_j30")
    assert decision.next_at == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # the 29th is a Sunday: Monday 09:00 in Paris


def test_nobody_is_reminded_of_a_trip_that_has_left():
    decision = decide(voyage(0))
    assert (decision.verdict, decision.task) == (Verdict.FINISHED, "steps_missed")


def test_a_step_passed_by_a_weekend_is_not_lost():
    monday = datetime(2026, 11, 30, 8, 5, tzinfo=UTC)
    assert decide(voyage(29, now=monday), monday).step == "voyage_j30"


def test_a_first_contact_is_never_the_last_warning():
    decision = decide(facture(20))
    assert (decision.step, names(decision.skipped)) == ("facture_2", ["facture_1"])


def test_after_an_outage_the_latest_level_leaves_alone():
    case = sent(facture(15), "facture_1", TUESDAY - 22 * DAY)
    decision = decide(case)
    assert (decision.step, names(decision.skipped)) == ("facture_3", ["facture_2"])


def test_a_moved_date_never_jumps_a_level():
    case = sent(facture(15), "facture_1", TUESDAY - 22 * DAY)
    moved = replace(case, past=(replace(case.past[0], planned_at=TUESDAY - 5 * DAY),))
    assert decide(moved).step == "facture_2"


def test_a_date_moved_later_does_not_repeat_a_level():
    case = sent(facture(-7), "facture_1", TUESDAY - 4 * DAY)
    later = replace(case, receivable=replace(case.receivable, due_on=TUESDAY.date() + 40 * DAY))
    decision = decide(later)
    assert (decision.verdict, decision.next_step) == (Verdict.WAIT, "facture_2")


def test_two_reminders_to_one_person_are_three_days_apart_whatever_the_steps_say():
    case = replace(facture(1), contact=Contact(TUESDAY - 2 * DAY, TUESDAY - 2 * DAY))
    decision = decide(case)
    assert (decision.verdict, decision.blockers) == (Verdict.WAIT, ("interval",))
    assert decision.next_at == TUESDAY + DAY


def test_every_blocker_is_named():
    case = replace(facture(1), contact=Contact(TUESDAY - DAY, TUESDAY - DAY))
    case = held(held(case, HoldReason.DISPUTE), HoldReason.PAUSE, TUESDAY + DAY)
    night = TUESDAY + timedelta(hours=12)
    assert set(decide(case, night).blockers) == {"held:dispute", "held:pause", "interval", "outside_hours"}


def test_a_hold_with_an_end_says_when_the_step_comes_back():
    decision = decide(held(facture(1), HoldReason.PROMISE, TUESDAY + DAY))
    assert (decision.verdict, decision.next_at) == (Verdict.BLOCKED, TUESDAY + DAY)
    assert decide(held(facture(1), HoldReason.PROMISE, TUESDAY - DAY)).verdict is Verdict.SEND


@pytest.mark.parametrize(
    ("change", "blocker"),
    [
        ({"status": Status.CLAIMED}, "claimed"),
        ({"status": Status.DISPUTED}, "disputed"),
        ({"absences": 1}, "absent"),
        ({"problems": ("Montant illisible",)}, "bad_row"),
        ({"balance": None}, "bad_row"),
        ({"balance": Money(Decimal("0.40"), "EUR")}, "below_minimum"),
        ({"paused_until": TUESDAY.date()}, "held:pause"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_row_that_is_not_simply_open_is_not_reminded(change, blocker):
    decision = decide(facture(1, **change))
    assert decision.verdict is Verdict.BLOCKED
    assert blocker in decision.blockers


def test_a_very_old_debt_goes_to_a_person_first():
    decision = decide(facture(90))
    assert (decision.verdict, decision.blockers, decision.task) == (Verdict.BLOCKED, ("too_old",), "too_old")


def test_only_pilot_rows_leave_during_a_pilot():
    pilot = replace(POLICY, pilot_only=True)
    assert decide(facture(1), policy=pilot).blockers == ("not_in_pilot",)
    assert decide(replace(facture(1), is_pilot=True), policy=pilot).verdict is Verdict.SEND


def test_at_night_a_late_step_waits_for_the_morning_and_the_answer_does_not_creep():
    night = TUESDAY + timedelta(hours=12)
    first, later = decide(facture(1), night), decide(facture(1), night + timedelta(minutes=7))
    assert first.blockers == ("outside_hours",)
    assert first == later


def test_when_all_levels_are_done_a_person_is_told_after_the_interval():
    case = sent(facture(12), "facture_3", TUESDAY - DAY)
    assert decide(case).blockers == ("last_step_sent",)
    assert decide(case, TUESDAY + 3 * DAY).task == "sequence_finished"


def test_a_message_in_flight_keeps_the_next_one_waiting():
    case = sent(facture(1), "facture_2", TUESDAY, fate=Fate.PENDING)
    assert decide(case).blockers == ("in_flight",)
    assert decide(replace(facture(1), contact=Contact(is_being_written_to=True))).blockers == ("in_flight",)


def test_payment_is_thanked_after_the_grace_then_documents_are_asked():
    case = paid(voyage(20), TUESDAY)
    assert decide(case).verdict is Verdict.WAIT
    later = TUESDAY + timedelta(minutes=5)
    assert decide(case, later).step == "voyage_confirmation"
    thanked = sent(case, "voyage_confirmation", later)
    assert decide(thanked, later).step == "voyage_documents"


def test_a_row_first_seen_as_paid_is_not_thanked():
    assert decide(replace(paid(voyage(20), TUESDAY - DAY), was_paid_at_first=True)).verdict is Verdict.FINISHED


def test_a_silenced_person_is_not_even_thanked_but_a_paused_one_is():
    case = paid(facture(1), TUESDAY - DAY)
    assert decide(held(case, HoldReason.OPTOUT)).blockers == ("held:optout",)
    assert decide(held(case, HoldReason.PAUSE)).step == "facture_confirmation"


def asked_for_documents(now=TUESDAY, missing=("pan/1",)):
    case = paid(voyage(25, now=now), now - 3 * DAY)
    case = sent(sent(case, "voyage_confirmation", now - 3 * DAY), "voyage_documents", now - 3 * DAY)
    return replace(case, documents=Documents(missing, now - 3 * DAY))


def test_missing_documents_are_chased_48_hours_after_the_request():
    decision = decide(asked_for_documents(), TUESDAY - 2 * DAY)
    assert (decision.verdict, decision.next_at) == (Verdict.WAIT, TUESDAY - DAY)
    assert decide(asked_for_documents()).step == "voyage_documents_relance"


def test_a_document_that_arrives_restarts_the_48_hours():
    case = replace(asked_for_documents(), documents=Documents(("pan/1",), TUESDAY - DAY))
    assert decide(case).next_at == TUESDAY + DAY


def test_after_three_chasers_a_person_is_told():
    case, at = asked_for_documents(), TUESDAY
    for cycle in (1, 2, 3):
        assert (decide(case, at).step, decide(case, at).cycle) == ("voyage_documents_relance", cycle)
        case = sent(case, "voyage_documents_relance", at, cycle=cycle)
        at += 2 * DAY if at.weekday() != 4 else 3 * DAY
    assert decide(case, at + DAY).task == "documents_missing"


def test_a_complete_file_ends_the_sequence():
    assert decide(asked_for_documents(missing=())).blockers == ("documents_complete",)


def test_a_reminder_already_left_today_keeps_the_chaser_for_tomorrow():
    case = replace(asked_for_documents(), contact=Contact(None, TUESDAY - timedelta(hours=1)))
    decision = decide(case)
    assert decision.blockers == ("one_per_day",)
    assert decision.next_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def test_a_cancelled_row_is_over():
    assert decide(facture(1, status=Status.CANCELLED)).blockers == ("cancelled",)


def test_the_oldest_item_carries_the_message():
    assert sequence.carrier([(facture(1), BY_NAME["facture_2"]), (facture(12), BY_NAME["facture_2"])]) == 1


def test_a_skipped_level_is_never_gone_back_to():
    case = replace(facture(15), past=(Past("facture_2", 1, Fate.FAILED, TUESDAY - 13 * DAY),))
    assert decide(case).step is None
    assert decide(case, policy=Policy()).verdict is Verdict.FINISHED


def test_a_message_that_nobody_can_vouch_for_counts_as_a_reminder_and_not_as_the_legal_notice():
    case = sent(facture(15), "facture_2", TUESDAY - 13 * DAY, fate=Fate.IN_DOUBT)
    assert decide(case, policy=replace(POLICY, max_sends=1)).blockers == ("sequence_finished",)
    assert notice.sent_at(case) is None
