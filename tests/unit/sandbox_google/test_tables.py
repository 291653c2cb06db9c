"""Where an append goes, by the example of Google's own guide: tables A1:C2 and B4:D6 on one tab."""

from __future__ import annotations

import pytest

from relance.sandbox.google import dimensions, values
from relance.sandbox.google.grid import Workbook


@pytest.fixture
def book() -> Workbook:
    made = Workbook("w", {"locale": "en_US"})
    made.add_tab({"title": "Sheet1", "sheetId": 0})
    for place, rows in (("A1", [["x", "y", "z"], [1, 2, 3]]), ("B4", [["x", "y", "z"], [4, 5, 6], [7, 8, 9]])):
        values.write(made, {"range": f"Sheet1!{place}", "values": rows}, option="RAW")
    return made


@pytest.mark.parametrize(
    ("searched", "lands"),
    [
        ("Sheet1", (6, 1)), ("Sheet1!C5:D5", (6, 1)), ("Sheet1!B2:D4", (6, 1)), ("Sheet1!A3:G10", (6, 1)),
        ("Sheet1!A1", (2, 0)), ("Sheet1!E4", (3, 4)),
    ],
    ids=str,
)  # fmt: skip
def test_an_append_goes_below_the_last_table_in_the_range(
    book: Workbook, searched: str, lands: tuple[int, int]
) -> None:
    _, box, written = values.append(book, {"range": searched, "values": [[10, 11, 12]]}, option="RAW")
    assert (box.row, box.column, written) == (*lands, 3)


def test_months_come_first_and_commas_group_in_an_american_workbook(book: Workbook) -> None:
    typed = {"range": "Sheet1!G1", "values": [["03/04/2027", "1,234.5", "1 234,5", "$1,000"]]}
    values.write(book, typed, option="USER_ENTERED")
    (row,) = values.read(book, "Sheet1!G1:J1", option="UNFORMATTED_VALUE")["values"]
    assert row == [46450, 1234.5, "1 234,5", 1000]
    (shown,) = values.read(book, "Sheet1!G1:J1", option="FORMATTED_VALUE")["values"]
    assert shown == ["2027-03-04", "1234.5", "1 234,5", "$1,000.00"]


def test_days_come_first_and_commas_are_decimal_in_a_french_workbook(book: Workbook) -> None:
    book.properties["locale"] = "fr_FR"
    typed = {"range": "Sheet1!G1", "values": [["03/04/2027", "1\u202f234,5", "1,234.5", "1 000 €"]]}
    values.write(book, typed, option="USER_ENTERED")
    (row,) = values.read(book, "Sheet1!G1:J1", option="UNFORMATTED_VALUE")["values"]
    assert row == [46480, 1234.5, "1,234.5", 1000]


def test_what_names_a_column_follows_it_and_goes_with_it(book: Workbook) -> None:
    tab, place = book.tabs[0], {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    book.metadata.append({"metadataKey": "k", "location": {"locationType": "COLUMN", "dimensionRange": place}})
    dimensions.insert(book, tab, 0, 2, rows=False)
    assert (place["startIndex"], tab.cell(0, 3)["userEnteredValue"]["stringValue"]) == (3, "y")
    dimensions.move(book, tab, (3, 4), 0, rows=False)
    assert (place["startIndex"], tab.cell(0, 0)["userEnteredValue"]["stringValue"]) == (0, "y")
    dimensions.delete(book, tab, 0, 1, rows=False)
    assert book.metadata == []
