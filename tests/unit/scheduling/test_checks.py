"""Daily and weekly checks: reminders wait for them, events do not, and nothing is lost between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import attention, checks, notation, preferences, sequence
from relance.domain.checks import Checks
from relance.domain.errors import CellRejected, SettingsRejected
from relance.domain.sequence import Verdict
from relance.domain.steps import SEQUENCES, Policy
from tests.unit.scheduling.cases import TUESDAY, facture, paid, sent, voyage

DAY = timedelta(days=1)
MONDAYS = Policy(checks=Checks(frozenset({0}), time(9)))
DAILY = Policy(checks=Checks(frozenset(range(7)), time(14)))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
rhythms = st.builds(
    Checks,
    st.one_of(st.just(frozenset(range(7))), st.integers(0, 6).map(lambda day: frozenset({day}))),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)


def on(instant: datetime) -> tuple[str, str]:
    local = instant.astimezone(ZoneInfo("Europe/Paris"))
    return f"{local:%a}", f"{local:%H:%M}"


def test_a_reminder_that_has_come_waits_for_the_weekly_check_and_says_so():
    case = facture(1)  # its second step fell this Tuesday at nine
    decision = sequence.decide(case, MONDAYS, TUESDAY)
    assert (decision.verdict, decision.blockers) == (Verdict.WAIT, ("check",))
    assert decision.next_at is not None
    assert on(decision.next_at) == ("Mon", "09:00")
    assert attention.next_look(case, decision, MONDAYS, TUESDAY) <= decision.next_at
    assert sequence.decide(case, MONDAYS, decision.next_at).verdict is Verdict.SEND


def test_a_late_check_still_sends_what_was_due_at_it():
    due = sequence.decide(facture(1), MONDAYS, TUESDAY).next_at
    assert due is not None
    assert sequence.decide(facture(1), MONDAYS, due + timedelta(hours=5)).verdict is Verdict.SEND


def test_what_the_interval_delayed_leaves_at_a_check_too():
    case = sent(facture(11), "facture_2", TUESDAY - 2 * DAY)
    decision = sequence.decide(case, MONDAYS, TUESDAY)
    assert decision.blockers == ("interval", "check")
    assert decision.next_at is not None
    assert on(decision.next_at) == ("Mon", "09:00")


def test_a_check_earlier_in_the_day_than_the_step_costs_no_day():
    early = Policy(checks=Checks(frozenset(range(7)), time(8)))
    case = sent(facture(0), "facture_1", TUESDAY - 7 * DAY)  # its second step falls tomorrow at nine
    decision = sequence.decide(case, early, TUESDAY)
    assert decision.next_at is not None
    assert on(decision.next_at) == ("Wed", "09:00")


def test_two_steps_between_two_checks_are_one_message():
    """Due +1 d and +10 d, looked at once in a while: the latest leaves, the other is on record."""
    monthly_absence = TUESDAY + 13 * DAY
    decision = sequence.decide(facture(-1), MONDAYS, monthly_absence)
    assert decision.verdict is Verdict.SEND
    assert {step.name for step in decision.skipped} <= {"facture_1"}


def test_what_follows_a_payment_never_waits_for_a_check():
    decision = sequence.decide(paid(voyage(40), TUESDAY - timedelta(hours=1)), MONDAYS, TUESDAY)
    assert (decision.verdict, decision.step) == (Verdict.SEND, "voyage_confirmation")


def test_a_daily_check_holds_the_morning_s_reminder_until_its_hour():
    decision = sequence.decide(facture(1), DAILY, TUESDAY)
    assert decision.next_at is not None
    assert on(decision.next_at) == ("Tue", "14:00")


def test_a_check_on_a_closed_day_rolls_to_an_open_one():
    decision = sequence.decide(facture(1), Policy(checks=Checks(frozenset({6}), time(9))), TUESDAY)
    assert decision.next_at is not None
    assert on(decision.next_at) == ("Mon", "09:00")


def test_a_sequence_s_own_rhythm_goes_before_the_ledger_s():
    own = replace(SEQUENCES["facture"], checks=DAILY.checks)
    decision = sequence.decide(facture(1), replace(MONDAYS, sequences={**SEQUENCES, "facture": own}), TUESDAY)
    assert decision.next_at is not None
    assert on(decision.next_at) == ("Tue", "14:00")


@given(instants, rhythms, st.sampled_from(["Europe/Paris", "Asia/Kolkata", "America/Montreal"]))
def test_the_next_check_is_the_first_of_its_days_at_its_hour(instant, rhythm, zone):
    found = checks.next_check(instant, rhythm, zone)
    assert instant <= found <= instant + 8 * DAY
    assert found.astimezone(ZoneInfo(zone)).weekday() in rhythm.weekdays
    assert checks.next_check(found, rhythm, zone) == found
    assert checks.next_check(instant, None, zone) == instant


@given(st.integers(-20, 15), rhythms, st.floats(0, 24 * 30))
def test_a_rhythm_only_ever_delays_and_never_loses(days_late, rhythm, hours):
    """Whenever the plan looks, what leaves under a rhythm would leave without one, and what waits knows until when."""
    now, policy = TUESDAY + timedelta(hours=hours), Policy(checks=rhythm)
    with_it, without = (sequence.decide(facture(days_late), p, now) for p in (policy, Policy()))
    if with_it.verdict is Verdict.SEND:
        assert (without.verdict, without.step) == (Verdict.SEND, with_it.step)
    elif without.verdict is Verdict.SEND:
        assert with_it.blockers == ("check",)
        assert with_it.next_at is not None
        assert now < with_it.next_at <= now + 12 * DAY


@given(rhythms)
def test_a_rhythm_is_read_back_as_it_was_written(rhythm):
    assert checks.parse(checks.text(rhythm)) == rhythm
    own = replace(SEQUENCES["facture"], checks=rhythm)
    assert notation.from_mapping(notation.to_mapping(own)) == own


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("en continu", "continuous"),
        ("Quotidienne", "daily 09:00"),
        ("tous les jours à 8h30", "daily 08:30"),
        ("hebdomadaire lundi 9h", "weekly mon 09:00"),
        ("Hebdomadaire, le vendredi à 14h", "weekly fri 14:00"),
        ("chaque mercredi", "weekly wed 09:00"),
    ],
)
def test_an_owner_writes_the_rhythm_in_french(cell, kept):
    assert preferences.check(cell) == kept
    assert preferences.applied(Policy(), {"check": kept}).checks == checks.parse(kept)


@pytest.mark.parametrize("cell", ["hebdomadaire", "tous les 36 du mois", "quotidienne 25h", "", 7])
def test_what_is_no_rhythm_is_refused_with_an_example(cell):
    with pytest.raises(CellRejected, match="hebdomadaire lundi 9h"):
        preferences.check(cell)


@pytest.mark.parametrize("text", ["weekly", "daily 9", "weekly moon 09:00", "daily 25:00", ""])
def test_a_file_s_rhythm_that_cannot_be_read_is_refused(text):
    with pytest.raises(SettingsRejected, match="weekly mon 09:00"):
        checks.parse(text)
