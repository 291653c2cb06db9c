"""The 44 complaints that users of other tools filed (dunning facts, 4): a test each, or why it cannot happen here.

`COVERED` names the test that proves the opposite, here or elsewhere; `IMPOSSIBLE` says what we do not have.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from relance.contracts import rulebook
from relance.domain import calendar, sequence, standing
from relance.domain.money import Money
from relance.domain.receivable import HoldReason, Kind
from relance.domain.sequence import Verdict
from relance.domain.standing import Contact
from relance.domain.steps import BY_NAME, SEQUENCES, Anchor, Purpose, Sequence, Step
from relance.scheduler import outlook, texts
from relance.scheduler.settings import Rules
from relance.store.deciding import Known
from tests.unit.scheduling.cases import ANA, POLICY, TUESDAY, facture, held, paid, sent, voyage

DAY = timedelta(days=1)
TESTS = Path(__file__).resolve().parents[1]

COVERED = {
    1: "test_a_payment_stops_every_reminder",
    2: "test_two_planners_at_once_make_one_message",
    3: "test_a_due_item_becomes_one_message_however_often_it_is_planned",
    4: "test_two_planners_at_once_make_one_message",
    5: "test_the_due_day_is_the_creditors_civil_day",
    6: "test_the_hour_stays_the_same_across_a_clock_change",
    7: "test_an_hour_of_sending_late_in_the_day_moves_no_step",
    8: "test_the_hours_are_those_of_the_recipient",
    9: "test_a_date_long_past_is_still_decided",
    10: "test_a_day_that_was_missed_is_caught_up",
    11: "test_two_levels_never_leave_within_a_day",
    12: "test_a_positive_offset_is_late_and_a_negative_one_early",
    13: "test_one_row_that_cannot_be_written_costs_no_one_else_a_message",
    14: "test_an_invoice_is_fetched_before_the_release_and_read_by_the_sender",
    16: "test_closed_days_and_hours_hold",
    17: "test_a_weekend_moves_the_message_not_the_due_date",
    18: "test_a_weekend_burns_no_level",
    19: "test_one_item_or_one_person_can_be_paused",
    20: "test_nobody_who_pays_by_debit_is_reminded",
    21: "test_a_sequence_may_have_many_steps_and_repeat_the_last",
    22: "test_repetition_ends_after_four_reminders",
    24: "test_several_items_of_one_person_are_one_message_and_each_is_counted",
    26: "test_several_items_of_one_person_are_one_message_and_each_is_counted",
    27: "test_one_held_item_does_not_silence_the_others",
    28: "test_the_text_says_what_is_left",
    29: "test_a_credit_in_the_sheet_lowers_what_is_asked",
    30: "test_a_balance_that_a_credit_settled_is_not_asked_for",
    31: "test_each_line_of_a_grouped_message_has_its_own_amount",
    33: "test_a_part_payment_moves_no_level",
    34: "test_at_the_end_a_person_is_told",
    35: "test_a_promise_pauses_and_a_broken_one_resumes",
    36: "test_text_and_date_are_in_the_readers_language",
    37: "test_text_and_date_are_in_the_readers_language",
    39: "test_an_item_paid_in_a_group_leaves_the_others_their_level",
    40: "test_the_interval_is_a_setting",
    41: "test_a_payment_is_thanked",
}
IMPOSSIBLE = {
    15: "a plan that no longer runs turns the health check red and raises an alert (deploy/prometheus/alerts_test.yml)",
    23: "a person writes in the same chat by hand; the product never sends a text a person edited",
    25: "no statement of account is sent: a message lists what is due, on the days the hours allow",
    32: "no interest is claimed: country packs refuse a text that speaks of any",
    38: "every line names its invoice or destination, its due date and its amount; a step may join the invoice (14)",
    42: "chats are only opened for people of the ledger, and a question of theirs puts the item on hold for a person",
    43: "a reply that waits for a person is a task with its age; the alert is in deploy/prometheus/alerts.yml",
    44: "one person gets at most one automatic message a day, and one payment reminder in 72 hours, for all items",
}


def decide(case, now=TUESDAY, policy=POLICY):
    return sequence.decide(case, policy, now)


def leaves(case, now=TUESDAY, policy=POLICY):
    """The step that leaves now; a blocked decision names its step too."""
    made = decide(case, now, policy)
    return made.step if made.verdict is Verdict.SEND else None


def item(case, number):
    return replace(case, receivable=replace(case.receivable, id=number, key=f"AAAA{number:04}"))


def look_at(*cases):
    """What is decided for one person with these items."""
    return outlook.of_person([Known(case, None) for case in cases], POLICY, TUESDAY)


def test_every_complaint_is_answered():
    assert sorted(COVERED.keys() | IMPOSSIBLE.keys()) == list(range(1, 45))
    assert not COVERED.keys() & IMPOSSIBLE.keys()
    written = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    known = set(re.findall(r"^(?:async )?def (test_\w+)", written, re.MULTILINE))
    assert {name for name in COVERED.values() if name not in known} == set()


def test_a_payment_stops_every_reminder():
    after = {decide(paid(facture(1), TUESDAY), TUESDAY + n * DAY).step for n in range(20)}
    assert after <= {None, "facture_confirmation"}


def test_the_due_day_is_the_creditors_civil_day():
    case = facture(0)
    falls = standing.falls_at(case, BY_NAME["facture_2"], POLICY)
    assert calendar.civil_day(falls, "Europe/Paris") == case.receivable.due_on + DAY


def test_the_hour_stays_the_same_across_a_clock_change():
    winter = replace(facture(0), receivable=replace(facture(0).receivable, due_on=datetime(2026, 10, 23).date()))
    summer = replace(winter, receivable=replace(winter.receivable, due_on=datetime(2026, 10, 25).date()))
    hours = {standing.falls_at(case, BY_NAME["facture_2"], POLICY).hour for case in (winter, summer)}
    assert hours == {7, 8}  # nine in Paris, before and after the night of the 25th


def test_an_hour_of_sending_late_in_the_day_moves_no_step():
    late = replace(POLICY, send_at=datetime(2026, 1, 1, 19, 59).time())
    for days in range(3):
        falls = standing.falls_at(facture(days), BY_NAME["facture_2"], late)
        assert calendar.civil_day(falls, "Europe/Paris") == facture(days).receivable.due_on + DAY


def test_the_hours_are_those_of_the_recipient():
    delhi = replace(ANA, phone="+919876543210", zone="Asia/Kolkata")
    evening = TUESDAY.replace(hour=15) + DAY  # 16:00 in Paris, 20:30 in Delhi
    assert decide(facture(4), evening).verdict is Verdict.SEND
    assert decide(replace(facture(4), customer=delhi), evening).blockers == ("outside_hours",)


def test_a_date_long_past_is_still_decided():
    assert decide(facture(45)).verdict is Verdict.SEND
    assert decide(facture(400)).task == "too_old"


def test_a_day_that_was_missed_is_caught_up():
    assert leaves(facture(4)) == "facture_2"


def test_two_levels_never_leave_within_a_day():
    case = sent(facture(12), "facture_2", TUESDAY - timedelta(hours=20))
    assert decide(case).blockers == ("interval",)


def test_a_positive_offset_is_late_and_a_negative_one_early():
    due = facture(0).receivable.due_on
    days = [calendar.civil_day(standing.falls_at(facture(0), step, POLICY), "Europe/Paris") for step in ladder()]
    assert [(day - due).days for day in days] == [-7, 1, 10]


def ladder():
    return SEQUENCES[Kind.FACTURE].rungs


def test_closed_days_and_hours_hold():
    closed = replace(POLICY, hours=replace(POLICY.hours, closed=frozenset({TUESDAY.date()})))
    made = decide(facture(4), policy=closed)
    assert (made.blockers, made.next_at.date()) == (("outside_hours",), TUESDAY.date() + DAY)


def test_a_weekend_moves_the_message_not_the_due_date():
    sunday = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    made = decide(facture(1, now=sunday), sunday)
    assert made.next_at == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert standing.falls_at(facture(1, now=sunday), BY_NAME["facture_2"], POLICY).date() == sunday.date()


def test_a_weekend_burns_no_level():
    monday = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
    case = sent(facture(3, now=monday), "facture_1", monday - 10 * DAY)
    assert (leaves(case, monday), decide(case, monday).skipped) == ("facture_2", ())


def test_one_item_or_one_person_can_be_paused():
    assert decide(facture(1, paused_until=TUESDAY.date())).blockers == ("held:pause",)
    assert decide(held(facture(1), HoldReason.PAUSE)).blockers == ("held:pause",)
    assert decide(replace(facture(1), ledger_paused_until=TUESDAY.date())).blockers == ("held:pause",)


def test_nobody_who_pays_by_debit_is_reminded():
    assert decide(held(facture(1), HoldReason.AUTOPAY)).blockers == ("held:autopay",)


LONG = Sequence(
    Kind.FACTURE,
    (
        *(Step(f"rappel_{n}", Purpose.PAYMENT, Anchor.DUE, timedelta(days=5 * n)) for n in range(1, 5)),
        Step("encore", Purpose.PAYMENT, Anchor.DUE, timedelta(days=30), cycles=3, every=timedelta(days=7)),
    ),
)


def test_a_sequence_may_have_many_steps_and_repeat_the_last():
    assert [rung.key for rung in LONG.rungs][-2:] == [("encore", 2), ("encore", 3)]
    offsets = [rung.offset.days for rung in LONG.rungs]
    assert offsets == [5, 10, 15, 20, 30, 37, 44]


def test_repetition_ends_after_four_reminders():
    policy = replace(POLICY, sequences={Kind.FACTURE: LONG})
    case = facture(80)
    for number in range(1, 5):
        at = TUESDAY - (60 - 5 * number) * DAY
        step = LONG.step(f"rappel_{number}")
        past = standing.Past(step.name, 1, standing.Fate.SENT, standing.falls_at(case, step, policy), at)
        case = replace(case, past=(*case.past, past))
    assert decide(case, policy=policy).blockers == ("sequence_finished",)
    assert leaves(case, policy=replace(policy, max_sends=9)) == "encore"


def test_one_held_item_does_not_silence_the_others():
    one, other = held(facture(9), HoldReason.DISPUTE), item(facture(1), 11)
    found = look_at(one, other)
    assert [[due.case.receivable.id for due in message] for message in found.messages] == [[11]]
    assert found.decisions[10].blockers == ("held:dispute",)


def test_the_text_says_what_is_left():
    written = texts.load(None).reminder("facture_2", [facture(1)], TUESDAY)
    assert "834,50" in written
    assert "1 200" not in written.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_credit_in_the_sheet_lowers_what_is_asked():
    credited = facture(1, balance=Money(Decimal("34.5"), "EUR"))
    assert "34,50" in texts.load(None).reminder("facture_2", [credited], TUESDAY)


@pytest.mark.parametrize("left", ["0", "-12"])
def test_a_balance_that_a_credit_settled_is_not_asked_for(left):
    assert decide(facture(1, balance=Money(Decimal(left), "EUR"))).blockers == ("below_minimum",)


def test_each_line_of_a_grouped_message_has_its_own_amount():
    other = facture(3, balance=Money(Decimal(77), "EUR"), label="INV-2026-002", id=11)
    written = texts.load(None).reminder("facture_2_groupe", [facture(1), other], TUESDAY)
    lines = [line.replace("\u00a0", " ") for line in written.splitlines() if line.startswith("•")]
    assert [("834,50 €" in line, "77 €" in line) for line in lines] == [(True, False), (False, True)]


def test_a_part_payment_moves_no_level():
    case = sent(facture(3), "facture_2", TUESDAY - 2 * DAY)
    after = replace(case, receivable=replace(case.receivable, balance=Money(Decimal(10), "EUR"), version=2))
    assert decide(after).next_step == decide(case).next_step == "facture_3"


def test_at_the_end_a_person_is_told():
    assert decide(sent(facture(30), "facture_3", TUESDAY - 10 * DAY)).task == "sequence_finished"


def test_a_promise_pauses_and_a_broken_one_resumes():
    promised = held(facture(1), HoldReason.PROMISE, TUESDAY + 2 * DAY)
    assert decide(promised).blockers == ("held:promise",)
    assert leaves(promised, TUESDAY + 2 * DAY) == "facture_2"


def test_text_and_date_are_in_the_readers_language():
    english = replace(voyage(30), customer=replace(ANA, language="en"))
    shipped = texts.load(None)
    assert "24 December" in shipped.reminder("voyage_j30", [english], TUESDAY)
    assert "24 décembre" in shipped.reminder("voyage_j30", [voyage(30)], TUESDAY)


def test_an_item_paid_in_a_group_leaves_the_others_their_level():
    older, newer = sent(facture(12), "facture_2", TUESDAY - 9 * DAY), item(facture(2), 11)
    (together,) = look_at(older, newer).messages
    assert [due.step.name for due in together] == ["facture_3", "facture_2"]
    thanks, alone = look_at(paid(older, TUESDAY - DAY), newer).messages
    assert [[due.step.name for due in message] for message in (thanks, alone)] == [
        ["facture_confirmation"],
        ["facture_2"],
    ]


def test_the_interval_is_a_setting():
    case = replace(facture(1), contact=Contact(TUESDAY - 2 * DAY, TUESDAY - 2 * DAY))
    assert decide(case).blockers == ("interval",)
    assert decide(case, policy=replace(POLICY, min_interval=DAY)).verdict is Verdict.SEND


def test_a_payment_is_thanked():
    assert leaves(paid(facture(1), TUESDAY - DAY)) == "facture_confirmation"


def test_the_packs_bind_every_policy_that_ships():
    assert set(rulebook.shipped_packs()) == {"FR", "BE", "IN", "default"}
    given = Rules().policy()
    assert [given.pack(country).country for country in ("FR", "BE", "IN", "XX")] == ["FR", "BE", "IN", "default"]
