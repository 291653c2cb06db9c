"""What a text for customers may not be, whoever wrote it: advertising, a wall of words, a message nobody can stop.

A reminder that carries an offer is prospecting in France, and needs a consent that nobody gave (dunning facts, 8).
Called wherever a text is accepted: files at the start, the *Modèles* tab at each edit.
"""

from __future__ import annotations

import re

from relance.domain import steps, wording
from relance.domain.errors import TemplateRejected
from relance.domain.steps import Purpose
from relance.domain.wording import Template

DISCREET = "_discret"

# Read on a telephone between two things: what is longer is not read.
LONGEST_TEXT = 700
MOST_EMOJIS = 1

_ADVERTISING = re.compile(
    r"\b(?:promo(?:tion|s|tions)?|code\s+promo|soldes|offres?\s+(?:sp[ée]ciales?|exclusives?|exceptionnelles?|limit[ée]es?)"
    r"|profitez\s+d(?:e\s+(?:nos|notre|cette|ces|la\s+r[ée]duction)|['’]une?)\b|bons?\s+plans?|r[ée]ductions?|rabais"
    r"|parrain(?:ez|age)|jeu[- ]concours|newsletters?|nouvelle\s+collection|d[ée]couvrez\s+(?:nos|notre)|vente\s+flash"
    r"|special\s+offers?|discounts?|promo\s+codes?|best\s+deals?|on\s+sale|flash\s+sale|refer\s+a\s+friend|giveaway"
    r"|don['’]?t\s+miss\s+(?:our|this)|limited\s+time|discover\s+our|new\s+collection)\b"
    r"|-\s?\d{1,2}\s?%|\b\d{1,2}\s?%\s+(?:off|de\s+r(?:emise|[ée]duction))\b|\bremise\s+de\s+\d",
    re.IGNORECASE,
)
_STOP = re.compile(r"\b(?:STOP|ARR[EÊ]T|D[EÉ]SABONNER|UNSUBSCRIBE)\b")
_PICTURE = "[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
# A flag is two letters, a family is several pictures joined: each is one to the eye.
_EMOJI = re.compile(
    f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_PICTURE}\ufe0f?)*)"
)
_MONEY = re.compile(
    r"\d\s*(?:€|₹|\$|£|euros?\b|roupies?\b|rupees?\b|EUR\b|INR\b|USD\b|GBP\b)|[€₹$£]\s*\d", re.IGNORECASE
)
_AMOUNTS = frozenset(
    wording.fold(name)
    for name in (
        "Montant", "Solde", "Détail", "Valeur totale du forfait", "Montant versé", "Solde à payer",
        "Montant de la facture",
    )
)  # fmt: skip


def purpose_of(name: str) -> Purpose | None:
    """What a shipped text is for, by its name; None for a direct answer or a part of a message.

    A name that we do not know is a payment reminder's: the strictest.
    """
    if name.startswith(("reponse_", "detail_", "mentions_")):
        return None
    step = steps.BY_NAME.get(step_of(name))
    return step.purpose if step else Purpose.PAYMENT


def step_of(name: str) -> str:
    """The text that this one is a variant of."""
    return name.removesuffix(DISCREET).removesuffix(steps.grouped_template(""))


def refuse(template: Template, name: str, purpose: Purpose | None) -> None:
    """Raises TemplateRejected with the first fault of a text; `name` is its name without language and suffix."""
    fault = _fault(template, name, purpose)
    if fault:
        raise TemplateRejected(f"{template.name} : {fault}")


def is_discreet(template: Template) -> bool:
    """Whether a text names no amount."""
    return _indiscretion(template, _literals(template)) is None


def _literals(template: Template) -> str:
    return "\n".join("".join(line.parts[::2]) for line in template.lines)


def _fault(template: Template, name: str, purpose: Purpose | None) -> str | None:
    words = _literals(template)
    if len(words) > LONGEST_TEXT:
        return f"le texte est trop long ({len(words)} caractères, {LONGEST_TEXT} au plus)"
    pictures = len(_EMOJI.findall(words))
    if pictures > MOST_EMOJIS:
        return f"il y a {pictures} emojis : {MOST_EMOJIS} au plus"
    if purpose in (Purpose.PAYMENT, Purpose.DOCUMENTS) and (found := _ADVERTISING.search(words)):
        return f"« {found[0].strip()} » est de la publicité : un rappel n'en porte pas"
    if purpose is Purpose.PAYMENT and not _says_how_to_stop(template):
        return "il manque la ligne qui dit comment ne plus recevoir de rappel (répondre STOP)"
    if name.endswith(DISCREET):
        return _indiscretion(template, words)
    return None


def _says_how_to_stop(template: Template) -> bool:
    return any(not line.is_optional and _STOP.search("".join(line.parts[::2])) for line in template.lines)


def _indiscretion(template: Template, words: str) -> str | None:
    named = next((one for one in sorted(template.placeholders) if wording.fold(one) in _AMOUNTS), None)
    if named is not None:
        return f"« {named} » est un montant : un texte discret n'en nomme pas"
    return "un texte discret ne nomme pas de montant" if _MONEY.search(words) else None
