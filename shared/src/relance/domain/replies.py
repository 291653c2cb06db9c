"""What a customer's answer means: ordered rules over the words of `spelling`, first match wins. No machine learning.

The order is the safety: opt-out before everything a person can say, "not yet paid" before "paid", a day to come before
a form that looks past. A second meaning in the same message is kept in `also`; what no rule is sure of is `other`, and
a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.domain import amounts, lexicon, paying, payment_rules, silence, spelling
from relance.domain.meaning import CONFIDENT as CONFIDENT
from relance.domain.meaning import Found, Heard, rule
from relance.domain.meaning import Intent as Intent
from relance.domain.meaning import Reply as Reply
from relance.domain.meaning import Topic as Topic

_Rule = Callable[[Heard], Found | None]


def understand(text: str, *, received_on: date, topic: Topic = Topic.PAYMENT, owed: Collection[Decimal] = ()) -> Reply:
    """Never raises; a text in another script, or that no rule knows, is `other` with a low confidence.

    `owed` are the sums this person owes: of several sums named, the one that is owed is meant.
    """
    heard = Heard(text, spelling.read(text), received_on, topic)
    if _is_foreign(text):
        stop = silence.SILENCE_ELSEWHERE.search(text)
        return Reply(Intent.OPT_OUT, 0.9, "opt_out.script") if stop else Reply(Intent.OTHER, 0.3, "other.script")
    found = [answer for judge in _RULES if (answer := judge(heard)) is not None]
    amount = amounts.named(heard.words, owed=owed)
    if not found:
        return Reply(Intent.OTHER, 0.3, "other.unknown", amount=amount)
    first, match = found[0]
    others = (reply.intent for reply, _ in found[1:])
    also = next((intent for intent in others if intent not in {first.intent, Intent.ACK, Intent.OTHER}), None)
    span = heard.said.span(match.start(), match.end()) if match is not None and match.string == heard.words else None
    return replace(first, amount=amount, also=first.also or also, evidence=span)


def _automatic(heard: Heard) -> Found | None:
    match = lexicon.AUTOMATIC.search(heard.words)
    return (rule(Intent.OTHER, 0.9, "automatic"), match) if match else None


def _opt_out(heard: Heard) -> Found | None:
    if silence.WRITE_AGAIN.search(heard.words) and not re.search(
        r"\b(?:pas|plus|ne|n|not|don|stop|jamais)\b", heard.words
    ):
        return None
    match = silence.opt_out(heard.words, heard.message)
    return (rule(Intent.OPT_OUT, 0.95, "words"), match) if match else None


def _opt_in(heard: Heard) -> Found | None:
    match = silence.WRITE_AGAIN.search(heard.words)
    return (rule(Intent.OPT_IN, 0.9, "words"), match) if match else None


def _wrong_person(heard: Heard) -> Found | None:
    match = lexicon.WRONG_PERSON.search(heard.words) or lexicon.NOT_NAMED.search(heard.message)
    return (rule(Intent.WRONG_PERSON, 0.9, "words"), match) if match else None


def _distress(heard: Heard) -> Found | None:
    match = lexicon.DISTRESS.search(heard.words)
    return (rule(Intent.OTHER, 0.9, "distress"), match) if match else None


def _dispute(heard: Heard) -> Found | None:
    is_asking = heard.said.asks and heard.asks_something
    for pattern, name in ((lexicon.LEGAL, "legal"), (lexicon.CANCELS, "cancel"), (lexicon.CONTESTS, "contest")):
        if match := pattern.search(heard.words):
            if (name == "contest" and is_asking) or lexicon.WONDERS.search(heard.words):
                return rule(Intent.QUESTION, 0.7, "about_dispute"), match
            return rule(Intent.DISPUTE, 0.85, name), match
    return None


def _doc_later(heard: Heard) -> Found | None:
    about_papers = lexicon.DOC_LATER.search(heard.words)
    about_papers = about_papers or (_papers_to_come(heard) if not paying.OF_MONEY.search(heard.words) else None)
    match = about_papers or (lexicon.DOC_THEM.search(heard.words) if _speaks_of_papers(heard) else None)
    if not match or (not about_papers and paying.OF_MONEY.search(heard.words)):
        return None
    if lexicon.SENT_ALREADY.search(heard.words) or (heard.said.asks and heard.asks_something):
        return None
    if paying.OF_MONEY.search(heard.words) and heard.topic is Topic.PAYMENT and not _names_papers(heard):
        return None
    if lexicon.WANTS_TO_KNOW.search(heard.words) and not heard.day():
        return None
    return rule(Intent.DOC_LATER, 0.8, "words", heard.day()), match


def _papers_to_come(heard: Heard) -> re.Match[str] | None:
    is_ahead = heard.looks_ahead or lexicon.NOT_READY.search(heard.words) or heard.day()
    return lexicon.PAPER.search(heard.words) if is_ahead else None


def _names_papers(heard: Heard) -> bool:
    return bool(lexicon.PAPER.search(heard.words))


def _speaks_of_papers(heard: Heard) -> bool:
    return heard.topic is Topic.DOCUMENTS or _names_papers(heard) or not paying.PAYING.search(heard.words)


def _question(heard: Heard) -> Found | None:
    if match := lexicon.CALL_ME.search(heard.words):
        return rule(Intent.QUESTION, 0.8, "call"), match
    if match := lexicon.TROUBLE.search(heard.words):
        return rule(Intent.QUESTION, 0.75, "trouble"), match
    if match := lexicon.WANTS_TO_KNOW.search(heard.words):
        return rule(Intent.QUESTION, 0.75, "wants"), match
    if heard.said.asks:
        return rule(Intent.QUESTION, 0.8 if heard.words else 0.6, "mark"), None
    return (rule(Intent.QUESTION, 0.7, "opening"), None) if heard.asks_something else None


def _ack(heard: Heard) -> Found | None:
    match = lexicon.thanks(lexicon.COURTESY.sub("merci", heard.words)) if heard.words else None
    return (rule(Intent.ACK, 0.85, "words"), match) if match else None


def _opt_out_mistyped(heard: Heard) -> Found | None:
    """What no rule can read is an opt-out when it looks like one: silence can be undone, a message cannot."""
    return (rule(Intent.OPT_OUT, 0.65, "mistyped"), None) if silence.nearly_opt_out(heard.said.raw) else None


_RULES: tuple[_Rule, ...] = (
    _automatic, _opt_out, _opt_in, _wrong_person, _distress, _dispute, _doc_later, payment_rules.promise,
    payment_rules.paid_claim, payment_rules.unpaid, _question, _opt_out_mistyped, _ack,
)  # fmt: skip


def _is_foreign(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(ord(c) > 0x24F for c in letters) * 2 > len(letters)
