"""The catalogue of elements, and what is concluded from them without a browser."""

from __future__ import annotations

import re

import pytest

from relance.domain import delivery
from relance.domain.delivery import Bubble, SessionState
from relance.domain.errors import PageStuck, SettingsRejected
from relance.sender.whatsapp import browser, reading, standing
from relance.sender.whatsapp.census import CATALOGUE
from relance.sender.whatsapp.signals import Element
from relance.sender.whatsapp.standing import Cause

OPTIONAL = {"bubble_line", "bubble_quote", "download", "unsupported", "document_input", "photo_input", "album_more"}
"""Helpful when there; nothing depends on them. Behind the file fields stand the menu's items."""


def needs(alternative: str) -> set[str]:
    """Attributes, ids and classes that one selector cannot do without."""
    without_negations = re.sub(r":not\((?:[^()]|\([^()]*\))*\)", "", alternative)
    return {
        token
        for found in re.findall(r"\[([a-z-]+)|(#[\w-]+)|(\.[\w-]+)", without_negations)
        for token in found
        if token
    }


@pytest.mark.parametrize("element", CATALOGUE, ids=lambda element: element.name)
def test_no_single_attribute_id_or_class_carries_an_element(element: Element) -> None:
    if element.name in OPTIONAL:
        return
    selectors = [needs(css) for signal in element.signals for css in signal.css.split(", ")]
    for token in set().union(*selectors):
        assert any(token not in needed for needed in selectors), f"{element.name} is lost without {token}"


@pytest.mark.parametrize("element", CATALOGUE, ids=lambda element: element.name)
def test_every_signal_says_when_it_was_last_seen(element: Element) -> None:
    assert all(re.fullmatch(r"20\d\d-[01]\d", signal.seen) for signal in element.signals)
    assert len({signal.name for signal in element.signals}) == len(element.signals)


NOTHING = dict.fromkeys((element.name for element in standing.WATCHED), False)

STANDINGS = [
    (set(), False, SessionState.CONNECTING, None),
    ({"qr"}, False, SessionState.UNPAIRED, None),
    ({"qr"}, True, SessionState.LOGGED_OUT, None),
    ({"qr", "logged_out"}, False, SessionState.LOGGED_OUT, None),
    ({"qr", "link_refused"}, False, SessionState.UNPAIRED, Cause.LINK_REFUSED),
    ({"shell"}, True, SessionState.CONNECTED, None),
    ({"shell", "offline"}, True, SessionState.OFFLINE, Cause.NETWORK),
    ({"shell", "use_here"}, True, SessionState.OFFLINE, Cause.USE_HERE),
    ({"shell", "capped", "composer"}, True, SessionState.THROTTLED, Cause.CAP),
    ({"shell", "rated", "composer"}, True, SessionState.THROTTLED, Cause.RATE),
    ({"shell", "warned", "offline"}, True, SessionState.RESTRICTED, Cause.WARNING),
    ({"shell", "restricted"}, True, SessionState.RESTRICTED, Cause.NO_COMPOSER),
    ({"shell", "restricted", "composer"}, True, SessionState.CONNECTED, None),
    ({"app_lock"}, True, SessionState.OFFLINE, Cause.APP_LOCK),
    ({"shell", "expired"}, True, SessionState.OFFLINE, Cause.EXPIRED),
    ({"storage", "qr"}, True, SessionState.OFFLINE, Cause.STORAGE),
    ({"checkpoint"}, True, SessionState.RESTRICTED, Cause.CHECKPOINT),
    ({"unsupported"}, False, SessionState.OFFLINE, Cause.UNSUPPORTED),
]


@pytest.mark.parametrize(("there", "was_linked", "state", "cause"), STANDINGS)
def test_the_state_and_its_cause_are_told_from_what_is_on_the_screen(
    there: set[str], was_linked: bool, state: SessionState, cause: Cause | None
) -> None:
    seen = NOTHING | dict.fromkeys(there, True)
    told = standing.standing_of(seen, was_linked=was_linked)
    assert (told.state, told.cause) == (state, cause)


@pytest.mark.parametrize("told", [*standing.SessionState, *Cause])
def test_every_state_and_cause_has_one_sentence_for_the_operator(told: SessionState | Cause) -> None:
    there = standing.Standing(told) if isinstance(told, SessionState) else standing.Standing(SessionState.OFFLINE, told)
    assert re.fullmatch(r"[A-ZÀ-Ý].{10,110}\.", there.sentence)


def row(**facts: object) -> dict[str, object]:
    return {
        "key": None,
        "line": None,
        "time": "10:00",
        "tick": None,
        "media": None,
        "photos": 0,
        "author": None,
        "text": "",
        "direction": "in",
        "isCut": False,
        "isDeleted": False,
        "isEdited": False,
    } | facts


def read(*rows: dict[str, object]) -> list[Bubble]:
    return [bubble for bubble, _ in reading.bubbles_of(rows)]


def test_a_bubble_of_an_unknown_direction_stops_the_reading() -> None:
    with pytest.raises(PageStuck):
        reading.bubbles_of([row(text="Bonjour", direction=None)])


def test_a_bubble_of_ours_that_stays_cut_stops_the_reading() -> None:
    with pytest.raises(PageStuck):
        reading.bubbles_of([row(text="Bonjour", direction="out", tick="1", isCut=True)])


def test_notices_of_the_chat_are_not_bubbles() -> None:
    assert read(row(direction=None, time=None), row(direction=None, text="Aujourd'hui", time=None)) == []


def test_what_bears_a_mark_of_a_message_is_never_taken_for_a_notice() -> None:
    for mark in ({"author": "Ana :"}, {"line": "[10:00, 01/10/2026] Ana: "}, {"tick": "1", "direction": "out"}):
        assert [bubble.text for bubble in read(row(text="Oui", time=None) | mark)] == ["Oui"]


def test_a_message_of_no_known_kind_is_left_to_a_person() -> None:
    assert [(bubble.text, bubble.media) for bubble in read(row(author="Ana :"))] == [("", "other")]


def test_equal_bubbles_without_an_id_keep_distinct_and_stable_keys() -> None:
    rows = [row(text="Oui", line="[10:00, 01/10/2026] Ana: ")] * 2
    first = [bubble.key for bubble in read(*rows)]
    assert len(set(first)) == 2
    assert [bubble.key for bubble in read(*rows, row(text="Non"))][:2] == first


def test_an_album_is_one_bubble_for_each_photo() -> None:
    album = read(row(key="A", media="image", photos=3, text="nos passeports"))
    assert [(b.key, b.text, b.media) for b in album] == [
        ("A", "nos passeports", "image"),
        ("A/2", "", "image"),
        ("A/3", "", "image"),
    ]


def test_what_a_customer_deleted_is_not_read_as_his_words() -> None:
    assert read(row(key="A", text="Ce message a été supprimé", isDeleted=True)) == []


@pytest.mark.parametrize("change", ["isDeleted", "isEdited"])
def test_a_bubble_of_ours_that_a_person_changed_proves_nothing(change: str) -> None:
    [ours] = read(row(key="A", text="Autre chose", direction="out", tick="2") | {change: True})
    found, _ = delivery.look_for([ours], baseline=None, body_hash=delivery.text_hash("Bonjour"))
    assert found is delivery.Finding.UNPROVABLE


def test_a_signal_that_does_not_exist_cannot_be_switched_off() -> None:
    assert browser.signals_named(" send/corner, header/first") == {("send", "corner"), ("header", "first")}
    with pytest.raises(SettingsRejected, match="send/nothing"):
        browser.signals_named("send/nothing")
