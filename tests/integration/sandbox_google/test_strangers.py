"""Clients that never heard of this project, Google's own library and plain gspread, judged by Google's documents."""

from __future__ import annotations

import hashlib
import io
import json

import gspread
import httplib2
import pytest
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload

from tests import discovery

FOLDER = "application/vnd.google-apps.folder"


@pytest.fixture
def sheets(ledger, credentials):
    http = AuthorizedHttp(credentials, http=httplib2.Http(timeout=30))
    options = {"api_endpoint": ledger.base + "/"}
    return build("sheets", "v4", http=http, static_discovery=True, client_options=options).spreadsheets()


@pytest.fixture
def drive(google, credentials):
    plain = httplib2.Http(timeout=30)
    plain.redirect_codes = plain.redirect_codes - {308}  # Google's « go on », as its library's own default has it
    http = AuthorizedHttp(credentials, http=plain)
    # Uploads go to the document's root whatever endpoint is configured.
    return build_from_document(discovery.document("drive.v3") | {"rootUrl": f"{google.base}/"}, http=http)


def test_googles_own_library_reads_writes_and_reads_back(sheets):
    ranges = ["Suivi!A1:C2", "'L''onglet d''à côté'!A:B"]
    found = sheets.values().batchGet(spreadsheetId="ledger", ranges=ranges, valueRenderOption="UNFORMATTED_VALUE")
    assert found.execute()["valueRanges"][0]["values"][1] == ["K1", "Ana Verdier", 1234.56]
    body = {"valueInputOption": "USER_ENTERED", "data": [{"range": "Suivi!C2", "values": [["99,5"]]}]}
    assert sheets.values().batchUpdate(spreadsheetId="ledger", body=body).execute()["totalUpdatedCells"] == 1
    assert sheets.values().get(spreadsheetId="ledger", range="Suivi!C2").execute()["values"] == [["99,50 €"]]


def test_googles_own_library_builds_and_describes_a_workbook(sheets):
    made = sheets.create(body={"properties": {"title": "Neuf", "locale": "en_US"}}).execute()
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 5, "startColumnIndex": 1, "endColumnIndex": 2}
    location = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    tag = {"metadataKey": "relance.col", "metadataValue": "total", "visibility": "DOCUMENT", "location": location}
    choices = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "oui"}]}
    body = {"requests": [
        {"createDeveloperMetadata": {"developerMetadata": tag}},
        {"setDataValidation": {"range": area, "rule": {"condition": choices, "strict": True, "showCustomUi": True}}},
        {"addProtectedRange": {"protectedRange": {"range": area, "warningOnly": True}}},
        {"insertDimension": {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}},
        {"moveDimension": {"source": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1},
                           "destinationIndex": 3}},
    ]}  # fmt: skip
    sheets.batchUpdate(spreadsheetId=made["spreadsheetId"], body=body).execute()
    shown = sheets.get(spreadsheetId=made["spreadsheetId"], ranges=["A1:D1"], includeGridData=True).execute()
    marks = [column.get("developerMetadata") for column in shown["sheets"][0]["data"][0]["columnMetadata"]]
    assert [bool(mark) for mark in marks] == [False, False, True, False], "the mark follows its column"
    assert shown["sheets"][0]["protectedRanges"][0]["range"]["startColumnIndex"] == 2


def test_a_column_is_read_by_its_mark_wherever_it_went(sheets):
    location = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    tag = {"metadataId": 7, "metadataKey": "relance.col", "metadataValue": "name", "visibility": "DOCUMENT"}
    source = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    sheets.batchUpdate(spreadsheetId="ledger", body={"requests": [
        {"createDeveloperMetadata": {"developerMetadata": tag | {"location": location}}},
        {"moveDimension": {"source": source, "destinationIndex": 5}},
    ]}).execute()  # fmt: skip
    lookup = {"developerMetadataLookup": {"metadataKey": "relance.col"}}
    body = {"dataFilters": [lookup, {"a1Range": "Suivi!A1:A2"}]}
    named, keys = sheets.values().batchGetByDataFilter(spreadsheetId="ledger", body=body).execute()["valueRanges"]
    assert named["valueRange"]["range"] == "Suivi!E1:E1000"
    assert named["valueRange"]["values"][:2] == [["Nom du client"], ["Ana Verdier"]]
    assert keys["valueRange"]["values"] == [["Réf."], ["K1"]]
    marks = sheets.developerMetadata()
    (found,) = marks.search(spreadsheetId="ledger", body={"dataFilters": [lookup]}).execute()[
        "matchedDeveloperMetadata"
    ]
    assert found["developerMetadata"] == marks.get(spreadsheetId="ledger", metadataId=7).execute()


def test_an_error_is_one_that_googles_own_library_understands(sheets):
    with pytest.raises(HttpError, match="exceeds grid limits") as refused:
        sheets.values().get(spreadsheetId="ledger", range="Suivi!ZZ1").execute()
    assert refused.value.status_code == 400
    with pytest.raises(HttpError, match="not found"):
        sheets.get(spreadsheetId="nulle-part").execute()


def test_googles_own_library_keeps_files(drive):
    folder = drive.files().create(body={"name": "coffre", "mimeType": FOLDER}, fields="id").execute()["id"]
    [file_id] = drive.files().generateIds(count=1).execute()["ids"]
    media = MediaIoBaseUpload(io.BytesIO(b"%PDF-1.7 vide"), mimetype="application/pdf")
    record = {"id": file_id, "name": "doc", "parents": [folder]}
    made = drive.files().create(body=record, media_body=media, fields="id,size,parents").execute()
    assert made == {"id": file_id, "size": "13", "parents": [folder]}
    with pytest.raises(HttpError, match="already exists"):
        drive.files().create(body=record, media_body=media).execute()
    taken = io.BytesIO()
    MediaIoBaseDownload(taken, drive.files().get_media(fileId=file_id)).next_chunk()
    assert taken.getvalue() == b"%PDF-1.7 vide"
    found = drive.files().list(q=f"'{folder}' in parents", fields="files(id)").execute()
    assert found["files"] == [{"id": file_id}]
    grants = drive.permissions().list(fileId=folder, fields="permissions(type,role)").execute()
    assert grants["permissions"] == [{"type": "user", "role": "owner"}]
    drive.files().delete(fileId=file_id).execute()


def test_a_large_file_goes_up_in_pieces_and_survives_a_refusal(drive, google):
    content = bytes(range(256)) * 4096
    media = MediaIoBaseUpload(io.BytesIO(content), mimetype="image/jpeg", chunksize=256 * 1024, resumable=True)
    asked = drive.files().create(body={"name": "photo"}, media_body=media, fields="id,size,md5Checksum")
    progress, made = asked.next_chunk()
    assert (progress.resumable_progress, made) == (256 * 1024, None)
    google.control("fault", kind="error_503", path="/upload/")
    with pytest.raises(HttpError):
        asked.next_chunk()
    while made is None:
        _, made = asked.next_chunk()
    assert (made["size"], made["md5Checksum"]) == (str(len(content)), hashlib.md5(content).hexdigest())
    shorter = MediaIoBaseUpload(io.BytesIO(b"court"), mimetype="image/jpeg", resumable=True)
    assert drive.files().update(fileId=made["id"], media_body=shorter, fields="size").execute() == {"size": "5"}


def test_a_service_account_owns_nothing_where_google_would_not_let_it(drive, google):
    google.control("storage", strict=True)
    media = MediaIoBaseUpload(io.BytesIO(b"x"), mimetype="image/jpeg")
    with pytest.raises(HttpError, match="do not have storage quota") as refused:
        drive.files().create(body={"name": "photo"}, media_body=media).execute()
    assert refused.value.error_details[0]["reason"] == "storageQuotaExceeded"


def test_a_new_file_is_listed_late_and_found_by_its_id_at_once(drive, google):
    google.control("storage", listing_lag_s=300)
    made = drive.files().create(body={"name": "coffre", "mimeType": FOLDER}, fields="id").execute()
    assert drive.files().list().execute()["files"] == []
    assert drive.files().get(fileId=made["id"]).execute()["name"] == "coffre"


def test_plain_gspread_makes_a_workbook_of_its_own(client):
    book = client.create("Neuf")
    sheet = book.sheet1
    sheet.update([["Nom", "Montant"], ["Ana", 12.5]], "A1")
    sheet.format("A1:B1", {"textFormat": {"bold": True}})
    sheet.freeze(rows=1)
    sheet.append_rows([["Bruno", 7], ["Chloé", 8]])
    assert sheet.find("Bruno").row == 3
    assert sheet.get_all_records()[2] == {"Nom": "Chloé", "Montant": 8}
    sheet.batch_clear(["A4:B4"])
    assert sheet.get_all_values() == [["Nom", "Montant"], ["Ana", "12,5"], ["Bruno", "7"]]
    with pytest.raises(gspread.exceptions.WorksheetNotFound):
        book.worksheet("Absent")


@pytest.mark.parametrize(
    ("schema", "value", "complaint"),
    [
        ("ValueRange", {"range": "A1", "value": []}, ".value: unknown"),
        ("ValueRange", {"majorDimension": "ROWES"}, "'ROWES' is none of"),
        ("Spreadsheet", {"sheets": [{"properties": {"sheetId": "0"}}]}, "'0' is not a integer"),
        ("Spreadsheet", {"sheets": {}}, "is not a array"),
    ],
)
def test_the_judge_notices_what_google_would_not_take(schema, value, complaint):
    (found,) = discovery.misfits("sheets.v4", {"$ref": schema}, value)
    assert complaint in found


def test_the_judge_takes_explicit_nulls_as_absent():
    body = json.loads('{"range": null, "sheets": null}')
    assert list(discovery.misfits("sheets.v4", {"$ref": "Spreadsheet"}, body)) == []


def test_the_judge_sits_in_every_sandbox_of_the_tests(google, credentials):
    http = AuthorizedHttp(credentials, http=httplib2.Http(timeout=30))
    http.request(f"{google.base}/v4/spreadsheets", "POST", body='{"propertees": {}}',
                 headers={"Content-Type": "application/json"})  # fmt: skip
    answer, _ = http.request(f"{google.base}/drive/v3/files/generateIds?count=2&space=drive", "GET")
    assert (answer.status, google.misfits) == (200, [])
    assert google.judged == 1
