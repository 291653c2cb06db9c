"""The catalogue of elements, and what is concluded from them without a browser."""

from __future__ import annotations

import re

import pytest

from relance.domain.delivery import SessionState
from relance.domain.errors import PageStuck
from relance.sender.whatsapp import elements, pairing, reading

OPTIONAL = {"bubble_line", "bubble_quote", "photo_download"}
"""Helpful when there; nothing depends on them."""

CATALOGUE = [element for element in vars(elements).values() if isinstance(element, elements.Element)]


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
def test_no_single_attribute_id_or_class_carries_an_element(element: elements.Element) -> None:
    if element.name in OPTIONAL:
        return
    selectors = [needs(css) for signal in element.signals for css in signal.css.split(", ")]
    for token in set().union(*selectors):
        assert any(token not in needed for needed in selectors), f"{element.name} is lost without {token}"


@pytest.mark.parametrize("element", CATALOGUE, ids=lambda element: element.name)
def test_every_signal_says_when_it_was_last_seen(element: elements.Element) -> None:
    assert all(re.fullmatch(r"20\d\d-[01]\d", signal.seen) for signal in element.signals)
    assert len({signal.name for signal in element.signals}) == len(element.signals)


NOTHING = dict.fromkeys((element.name for element in pairing.WATCHED), False)


@pytest.mark.parametrize(
    ("there", "was_linked", "state"),
    [
        (set(), False, SessionState.CONNECTING),
        ({"qr"}, False, SessionState.UNPAIRED),
        ({"qr"}, True, SessionState.LOGGED_OUT),
        ({"qr", "logged_out"}, False, SessionState.LOGGED_OUT),
        ({"shell"}, True, SessionState.CONNECTED),
        ({"shell", "offline"}, True, SessionState.OFFLINE),
        ({"shell", "use_here"}, True, SessionState.OFFLINE),
        ({"shell", "capped", "composer"}, True, SessionState.THROTTLED),
        ({"shell", "warned", "offline"}, True, SessionState.RESTRICTED),
        ({"shell", "restricted"}, True, SessionState.RESTRICTED),
        ({"shell", "restricted", "composer"}, True, SessionState.CONNECTED),
    ],
)
def test_the_state_is_told_from_what_is_on_the_screen(there: set[str], was_linked: bool, state: SessionState) -> None:
    seen = NOTHING | dict.fromkeys(there, True)
    assert pairing.state_of(seen, was_linked=was_linked) is state


def row(**facts: object) -> dict[str, object]:
    return {
        "key": None,
        "line": None,
        "tick": None,
        "media": None,
        "text": "",
        "direction": "in",
        "isCut": False,
    } | facts


def test_a_bubble_of_an_unknown_direction_stops_the_reading() -> None:
    with pytest.raises(PageStuck):
        reading.bubbles_of([row(text="Bonjour", direction=None)])


def test_a_bubble_of_ours_that_stays_cut_stops_the_reading() -> None:
    with pytest.raises(PageStuck):
        reading.bubbles_of([row(text="Bonjour", direction="out", tick="1", isCut=True)])


def test_notices_of_the_chat_are_not_bubbles() -> None:
    assert reading.bubbles_of([row(direction=None)]) == ()


def test_equal_bubbles_without_an_id_keep_distinct_and_stable_keys() -> None:
    rows = [row(text="Oui", line="[10:00, 01/10/2026] Ana: ")] * 2
    first = [bubble.key for bubble in reading.bubbles_of(rows)]
    assert len(set(first)) == 2
    assert [bubble.key for bubble in reading.bubbles_of([*rows, row(text="Non")])][:2] == first
