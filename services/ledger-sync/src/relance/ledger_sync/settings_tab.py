"""The *Réglages* and *Modèles* tabs, read: what is accepted, and the sentence beside each cell that is not. Pure.

A bad cell keeps the last good value of its setting or text; an empty one, or a row that is not there, means the
product's own. The sentence stands in the row's `Remarque` and goes when the cell is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from openpyxl.utils import get_column_letter

from relance.domain import lint, preferences, wording
from relance.domain.errors import CellRejected, TemplateRejected
from relance.domain.receivable import Kind
from relance.ledger_sync import columns
from relance.ledger_sync.ledgers import port
from relance.ledger_sync.ledgers.port import Cell, CellPatch, SheetRow

SETTINGS_TAB, TEXTS_TAB = "Réglages", "Modèles"
SETTINGS_HEADER = ("Réglage", "Valeur", "Explication", "Remarque")
TEXTS_HEADER = ("Étape", "Langue", "Texte", "Remarque")
LANGUAGES: Mapping[str, str] = {"fr": "Français", "en": "Anglais"}

LABELS: Mapping[str, str] = {
    "voyage_j30": "Voyage : premier rappel",
    "voyage_j15": "Voyage : deuxième rappel",
    "voyage_confirmation": "Voyage : merci du paiement",
    "voyage_documents": "Voyage : demande de documents",
    "voyage_documents_relance": "Voyage : rappel des documents",
    "voyage_j30_groupe": "Voyage : premier rappel, plusieurs dossiers",
    "voyage_j15_groupe": "Voyage : deuxième rappel, plusieurs dossiers",
    "voyage_j30_discret": "Voyage : premier rappel, discret",
    "voyage_j15_discret": "Voyage : deuxième rappel, discret",
    "facture_1": "Facture : premier rappel",
    "facture_2": "Facture : deuxième rappel",
    "facture_3": "Facture : dernier rappel",
    "facture_confirmation": "Facture : merci du paiement",
    "facture_1_groupe": "Facture : premier rappel, plusieurs factures",
    "facture_2_groupe": "Facture : deuxième rappel, plusieurs factures",
    "facture_3_groupe": "Facture : dernier rappel, plusieurs factures",
    "facture_1_discret": "Facture : premier rappel, discret",
    "facture_2_discret": "Facture : deuxième rappel, discret",
    "facture_3_discret": "Facture : dernier rappel, discret",
    "reponse_paiement_declare": "Réponse à « j'ai payé »",
    "reponse_promesse": "Réponse à une promesse",
    "reponse_humain": "Réponse à une question",
    "reponse_document_recu": "Réponse : document reçu, il en manque",
    "reponse_document_complet": "Réponse : tous les documents reçus",
    "reponse_document_refuse": "Réponse : fichier illisible",
    "reponse_document_flou": "Réponse : photo floue",
    "reponse_document_reflet": "Réponse : reflet sur la photo",
    "reponse_document_sombre": "Réponse : photo trop sombre",
    "reponse_document_coupe": "Réponse : document coupé",
    "reponse_document_petit": "Réponse : photo trop petite",
    "reponse_document_autre": "Réponse : autre document que prévu",
    "reponse_document_expire": "Réponse : document expiré",
    "reponse_document_verifie": "Réponse : document à vérifier",
    "reponse_stop": "Réponse à STOP",
}
"""Every text an owner may write, by its name, in the order of the tab."""

_PERSON = ("Nom", "Prénom", "Agence")
_PAPERS = ("Documents manquants", "Documents reçus", "Documents demandés")
_BY_LABEL = {columns.plain(word): name for name, label in LABELS.items() for word in (label, name)}
_BY_SETTING_LABEL = {columns.plain(s.label): s for s in preferences.SETTINGS}
_BY_LANGUAGE = {columns.plain(word): code for code, name in LANGUAGES.items() for word in (code, name)}
_NO_STOP = "ne dit pas comment ne plus recevoir de rappel : gardez une phrase avec le mot STOP"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`kept` is what holds from now on; `patches` put the sentences where they belong, and take old ones away."""

    kept: Mapping[str, str]
    patches: tuple[CellPatch, ...]
    problems: int


@dataclass(frozen=True, slots=True)
class Tab:
    rows: tuple[SheetRow, ...]
    places: tuple[int, ...]  # of the header's words, -1 when missing

    def cell(self, row: SheetRow, word: int) -> Cell:
        return row.cell(self.places[word]) if self.places[word] >= 0 else None

    def text(self, row: SheetRow, word: int) -> str:
        found = self.cell(row, word)
        return "" if found is None else str(found).replace("\r\n", "\n").strip()

    def name(self, row: SheetRow, word: int) -> str:
        return f"{get_column_letter(self.places[word] + 1)}{row.number}"

    def patch(self, row: SheetRow, sentence: str) -> CellPatch | None:
        remark, anchor = self.places[-1], self.places[0]
        if remark < 0 or port.same(row.cell(remark), port.stored(sentence)):
            return None
        return CellPatch(row.number, remark, anchor, row.cell(anchor), row.cell(remark), sentence)


def shipped(name: str, language: str) -> str:
    found = resources.files("relance.templates").joinpath(language, f"{name}.txt").read_text(encoding="utf-8")
    return found.strip("\n")


def placeholders(name: str, headers: Collection[str]) -> frozenset[str]:
    """What a text may name: a direct answer knows the person only, and no reminder knows a group of one."""
    if name.startswith("reponse_"):
        return frozenset((*_PERSON, *_PAPERS) if name.startswith("reponse_document") else _PERSON)
    computed = set(wording.COMPUTED)
    if not name.endswith("_groupe"):
        computed.discard("Détail")
    if "_documents" not in name:
        computed -= set(_PAPERS)
    return frozenset(computed | set(headers))


def is_for(name: str, kind: Kind) -> bool:
    return name.startswith((kind.value, "reponse_"))


def parse_settings(rows: Sequence[SheetRow], before: Mapping[str, str]) -> Parsed | None:
    """Read *Réglages*; None when its header is not there."""
    tab = located(rows, SETTINGS_HEADER, needed=2)
    if tab is None:
        return None
    kept: dict[str, str] = {}
    sentences: dict[int, str] = {}
    cells: dict[str, SheetRow] = {}
    for row in tab.rows:
        setting = _BY_SETTING_LABEL.get(columns.plain(tab.text(row, 0)))
        if setting is None:
            sentences[row.number] = f"Le réglage « {tab.text(row, 0)[:40]} » n'existe pas : il n'a aucun effet."
        elif setting.name in cells:
            first = tab.name(cells[setting.name], 1)
            sentences[row.number] = f"Ce réglage est déjà donné en {first} : c'est celui-là qui compte."
        else:
            cells[setting.name] = row
            sentences[row.number] = _read_setting(tab, row, setting, kept, before)
    for name in preferences.out_of_order(kept):
        if name in cells:
            sentences[cells[name].number] = _kept_back(
                f"{tab.name(cells[name], 1)} : ce rappel viendrait avant celui qu'il suit", name, kept, before
            )
    return concluded(tab, kept, sentences)


def _read_setting(
    tab: Tab, row: SheetRow, setting: preferences.Setting, kept: dict[str, str], before: Mapping[str, str]
) -> str:
    if not tab.text(row, 1):
        return ""
    try:
        kept[setting.name] = setting.read(tab.cell(row, 1))
    except CellRejected as rejected:
        return _kept_back(f"{tab.name(row, 1)} : {str(rejected).rstrip('.')}", setting.name, kept, before)
    return ""


def _kept_back(complaint: str, name: str, kept: dict[str, str], before: Mapping[str, str]) -> str:
    if name in before:
        kept[name] = before[name]
        return f"{complaint}. En attendant, l'ancienne valeur reste en vigueur."
    kept.pop(name, None)
    return f"{complaint}. En attendant, la valeur d'origine est en vigueur."


def parse_texts(
    rows: Sequence[SheetRow], before: Mapping[str, str], *, headers: Callable[[str], Collection[str]]
) -> Parsed | None:
    """Read *Modèles*; `headers` gives the ledger's columns that a text may name. None when its header is not there."""
    tab = located(rows, TEXTS_HEADER, needed=3)
    if tab is None:
        return None
    kept: dict[str, str] = {}
    sentences: dict[int, str] = {}
    cells: dict[str, SheetRow] = {}
    for row in tab.rows:
        name = _BY_LABEL.get(columns.plain(tab.text(row, 0)))
        language = _BY_LANGUAGE.get(columns.plain(tab.text(row, 1)), "" if tab.text(row, 1) else "fr")
        place = f"{language}/{name}"
        if name is None:
            sentences[row.number] = f"L'étape « {tab.text(row, 0)[:40]} » n'existe pas : ce texte ne sert pas."
        elif not language:
            sentences[row.number] = f"La langue « {tab.text(row, 1)[:20]} » n'existe pas : écrivez Français ou Anglais."
        elif place in cells:
            first = tab.name(cells[place], 2)
            sentences[row.number] = f"Ce texte est déjà écrit en {first} : c'est celui-là qui compte."
        else:
            cells[place] = row
            sentences[row.number] = _read_text(tab, row, place, kept=kept, before=before, known=headers(name))
    return concluded(tab, kept, sentences)


def _read_text(
    tab: Tab,
    row: SheetRow,
    place: str,
    *,
    kept: dict[str, str],
    before: Mapping[str, str],
    known: Collection[str],
) -> str:
    text, name = tab.text(row, 2), place.partition("/")[2]
    if not text:
        return ""
    where = f"Cellule {tab.name(row, 2)}"
    try:
        lint.refuse(wording.compiled(text, name=where, known=placeholders(name, known)), name, lint.purpose_of(name))
        if "STOP" in shipped(name, place.partition("/")[0]) and "STOP" not in text:
            raise TemplateRejected(f"{where} : le texte {_NO_STOP}")
    except TemplateRejected as rejected:
        if place in before:
            kept[place] = before[place]
            return f"{rejected}. En attendant, l'ancien texte reste en usage."
        return f"{rejected}. En attendant, le texte d'origine est en usage."
    kept[place] = text
    return ""


def located(rows: Sequence[SheetRow], header: Sequence[str], *, needed: int, filled: int = 1) -> Tab | None:
    """The rows below a header that has its first `needed` words, where one of the first `filled` holds something."""
    wanted = [columns.plain(word) for word in header]
    for index, row in enumerate(rows[: columns.HEADER_WITHIN_ROWS]):
        named = [columns.plain(str(cell)) if isinstance(cell, str) else "" for cell in row.cells]
        places = tuple(named.index(word) if word in named else -1 for word in wanted)
        if all(place >= 0 for place in places[:needed]):
            shown = [place for place in places[:filled] if place >= 0]
            found = (row for row in rows[index + 1 :] if any(_is_filled(row, place) for place in shown))
            return Tab(tuple(found), places)
    return None


def _is_filled(row: SheetRow, column: int) -> bool:
    cell = row.cell(column)
    return cell is not None and bool(str(cell).strip())


def concluded(tab: Tab, kept: Mapping[str, str], sentences: Mapping[int, str]) -> Parsed:
    return Parsed(kept, tuple(_patches(tab, sentences)), sum(1 for sentence in sentences.values() if sentence))


def _patches(tab: Tab, sentences: Mapping[int, str]) -> Iterator[CellPatch]:
    for row in tab.rows:
        patch = tab.patch(row, sentences[row.number])
        if patch is not None:
            yield patch
