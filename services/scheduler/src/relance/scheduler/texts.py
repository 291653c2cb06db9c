"""The texts for customers, read and checked once at start, and the values that fill them.

Every text of every language is compiled before anything is planned: an unknown placeholder stops the service with the
file and the placeholder named (exit status 2).
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import resources
from pathlib import Path

from relance.domain import lint, steps, wording
from relance.domain.errors import SettingsRejected, TemplateRejected
from relance.domain.receivable import Kind
from relance.domain.standing import Case
from relance.domain.steps import Purpose
from relance.domain.wording import Template
from relance.scheduler import values

LANGUAGES = ("fr", "en")
ANSWERS = (
    "reponse_stop", "reponse_paiement_declare", "reponse_document_recu", "reponse_document_complet",
    "reponse_document_refuse", "reponse_document_flou", "reponse_document_reflet", "reponse_document_sombre",
    "reponse_document_coupe", "reponse_document_petit", "reponse_document_autre", "reponse_document_expire",
    "reponse_document_verifie", "reponse_promesse", "reponse_humain",
)  # fmt: skip

# Columns of the two ready-made sheets: a custom text may name them before the first row was read.
COLUMNS = (
    "Nom du client", "Numéro WhatsApp", "Destination", "Date de voyage", "Valeur totale du forfait", "Montant versé",
    "Solde à payer", "Date d'échéance du paiement", "Statut du paiement", "Lien de paiement", "Numéro de téléphone",
    "Numéro de facture", "Montant de la facture", "Date d'échéance", "Lien PDF", "Réf.", "Notes", "Référence",
    "Voyageurs",
)  # fmt: skip

_WORDS = "mots"
# A message that lists more items than this is a letter: the rest is counted.
MOST_LINES = 12
LONGEST_MESSAGE = 1_500
# Links longer than this together would push the list itself out of the message.
LONGEST_LINKS = 600
LINK, DETAIL = wording.fold("Lien"), wording.fold("Détail")


@dataclass(frozen=True, slots=True)
class Texts:
    templates: Mapping[tuple[str, str], Template]
    words: Mapping[str, Mapping[str, str]]
    by_ledger: Mapping[int, Texts] = field(default_factory=dict)  # with what a ledger's own workbook says
    is_discreet: bool = False  # no payment reminder names an amount, whatever the row says
    purposes: Mapping[str, Purpose] = field(default_factory=dict)  # of texts that only an owner's own sequence names

    def of(self, ledger_id: int) -> Texts:
        return self.by_ledger.get(ledger_id, self)

    def with_own(self, own: Mapping[int, Mapping[str, str]]) -> Texts:
        """The same with each ledger's texts, {language/template: text}, over the shipped ones.

        They were checked when they were taken; one that this release refuses is left out.
        """
        return replace(self, by_ledger={ledger_id: self._overlaid(texts) for ledger_id, texts in own.items()})

    def _overlaid(self, texts: Mapping[str, str]) -> Texts:
        templates = dict(self.templates)
        for place, text in texts.items():
            language, _, name = place.partition("/")
            # Its columns were known to its ledger: a name that is missing now is refused when it is filled.
            if (language, name) in templates:
                with contextlib.suppress(TemplateRejected):
                    own = wording.compiled(text, name=place, known=wording.names(text))
                    lint.refuse(own, name, self.purpose_of(name))
                    templates[language, name] = own
        return replace(self, templates=templates, by_ledger={})

    def purpose_of(self, template: str) -> Purpose | None:
        """None for a direct answer or a part of a message."""
        return _purpose_of(template, self.purposes)

    def write(self, template: str, language: str, values: Mapping[str, str]) -> str:
        """Raises TemplateRejected when the text is unknown or one of its values is missing."""
        found = self.templates.get((language, template))
        if found is None:
            raise TemplateRejected(f"le texte « {template} » n'existe pas ({language})")
        text = found.render(values)
        if len(text) > LONGEST_MESSAGE:
            raise TemplateRejected(f"{found.name} : le message fait {len(text)} caractères, {LONGEST_MESSAGE} au plus")
        return text

    def reminder(self, template: str, cases: Sequence[Case], now: datetime) -> str:
        """The message about these items, the first of which carries it."""
        first = cases[0]
        self = self.of(first.receivable.ledger_id)
        language = first.customer.language if first.customer else LANGUAGES[0]
        template = self._variant(template, cases, language)
        filled = self.values(template, first, now)
        if len(cases) == 1:
            return self.write(template, language, filled)
        links = _links(cases) if LINK in filled else {}
        if DETAIL not in self._names(template, language):
            text = self.write(template, language, filled)
            return self._with_others(text, self._details(cases[1:], now, links, is_discreet=True), language)
        filled[DETAIL] = "\n".join(self._details(cases, now, links))
        if links:
            filled[LINK] = ""  # it is the carrier's: under a list it would be taken for everybody's
        return self.write(template, language, filled)

    def _names(self, template: str, language: str) -> frozenset[str]:
        found = self.templates.get((language, template))
        return frozenset() if found is None else frozenset(map(wording.fold, found.placeholders))

    def _with_others(self, text: str, lines: Sequence[str], language: str) -> str:
        """A text about one item, which says that it is also about these: each of them counts as reminded."""
        whole = "\n".join([text, "", self.words[language]["also"], *lines])
        if len(whole) > LONGEST_MESSAGE:
            raise TemplateRejected(f"le message et la liste font {len(whole)} caractères, {LONGEST_MESSAGE} au plus")
        return whole

    def _variant(self, template: str, cases: Sequence[Case], language: str) -> str:
        """One item that asks for discretion is enough: no amount is named, and so no list.

        A text that names none anyway is discreet as it is; one that has no discreet variant is refused when written.
        """
        if not self.is_to_be_discreet(cases):
            return template
        found = self.templates.get((language, template))
        if found is not None and lint.is_discreet(found):
            return template
        return template.removesuffix(steps.grouped_template("")) + lint.DISCREET

    def is_to_be_discreet(self, cases: Sequence[Case]) -> bool:
        return self.is_discreet or any(values.wants_discretion(case) for case in cases)

    def _details(
        self, cases: Sequence[Case], now: datetime, links: Mapping[int, str], *, is_discreet: bool = False
    ) -> list[str]:
        """A line for each item, its own link under it; beyond a screenful, how many more."""
        first = cases[0]
        language = first.customer.language if first.customer else LANGUAGES[0]
        name = f"detail_{first.receivable.kind}{lint.DISCREET if is_discreet else ''}"
        lines = []
        for case in cases[:MOST_LINES]:
            lines.append(self.write(name, language, self.values(name, case, now)))
            lines += [link for link in [links.get(case.receivable.id)] if link]
        more = len(cases) - MOST_LINES
        return [*lines, f"• {self.words[language]['others'].format(count=more)}"] if more > 0 else lines

    def answer(self, template: str, name: str, language: str, firm: str) -> str:
        return self.write(template, language, values.of_person(name, firm))

    def values(self, template: str, case: Case, now: datetime) -> dict[str, str]:
        """What this text says of this item, by folded name."""
        language = case.customer.language if case.customer else LANGUAGES[0]
        found = self.templates.get((language, template))
        return {} if found is None else values.of(found.placeholders, case, now, words=self.words[language])


def load(
    overrides: Path | None,
    headers: Collection[str] = (),
    *,
    is_discreet: bool = False,
    purposes: Mapping[str, Purpose] | None = None,
) -> Texts:
    """`purposes`: of the texts that an owner's own sequences name.

    Raises SettingsRejected naming the file and the placeholder that is wrong.
    """
    known = {*wording.COMPUTED, *COLUMNS, *headers}
    templates, words = {}, {}
    for language in LANGUAGES:
        sources = _sources(language, overrides)
        words[language] = _words(sources.pop(_WORDS))
        for name, text in sources.items():
            try:
                templates[language, name] = wording.compiled(text, name=f"{language}/{name}.txt", known=known)
                lint.refuse(templates[language, name], name, _purpose_of(name, purposes or {}))
            except TemplateRejected as error:
                raise SettingsRejected(f"texte refusé : {error}") from error
    missing = [f"{lang}/{name}.txt" for lang in LANGUAGES for name in _needed() if (lang, name) not in templates]
    if missing:
        raise SettingsRejected(f"textes manquants : {', '.join(missing)}")
    return Texts(templates, words, is_discreet=is_discreet, purposes=purposes or {})


def _purpose_of(name: str, own: Mapping[str, Purpose]) -> Purpose | None:
    return own.get(lint.step_of(name)) or lint.purpose_of(name)


def _needed() -> list[str]:
    names = [*ANSWERS, *(f"detail_{kind}{variant}" for kind in Kind for variant in ("", lint.DISCREET))]
    for step in steps.BY_NAME.values():
        names.append(step.name)
        if step.purpose is Purpose.PAYMENT:
            names += [steps.grouped_template(step.name), step.name + lint.DISCREET]
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


def template_of(names: Sequence[str]) -> str:
    """The text of a message whose carrier is at this step, alone or with others."""
    return names[0] if len(names) == 1 else steps.grouped_template(names[0])


def _links(cases: Sequence[Case]) -> dict[int, str]:
    """By item, when one link cannot stand for all; without any when they take too much room."""
    found = {case.receivable.id: wording.link(case.receivable.payment_link) for case in cases}
    if len(set(found.values())) == 1:
        return {}
    return found if sum(map(len, found.values())) <= LONGEST_LINKS else dict.fromkeys(found, "")
