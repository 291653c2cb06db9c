"""Rows keep their identity whatever people do to the sheet; when that is not certain, nothing is touched."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from relance.domain import reconcile
from relance.domain.reconcile import KnownRow, SeenRow


def fp(index: int) -> reconcile.Fingerprint:
    return reconcile.fingerprint([f"+3363998{index:04d}"], [f"INV-{index}"])


def key(index: int) -> str:
    return reconcile.key_from(index)


def drawing() -> Callable[[], int]:
    numbers = itertools.count(1_000_000)
    return lambda: next(numbers)


def known(count: int) -> list[KnownRow]:
    return [KnownRow(key(i), fp(i), 0) for i in range(count)]


def sheet(count: int) -> list[SeenRow]:
    return [SeenRow(i + 2, key(i), fp(i)) for i in range(count)]


def settle(seen: list[SeenRow], items: list[KnownRow]) -> reconcile.Outcome:
    return reconcile.reconcile(seen, items, draw=drawing())


@given(st.permutations(sheet(12)))
def test_sorting_whole_rows_changes_nothing(rows: list[SeenRow]) -> None:
    shuffled = [replace(row, position=place) for place, row in enumerate(rows, start=2)]
    outcome = settle(shuffled, known(12))
    assert dict(outcome.matched) == {row.position: row.key for row in shuffled}
    assert (outcome.created, outcome.absent, outcome.brake) == ((), (), None)


@given(st.permutations(range(12)))
def test_sorting_all_but_the_key_column_reattaches_every_key(order: list[int]) -> None:
    torn = [SeenRow(place + 2, key(place), fp(i)) for place, i in enumerate(order)]
    outcome = settle(torn, known(12))
    assert {outcome_key: torn[p - 2].fingerprint for p, outcome_key in outcome.matched} == {
        key(i): fp(i) for i in range(12)
    }
    assert outcome.brake is None


def test_a_copied_row_gets_a_key_of_its_own_and_the_original_keeps_it() -> None:
    copied = [SeenRow(2, key(0), fp(7)), *(replace(row, position=row.position + 1) for row in sheet(3))]
    outcome = settle(copied, known(3))
    assert (3, key(0)) in outcome.matched
    assert outcome.created == ((2, key(1_000_000)),)


def test_a_row_whose_key_was_erased_is_recognised_by_what_it_says() -> None:
    rows = sheet(3)
    rows[1] = replace(rows[1], key="")
    assert settle(rows, known(3)).matched == tuple((i + 2, key(i)) for i in range(3))


def test_correcting_a_phone_or_an_invoice_number_is_an_edit_not_another_row() -> None:
    rows = sheet(5)
    rows[0] = replace(rows[0], fingerprint=replace(fp(0), person="x"))
    rows[1] = replace(rows[1], fingerprint=replace(fp(1), thing="y"))
    assert len(settle(rows, known(5)).matched) == 5


def test_a_deleted_row_is_absent_and_closes_at_the_second_time() -> None:
    outcome = settle(sheet(12)[1:], known(12))
    assert outcome.absent == (key(0),)
    assert outcome.brake is None
    assert settle(sheet(12)[1:], [replace(known(12)[0], absences=2), *known(12)[1:]]).absent == ()


def test_a_row_that_comes_back_is_resumed() -> None:
    items = [replace(known(3)[0], absences=2), *known(3)[1:]]
    assert settle(sheet(3), items).returned == (key(0),)


def test_a_fifth_of_the_ledger_gone_at_once_stops_everything() -> None:
    outcome = settle(sheet(12)[4:], known(12))
    assert outcome.brake is not None
    assert "4 lignes sur 12" in outcome.brake
    assert settle([], known(2)).brake
    suspended = [replace(item, absences=1) if i < 4 else item for i, item in enumerate(known(12))]
    assert settle(sheet(12)[4:], suspended).brake == outcome.brake


def test_nothing_new_is_taken_from_a_tab_whose_known_rows_are_gone() -> None:
    strangers = [SeenRow(i, "", fp(100 + i)) for i in range(2, 14)]
    outcome = settle(strangers, known(12))
    assert outcome.brake
    assert outcome.created == ()


def test_many_rows_that_became_other_rows_are_in_doubt_and_not_taken() -> None:
    rows = [replace(row, fingerprint=fp(50 + i)) if i < 4 else row for i, row in enumerate(sheet(12))]
    outcome = settle(rows, known(12))
    assert outcome.brake
    assert outcome.doubtful == tuple(sorted(key(i) for i in range(4)))
    assert len(outcome.matched) == 8


def test_a_column_sorted_alone_stops_everything_before_a_message_goes_to_the_wrong_person() -> None:
    rows = [
        replace(row, fingerprint=replace(row.fingerprint, person=fp(11 - i).person)) for i, row in enumerate(sheet(12))
    ]
    outcome = settle(rows, known(12))
    assert outcome.brake is not None
    assert "échangé leurs clients" in outcome.brake
    assert len(outcome.doubtful) == 12


def test_two_rows_of_one_person_keep_their_keys_when_the_rest_is_sorted() -> None:
    items = known(6)
    items[1] = replace(items[1], fingerprint=replace(fp(1), person=fp(0).person))
    order = [1, 0, 3, 2, 5, 4]
    torn = [SeenRow(place + 2, items[place].key, items[i].fingerprint) for place, i in enumerate(order)]
    outcome = settle(torn, items)
    assert {torn[p - 2].fingerprint: k for p, k in outcome.matched} == {item.fingerprint: item.key for item in items}


def test_what_a_person_accepts_is_taken_as_it_stands() -> None:
    gone = reconcile.reconcile(sheet(12)[6:], known(12), draw=drawing(), is_accepted=True)
    assert (gone.brake, len(gone.absent)) == (None, 6)
    strangers = [replace(row, fingerprint=fp(50 + i)) for i, row in enumerate(sheet(12))]
    assert len(reconcile.reconcile(strangers, known(12), draw=drawing(), is_accepted=True).matched) == 12


ROWS = st.builds(
    SeenRow,
    position=st.integers(2, 40),
    key=st.sampled_from(["", *(key(i) for i in range(8))]),
    fingerprint=st.builds(fp, st.integers(0, 9)),
)


@given(
    st.lists(ROWS, max_size=14, unique_by=lambda row: row.position),
    st.integers(0, 8),
    st.randoms(use_true_random=False),
)
def test_no_row_and_no_key_is_ever_used_twice(rows: list[SeenRow], count: int, rng: random.Random) -> None:
    outcome = reconcile.reconcile(rows, known(count), draw=lambda: rng.getrandbits(40))
    placed = [*outcome.matched, *outcome.created]
    assert len({position for position, _ in placed}) == len(placed)
    assert len({used for _, used in placed}) == len(placed)
    if not outcome.brake:
        assert {position for position, _ in placed} == {row.position for row in rows}
        assert {used for _, used in outcome.matched} | set(outcome.absent) == {key(i) for i in range(count)}


def test_of_two_identical_rows_the_one_among_its_neighbours_keeps_the_key() -> None:
    rows = sheet(6)
    copy = replace(rows[4], position=2)
    below = [replace(row, position=row.position + 1) for row in rows]
    items = [replace(item, position=row.position) for item, row in zip(known(6), rows, strict=True)]
    outcome = settle([copy, *below], items)
    assert (below[4].position, key(4)) in outcome.matched
    assert [position for position, _ in outcome.created] == [2]
