"""Which approved template says a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.sender.cloud.wording import Said, Template, said_by

REMINDER = Template("rappel", "fr", "Bonjour {{1}}, il reste {{2}}.\n\nÀ bientôt {{1}} (100 %)")
WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs", "Sc")), min_size=1).filter(lambda w: "  " not in w)


def test_a_text_is_said_by_the_template_that_it_fills():
    text = "Bonjour Ana, il reste 1 234,56 €.\n\nÀ bientôt Ana (100 %)"
    assert said_by(text, [REMINDER]) == Said("rappel", "fr", ("Ana", "1 234,56 €"))


@pytest.mark.parametrize("text", [
    "Bonjour Ana, il reste 5 €.\n\nÀ bientôt Ben (100 %)",
    "Bonjour Ana, il reste 5 €.\n\nÀ bientôt Ana (100 %) !",
    "Bonjour Ana, il reste 5 €\nou plus.\n\nÀ bientôt Ana (100 %)",
    "Bonjour , il reste 5 €.\n\nÀ bientôt  (100 %)",
], ids=["two names", "more words", "a line break in a value", "an empty value"])  # fmt: skip
def test_what_is_not_exactly_a_template_is_not_said(text):
    assert said_by(text, [REMINDER]) is None


def test_two_templates_that_say_it_differently_are_none():
    twin = Template("autre", "fr", "Bonjour {{1}}, il reste {{2}}")
    wide = Template("large", "fr", "Bonjour {{1}} reste {{2}}")
    assert said_by("Bonjour Ana, il reste 5 €", [twin, wide]) is None


@given(st.lists(WORDS, min_size=2, max_size=2), WORDS, WORDS)
def test_what_is_said_is_the_text_itself(literals, first, second):
    template = Template("t", "fr", f"{literals[0]}{{{{1}}}}-{literals[1]}{{{{2}}}}")
    text = f"{literals[0]}{first}-{literals[1]}{second}"
    said = said_by(text, [template])
    if said is not None:
        filled = template.body.replace("{{1}}", "\0").replace("{{2}}", "\1")
        assert filled.replace("\0", said.values[0]).replace("\1", said.values[1]) == text
