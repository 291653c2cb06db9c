"""The control API: scripted humans, faults, and a state that outlives the process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import gspread
import pytest
import requests

from tests.integration.sandbox_google.conftest import RunningGoogle, pointed_at
from tests.integration.sandbox_google.test_sheets import write_status

PATIENCE_S = 60


def test_a_human_edit_finds_its_row_by_key_and_is_parsed_as_typed(ledger):
    ana = {"column": "Nom du client", "value": "Ana Verdier"}
    told = ledger.control("edit", id="ledger", tab="Suivi", row_key=ana, column="Échéance", value="24/12/2026")
    assert (told["cell"], told["shown"]) == ("D2", "2026-12-24")
    ledger.control("edit", id="ledger", tab="Suivi", cell="E2", value="Payé")
    assert ledger.rows()[1][3:] == [46380, "Payé"]


def test_a_whole_sort_moves_rows_and_a_partial_sort_tears_them(ledger):
    ledger.control("sort", id="ledger", tab="Suivi", column="Échéance")
    assert [row[:2] for row in ledger.rows()[1:]] == [
        ["K3", "Chloé Tissier"], ["K1", "Ana Verdier"], ["K2", "Bruno Lacaze"],
    ]  # fmt: skip
    ledger.control("sort", id="ledger", tab="Suivi", column="Nom du client", columns="B:E")
    assert [row[:2] for row in ledger.rows()[1:]] == [
        ["K3", "Ana Verdier"], ["K1", "Bruno Lacaze"], ["K2", "Chloé Tissier"],
    ]  # fmt: skip


def test_rows_are_inserted_with_values_and_deleted_by_key(ledger):
    ledger.control(
        "insert_row", id="ledger", tab="Suivi", row=2, values={"Nom du client": "Eva Morel", "Montant": "12,5"}
    )
    ledger.control("delete_row", id="ledger", tab="Suivi", row_key={"column": "Réf.", "value": "K2"})
    assert [row[1] for row in ledger.rows()[1:]] == ["Eva Morel", "Ana Verdier", "Chloé Tissier"]
    assert ledger.rows()[1] == ["", "Eva Morel", 12.5]


def test_an_unknown_column_is_said_and_changes_nothing(ledger):
    sent = {
        "id": "ledger",
        "tab": "Suivi",
        "row_key": {"column": "Réf.", "value": "K1"},
        "column": "Statu",
        "value": "x",
    }
    answer = requests.post(f"{ledger.base}/control/edit", json=sent, timeout=30)
    assert answer.status_code == 400
    assert "« Statu »" in answer.json()["error"]["message"]


def test_over_quota_answers_as_google_does_then_recovers(ledger, client):
    ledger.control("fault", kind="quota", times=1, path="values")
    with pytest.raises(gspread.exceptions.APIError) as refused:
        client.http_client.values_get("ledger", "Suivi!A1")
    error = refused.value.response.json()["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert error["details"][0]["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
    assert client.http_client.values_get("ledger", "Suivi!A1")["values"] == [["Réf."]]


def test_a_dropped_connection_has_applied_its_write(ledger, client):
    ledger.control("fault", kind="drop_after_apply", path=":batchUpdate")
    with pytest.raises(requests.ConnectionError):
        client.http_client.batch_update("ledger", {"requests": [write_status(1, "Payé")]})
    assert ledger.rows()[1][4] == "Payé"


def test_a_hung_call_ends_with_the_clients_own_timeout(ledger, client):
    client.http_client.values_get("ledger", "Suivi!A1")
    ledger.control("fault", kind="hang")
    client.set_timeout(0.3)
    with pytest.raises(requests.Timeout):
        client.http_client.values_get("ledger", "Suivi!A1")


def test_a_revoked_account_gets_no_token(ledger, client):
    ledger.control("fault", kind="revoked", path="/token", times=100)
    with pytest.raises(Exception, match="invalid_grant"):
        client.http_client.values_get("ledger", "Suivi!A1")


def test_calls_are_counted_per_method(ledger, client):
    client.http_client.values_batch_get("ledger", ["Suivi"])
    client.http_client.values_batch_get("ledger", ["Suivi"])
    told = requests.get(f"{ledger.base}/control/calls", timeout=30).json()
    assert told == {"token": 1, "spreadsheets.values.batchGet": 2}


def test_reset_forgets_everything(ledger):
    ledger.control("reset")
    assert requests.get(f"{ledger.base}/control/health", timeout=30).json()["workbooks"] == 0


def test_the_pages_answer_and_follow_versions(ledger):
    page = requests.get(f"{ledger.base}/sheet/ledger", timeout=30)
    assert "Feuille de calcul" in page.text
    seen = requests.get(f"{ledger.base}/sheet/ledger/state?tab=Suivi", timeout=30).json()
    assert seen["rows"][1][4] == {"t": "En attente", "d": ["En attente", "Relancé", "Payé"]}
    since = f"{ledger.base}/sheet/ledger/state?tab=Suivi&since={seen['version']}"
    assert requests.get(since, timeout=30).status_code == 204


def test_a_token_and_every_answered_write_survive_a_stop(ledger, client):
    client.http_client.batch_update("ledger", {"requests": [write_status(1, "Payé")]})
    ledger.stop()
    again = RunningGoogle(ledger.state)
    try:
        renewed = gspread.Client(None, session=client.http_client.session, http_client=pointed_at(again.base))
        assert renewed.http_client.values_get("ledger", "Suivi!E2")["values"] == [["Payé"]]
    finally:
        again.stop()


def test_an_answered_write_survives_kill_9(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    book = {"id": "b", "tabs": [{"title": "T", "rows": [["a"], ["1,5"]]}]}
    first = start(port, tmp_path)
    try:
        assert requests.post(f"{base}/control/workbook", json=book, timeout=30).ok
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    second = start(port, tmp_path)
    try:
        assert requests.get(f"{base}/control/sheet/b", timeout=30).json()["rows"] == [["a"], [1.5]]
    finally:
        second.terminate()
        assert second.wait(PATIENCE_S) == 0


def start(port, state):
    command = [sys.executable, "-m", "relance.sandbox.google", "--port", str(port), "--state", str(state)]
    process = subprocess.Popen(command, env=os.environ)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if requests.get(f"http://127.0.0.1:{port}/control/health", timeout=5).ok:
                return process
        except requests.ConnectionError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("the sandbox did not start")


def test_the_quota_meters_reads_and_writes_apart(ledger, client):
    ledger.control("quota", per_minute=2)
    for _ in range(2):
        client.http_client.values_get("ledger", "Suivi!A1")
    with pytest.raises(gspread.exceptions.APIError, match="Read requests per minute per user"):
        client.http_client.values_get("ledger", "Suivi!A1")
    client.http_client.batch_update("ledger", {"requests": [write_status(1, "Payé")]})
    assert ledger.rows()[1][4] == "Payé"


def test_a_workbook_with_an_unknown_column_is_refused_and_the_old_one_stays(ledger):
    tab = {"title": "Suivi", "rows": [["a"]], "choices": {"Statu": ["x"]}}
    answer = requests.post(f"{ledger.base}/control/workbook", json={"id": "ledger", "tabs": [tab]}, timeout=30)
    assert (answer.status_code, "« Statu »" in answer.json()["error"]["message"]) == (400, True)
    assert ledger.rows()[1][0] == "K1"


def test_a_state_that_cannot_be_read_is_said_in_one_sentence(tmp_path):
    (tmp_path / "drive.json").write_text("{")
    command = [sys.executable, "-m", "relance.sandbox.google", "--port", "0", "--state", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "État illisible" in ended.stderr
