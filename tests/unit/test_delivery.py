"""What a chat proves: the decisions under which the sender types again, or does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import delivery
from relance.domain.delivery import Bubble, Finding, Tick

TEXT = "Bonjour Ana,\n\nVotre voyage à *Lisbonne* 🌴 : 1\u202f234,56\u00a0€."
HASH = delivery.text_hash(TEXT)


def ours(key: str, text: str = TEXT, tick: Tick | None = Tick.SENT) -> Bubble:
    return Bubble(key=key, outgoing=True, text=text, tick=tick, media=None)


def theirs(key: str, text: str = TEXT) -> Bubble:
    return Bubble(key=key, outgoing=False, text=text, tick=None, media=None)


@pytest.mark.parametrize(
    "redrawn",
    [
        "Bonjour Ana,\nVotre voyage à Lisbonne 🌴 : 1 234,56 €.\n",
        "Bonjour Ana, \r\n\r\nVotre voyage à Lisbonne 🌴\ufe0f : 1 234,56 €.",
        "\u202aBonjour Ana,\u202c\n\u200b\nVotre voyage a\u0300 Lisbonne 🌴 : 1\u00a0234,56 €.",
    ],
    ids=["formatting drawn", "carriage returns", "marks and decomposed accents"],
)
def test_a_text_is_recognised_however_whatsapp_redraws_it(redrawn: str) -> None:
    assert delivery.text_hash(redrawn) == HASH


@pytest.mark.parametrize("other", ["", "Bonjour Ana,", TEXT.replace("Ana", "Ane"), TEXT.replace("234", "235")])
def test_another_text_is_not_taken_for_ours(other: str) -> None:
    assert delivery.text_hash(other) != HASH


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = delivery.normalised(text)
    assert delivery.normalised(once) == once


@pytest.mark.parametrize("tick", [Tick.SENT, Tick.DELIVERED, Tick.READ])
def test_our_text_after_the_baseline_with_a_tick_is_sent(tick: Tick) -> None:
    chat = [ours("a"), theirs("b"), ours("c", tick=tick)]
    assert delivery.look_for(chat, baseline="a", body_hash=HASH) == (Finding.SENT, chat[2])


def test_the_same_text_before_the_baseline_proves_nothing() -> None:
    assert delivery.look_for([ours("a"), theirs("b")], baseline="a", body_hash=HASH) == (Finding.ABSENT, None)


def test_the_customer_quoting_our_text_is_not_our_message() -> None:
    assert delivery.look_for([ours("a", "x"), theirs("b")], baseline="a", body_hash=HASH)[0] is Finding.ABSENT


def test_without_a_baseline_the_whole_chat_counts() -> None:
    assert delivery.look_for([], baseline=None, body_hash=HASH)[0] is Finding.ABSENT
    assert delivery.look_for([ours("a")], baseline=None, body_hash=HASH)[0] is Finding.SENT


def test_a_clock_is_waited_for_and_a_failure_is_named() -> None:
    clock, failed = ours("b", tick=Tick.CLOCK), ours("c", tick=Tick.FAILED)
    assert delivery.look_for([ours("a"), clock], baseline="a", body_hash=HASH) == (Finding.UNDER_CLOCK, clock)
    assert delivery.look_for([ours("a"), failed], baseline="a", body_hash=HASH) == (Finding.FAILED, failed)
    assert delivery.look_for([ours("a"), failed, clock], baseline="a", body_hash=HASH) == (Finding.UNDER_CLOCK, clock)


def test_a_chat_without_the_baseline_proves_nothing() -> None:
    assert delivery.look_for([theirs("b")], baseline="a", body_hash=HASH) == (Finding.UNPROVABLE, None)


@pytest.mark.parametrize("unreadable", [ours("b", tick=None), ours("b", text="")], ids=["tick", "text"])
def test_an_unreadable_bubble_of_ours_is_never_read_as_absence(unreadable: Bubble) -> None:
    assert delivery.look_for([ours("a"), unreadable], baseline="a", body_hash=HASH)[0] is Finding.UNPROVABLE


def test_the_baseline_is_our_last_bubble() -> None:
    assert delivery.last_outgoing([ours("a"), ours("b"), theirs("c")]) == "b"
    assert delivery.last_outgoing([theirs("c")]) is None
