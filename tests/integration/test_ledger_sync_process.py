"""ledger-sync as the process it is: real PostgreSQL, real RabbitMQ, a local workbook, signals."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from relance.ledger_sync import webhook
from relance.sandbox import samples
from relance.sandbox.servers import ports

pytestmark = pytest.mark.servers


async def started(**settings: str) -> asyncio.subprocess.Process:
    told = {f"RELANCE_{name.upper()}": value for name, value in settings.items()}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "relance.ledger_sync", env=os.environ | told, stderr=asyncio.subprocess.PIPE
    )


async def test_missing_configuration_is_one_sentence_and_status_two() -> None:
    process = await started()
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().count("\n") == 1
    assert "RELANCE_DATABASE_URL manque" in said.decode()


async def test_one_ledger_in_trouble_does_not_stop_the_other_and_sigterm_ends_cleanly(
    database: Any, broker_url: str, tmp_path: Path
) -> None:
    samples.write_xlsx(tmp_path / "w.xlsx", datetime.now(UTC).date())
    admin = await asyncpg.connect(database.dsn("admin"))
    await admin.execute("INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001')")
    for name, workbook in (("voyages", "absent.xlsx"), ("factures", "w.xlsx")):
        await admin.execute(
            "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
            " VALUES ($1, 'facture', 'xlsx', $2, $3, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
            name, str(tmp_path / workbook), samples.FACTURE_TAB,
        )  # fmt: skip
    process = await started(
        database_url=database.dsn("ledger_sync"),
        broker_url=broker_url,
        poll_s="0.2",
        poll_night_s="0.2",
        settle_polls="1",
    )
    try:
        async with asyncio.timeout(60):
            while await admin.fetchval("SELECT count(*) FROM sheet_cell WHERE field = 'remark'") < 4:  # noqa: ASYNC110 - the state is in the database
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
        await admin.close()
    assert process.returncode == 0
    assert said.decode().count("ledger.troubled") == 1
    assert "Traceback" not in said.decode()


async def test_a_signed_hint_has_the_workbook_read_at_once(database: Any, broker_url: str, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    samples.write_xlsx(path, datetime.now(UTC).date())
    admin = await asyncpg.connect(database.dsn("admin"))
    await admin.execute("INSERT INTO number (alias, phone) VALUES ('agence-1', '+33639980001')")
    await admin.execute(
        "INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, number_id)"
        " VALUES ('factures', 'facture', 'xlsx', $1, $2, 'Agence', 'EUR', 'FR', 'Europe/Paris', 1)",
        str(path), samples.FACTURE_TAB,
    )  # fmt: skip
    port = ports.free()
    process = await started(
        database_url=database.dsn("ledger_sync"), broker_url=broker_url, poll_s="600", poll_night_s="600",
        settle_polls="2", webhook_secret="secret-partage", webhook_port=str(port),
    )  # fmt: skip
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as http:
            # With ten minutes between two readings, only hints can bring the second one that new rows wait for.
            while not await admin.fetchval("SELECT count(*) FROM receivable"):
                body, stamp = (
                    json.dumps({"workbook": str(path), "id": str(uuid.uuid4())}).encode(),
                    str(int(time.time())),
                )
                headers = {
                    webhook.TIMESTAMP: stamp,
                    webhook.SIGNATURE: webhook.sign(b"secret-partage", stamp, body),
                }
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    async with http.post(f"http://127.0.0.1:{port}/poll-now", data=body, headers=headers) as answer:
                        assert answer.status == 202
                await asyncio.sleep(0.3)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()
        await admin.close()
    assert process.returncode == 0
