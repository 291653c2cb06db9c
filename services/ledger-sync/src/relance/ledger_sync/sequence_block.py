"""The sequences an owner writes in *Réglages*, one line per step, to the right of the settings. Pure.

A line that cannot be read leaves its whole sequence as it last was, and says so beside it; no line at all means the
deployment's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from relance.domain import notation, preferences, step_lines, steps, wording
from relance.domain.errors import SettingsRejected
from relance.domain.receivable import Kind
from relance.domain.step_lines import Column, Line, LineRejected, Written
from relance.ledger_sync import settings_tab
from relance.ledger_sync.ledgers.port import SheetRow
from relance.ledger_sync.settings_tab import Parsed, Tab

REMARK = "Remarque de l'étape"
HEADER = (*(column.value for column in Column), REMARK)
_TEXTS = {wording.fold(settings_tab.LABELS[name]): name for name in steps.BY_NAME}
_EXAMPLES: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.FACTURE: (
        ("facture_1", "échéance", "5 jours avant", "Facture : premier rappel", "", "", "facture si possible", ""),
        ("facture_2", "échéance", "2 jours après", "Facture : deuxième rappel", "", "", "", ""),
        ("facture_3", "étape précédente", "7 jours après", "Facture : dernier rappel", "", "", "", "oui"),
        ("facture_confirmation", "paiement", "", "Facture : merci du paiement", "", "", "", ""),
    ),
    Kind.VOYAGE: (
        ("voyage_j30", "départ", "45 jours avant", "Voyage : premier rappel", "", "", "", ""),
        ("voyage_j15", "départ", "20 jours avant", "Voyage : deuxième rappel", "", "", "", "oui"),
        ("voyage_confirmation", "paiement", "", "Voyage : merci du paiement", "", "", "", ""),
        ("voyage_documents", "étape précédente", "", "Voyage : demande de documents", "", "", "", ""),
    ),
}  # fmt: skip


def examples(kind: Kind) -> list[tuple[str, ...]]:
    """Lines that change nothing until their *Suite* says which sequence they are."""
    return [(name, step_lines.EXAMPLE, *rest, "") for name, *rest in _EXAMPLES[kind]]


def parse(rows: Sequence[SheetRow], before: Mapping[str, str]) -> Parsed:
    """`kept` holds the sequences under the names that `preferences.applied` knows."""
    held = {name: text for name, text in before.items() if name.startswith(preferences.WRITTEN)}
    tab = settings_tab.located(rows, HEADER, needed=len(Column), filled=len(Column))
    if tab is None:
        return Parsed(held, (), 0)
    sentences: dict[int, str] = {}
    lines: dict[Kind, list[tuple[SheetRow, Line]]] = {}
    is_whole = True
    for row in tab.rows:
        line = {column: tab.cell(row, index) for index, column in enumerate(Column)}
        sentences[row.number] = ""
        if step_lines.is_example(line):
            continue
        try:
            lines.setdefault(step_lines.kind_of(line), []).append((row, line))
        except LineRejected as rejected:
            sentences[row.number] = _sentence(tab, row, rejected)
            is_whole = False  # a step of one of them is missing, nobody knows of which
    kept = {}
    for kind in Kind:
        name = f"{preferences.WRITTEN}{kind.value}"
        found = _sequence(tab, kind, lines.get(kind, []), sentences)
        if found is not None and is_whole:
            kept[name] = found
        elif name in held and (kind in lines or not is_whole):
            kept[name] = held[name]
    return settings_tab.concluded(tab, kept, sentences)


def _sequence(tab: Tab, kind: Kind, lines: Sequence[tuple[SheetRow, Line]], sentences: dict[int, str]) -> str | None:
    """None when there is no line or one is wrong: the first wrong line of each kind has its sentence."""
    found: steps.Sequence | None = None
    read: list[Written] = []
    is_whole = True
    for row, line in lines:
        try:
            read.append(step_lines.read(line, _TEXTS))
            if is_whole:
                found = notation.from_mapping({"kind": kind.value, "step": read})
        except LineRejected as rejected:
            is_whole = False
            sentences[row.number] = _sentence(tab, row, rejected)
        except SettingsRejected as rejected:
            is_whole = False
            where = tab.name(row, list(Column).index(Column.STEP))
            sentences[row.number] = f"{where}, {str(rejected).rstrip('.')}. {_MEANWHILE}"
    if found is None or not is_whole:
        return None
    return json.dumps(notation.to_mapping(found), ensure_ascii=False, sort_keys=True)


_MEANWHILE = "En attendant, la suite reste comme elle était."


def _sentence(tab: Tab, row: SheetRow, rejected: LineRejected) -> str:
    index = list(Column).index(rejected.column)
    place = tab.name(row, index) if tab.places[index] >= 0 else f"Colonne « {rejected.column} »"
    return f"{place} : {str(rejected).rstrip('.')}. {_MEANWHILE}"
