"""The sum a customer names, by its context: a currency or a verb of paying, never a reference, a date or a phone."""

# ruff: noqa: E501 - one pattern per line reads better than its halves
from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

_SCALES = {"k": 1000, "lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "mille": 1000}
_FIGURE = r"\d{1,3}(?: \d{2,3})+(?:[.,]\d{1,2})?|\d[\d.,]*"
_SCALE = r"(?:k|lakhs?|lac|mille)"
_BEFORE = r"(?:[€$£₹]|\b(?:rs|inr|eur|usd|gbp|chf|mad|dh))"
_AFTER = r"(?:[€$£₹]|(?:e|eur|euros?|balles|rs|inr|rupees?|rupaye|roupies?|dollars?|usd|livres|pounds|gbp|fcfa|cfa|chf|francs?|dhs?|dirhams?)\b)"
_NAMED = re.compile(
    rf"{_BEFORE} ?(?P<before>{_FIGURE}) ?(?P<scale_before>{_SCALE}\b)?"
    rf"|(?P<after>{_FIGURE}) ?(?P<scale_after>{_SCALE})? ?{_AFTER}"
    rf"|(?P<scaled>{_FIGURE}) ?(?P<scale_alone>{_SCALE})\b"
)
# A bare number is a sum only right beside a verb of paying, and when nothing says that it counts something else.
_VERB = r"(?:paye|payer|paie|regle|regler|vire|virer|verse|verser|envoye|transfere|paid|pay|sent|transferred|pague|diya|diye|bhej)"
_BARE = re.compile(
    rf"\b{_VERB} (?:vous |deja |bien |de |les |la somme de |about )?(?P<bare>\d{{1,3}}(?: \d{{3}})+(?:[.,]\d{{1,2}})?|\d{{2,6}}(?:[.,]\d{{1,2}})?)\b"
    r"(?![/:-]|\.\d{3}|\s*(?:fois|mois|jour|sem|min|heure|h\b|pers|voyag|days|weeks|times|%|janv|fev|mars|avr|mai|juin|juil|aou|sept|oct|nov|dec|am\b|pm\b|th\b|st\b|x\b))"
)
_NOISE = re.compile(
    r"\b(?:inv|fac|fact|facture|ref|reference|dossier|commande|numero|n°|invoice|booking|utr|txn|transaction|id)(?: (?:numero|n°|no))? ?[\w-]*\d[\w/-]*"
    r"|\b[a-z]{2,5}-?\d[\w-]*-[\w-]+|\+?\d{10,}|\b0\d(?: \d\d){4}\b|\b\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?\b|\b(?:en )?\d{1,2} ?(?:x|fois)\b(?: (?:de )?[\d.,]+ ?[€e]?\b)?"
)
_CORRECTED = re.compile(r"\b(?:pardon|plutot|non pas|je voulais dire|correction|rectif\w*|sorry|i mean|desole)\b")


def named(words: str, *, owed: Collection[Decimal] = ()) -> Decimal | None:
    """The one sum; of several the one that is owed, or the last when it corrects the others; else None."""
    said = _NOISE.sub(" ", words)
    found = list(dict.fromkeys(_value(match) for match in _NAMED.finditer(said)))
    if not found:
        found = list(dict.fromkeys(_decimal(match["bare"]) for match in _BARE.finditer(said)))
    if len(found) == 1:
        return found[0]
    fitting = [value for value in found if value in owed]
    if len(fitting) == 1:
        return fitting[0]
    return found[-1] if found and _CORRECTED.search(said) else None


def _value(match: re.Match[str]) -> Decimal:
    figure = match["before"] or match["after"] or match["scaled"]
    scale = match["scale_before"] or match["scale_after"] or match["scale_alone"] or ""
    return _decimal(figure) * _SCALES.get(scale, 1)


def _decimal(figure: str) -> Decimal:
    """Groups of three behind one kind of mark are thousands; anything else after the last mark is cents."""
    digits = figure.replace(" ", "").strip(".,")
    marks = re.findall(r"[.,]", digits)
    is_decimal = bool(marks) and (len(set(marks)) == 2 or (len(marks) == 1 and not re.search(r"[.,]\d{3}$", digits)))
    if not is_decimal:
        return Decimal(re.sub(r"[.,]", "", digits))
    whole, _, cents = digits.rpartition(marks[-1])
    return Decimal(f"{re.sub(r'[.,]', '', whole) or '0'}.{cents}")
