"""What an owner may write, and what each country adds: the rules beyond the two shipped sequences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from relance.contracts import rulebook
from relance.domain import law, notation, notice, sequence, standing
from relance.domain.errors import SettingsRejected, TemplateRejected
from relance.domain.money import Money
from relance.domain.receivable import HoldReason, Kind
from relance.domain.sequence import Verdict
from relance.domain.standing import Fate, Past
from relance.domain.steps import SEQUENCES, Policy
from relance.scheduler import lawful, texts
from tests.unit.scheduling.cases import ANA, POLICY, TUESDAY, facture, held

DAY = timedelta(days=1)
PACKS = replace(POLICY, packs=rulebook.shipped_packs())


def own(*steps, **more):
    made = notation.from_mapping({"kind": "facture", "step": list(steps), **more})
    return replace(POLICY, sequences={Kind.FACTURE: made})


def step(name, **more):
    return {"name": name, "anchor": "due", "offset": "+1d", **more}


def decide(case, policy, now=TUESDAY):
    return sequence.decide(case, policy, now)


def went(case, policy, name, at):
    planned = standing.falls_at(case, standing.step_named(case, policy, name), policy)
    return replace(case, past=(*case.past, Past(name, 1, Fate.SENT, planned, at)))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_shipped_sequences_read_back_as_they_are_written(kind):
    assert notation.from_mapping(notation.to_mapping(SEQUENCES[kind])) == SEQUENCES[kind]


def test_hours_pass_after_the_hour_of_sending():
    policy = own(step("un", offset="+28h"))
    falls = standing.falls_at(facture(0), policy.sequences[Kind.FACTURE].rungs[0], policy)
    assert falls == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # the 25th at nine in Paris, and four hours


def test_a_fixed_date_is_the_same_for_everybody():
    policy = own({"name": "fete", "anchor": "fixed", "on": date(2026, 11, 24)})
    assert decide(facture(-40), policy).step == "fete"
    assert decide(facture(-40), policy, TUESDAY - DAY).blockers == ("not_yet",)


def test_a_step_after_another_counts_from_when_that_one_really_left():
    policy = own(step("un"), step("deux", anchor="previous", offset="6d"))
    late = went(facture(20), policy, "un", TUESDAY - 4 * DAY)
    made = decide(late, policy)
    assert (made.verdict, made.next_step) == (Verdict.WAIT, "deux")
    assert made.next_at.date() == (TUESDAY + 2 * DAY).date()
    assert decide(facture(20), policy).step == "un"


@pytest.mark.parametrize(
    ("offset", "falls"),
    [
        ("48h", datetime(2026, 11, 24, 16, 30, tzinfo=UTC)),
        ("90h", datetime(2026, 11, 26, 10, 30, tzinfo=UTC)),
        ("2d", datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
    ],
)
def test_hours_after_another_step_pass_from_the_hour_it_left_and_days_keep_the_hour_of_sending(offset, falls):
    policy = own(step("un"), step("deux", anchor="previous", offset=offset))
    left = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    case = went(facture(20), policy, "un", left)
    second = policy.sequences[Kind.FACTURE].rungs[1]
    assert standing.falls_at(case, second, policy) == falls
    assert notation.from_mapping(notation.to_mapping(policy.sequences[Kind.FACTURE])) == policy.sequences[Kind.FACTURE]


def test_hours_that_end_at_night_wait_for_the_hours_allowed():
    policy = own(step("un"), step("deux", anchor="previous", offset="75h"))
    case = went(facture(20), policy, "un", datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
    made = decide(case, policy)
    assert (made.next_step, made.next_at) == ("deux", datetime(2026, 11, 27, 7, 0, tzinfo=UTC))


def test_a_condition_on_a_column_lets_a_step_leave_or_not():
    policy = own(step("un", when=[{"column": "type", "is": ["Groupe"]}]))
    assert decide(facture(2), policy).blockers == ("condition",)
    assert decide(facture(2, fields={"Type": "groupe"}), policy).step == "un"


def test_after_a_moved_date_a_condition_that_is_not_met_holds_back_only_its_own_step():
    policy = own(
        step("un"), step("deux", offset="+3d", when=[{"column": "type", "is": ["Groupe"]}]), step("trois", offset="+6d")
    )
    kept = went(facture(8), policy, "un", TUESDAY - 7 * DAY)
    moved = replace(kept, past=(replace(kept.past[0], planned_at=kept.past[0].planned_at - DAY),))
    assert decide(kept, policy).step == decide(moved, policy).step == "trois"
    grouped = replace(moved, receivable=replace(moved.receivable, fields={"Type": "groupe"}))
    assert decide(grouped, policy).step == "deux"


def test_a_step_to_approve_says_so_at_night_and_beside_a_hold():
    policy = own(step("un", mode="approve"))
    night = decide(facture(2), policy, TUESDAY + timedelta(hours=11))
    assert (night.blockers, night.step, night.task) == (("needs_approval", "outside_hours"), "un", "needs_approval")
    paused = decide(held(facture(2), HoldReason.PAUSE), policy)
    assert (paused.blockers, paused.step, paused.task) == (("held:pause", "needs_approval"), "un", None)
    assert decide(facture(-9), policy).blockers == ("not_yet",)
    agreed = replace(facture(2), approved=frozenset({("un", 1)}))
    assert decide(agreed, policy, TUESDAY + timedelta(hours=11)).blockers == ("outside_hours",)


def test_a_step_to_approve_waits_for_a_yes_and_a_task_for_its_end():
    policy = own(step("un", mode="approve"), step("appel", offset="+9d", mode="task"))
    made = decide(facture(2), policy)
    assert (made.blockers, made.task) == (("needs_approval",), "needs_approval")
    assert decide(replace(facture(2), approved=frozenset({("un", 1)})), policy).step == "un"
    called = went(facture(12), policy, "un", TUESDAY - 9 * DAY)
    assert decide(called, policy).blockers == ("human_step",)
    assert decide(replace(called, approved=frozenset({("appel", 1)})), policy).blockers == ("sequence_finished",)


def test_an_owner_may_want_nobody_told_at_the_end():
    policy = own(step("un"), end="nothing")
    assert decide(went(facture(9), policy, "un", TUESDAY - 7 * DAY), policy).task is None


def test_an_item_keeps_the_sequence_it_began():
    policy = own(step("autre", offset="+30d"))
    begun = replace(facture(12), own_sequence=SEQUENCES[Kind.FACTURE])
    assert decide(begun, policy).step == "facture_2"
    assert decide(facture(12), policy).next_step == "autre"


def test_what_another_version_sent_counts_as_sent():
    policy = own(step("un"), step("deux", offset="+12d"))
    moved = replace(facture(9), past=(Past("ancien", 1, Fate.SENT, TUESDAY - 5 * DAY, TUESDAY - 5 * DAY),))
    assert decide(moved, policy).next_step == "deux"


def test_each_currency_may_have_its_own_minimum():
    policy = replace(POLICY, min_balances={"INR": Decimal(500)})
    assert decide(facture(1, balance=Money(Decimal(400), "INR")), policy).blockers == ("below_minimum",)
    assert decide(facture(1, balance=Money(Decimal(400), "EUR")), policy).verdict is Verdict.SEND


def test_an_old_ledger_is_silent_until_somebody_says_yes():
    assert decide(replace(facture(1), awaits_activation=True), POLICY).blockers == ("needs_activation",)


def test_a_column_says_where_somebody_is():
    away = facture(1, fields={"Fuseau horaire": "Asia/Tokyo"})
    assert decide(away, POLICY, TUESDAY.replace(hour=12)).blockers == ("outside_hours",)
    assert away.recipient_zone == "Asia/Tokyo"
    assert facture(1, fields={"Fuseau": "n'importe où"}).recipient_zone == "Europe/Paris"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ([], "de 1 à 12 étapes"),
        ([step("un"), step("un", offset="+3d")], "deux étapes"),
        ([step("un"), step("deux")], "tombe avant"),
        ([step("un", offset="bientôt")], "n'est pas une durée"),
        ([step("un", anchor="noel")], "n'est pas connu"),
        ([step("un", anchor="previous")], "suit une autre étape"),
        ([step("un", times=3)], "every"),
        ([step("un", couleur="rouge")], "n'existe pas"),
        ([step("un", anchor="departure")], "n'a pas de départ"),
        ([step("un", when=[{"column": "A", "is": "b", "empty": True}])], "un seul"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_refused_with_the_step_and_what_to_write(written, sentence):
    with pytest.raises(SettingsRejected, match=sentence):
        own(*written)


BELGIAN = replace(facture(2), country="BE", registration="0123.456.789", customer=replace(ANA, phone="+32470001122"))


def test_in_belgium_fifteen_days_pass_after_the_first_reminder_really_left():
    told = replace(BELGIAN, receivable=replace(BELGIAN.receivable, due_on=TUESDAY.date() - 12 * DAY))
    told = went(told, PACKS, "facture_2", TUESDAY - 5 * DAY)
    made = decide(told, PACKS)
    assert made.blockers == ("legal_wait",)
    assert made.next_at >= TUESDAY + 10 * DAY
    assert decide(replace(told, country="FR", customer=ANA), PACKS).step == "facture_3"


def test_in_belgium_a_reminder_before_due_is_not_the_legal_one():
    early = went(BELGIAN, PACKS, "facture_1", TUESDAY - 9 * DAY)
    assert decide(early, PACKS).step == "facture_2"
    assert notice.is_notice(early, TUESDAY)


def test_in_belgium_the_first_reminder_carries_its_mentions_or_does_not_leave():
    shipped = texts.load(None)
    written = lawful.reminder(shipped, "facture_2", [BELGIAN], policy=PACKS, now=TUESDAY)
    assert "0123.456.789" in written
    assert "14 jours" in written
    assert decide(replace(BELGIAN, registration=""), PACKS).blockers == ("mentions_missing",)
    assert "gratuit" not in lawful.reminder(shipped, "facture_2", [facture(2)], policy=PACKS, now=TUESDAY)


def test_fees_are_named_nowhere_before_the_law_allows_them():
    packs = rulebook.shipped_packs()
    text = "Des frais de rappel de 7,50 € s'ajoutent."
    assert law.fee_wording(text, packs["FR"], notice_sent=True)
    assert law.fee_wording(text, packs["BE"], notice_sent=False)
    assert law.fee_wording(text, packs["BE"], notice_sent=True) is None
    shipped = texts.load(None)
    greedy = shipped.with_own({1: {"fr/facture_2": text + " {{Solde}}\nRépondez STOP pour ne plus rien recevoir."}})
    with pytest.raises(TemplateRejected, match="frais de rappel"):
        lawful.reminder(greedy, "facture_2", [facture(2)], policy=PACKS, now=TUESDAY)


def test_the_shipped_texts_speak_of_no_fee():
    for pack in rulebook.shipped_packs().values():
        for (_, name), template in texts.load(None).templates.items():
            words = "\n".join("".join(line.parts[::2]) for line in template.lines)
            assert name.startswith("mentions_") or law.fee_wording(words, pack, notice_sent=False) is None


def test_in_india_nothing_leaves_after_seven_in_the_evening():
    delhi = replace(facture(4), customer=replace(ANA, phone="+919876543210", zone="Asia/Kolkata"))
    wednesday = TUESDAY + DAY  # the day before is a holiday there
    half_past_six, half_past_seven = wednesday.replace(hour=13, minute=0), wednesday.replace(hour=14, minute=0)
    assert decide(delhi, PACKS, half_past_six).verdict is Verdict.SEND
    assert decide(delhi, PACKS, half_past_seven).blockers == ("outside_hours",)
    assert decide(delhi, Policy(), half_past_seven).verdict is Verdict.SEND


def test_every_pack_says_where_it_comes_from():
    assert all(pack.sources for pack in rulebook.shipped_packs().values())
