"""Sentences as customers write them. Received on Thursday 15 October 2026."""

# ruff: noqa: E501 - the sentences
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import replies

THURSDAY = date(2026, 10, 15)

SENTENCES = {
    "opt_out": (
        "STOP", "stop svp", "Stop !", "ARRET", "arrêt", "Arretez", "stoop", "STPO", "ST0P", "désabonner", "desaboner",
        "arrêtez de m'écrire", "Arrêtez vos relances svp, c'est pénible", "ne m'écrivez plus", "Je ne veux plus recevoir vos messages",
        "plus de messages merci", "supprimez mon numéro de votre liste", "unsubscribe", "stop texting me", "please do not contact me again",
        "take me off your list", "laissez-moi tranquille", "message mat karo", "message bhejna band karo", "Stop j'ai déjà payé",
    ),
    "opt_in": ("START", "reprendre", "Reprendre svp", "vous pouvez me renvoyer les rappels"),
    "wrong_person": (
        "mauvais numéro", "vous vous trompez de personne", "Erreur de numéro", "wrong number", "Je ne connais pas cette personne",
        "ce n'est pas Madame Leroux", "galat number hai", "you have the wrong person", "movais numero désolé c'est un mauvai numéro",
    ),
    "dispute": (
        "Je conteste cette facture", "je ne paierai pas", "le montant est faux", "je ne vous dois rien", "je veux annuler le voyage",
        "remboursez-moi", "I want a refund", "this is a scam", "wrong amount, we agreed on 900", "je n'ai jamais commandé ça",
        "je vais prendre un avocat", "cancel my booking", "pas d'accord avec cette facture", "facturé deux fois !",
    ),
    "doc_later": (
        "je vous envoie le passeport demain", "j'enverrai les documents ce soir", "je cherche mon passeport", "i will send the passport tomorrow",
        "passport kal bhejunga", "je vous envoie ça demain", "le visa suit bientôt",
    ),
    "promise": (
        "je paie demain", "Je vous règle vendredi", "virement prévu le 22", "le 22, cela ira ?", "D'ici mardi tout est soldé",
        "pas encore payé, je le fais lundi", "i will pay tomorrow", "I'll pay on friday", "kal payment kar dunga", "je vai payé demin",
        "je ferai le virement semaine prochaine", "vendredi sans faute", "payment by end of the month", "je paierai dès que possible",
        "parso pakka de dunga", "je regle apres demain",
    ),
    "paid_claim": (
        "j'ai payé", "J'ai déjà réglé hier", "jai paye", "g payé", "virement effectué ce matin", "c'est payé", "c fait", "paid",
        "I have already paid", "payment done", "payment kar diya", "ho gaya sir", "j'ai fait le virement lundi dernier",
        "J'ai payé le 12", "viremnt effectué", "j'ai fait le virement, il arrivera demain sur votre compte", "already paid yesterday",
        "mon mari a payé hier",
    ),
    "question": (
        "Combien je dois ?", "quel est le montant exact", "on peut payer en 3 fois ?", "how do i pay?", "Quand dois-je payer ?",
        "c'est payé ?", "kitna baki hai", "Où est-ce que je trouve le lien ?", "quelles sont les conditions d'annulation ?",
    ),
    "ack": ("merci", "ok merci beaucoup", "D'accord", "bien reçu", "👍", "thanks a lot", "theek hai", "ok c'est noté", "parfait bonne journée"),
    "other": ("", "???…", "Aucun versement n'est encore parti", "ma mère est décédée", "متى", "lkjsdf", "je n'ai pas payé", "I haven't paid yet"),
}  # fmt: skip
CASES = [(intent, text) for intent, texts in SENTENCES.items() for text in texts if text != "???…"]


@pytest.mark.parametrize(("intent", "text"), CASES, ids=[text or "(empty)" for _, text in CASES])
def test_the_sentence_is_understood(intent: str, text: str) -> None:
    assert replies.understand(text, received_on=THURSDAY).intent == intent


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("je paie demain", date(2026, 10, 16)),
        ("je regle apres demain", date(2026, 10, 17)),
        ("je paye jeudi", date(2026, 10, 22)),
        ("je paye jeudi en huit", date(2026, 10, 22)),
        ("je paye vendredi", date(2026, 10, 16)),
        ("virement prévu le 22", date(2026, 10, 22)),
        ("virement prévu le 12", date(2026, 11, 12)),
        ("je règle le 3 novembre", date(2026, 11, 3)),
        ("je règle vendredi 23 octobre", date(2026, 10, 23)),
        ("je règle le 1er décembre sans faute", date(2026, 12, 1)),
        ("paiement le 05/11", date(2026, 11, 5)),
        ("i will pay on the 20th", date(2026, 10, 20)),
        ("payment by end of the month", date(2026, 10, 31)),
        ("je paie mi-mois", date(2026, 10, 15)),
        ("je paie fin novembre", date(2026, 11, 30)),
        ("je paie d'ici 48h", date(2026, 10, 17)),
        ("je paie dans quinze jours", date(2026, 10, 30)),
        ("je ferai le virement la semaine prochaine", date(2026, 10, 23)),
        ("je paie ce week-end", date(2026, 10, 18)),
        ("kal payment kar dunga", date(2026, 10, 16)),
        ("je paie 500 € vendredi et le reste le 30", date(2026, 10, 16)),
        ("pas vendredi mais lundi je paie", date(2026, 10, 19)),
        ("je vous fais le virement mi-novembre", date(2026, 11, 15)),
        ("laissez-moi 3 jours", date(2026, 10, 18)),
        ("je paie demain, bonne journée et bon week-end", date(2026, 10, 16)),
        ("je paierai dès que possible", None),
        ("je paierai 300 euros quand je pourrai", None),
    ],
)
def test_the_day_said_is_the_day_held(text: str, day: date | None) -> None:
    reply = replies.understand(text, received_on=THURSDAY)

    assert (reply.intent, reply.promised_on) == (replies.Intent.PROMISE, day)


@pytest.mark.parametrize(
    "text",
    [
        "je n'ai pas encore payé", "aucun virement n'est parti", "not paid yet", "payment nahi kiya", "j'ai oublié de payer",
        "si j'avais payé vous le sauriez", "je croyais avoir payé", "je ne peux pas payer", "impossible de payer avec le lien",
        "on ne m'a pas payé", "ma banque n'a pas fait le virement", "I couldn't pay", "c'est payé ?", "haven't made the payment",
    ],
)  # fmt: skip
def test_what_is_not_paid_is_never_taken_for_paid(text: str) -> None:
    assert replies.understand(text, received_on=THURSDAY).intent != replies.Intent.PAID_CLAIM


@pytest.mark.parametrize(
    "text",
    [
        "je suis en mai à Paris ma chérie",
        "il me reste 450 euros",
        "on part à 5",
        "kal paisa diya tha",
        "à demain",
        "merci, bon week-end",
        "bonne journée et à vendredi",
        "on se voit jeudi à l'agence",
        "pas demain",
        "je ne pourrai pas vendredi",
        "see you monday",
    ],
)
def test_a_day_nobody_promised_is_never_invented(text: str) -> None:
    assert replies.understand(text, received_on=THURSDAY).promised_on is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("j'ai payé 1 234,56 €", "1234.56"),
        ("paid ₹15,000 today", "15000"),
        ("j'ai viré 1.200 euros", "1200"),
        ("j'ai versé 300e", "300"),
        ("sent 15k rs", "15000"),
        ("j'ai payé 300 € sur les 900 €", None),
        ("facture INV-2024-001 payée", None),
    ],
)
def test_the_amount_is_read_when_one_is_named(text: str, amount: str | None) -> None:
    assert replies.understand(text, received_on=THURSDAY).amount == (None if amount is None else Decimal(amount))


def test_a_second_meaning_is_kept_beside_the_first() -> None:
    assert (
        replies.understand("J'ai payé hier, vous l'avez reçu ?", received_on=THURSDAY).also == replies.Intent.QUESTION
    )
    assert replies.understand("Le 22, cela ira ?", received_on=THURSDAY).also == replies.Intent.QUESTION


def test_the_words_that_decided_are_named_by_their_place() -> None:
    message = "Bonjour, STOP svp"
    evidence = replies.understand(message, received_on=THURSDAY).evidence

    assert evidence is not None
    assert message[slice(*evidence)] == "STOP"


def test_what_answers_a_request_for_papers_is_about_papers() -> None:
    about = replies.Topic.DOCUMENTS

    assert replies.understand("vendredi", received_on=THURSDAY, topic=about).intent == replies.Intent.DOC_LATER
    assert replies.understand("c'est fait", received_on=THURSDAY, topic=about).intent == replies.Intent.OTHER
    assert replies.understand("c'est fait", received_on=THURSDAY).intent == replies.Intent.PAID_CLAIM


@given(st.text(max_size=300), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_no_text_breaks_the_reader_and_no_promise_lies_in_the_past(text: str, received_on: date) -> None:
    reply = replies.understand(text, received_on=received_on)

    assert reply.promised_on is None or reply.promised_on >= received_on


@given(
    st.sampled_from(["le 29 février", "le 31", "fin du mois", "mi-mois", "le 1er janvier", "dans 2 mois", "le 30"]),
    st.dates(date(2024, 1, 1), date(2032, 12, 31)),
)
def test_month_ends_leap_days_and_new_year_give_a_day_to_come(words: str, received_on: date) -> None:
    promised = replies.understand(f"je paie {words}", received_on=received_on).promised_on

    assert promised is not None
    assert promised >= received_on
