"""What a customer's answer means: ordered rules over the words of `spelling`, first match wins. No machine learning.

The order is the safety: opt-out before everything a person can say, "not yet paid" before "paid", a day to come before
a form that looks past. A second meaning in the same message is kept in `also`; what no rule is sure of is `other`, and
a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.domain import amounts, lexicon, paying, promises, spelling
from relance.domain.spelling import Words


class Intent(StrEnum):
    PAID_CLAIM = "paid_claim"
    PROMISE = "promise"
    QUESTION = "question"
    DISPUTE = "dispute"
    WRONG_PERSON = "wrong_person"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    ACK = "ack"
    DOC_LATER = "doc_later"
    DOCUMENT = "document"  # a photo or file without words that change its meaning
    OTHER = "other"


class Topic(StrEnum):
    """What our message that is being answered was about."""

    PAYMENT = "payment"
    DOCUMENTS = "documents"


CONFIDENT = 0.6
"""Below this an intent has no effect of its own: a person decides."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`promised_on` is the day of a promise or of documents to come; `also` is a second intent in the same message.

    `evidence` is where in the message the words stand that decided (its NFC form, emoji counted as words).
    """

    intent: Intent
    confidence: float
    rule: str
    promised_on: date | None = None
    amount: Decimal | None = None
    also: Intent | None = None
    evidence: tuple[int, int] | None = None

    @property
    def is_certain(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass(frozen=True, slots=True)
class _Heard:
    """One message with what several rules ask of it."""

    message: str
    said: Words
    received_on: date
    topic: Topic

    @property
    def words(self) -> str:
        return self.said.text

    def clauses(self) -> list[str]:
        return [paying.without_idioms(clause) for clause in self.said.clauses]

    @property
    def looks_ahead(self) -> bool:
        return bool(paying.LOOKING_AHEAD.search(self.words))

    @property
    def asks_something(self) -> bool:
        return any(lexicon.ASKS.search(clause) for clause in self.said.clauses)

    def day(self) -> date | None:
        words = lexicon.COURTESY.sub(" ", self.words)
        return promises.first_day(words, self.received_on, looks_ahead=self.looks_ahead)


# Still to come when it was written: « payé ce soir » promises.
_LATER_TODAY = re.compile(r"\b(?:ce soir|tout a l heure|tonight|this evening|dans la journee)\b")

_DENIED = re.compile(
    r"(?:^|\b(?:fait|que|finalement|mais) )"
    r"(?:non|pas encore|toujours pas|pas|nope|no|not yet|nahi|jamais|pas du tout|en fait)(?: merci| desole)?$"
)
# Beside a question mark only what the writer says to have done themselves is a claim.
_OWN_DEED = re.compile(
    r"^(?!vous|avez|has|have|should|did|was|is)(?:.* )?(?:j ai|nous avons|on a|i|we|deja|already|viens)\b"
)
_NEGATION = re.compile(r"\b(?:pas|not|haven|aucun|rien|nahi|no|jamais)\b")

_Found = tuple[Reply, re.Match[str] | None]
_Rule = Callable[[_Heard], _Found | None]


def understand(text: str, *, received_on: date, topic: Topic = Topic.PAYMENT, owed: Collection[Decimal] = ()) -> Reply:
    """Never raises; a text in another script, or that no rule knows, is `other` with a low confidence.

    `owed` are the sums this person owes: of several sums named, the one that is owed is meant.
    """
    heard = _Heard(text, spelling.read(text), received_on, topic)
    if _is_foreign(text):
        stop = lexicon.SILENCE_ELSEWHERE.search(text)
        return Reply(Intent.OPT_OUT, 0.9, "opt_out.script") if stop else Reply(Intent.OTHER, 0.3, "other.script")
    found = [answer for rule in _RULES if (answer := rule(heard)) is not None]
    amount = amounts.named(heard.words, owed=owed)
    if not found:
        return Reply(Intent.OTHER, 0.3, "other.unknown", amount=amount)
    first, match = found[0]
    others = (reply.intent for reply, _ in found[1:])
    also = next((intent for intent in others if intent not in {first.intent, Intent.ACK, Intent.OTHER}), None)
    span = heard.said.span(match.start(), match.end()) if match is not None and match.string == heard.words else None
    return replace(first, amount=amount, also=first.also or also, evidence=span)


def _rule(intent: Intent, confidence: float, name: str, day: date | None = None) -> Reply:
    return Reply(intent, confidence, f"{intent}.{name}", day)


def _automatic(heard: _Heard) -> _Found | None:
    match = lexicon.AUTOMATIC.search(heard.words)
    return (_rule(Intent.OTHER, 0.9, "automatic"), match) if match else None


def _opt_out(heard: _Heard) -> _Found | None:
    if lexicon.WRITE_AGAIN.search(heard.words) and not re.search(
        r"\b(?:pas|plus|ne|n|not|don|stop|jamais)\b", heard.words
    ):
        return None
    match = lexicon.opt_out(heard.words, heard.message)
    return (_rule(Intent.OPT_OUT, 0.95, "words"), match) if match else None


def _opt_in(heard: _Heard) -> _Found | None:
    match = lexicon.WRITE_AGAIN.search(heard.words)
    return (_rule(Intent.OPT_IN, 0.9, "words"), match) if match else None


def _wrong_person(heard: _Heard) -> _Found | None:
    match = lexicon.WRONG_PERSON.search(heard.words) or lexicon.NOT_NAMED.search(heard.message)
    return (_rule(Intent.WRONG_PERSON, 0.9, "words"), match) if match else None


def _distress(heard: _Heard) -> _Found | None:
    match = lexicon.DISTRESS.search(heard.words)
    return (_rule(Intent.OTHER, 0.9, "distress"), match) if match else None


def _dispute(heard: _Heard) -> _Found | None:
    is_asking = heard.said.asks and heard.asks_something
    for pattern, name in ((lexicon.LEGAL, "legal"), (lexicon.CANCELS, "cancel"), (lexicon.CONTESTS, "contest")):
        if match := pattern.search(heard.words):
            if (name == "contest" and is_asking) or lexicon.WONDERS.search(heard.words):
                return _rule(Intent.QUESTION, 0.7, "about_dispute"), match
            return _rule(Intent.DISPUTE, 0.85, name), match
    return None


def _doc_later(heard: _Heard) -> _Found | None:
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
    return _rule(Intent.DOC_LATER, 0.8, "words", heard.day()), match


def _papers_to_come(heard: _Heard) -> re.Match[str] | None:
    is_ahead = heard.looks_ahead or lexicon.NOT_READY.search(heard.words) or heard.day()
    return lexicon.PAPER.search(heard.words) if is_ahead else None


def _names_papers(heard: _Heard) -> bool:
    return bool(lexicon.PAPER.search(heard.words))


def _speaks_of_papers(heard: _Heard) -> bool:
    return heard.topic is Topic.DOCUMENTS or _names_papers(heard) or not paying.PAYING.search(heard.words)


def _promise(heard: _Heard) -> _Found | None:
    if (heard.said.asks and heard.asks_something and not _commits_beside_a_question(heard)) or lexicon.CALL_ME.search(
        heard.words
    ):
        return None
    if _has_paid_for_sure(heard):
        return None
    day = heard.day()
    if day is None:
        return _undated(heard)
    pays = paying.PAYING.search(heard.words)
    if (
        paying.UNABLE.search(heard.words)
        and not paying.COMMITS.search(heard.words)
        and not _dated_clause_is_free(heard)
    ):
        return None
    if pays and not (lexicon.WANTS_TO_KNOW.search(heard.words) and not heard.looks_ahead):
        return _rule(Intent.PROMISE, 0.85, "dated_payment", day), pays
    if commits := paying.COMMITS.search(heard.words):
        return _rule(Intent.PROMISE, 0.8, "dated_word", day), commits
    if (
        lexicon.DOC_LATER.search(heard.words)
        or paying.ELSEWHERE.search(heard.words)
        or lexicon.TROUBLE.search(heard.words)
    ):
        return None
    ahead = paying.LOOKING_AHEAD.search(heard.words) or paying.PRESENT.search(heard.words)
    if ahead:
        return _rule(Intent.PROMISE, 0.75, "dated_future", day), ahead
    if len(heard.words.split()) <= 7 and not lexicon.MEETS.search(heard.words):
        intent = Intent.DOC_LATER if heard.topic is Topic.DOCUMENTS else Intent.PROMISE
        return _rule(intent, 0.65, "bare_day", day), None
    return None


def _commits_beside_a_question(heard: _Heard) -> bool:
    return any(
        paying.PAYING.search(clause)
        and (paying.PRESENT.search(clause) or paying.LOOKING_AHEAD.search(clause))
        and not lexicon.ASKS.search(clause)
        for clause in heard.said.clauses
    )


def _dated_clause_is_free(heard: _Heard) -> bool:
    """A clause that names the day without saying that it cannot be: « je ne peux pas aujourd'hui, je paie lundi »."""
    return any(
        promises.first_day(clause, heard.received_on, looks_ahead=True) and not paying.UNABLE.search(clause)
        for clause in heard.said.clauses
    )


def _undated(heard: _Heard) -> _Found | None:
    if any(paying.UNPAID.search(clause) for clause in heard.clauses()) and not paying.COMMITS.search(heard.words):
        return None
    if (
        paying.UNABLE.search(heard.words)
        or lexicon.TROUBLE.search(heard.words)
        or heard.said.asks
        or heard.asks_something
    ):
        return None
    ahead = paying.LOOKING_AHEAD.search(heard.words)
    if ahead and paying.PAYING.search(heard.words):
        return _rule(Intent.PROMISE, 0.7, "undated"), ahead
    match = paying.COMMITS.search(heard.words)
    if match and heard.topic is Topic.PAYMENT and not paying.ELSEWHERE.search(heard.words):
        return _rule(Intent.PROMISE, 0.65, "undated_word"), match
    present = paying.PRESENT.search(heard.words)
    if present and re.search(r"\b(?:paie|paye|regle|pay)\b", present[0]) and not _paid(heard):
        return _rule(Intent.PROMISE, 0.65, "undated_present"), present
    return None


def _paid(heard: _Heard) -> tuple[re.Match[str], bool] | None:
    """The words that say paid, and whether plainly; None when any clause beside them denies, plans or doubts it."""
    strong, weak = paying.PAID_STRONGLY.search(heard.words), paying.PAID_WEAKLY.search(heard.words)
    if weak is None:
        weak = next((m for clause in heard.said.clauses if (m := paying.PAID_WEAKLY.search(clause))), None)
    match = strong or weak
    if match is None:
        return None
    clauses = heard.clauses()
    if any(paying.UNPAID.search(clause) or paying.IF.search(clause) for clause in clauses):
        return None
    if any(_DENIED.search(clause) for clause in clauses[1:]) or "ou pas" in heard.words:
        return None
    if lexicon.TROUBLE.search(heard.words) or heard.words.startswith("ai je"):
        return None
    return match, strong is not None


def _has_paid_for_sure(heard: _Heard) -> bool:
    """A plain past beats a day that may as well be past; a marked future beats it unless it tells of the arrival."""
    found = _paid(heard)
    if found is None:
        return False
    _, is_strong = found
    day = heard.day()
    if not is_strong:
        # « c'est fait, bonne soirée »: nothing ahead. « c'est payé demain »: a day ahead.
        is_now = day is None or (day == heard.received_on and not _LATER_TODAY.search(heard.words))
        return (is_now and not heard.looks_ahead) or bool(
            re.search(r"\b(?:hier|depuis|deja|debitee?|prelevee?|yesterday|already)\b", heard.words)
        )
    return not heard.looks_ahead or bool(paying.ARRIVING.search(heard.words))


def _paid_claim(heard: _Heard) -> _Found | None:
    found = _paid(heard)
    if found is None:
        return None
    match, is_strong = found
    if heard.said.asks and (heard.asks_something or not is_strong or not _OWN_DEED.search(heard.words)):
        return None
    if paying.may_negate(heard.said.raw):
        return _rule(Intent.OTHER, 0.4, "unclear_negation"), match
    if heard.topic is Topic.DOCUMENTS and not is_strong:
        return _rule(Intent.OTHER, 0.5, "done_with_documents"), match
    if paying.PARTLY.search(heard.words):
        return _rule(Intent.PAID_CLAIM, 0.8, "partial"), match
    return (_rule(Intent.PAID_CLAIM, 0.9, "past") if is_strong else _rule(Intent.PAID_CLAIM, 0.75, "state")), match


def _unpaid(heard: _Heard) -> _Found | None:
    """What is not paid, without a day: said by somebody who cannot, or simply true. A person reads both."""
    if match := paying.HARDSHIP.search(heard.words):
        return _rule(Intent.OTHER, 0.85, "hardship"), match
    if heard.said.asks or heard.asks_something:
        return None
    if lexicon.WANTS_TO_KNOW.search(heard.words) or lexicon.TROUBLE.search(heard.words):
        return None
    for clause in heard.clauses():
        is_denied = paying.UNPAID.search(clause) and _NEGATION.search(clause)
        if is_denied and (paying.PAYING.search(clause) or re.search(r"\b(?:fait|done)\b", clause)):
            return _rule(Intent.OTHER, 0.8, "unpaid"), None
    return None


def _question(heard: _Heard) -> _Found | None:
    if match := lexicon.CALL_ME.search(heard.words):
        return _rule(Intent.QUESTION, 0.8, "call"), match
    if match := lexicon.TROUBLE.search(heard.words):
        return _rule(Intent.QUESTION, 0.75, "trouble"), match
    if match := lexicon.WANTS_TO_KNOW.search(heard.words):
        return _rule(Intent.QUESTION, 0.75, "wants"), match
    if heard.said.asks:
        return _rule(Intent.QUESTION, 0.8 if heard.words else 0.6, "mark"), None
    return (_rule(Intent.QUESTION, 0.7, "opening"), None) if heard.asks_something else None


def _ack(heard: _Heard) -> _Found | None:
    match = lexicon.thanks(lexicon.COURTESY.sub("merci", heard.words)) if heard.words else None
    return (_rule(Intent.ACK, 0.85, "words"), match) if match else None


def _opt_out_mistyped(heard: _Heard) -> _Found | None:
    """What no rule can read is an opt-out when it looks like one: silence can be undone, a message cannot."""
    return (_rule(Intent.OPT_OUT, 0.65, "mistyped"), None) if lexicon.nearly_opt_out(heard.said.raw) else None


_RULES: tuple[_Rule, ...] = (
    _automatic, _opt_out, _opt_in, _wrong_person, _distress, _dispute, _doc_later, _promise, _paid_claim, _unpaid,
    _question, _opt_out_mistyped, _ack,
)  # fmt: skip


def _is_foreign(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(ord(c) > 0x24F for c in letters) * 2 > len(letters)
