"""What fills the placeholders of a text, formatted for the reader; only what the text asks for is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from relance.contracts import travel
from relance.domain import calendar, checklist, wording
from relance.domain.preferences import YES
from relance.domain.receivable import Kind, Receivable
from relance.domain.standing import Case

DISCREET_COLUMNS = frozenset({"discret", "discreet"})
# Folded; an owner may call the column otherwise, and then its cell is what we know the customer by.
NAME_COLUMNS = frozenset({"nom du client", "client", "customer name", "name", "customer"})

Words = Mapping[str, str]
Make = Callable[[Case, datetime, str, Words], str]


def of(names: Iterable[str], case: Case, now: datetime, *, words: Words) -> dict[str, str]:
    """Values by folded name. A computed value hides the column of that name; a column that is not there is empty."""
    language = case.customer.language if case.customer else "fr"
    wanted = {wording.fold(name) for name in names}
    made = {name: MAKERS[name](case, now, language, words) for name in wanted & MAKERS.keys()}
    if missing := wanted - MAKERS.keys():
        folded = ((wording.fold(header), cell) for header, cell in case.receivable.fields.items())
        made |= {header: _cell(header, cell, case) for header, cell in folded if header in missing}
    return made


def _cell(header: str, cell: str, case: Case) -> str:
    """A person's name is never a link, in whatever column it stands."""
    is_name = header in NAME_COLUMNS or cell.strip() == _person(case).strip()
    return _name(cell) if is_name else wording.cell(cell)


def of_person(name: str, firm: str) -> dict[str, str]:
    """All that a text may say to somebody of whom no row is known."""
    return {wording.fold("Nom"): _name(name), wording.fold("Prénom"): _first(name), wording.fold("Agence"): _name(firm)}


def asked(row: Receivable) -> tuple[str, ...]:
    """The papers that a request asks for, as kind/traveller."""
    wanted = checklist.asked(row.fields, row.label, row.travellers, travel.rules())
    return tuple(f"{kind}/{traveller}" for traveller, kind in wanted)


def wants_discretion(case: Case) -> bool:
    """The row's own column says that its messages name no amount."""
    cells = case.receivable.fields.items()
    return any(wording.fold(header) in DISCREET_COLUMNS and wording.fold(cell) in YES for header, cell in cells)


def _anchor(case: Case) -> date | None:
    row = case.receivable
    return row.departs_on if row.kind is Kind.VOYAGE else row.due_on


def _days_left(case: Case, now: datetime) -> str:
    anchor = _anchor(case)
    return "" if anchor is None else str((anchor - calendar.civil_day(now, case.zone)).days)


def _name(text: str) -> str:
    return wording.without_links(wording.neutral(text))


def _first(name: str) -> str:
    full = _name(name)
    return full.split(" ")[0] if " " in full else full


def _listed(papers: Sequence[str], case: Case, words: Words) -> str:
    return "\n".join(f"• {name}" for name in _named(papers, case, words))


def _named(papers: Sequence[str], case: Case, words: Words) -> list[str]:
    named = []
    for paper in papers:
        kind, _, traveller = paper.partition("/")
        whose = f" ({words['traveller']} {traveller})" if case.receivable.travellers > 1 else ""
        named.append(f"{words[kind]}{whose}")
    return named


def _person(case: Case) -> str:
    return case.customer.name if case.customer else ""


_BY_NAME: Mapping[str, Make] = {
    "Nom": lambda case, *_: _name(_person(case)),
    "Prénom": lambda case, *_: _first(_person(case)),
    "Agence": lambda case, *_: _name(case.firm),
    "Montant": lambda case, _, language, __: wording.amount(case.receivable.total, language),
    "Solde": lambda case, _, language, __: wording.amount(case.receivable.balance, language),
    "Date": lambda case, _, language, __: wording.day(_anchor(case), language),
    "Échéance": lambda case, _, language, __: wording.day(case.receivable.due_on, language),
    "Lien": lambda case, *_: wording.link(case.receivable.payment_link),
    "Jours restants": lambda case, now, *_: _days_left(case, now),
    "Destination": lambda case, *_: _name(case.receivable.label),
    "Facture": lambda case, *_: _name(case.receivable.label),
    "Billets": lambda case, _, __, words: words["tickets_received"] if case.receivable.tickets_received else "",
    "Documents manquants": lambda case, _, __, words: _listed(
        case.documents.missing if case.documents else (), case, words
    ),
    "Documents reçus": lambda case, _, __, words: ", ".join(
        _named(case.documents.received if case.documents else (), case, words)
    ),
    "Documents demandés": lambda case, _, __, words: _listed(asked(case.receivable), case, words),
}
MAKERS: Mapping[str, Make] = {wording.fold(name): make for name, make in _BY_NAME.items()}
