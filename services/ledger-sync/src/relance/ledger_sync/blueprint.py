"""What our own workbook holds, whatever keeps it: tabs, columns, first rows, dropdowns, colours and chart shells. Pure.

A tab that exists keeps everything a person put there: only needed columns that are missing are added, at its right end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from relance.domain import preferences, step_lines
from relance.domain.receivable import Kind, Status
from relance.ledger_sync import columns, sequence_block, settings_tab
from relance.ledger_sync.columns import Field
from relance.ledger_sync.ledgers.port import Cell

DASHBOARD_TAB, JOURNAL_TAB, KPI_TAB = "Tableau de bord", "Journal", "_kpi"
JOURNAL_HEADER = ("Date", "Client", "Réf.", "Étape", "État", "Envoi")
KPI_HEADER = ("Semaine", "Rappels envoyés", "Paiements reçus", "Taux de réponse (%)", "Solde encaissé")
KPI_ROWS = 60
ROOM = 1000  # rows dressed below the header of a new tab


class Shape(StrEnum):
    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    WRAPPED = "wrapped"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is the mark a ledger's column bears; `is_ours` columns are the product's to write."""

    title: str
    shape: Shape = Shape.PLAIN
    field: Field | None = None
    choices: tuple[str, ...] = ()
    is_ours: bool = False
    is_needed: bool = True
    width: int = 140  # pixels


@dataclass(frozen=True, slots=True)
class Tint:
    """Rows whose cell in `column` holds `value` (None: anything at all) are coloured, `rgb` in hexadecimal."""

    column: str
    value: str | None
    rgb: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    is_line: bool
    columns: tuple[int, ...]  # of the figures' tab; the first column is always the axis


@dataclass(frozen=True, slots=True)
class Tab:
    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    tints: tuple[Tint, ...] = ()
    charts: tuple[Chart, ...] = ()
    keys: int = 1  # a row is known by its first cells, this many
    is_hidden: bool = False
    is_system: bool = False
    """Only the product writes there: other editors are kept out."""


_DATES = {Field.DEPARTS_ON, Field.RETURNS_ON, Field.DUE_ON, Field.LAST_REMINDER, Field.NEXT_ON, Field.PAUSED_UNTIL}
_AMOUNTS = {Field.TOTAL, Field.PAID_AMOUNT, Field.BALANCE}
_WIDE = {Field.NAME: 180, Field.REMARK: 420, Field.PAYMENT_LINK: 220, Field.KEY: 90, Field.NOTES: 220}
_COLUMNS = {
    Kind.VOYAGE: (
        Field.KEY, Field.NAME, Field.PHONE, Field.DESTINATION, Field.DEPARTS_ON, Field.TOTAL, Field.PAID_AMOUNT,
        Field.BALANCE, Field.DUE_ON, Field.STATUS, Field.PAYMENT_LINK, Field.REMARK, Field.LAST_REMINDER,
        Field.NEXT_ACTION, Field.NEXT_ON, Field.DOCUMENTS, Field.TRAVELLERS, Field.TICKETS, Field.LANGUAGE,
        Field.PILOT, Field.PAUSED_UNTIL, Field.AGENT, Field.NOTES,
    ),
    Kind.FACTURE: (
        Field.KEY, Field.NAME, Field.PHONE, Field.INVOICE, Field.TOTAL, Field.DUE_ON, Field.STATUS,
        Field.PAYMENT_LINK, Field.REMARK, Field.LAST_REMINDER, Field.NEXT_ACTION, Field.NEXT_ON, Field.LANGUAGE,
        Field.PDF, Field.PILOT, Field.PAUSED_UNTIL, Field.AGENT, Field.NOTES,
    ),
}  # fmt: skip
_ONLY_FOR = {Field.DOCUMENTS: Kind.VOYAGE}
YES_NO = ("oui", "non")


def workbook(ledgers: Sequence[tuple[str, Kind]]) -> tuple[Tab, ...]:
    """Every tab of a workbook that holds these ledgers, given as (tab, kind)."""
    kinds = {kind for _, kind in ledgers}
    return (
        *(ledger(title, kind) for title, kind in ledgers),
        Tab(DASHBOARD_TAB, charts=CHARTS, is_system=True),
        _texts(kinds),
        _settings(kinds),
        Tab(JOURNAL_TAB, tuple(Column(title) for title in JOURNAL_HEADER), is_system=True),
        Tab(KPI_TAB, tuple(Column(title) for title in KPI_HEADER), is_hidden=True, is_system=True),
    )


def ledger(title: str, kind: Kind) -> Tab:
    status = columns.title(Field.STATUS, kind)
    tints = (
        Tint(columns.title(Field.REMARK, kind), None, "FDE9E7"),
        Tint(status, columns.word_for(Status.CLAIMED), "FFF4CC"),
        Tint(status, columns.word_for(Status.PAID), "E3F1E5"),
    )
    return Tab(title, tuple(column(field, kind) for field in _COLUMNS[kind]), tints=tints)


def column(field: Field, kind: Kind) -> Column:
    return Column(
        title=columns.title(field, kind),
        shape=_shape(field),
        field=field,
        choices=_choices(field, kind),
        is_ours=field in columns.OWNED,
        is_needed=field in columns.NEEDED[kind] or (field in columns.OWNED and _ONLY_FOR.get(field, kind) is kind),
        width=_WIDE.get(field, 140),
    )


def _shape(field: Field) -> Shape:
    if field in _DATES:
        return Shape.DATE
    if field in _AMOUNTS:
        return Shape.AMOUNT
    if field in {Field.PHONE, Field.KEY, Field.INVOICE}:
        return Shape.TEXT
    return Shape.WRAPPED if field is Field.REMARK else Shape.PLAIN


def _choices(field: Field, kind: Kind) -> tuple[str, ...]:
    if field is Field.STATUS:
        return tuple(columns.word_for(s) for s in Status if kind is Kind.FACTURE or s is not Status.LATE)
    if field is Field.LANGUAGE:
        return tuple(settings_tab.LANGUAGES.values())
    return YES_NO if field in {Field.PILOT, Field.TICKETS} else ()


def _texts(kinds: set[Kind]) -> Tab:
    step, language, text, remark = settings_tab.TEXTS_HEADER
    rows = tuple(
        (label, spoken, settings_tab.shipped(name, code), "")
        for code, spoken in settings_tab.LANGUAGES.items()
        for name, label in settings_tab.LABELS.items()
        if any(settings_tab.is_for(name, kind) for kind in kinds)
    )
    shown = (
        Column(step, width=260),
        Column(language, width=80),
        Column(text, Shape.WRAPPED, width=520),
        Column(remark, Shape.WRAPPED, is_ours=True, width=360),
    )
    return Tab(settings_tab.TEXTS_TAB, shown, rows, tints=(Tint(remark, None, "FDE9E7"),), keys=2)


def _settings(kinds: set[Kind]) -> Tab:
    name, value, hint, remark = settings_tab.SETTINGS_HEADER
    settings = [
        (setting.label, setting.shown, setting.hint, "")
        for setting in preferences.SETTINGS
        if setting.kind is None or setting.kind in kinds
    ]
    lines = sequence_block.examples(min(kinds, default=Kind.FACTURE))
    blank = ("",) * len(sequence_block.HEADER)
    shown = (
        Column(name, width=280),
        # As text a sheet leaves 09:00 and 10/12 as they were typed, whatever its language.
        Column(value, Shape.TEXT, width=260),
        Column(hint, width=320),
        Column(remark, Shape.WRAPPED, is_ours=True, width=360),
        *(_step_column(title) for title in sequence_block.HEADER),
    )
    return Tab(
        settings_tab.SETTINGS_TAB,
        shown,
        tuple((*row, *line) for row, line in zip_longest(settings, lines, fillvalue=blank)),
        tints=(Tint(remark, None, "FDE9E7"), Tint(sequence_block.REMARK, None, "FDE9E7")),
    )


def _step_column(title: str) -> Column:
    if title == sequence_block.REMARK:
        return Column(title, Shape.WRAPPED, is_ours=True, width=360)
    choices = ("Facture", "Voyage", step_lines.EXAMPLE) if title == step_lines.Column.SEQUENCE else ()
    return Column(title, Shape.TEXT, choices=choices, width=180)


CHARTS = (
    Chart("Rappels envoyés et paiements reçus, par semaine", is_line=False, columns=(1, 2)),
    Chart("Taux de réponse, par semaine", is_line=True, columns=(3,)),
)


def lacking(tab: Tab, header: Mapping[int, str]) -> list[tuple[int, Column]]:
    """The columns a tab lacks, each with its place: all of them in an empty tab, else the needed ones at its end."""
    if not header:
        return list(enumerate(tab.columns))
    there = {columns.plain(title) for title in header.values()}
    fields = {columns.field_of(title) for title in header.values()}
    lacking = [
        column
        for column in tab.columns
        if column.is_needed and columns.plain(column.title) not in there and (column.field or "") not in fields
    ]
    return list(enumerate(lacking, start=max(header) + 1))


def known(tab: Tab, header: Mapping[int, str]) -> dict[int, Column]:
    """Columns of ours that are there already, under any of their names; a doubled one is nobody's."""
    found: dict[str, list[int]] = {}
    for place, title in header.items():
        if field_ := columns.field_of(title):
            found.setdefault(field_, []).append(place)
    by_field = {column.field: column for column in tab.columns if column.field}
    return {
        places[0]: by_field[columns.Field(name)]
        for name, places in found.items()
        if len(places) == 1 and columns.Field(name) in by_field
    }


def absent(tab: Tab, header: Mapping[int, str], below: Sequence[Mapping[int, str]]) -> list[dict[int, Cell]]:
    """The rows that a tab in use lacks, by column: a release that knows a new setting or text brings its row."""
    titles = {columns.plain(title): place for place, title in header.items()}
    places = [titles.get(columns.plain(column.title)) for column in tab.columns]
    known = [place for place in places[: tab.keys] if place is not None]
    if not tab.rows or len(known) < tab.keys:
        return []
    there = {tuple(columns.plain(row.get(place, "")) for place in known) for row in below}
    wanted = (row for row in tab.rows if tuple(columns.plain(str(cell)) for cell in row[: tab.keys]) not in there)
    return [{p: cell for p, cell in zip(places, row, strict=True) if p is not None and cell != ""} for row in wanted]


def header(rows: Sequence[Mapping[int, str]]) -> tuple[int, Mapping[int, str]]:
    """The row that names most columns; in a tab without any known name, its first filled row."""
    if not any(rows):
        return 0, {}
    best = max(rows, key=lambda row: sum(1 for title in row.values() if columns.field_of(title)))
    if not any(columns.field_of(title) for title in best.values()):
        best = next(row for row in rows if row)
    return list(rows).index(best), best


def formula(tint: Tint, place: int, row: int) -> str:
    cell = f"${letter(place)}{row + 1}"
    return f'={cell}<>""' if tint.value is None else f'={cell}="{tint.value}"'


def letter(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
