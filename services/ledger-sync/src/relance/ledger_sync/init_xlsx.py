"""Builds a local .xlsx, or adds to one what is missing; a second run changes nothing and does not touch the file.

Nobody else may be writing: a workbook that a spreadsheet program holds open is refused. The file is replaced in one
rename, with a backup beside it. Columns are not locked: Excel's protection would keep the owner from adding rows.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from relance.domain.errors import LedgerUnreachable
from relance.ledger_sync import blueprint, columns
from relance.ledger_sync.blueprint import KPI_TAB, ROOM, Chart, Column, Shape, Tab
from relance.ledger_sync.columns import HEADER_WITHIN_ROWS
from relance.ledger_sync.ledgers import workbook_file

FORMATS = {Shape.TEXT: "@", Shape.DATE: "dd/mm/yyyy", Shape.AMOUNT: "#,##0.00"}
HEADER_FILL = PatternFill("solid", fgColor="DDEBE4")
CHART_ROWS = 20


def build(path: Path, tabs: Sequence[Tab]) -> list[str]:
    """Add what is missing; what was added, in words, none when nothing was. Raises LedgerUnreachable."""
    workbook_file.refuse_if_open(path)
    try:
        book = openpyxl.load_workbook(path) if path.exists() else _empty()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise LedgerUnreachable(f"Le classeur {path.name} n'est pas un fichier .xlsx lisible.") from error
    done = [sentence for tab in tabs for sentence in _tab(book, tab)]
    done += [sentence for tab in tabs for sentence in _charts(book, tab)]
    if done:
        workbook_file.replace(path, book)
    return done


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _tab(book: Workbook, tab: Tab) -> list[str]:
    done = []
    if tab.title not in book.sheetnames:
        made = book.create_sheet(tab.title)
        made.sheet_state = "hidden" if tab.is_hidden else "visible"
        done.append(f"onglet « {tab.title} »")
    sheet = book[tab.title]
    row, header = blueprint.header([_texts(sheet, number) for number in range(1, HEADER_WITHIN_ROWS + 1)])
    top = row + 1 if header else 1
    lacking = blueprint.lacking(tab, header)
    for place, column in lacking:
        _column(sheet, top, place, column)
    if header:
        done += _add_rows(sheet, top, tab, header)
        done += [f"colonne « {column.title} » dans « {tab.title} »" for _, column in lacking]
    else:
        _fill(sheet, top, tab)
    if lacking or not header:
        _tint(sheet, top, tab, dict(header) | {place: column.title for place, column in lacking})
    return done


def _texts(sheet: Worksheet, row: int) -> dict[int, str]:
    if row > sheet.max_row:
        return {}
    cells = enumerate(cell.value for cell in sheet[row])
    return {place: value.strip() for place, value in cells if isinstance(value, str) and value.strip()}


def _column(sheet: Worksheet, top: int, place: int, column: Column) -> None:
    letter = get_column_letter(place + 1)
    head = sheet[f"{letter}{top}"]
    head.value, head.font, head.fill = column.title, Font(bold=True), HEADER_FILL
    sheet.column_dimensions[letter].width = column.width / 7
    last = max(sheet.max_row, top + 1)
    if column.shape in FORMATS:
        # The whole column, for the rows that come; a cell that exists has a format of its own.
        sheet.column_dimensions[letter].number_format = FORMATS[column.shape]
    for row in range(top + 1, last + 1):
        _shape(sheet[f"{letter}{row}"], column.shape)
    if column.choices:
        choices = DataValidation(type="list", formula1='"' + ",".join(column.choices) + '"', allow_blank=True)
        choices.add(f"{letter}{top + 1}:{letter}{top + ROOM}")
        sheet.add_data_validation(choices)


def _shape(cell: Any, shape: Shape) -> None:
    if shape in FORMATS:
        cell.number_format = FORMATS[shape]
    if shape is Shape.WRAPPED:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _fill(sheet: Worksheet, top: int, tab: Tab) -> None:
    if tab.columns:
        sheet.freeze_panes = f"A{top + 1}"
    for number, values in enumerate(tab.rows, start=top + 1):
        for column, value in zip(tab.columns, values, strict=True):
            cell = sheet.cell(row=number, column=tab.columns.index(column) + 1)
            cell.value = value if value != "" else None
            _shape(cell, column.shape)


def _add_rows(sheet: Worksheet, top: int, tab: Tab, header: Mapping[int, str]) -> list[str]:
    if not tab.rows:
        return []
    below = [_texts(sheet, number) for number in range(top + 1, sheet.max_row + 1)]
    while below and not below[-1]:
        below.pop()
    lacking = blueprint.absent(tab, header, below)
    for number, cells in enumerate(lacking, start=top + 1 + len(below)):
        for place, value in cells.items():
            sheet.cell(row=number, column=place + 1).value = value
    return [f"{len(lacking)} ligne(s) dans « {tab.title} »"] if lacking else []


def _tint(sheet: Worksheet, top: int, tab: Tab, header: dict[int, str]) -> None:
    places = {columns.plain(title): place for place, title in header.items()}
    there = {text for box in sheet.conditional_formatting for rule in box.rules for text in rule.formula}
    for tint in tab.tints:
        place = places.get(columns.plain(tint.column))
        if place is None:
            continue
        formula = blueprint.formula(tint, place, top).removeprefix("=")
        if formula not in there:
            box = f"A{top + 1}:{get_column_letter(max(header) + 1)}{top + ROOM}"
            fill = PatternFill("solid", bgColor=tint.rgb)
            sheet.conditional_formatting.add(box, FormulaRule(formula=[formula], fill=fill))


def _charts(book: Workbook, tab: Tab) -> list[str]:
    sheet, done = book[tab.title], []
    for index, chart in enumerate(tab.charts[len(sheet._charts) :], start=len(sheet._charts)):
        sheet.add_chart(_chart(book[KPI_TAB], chart), f"A{2 + CHART_ROWS * index}")
        done.append(f"graphique « {chart.title} »")
    return done


def _chart(figures: Worksheet, chart: Chart) -> BarChart | LineChart:
    drawn = LineChart() if chart.is_line else BarChart()
    drawn.title = chart.title
    for column in chart.columns:
        values = Reference(figures, min_col=column + 1, min_row=1, max_row=blueprint.KPI_ROWS)
        drawn.add_data(values, titles_from_data=True)
    drawn.set_categories(Reference(figures, min_col=1, min_row=2, max_row=blueprint.KPI_ROWS))
    drawn.width, drawn.height = 24, 9
    return drawn
