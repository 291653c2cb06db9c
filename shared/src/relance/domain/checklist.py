"""Which papers a booking needs: its row says so, else its destination's rule, else the usual three."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from relance.domain import documents, travel_rules, wording
from relance.domain.documents import DocumentKind
from relance.domain.travel_rules import Rule

# A column of the ledger; "Documents" alone is the one that the product fills with its count.
COLUMNS = frozenset(
    {
        "documents demandes", "pieces demandees", "documents a fournir", "pieces a fournir", "documents requis",
        "pieces requises", "documents required", "required documents", "documents to send",
    }
)  # fmt: skip
NOTHING = frozenset({"aucun", "aucune", "aucun document", "aucune piece", "rien", "non", "none", "no", "-", "0"})
_WORDS = (
    (DocumentKind.PASSPORT, ("passeport", "passport")),
    (DocumentKind.VISA_FORM, ("visa",)),
    (DocumentKind.PAN, ("pan",)),
)
_BETWEEN = re.compile(r"[,;+/|•\n]|\bet\b|\band\b|&")


def asked(
    fields: Mapping[str, str], destination: str, travellers: int, rules: Sequence[Rule]
) -> tuple[tuple[int, DocumentKind], ...]:
    """(traveller, paper), in the order in which they are asked for. `rules` as `travel_rules.rule_for` takes them."""
    kinds = _kinds(fields, destination, rules)
    return tuple((traveller, kind) for traveller in range(1, travellers + 1) for kind in kinds)


def wants_nothing(fields: Mapping[str, str]) -> bool:
    """The row's own column says that no paper is needed."""
    return wording.fold(_cell(fields)) in NOTHING


def _kinds(fields: Mapping[str, str], destination: str, rules: Sequence[Rule]) -> Sequence[DocumentKind]:
    told = wording.fold(_cell(fields))
    if told in NOTHING:
        return ()
    if told:
        parts = [part.strip() for part in _BETWEEN.split(told)]
        return tuple(dict.fromkeys(_kind(part) for part in parts if part))
    return (travel_rules.rule_for(rules, destination).papers if rules else ()) or documents.CHECKLIST


def _kind(words: str) -> DocumentKind:
    """What is asked for in words we do not know is asked for as another paper, which a person looks at."""
    found = (kind for kind, known in _WORDS if any(re.search(rf"\b{word}s?\b", words) for word in known))
    return next(found, DocumentKind.OTHER)


def _cell(fields: Mapping[str, str]) -> str:
    return next((cell for header, cell in fields.items() if wording.fold(header) in COLUMNS and cell.strip()), "")
