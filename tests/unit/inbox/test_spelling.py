"""What a chat's spelling is brought to, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import spelling, vocabulary


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("J'ai payé", "j ai paye"),
        ("g payé", "j ai paye"),
        ("jé fé le virment", "j ai fait le virement"),
        ("ST0P !!!", "stop"),
        ("STOOOOOP", "stop"),
        ("jpaye 2main", "je paye demain"),
        ("menvoyez plu de msg", "m envoyez plus de message"),
        ("numérosvp", "numero svp"),
        ("recevoirxde l'argent", "recevoir de l argent"),
        ("c'est fait, c pa fini", "c est fait c est pas fini"),
        ("merciiii 🙏", "merci merci"),
        ("1 234,56 €", "1 234,56 €"),
        ("le 05/11", "le 05/11"),
    ],
)
def test_a_message_is_brought_to_the_words_of_the_rules(message: str, words: str) -> None:
    assert spelling.read(message).text == words


@pytest.mark.parametrize(
    "word", ["mari", "page", "impossible", "martin", "seulement", "visage", "fais", "top", "passe"]
)
def test_everyday_words_are_not_taken_for_their_neighbours(word: str) -> None:
    assert spelling.meant(word) == word


@pytest.mark.parametrize("mistyped", ["pase", "pais", "oaye", "vine", "piad", "sebt", "pagp"])
def test_a_payment_is_never_guessed_from_a_short_word_mistyped(mistyped: str) -> None:
    guess = spelling.meant(mistyped)

    assert guess not in vocabulary.NEVER_GUESSED or sorted(guess) == sorted(mistyped)


def test_clauses_end_at_punctuation_and_where_a_sentence_turns() -> None:
    said = spelling.read("Pas reçu, pourtant j'ai payé. Merci mais vérifiez")

    assert said.clauses == ("pas recu", "pourtant j ai paye", "merci", "mais verifiez")


@given(st.text(max_size=200))
def test_where_words_stood_is_within_the_message(message: str) -> None:
    said = spelling.read(message)
    span = said.span(0, len(said.text))

    assert span is None or 0 <= span[0] < span[1]
