"""Sheets v4 as gspread and gspread-asyncio see it."""

from __future__ import annotations

import gspread
import gspread_asyncio
import pytest
import requests

from tests.integration.sandbox_google.conftest import HEADERS, pointed_at

RAW = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
SUIVI, STATUS = 0, 4


def write_status(row: int, text: str) -> dict:
    start = {"sheetId": SUIVI, "rowIndex": row, "columnIndex": STATUS}
    cell = {"userEnteredValue": {"stringValue": text}}
    return {"updateCells": {"rows": [{"values": [cell]}], "fields": "userEnteredValue", "start": start}}


def test_one_batch_get_reads_several_tabs_with_serial_dates_and_ragged_rows(ledger, client):
    http = client.http_client
    found = http.values_batch_get("ledger", ["Suivi!A1:Z", "'L''onglet d''à côté'!A:B"], dict(RAW))["valueRanges"]
    assert found[0]["range"] == "Suivi!A1:Z1000"
    assert found[0]["values"] == [
        HEADERS,
        ["K1", "Ana Verdier", 1234.56, 46357, "En attente"],
        ["K2", "Bruno Lacaze", 900, 46371, "Relancé"],
        ["K3", "Chloé Tissier", 75.5, 46356, "En attente"],
    ]
    assert found[1]["values"] == [["Clé", "Valeur"], ["pilote", "oui"]]


def test_formatted_values_follow_the_cell_format_and_the_locale(ledger, client):
    found = client.http_client.values_get("ledger", "Suivi!C2:D3")
    assert found["values"] == [["1\u202f234,56 €", "2026-12-01"], ["900,00 €", "2026-12-15"]]


def test_update_cells_reads_the_key_back_in_the_same_call(ledger, client):
    answer = client.http_client.batch_update("ledger", {
        "requests": [write_status(2, "Payé")], "includeSpreadsheetInResponse": True,
        "responseRanges": ["Suivi!A3:A3", "Suivi!E3:E3"], "responseIncludeGridData": True,
    })  # fmt: skip
    key, status = answer["updatedSpreadsheet"]["sheets"][0]["data"]
    assert key["rowData"][0]["values"][0]["effectiveValue"] == {"stringValue": "K2"}
    assert status["rowData"][0]["values"][0]["formattedValue"] == "Payé"
    assert (status["startRow"], status["startColumn"]) == (2, 4)
    assert status["rowData"][0]["values"][0]["dataValidation"]["condition"]["type"] == "ONE_OF_LIST"


def test_a_batch_with_one_bad_request_changes_nothing(ledger, client):
    with pytest.raises(gspread.exceptions.APIError, match=r"requests\[1\]") as refused:
        client.http_client.batch_update("ledger", {"requests": [write_status(1, "Payé"), {"sendMail": {}}]})
    assert refused.value.code == 400
    assert ledger.rows()[1][STATUS] == "En attente"


def test_values_batch_update_parses_as_typed_only_when_asked(ledger, client):
    data = [{"range": "Suivi!C2", "values": [["2 000,10"]]}, {"range": "Suivi!D2", "values": [["03/01/2027"]]}]
    typed = {"valueInputOption": "USER_ENTERED", "data": data, "includeValuesInResponse": True}
    answer = client.http_client.values_batch_update("ledger", typed)
    assert answer["responses"][1]["updatedData"]["values"] == [["2027-01-03"]]
    assert ledger.rows()[1][2:4] == [2000.1, 46390]
    client.http_client.values_batch_update("ledger", {"valueInputOption": "RAW", "data": data})
    assert ledger.rows()[1][2:4] == ["2 000,10", "03/01/2027"]


def test_the_usual_gspread_conveniences_work(ledger, client):
    book = client.open_by_key("ledger")
    sheet = book.worksheet("Suivi")
    assert [tab.title for tab in book.worksheets()] == ["Suivi", "L'onglet d'à côté"]
    assert sheet.get_all_records()[1]["Nom du client"] == "Bruno Lacaze"
    sheet.append_row(["K4", "Dora Ferrand"])
    sheet.delete_rows(2)
    sheet.insert_row(["K0"], index=2)
    sheet.sort((1, "asc"), range="A2:E5")
    assert [row[0] for row in ledger.rows()] == ["Réf.", "K0", "K2", "K3", "K4"]
    added = book.add_worksheet("Journal", rows=10, cols=3)
    added.update([["a", 1]], "A1:B1")
    assert added.get("A1:B1") == [["a", "1"]]


def test_writing_past_the_grid_is_refused_as_google_does(ledger, client):
    with pytest.raises(gspread.exceptions.APIError, match=r"exceeds grid limits\. Max rows: 1000, max columns: 26"):
        client.http_client.values_update("ledger", "Suivi!A1001", {"valueInputOption": "RAW"}, {"values": [["x"]]})


def test_a_field_mask_limits_what_metadata_answers(ledger, client):
    asked = {"fields": "properties(locale,timeZone),sheets.properties(sheetId,title)"}
    assert client.http_client.fetch_sheet_metadata("ledger", asked) == {
        "properties": {"locale": "fr_FR", "timeZone": "Europe/Paris"},
        "sheets": [
            {"properties": {"sheetId": 0, "title": "Suivi"}},
            {"properties": {"sheetId": 1, "title": "L'onglet d'à côté"}},
        ],
    }


def test_column_metadata_can_be_attached_and_found_again(ledger, client):
    location = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 4, "endIndex": 5}}
    tag = {"metadataKey": "relance.col", "metadataValue": "status", "visibility": "DOCUMENT", "location": location}
    client.http_client.batch_update("ledger", {"requests": [{"createDeveloperMetadata": {"developerMetadata": tag}}]})
    asked = {"ranges": "Suivi!A1:E1", "fields": "sheets.data.columnMetadata.developerMetadata(metadataValue)"}
    columns = client.http_client.fetch_sheet_metadata("ledger", asked)["sheets"][0]["data"][0]["columnMetadata"]
    assert [column.get("developerMetadata") for column in columns] == [None] * 4 + [[{"metadataValue": "status"}]]


def test_a_created_workbook_takes_formats_dropdowns_and_frozen_rows(google, client):
    book = client.create("Neuf")
    area = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    shape = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}}}
    frozen = {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}
    book.batch_update({"requests": [
        {"repeatCell": {"range": area, "cell": shape, "fields": "userEnteredFormat.numberFormat"}},
        {"updateSheetProperties": {"properties": frozen, "fields": "gridProperties.frozenRowCount"}},
        {"addProtectedRange": {"protectedRange": {"range": area, "warningOnly": True}}},
    ]})  # fmt: skip
    book.sheet1.update([[46357]], "A2", raw=True)
    assert book.sheet1.acell("A2").value == "01/12/2026"
    described = book.fetch_sheet_metadata()["sheets"][0]
    assert described["properties"]["gridProperties"]["frozenRowCount"] == 1
    assert described["protectedRanges"][0]["protectedRangeId"] == 1
    assert client.openall()[0].id == book.id


def test_calls_without_a_token_we_issued_get_401(ledger):
    url = f"{ledger.base}/v4/spreadsheets/ledger"
    assert requests.get(url, timeout=30).status_code == 401
    forged = {"Authorization": "Bearer ya29.OTk5OTk5OTk5OXxh.AAAA"}
    assert requests.get(url, headers=forged, timeout=30).json()["error"]["status"] == "UNAUTHENTICATED"


def test_a_misspelt_parameter_is_refused(ledger, client):
    with pytest.raises(gspread.exceptions.APIError, match="valueRendreOption"):
        client.http_client.values_get("ledger", "Suivi", {"valueRendreOption": "FORMULA"})


async def test_gspread_asyncio_reads_through_its_own_manager(ledger, credentials):
    class Manager(gspread_asyncio.AsyncioGspreadClientManager):
        async def _authorize(self):
            made = gspread.Client(credentials, http_client=pointed_at(ledger.base))
            return gspread_asyncio.AsyncioGspreadClient(self, made)

    agcm = Manager(lambda: credentials, gspread_delay=0)
    book = await (await agcm.authorize()).open_by_key("ledger")
    found = await book.values_batch_get(["Suivi!A1:A"], params=dict(RAW))
    assert found["valueRanges"][0]["values"] == [["Réf."], ["K1"], ["K2"], ["K3"]]


def test_a_formula_cell_shows_its_value_and_keeps_its_formula(ledger, client):
    typed = {"valueInputOption": "USER_ENTERED", "data": [{"range": "Suivi!F2", "values": [["=C2-C3"]]}]}
    client.http_client.values_batch_update("ledger", typed)
    asked = {"ranges": "Suivi!F2", "fields": "sheets.data.rowData.values(userEnteredValue,effectiveValue)"}
    answer = client.http_client.fetch_sheet_metadata("ledger", asked)
    cell = answer["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    assert cell["userEnteredValue"] == {"formulaValue": "=C2-C3"}
    assert cell["effectiveValue"]["numberValue"] == pytest.approx(334.56)
    assert client.http_client.values_get("ledger", "Suivi!F2", {"valueRenderOption": "FORMULA"})["values"] == [
        ["=C2-C3"]
    ]
