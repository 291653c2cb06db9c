"""The texts for customers, read and checked once at start, and the values that fill them.

Every text of every language is compiled before anything is planned: an unknown placeholder stops the service with the
file and the placeholder named (exit status 2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from relance.domain import calendar, documents, standing, steps, wording
from relance.domain.errors import SettingsRejected, TemplateRejected
from relance.domain.receivable import Kind
from relance.domain.standing import Case
from relance.domain.steps import Purpose
from relance.domain.wording import Template

LANGUAGES = ("fr", "en")
ANSWERS = (
    "reponse_stop", "reponse_paiement_declare", "reponse_document_recu", "reponse_document_complet",
    "reponse_document_refuse", "reponse_promesse", "reponse_humain",
)  # fmt: skip

# Columns of the two ready-made sheets: a custom text may name them before the first row was read.
COLUMNS = (
    "Nom du client", "Numéro WhatsApp", "Destination", "Date de voyage", "Valeur totale du forfait", "Montant versé",
    "Solde à payer", "Date d'échéance du paiement", "Statut du paiement", "Lien de paiement", "Numéro de téléphone",
    "Numéro de facture", "Montant de la facture", "Date d'échéance", "Lien PDF", "Réf.", "Notes", "Référence",
    "Voyageurs",
)  # fmt: skip

_WORDS = "mots"


@dataclass(frozen=True, slots=True)
class Texts:
    templates: Mapping[tuple[str, str], Template]
    words: Mapping[str, Mapping[str, str]]

    def write(self, template: str, language: str, values: Mapping[str, str]) -> str:
        """Raises TemplateRejected when the text is unknown or one of its values is missing."""
        found = self.templates.get((language, template))
        if found is None:
            raise TemplateRejected(f"le texte « {template} » n'existe pas ({language})")
        return found.render(values)

    def reminder(self, template: str, cases: Sequence[Case], now: datetime) -> str:
        """The message about these items, the first of which carries it."""
        first = cases[0]
        language = first.customer.language if first.customer else LANGUAGES[0]
        detail = self.templates[language, f"detail_{first.receivable.kind}"]
        lines = [detail.render(self.values(case, now)) for case in cases] if len(cases) > 1 else []
        return self.write(template, language, self.values(first, now) | {wording.fold("Détail"): "\n".join(lines)})

    def answer(self, template: str, name: str, language: str, firm: str) -> str:
        return self.write(template, language, _person_values(name, firm))

    def values(self, case: Case, now: datetime) -> dict[str, str]:
        """Every column of the row as shown, under the computed values, by folded name."""
        row = case.receivable
        language = case.customer.language if case.customer else LANGUAGES[0]
        columns = {wording.fold(header): wording.neutral(cell) for header, cell in row.fields.items()}
        anchor = row.departs_on if row.kind is Kind.VOYAGE else row.due_on
        words = self.words[language]
        computed = {
            "Montant": wording.amount(row.total, language),
            "Solde": wording.amount(row.balance, language),
            "Date": wording.day(anchor, language),
            "Échéance": wording.day(row.due_on, language),
            "Lien": wording.link(row.payment_link),
            "Jours restants": _days_left(anchor, calendar.civil_day(now, case.zone)),
            "Destination": wording.neutral(row.label),
            "Facture": wording.neutral(row.label),
            "Billets": words["tickets_received"] if row.tickets_received else "",
            "Documents manquants": self._listed(
                case.documents.missing if case.documents else (), row.travellers, words
            ),
            "Documents demandés": self._listed(asked(row.travellers), row.travellers, words),
        }
        person = _person_values(case.customer.name if case.customer else "", case.firm)
        return columns | {wording.fold(name): value for name, value in computed.items()} | person

    def _listed(self, missing: Sequence[str], travellers: int, words: Mapping[str, str]) -> str:
        lines = []
        for item in missing:
            kind, _, traveller = item.partition("/")
            whose = f" ({words['traveller']} {traveller})" if travellers > 1 else ""
            lines.append(f"• {words[kind]}{whose}")
        return "\n".join(lines)


def load(overrides: Path | None, headers: Collection[str] = ()) -> Texts:
    """Raises SettingsRejected naming the file and the placeholder that is wrong."""
    known = {*wording.COMPUTED, *COLUMNS, *headers}
    templates, words = {}, {}
    for language in LANGUAGES:
        sources = _sources(language, overrides)
        words[language] = _words(sources.pop(_WORDS))
        for name, text in sources.items():
            try:
                templates[language, name] = wording.compiled(text, name=f"{language}/{name}.txt", known=known)
            except TemplateRejected as error:
                raise SettingsRejected(f"texte refusé : {error}") from error
    missing = [f"{lang}/{name}.txt" for lang in LANGUAGES for name in _needed() if (lang, name) not in templates]
    if missing:
        raise SettingsRejected(f"textes manquants : {', '.join(missing)}")
    return Texts(templates, words)


def _needed() -> list[str]:
    names = [*ANSWERS, *(f"detail_{kind}" for kind in Kind)]
    for step in steps.BY_NAME.values():
        names += [step.name, steps.grouped_template(step.name)] if step.purpose is Purpose.PAYMENT else [step.name]
    return names


def _sources(language: str, overrides: Path | None) -> dict[str, str]:
    shipped = resources.files("relance.templates").joinpath(language)
    found = {
        entry.name.removesuffix(".txt"): entry.read_text(encoding="utf-8")
        for entry in shipped.iterdir()
        if entry.name.endswith(".txt")
    }
    if overrides is None:
        return found
    try:
        if not overrides.is_dir():
            raise SettingsRejected(f"RELANCE_TEMPLATES_DIR : le dossier {overrides} n'existe pas")
        custom = {file.stem: file.read_text(encoding="utf-8") for file in sorted((overrides / language).glob("*.txt"))}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRejected(
            f"RELANCE_TEMPLATES_DIR : un texte de {overrides} ne peut pas être lu (UTF-8)"
        ) from error
    return found | custom


def _words(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _person_values(name: str, firm: str) -> dict[str, str]:
    full = wording.neutral(name)
    first = full.split(" ")[0] if " " in full else full
    return {wording.fold("Nom"): full, wording.fold("Prénom"): first, wording.fold("Agence"): wording.neutral(firm)}


def _days_left(anchor: date | None, today: date) -> str:
    return "" if anchor is None else str((anchor - today).days)


def asked(travellers: int) -> tuple[str, ...]:
    return tuple(f"{kind}/{traveller}" for traveller in range(1, travellers + 1) for kind in documents.CHECKLIST)


def template_of(names: Sequence[str]) -> str:
    """The text of a message whose carrier is at this step, alone or with others."""
    return names[0] if len(names) == 1 else steps.grouped_template(names[0])


def planned_for(case: Case, step: str, send_at: datetime, policy: steps.Policy) -> datetime:
    """The instant a step fell on: what later tells a moved date from an outage."""
    found = steps.BY_NAME[step]
    if found.purpose is not Purpose.PAYMENT:
        return send_at
    return standing.falls_at(case, found, policy) or send_at
