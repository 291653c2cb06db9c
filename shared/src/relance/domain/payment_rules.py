"""Promises, words of payment and their contrary: the rules that stand between a customer's words and money."""

from __future__ import annotations

import re

from relance.domain import lexicon, paying, promises
from relance.domain.meaning import Found, Heard, Intent, Topic, rule

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


def promise(heard: Heard) -> Found | None:
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
        return rule(Intent.PROMISE, 0.85, "dated_payment", day), pays
    if commits := paying.COMMITS.search(heard.words):
        return rule(Intent.PROMISE, 0.8, "dated_word", day), commits
    if (
        lexicon.DOC_LATER.search(heard.words)
        or paying.ELSEWHERE.search(heard.words)
        or lexicon.TROUBLE.search(heard.words)
    ):
        return None
    ahead = paying.LOOKING_AHEAD.search(heard.words) or paying.PRESENT.search(heard.words)
    if ahead:
        return rule(Intent.PROMISE, 0.75, "dated_future", day), ahead
    if len(heard.words.split()) <= 7 and not lexicon.MEETS.search(heard.words):
        intent = Intent.DOC_LATER if heard.topic is Topic.DOCUMENTS else Intent.PROMISE
        return rule(intent, 0.65, "bare_day", day), None
    return None


def _commits_beside_a_question(heard: Heard) -> bool:
    return any(
        paying.PAYING.search(clause)
        and (paying.PRESENT.search(clause) or paying.LOOKING_AHEAD.search(clause))
        and not lexicon.ASKS.search(clause)
        for clause in heard.said.clauses
    )


def _dated_clause_is_free(heard: Heard) -> bool:
    """A clause that names the day without saying that it cannot be: « je ne peux pas aujourd'hui, je paie lundi »."""
    return any(
        promises.first_day(clause, heard.received_on, looks_ahead=True) and not paying.UNABLE.search(clause)
        for clause in heard.said.clauses
    )


def _undated(heard: Heard) -> Found | None:
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
        return rule(Intent.PROMISE, 0.7, "undated"), ahead
    match = paying.COMMITS.search(heard.words)
    if match and heard.topic is Topic.PAYMENT and not paying.ELSEWHERE.search(heard.words):
        return rule(Intent.PROMISE, 0.65, "undated_word"), match
    present = paying.PRESENT.search(heard.words)
    if present and re.search(r"\b(?:paie|paye|regle|pay)\b", present[0]) and not _paid(heard):
        return rule(Intent.PROMISE, 0.65, "undated_present"), present
    return None


def _paid(heard: Heard) -> tuple[re.Match[str], bool] | None:
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


def _has_paid_for_sure(heard: Heard) -> bool:
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


def paid_claim(heard: Heard) -> Found | None:
    found = _paid(heard)
    if found is None:
        return None
    match, is_strong = found
    if heard.said.asks and (heard.asks_something or not is_strong or not _OWN_DEED.search(heard.words)):
        return None
    if paying.may_negate(heard.said.raw):
        return rule(Intent.OTHER, 0.4, "unclear_negation"), match
    if heard.topic is Topic.DOCUMENTS and not is_strong:
        return rule(Intent.OTHER, 0.5, "done_with_documents"), match
    if paying.PARTLY.search(heard.words):
        return rule(Intent.PAID_CLAIM, 0.8, "partial"), match
    return (rule(Intent.PAID_CLAIM, 0.9, "past") if is_strong else rule(Intent.PAID_CLAIM, 0.75, "state")), match


def unpaid(heard: Heard) -> Found | None:
    """What is not paid, without a day: said by somebody who cannot, or simply true. A person reads both."""
    if match := paying.HARDSHIP.search(heard.words):
        return rule(Intent.OTHER, 0.85, "hardship"), match
    if heard.said.asks or heard.asks_something:
        return None
    if lexicon.WANTS_TO_KNOW.search(heard.words) or lexicon.TROUBLE.search(heard.words):
        return None
    for clause in heard.clauses():
        is_denied = paying.UNPAID.search(clause) and _NEGATION.search(clause)
        if is_denied and (paying.PAYING.search(clause) or re.search(r"\b(?:fait|done)\b", clause)):
            return rule(Intent.OTHER, 0.8, "unpaid"), None
    return None
