"""Which bubbles are news, whatever the page does to their keys; and who may be behind a name."""

from __future__ import annotations

import pytest

from relance.domain import delivery, hearing
from relance.domain.delivery import Bubble, Tick


def theirs(key: str, text: str, *, edited: bool = False) -> Bubble:
    return Bubble(key, outgoing=False, text=text, tick=None, media=None, edited=edited)


def ours(key: str, text: str = "Rappel") -> Bubble:
    return Bubble(key, outgoing=True, text=text, tick=Tick.SENT, media=None)


def stored(**texts: str) -> dict[str, str]:
    return {key: delivery.text_hash(text) for key, text in texts.items()}


def heard(*bubbles: Bubble, until: str | None = None, known: dict[str, str] | None = None) -> list[str]:
    return [bubble.text for _, bubble in hearing.news(bubbles, history_until=until, stored=known or {})]


def test_what_is_stored_is_no_news() -> None:
    assert heard(theirs("a", "oui"), theirs("b", "non"), known=stored(a="oui")) == ["non"]


def test_what_predates_our_first_message_is_not_taken_in() -> None:
    assert heard(theirs("a", "l'an dernier"), ours("b"), theirs("c", "oui"), until="b") == ["oui"]


def test_an_edited_message_is_news_under_a_key_of_its_own() -> None:
    chat = (theirs("a", "je conteste", edited=True),)
    [(key, said)] = hearing.news(chat, history_until=None, stored=stored(a="je paie"))
    assert (key, said.text) == (hearing.edit_key(said), "je conteste")
    assert heard(*chat, known=stored(a="je paie") | {key: delivery.text_hash(said.text)}) == []


def test_words_that_are_drawn_otherwise_are_no_edit() -> None:
    assert heard(theirs("a", "je paie 🌴"), known=stored(a="je paie")) == []


@pytest.mark.parametrize("repeated", ["oui", "d'accord"])
def test_an_update_that_takes_the_keys_away_stores_nothing_twice(repeated: str) -> None:
    chat = [theirs("~1", "bonjour"), ours("~2"), theirs("~3", "oui"), theirs("~4", repeated)]
    assert heard(*chat, until="x", known=stored(a="bonjour", b="oui")) == [repeated]


def test_without_keys_and_without_words_only_what_follows_our_last_message_is_news() -> None:
    chat = [theirs("~1", "l'an dernier"), ours("~2"), theirs("~3", "oui")]
    assert heard(*chat, until="3EB0") == ["oui"]


def test_keys_that_come_back_are_no_news_either() -> None:
    known = {"~1": delivery.text_hash("bonjour"), "~3": delivery.text_hash("oui")}
    assert heard(theirs("a", "bonjour"), theirs("b", "oui"), theirs("c", "non"), known=known) == ["non"]


def test_customers_who_share_a_word_with_the_name_come_first() -> None:
    names = {1: "Zoé Carré", 2: "Ana Durand-Lévy", 3: "Ben"}
    assert hearing.likely_first(names, ["Ana (bureau)", "DURAND levy"]) == ((2,), (1, 3))
