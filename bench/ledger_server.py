"""A Sheets with one large invoice ledger that does nothing but answer: the sandbox is too slow at that size.

Runs as a process of its own, so that its memory and its time are not ledger-sync's.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

HEADER = ["Réf.", "Nom du client", "Numéro de téléphone", "Numéro de facture", "Montant de la facture",
          "Date d'échéance", "Statut du paiement", "Lien de paiement", "E-mail", "Notes", "Dernier rappel",
          "Prochaine action", "Date prochaine action", "Remarque"]  # fmt: skip
TAB = "Factures"
AMOUNT, DUE = 4, 5
# A ledger of years: ten invoices a customer; ten thousand fictional French mobiles are all there are.
CUSTOMERS = 10_000
FIRST_DAY = 46_400

Json = dict[str, Any]


def row(index: int, key: str = "") -> list[Any]:
    person = index % CUSTOMERS
    phone = f"+33 6 39 98 {person // 100:02d} {person % 100:02d}"
    return [key, f"Client Mesure {person}", phone, f"INV-2026-{index:06d}",
            round(20 + index * 0.37, 2), FIRST_DAY + index % 300, "En attente",
            f"https://paiement.example/{index}", f"client{person}@exemple.example", ""]  # fmt: skip


def shape() -> Json:
    amount = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}}}
    day = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}}
    return {"values": [{}, {}, {}, {}, amount, day]}


class Sheet:
    """The bodies, encoded once: what is measured is the reader."""

    def __init__(self, rows: int) -> None:
        self.rows = [row(index) for index in range(rows)]
        self.calls: Counter[str] = Counter()
        self.values = self._encoded()
        self.shape = json.dumps(shape())

    def _encoded(self) -> bytes:
        answer = {"spreadsheetId": "w", "valueRanges": [{"range": TAB, "values": [HEADER, *self.rows]}]}
        return json.dumps(answer, ensure_ascii=False).encode()

    async def get_values(self, _: web.Request) -> web.Response:
        self.calls["values"] += 1
        return web.Response(body=self.values, content_type="application/json")

    async def get_book(self, request: web.Request) -> web.Response:
        self.calls["book"] += 1
        ranges = request.query.getall("ranges", [])
        if not ranges:
            properties = {"properties": {"sheetId": 0, "title": TAB}}
            return web.json_response({"properties": {"locale": "fr_FR"}, "sheets": [properties]})
        if len(ranges) == 1:
            first, last = (int(text) for text in ranges[0].rpartition("!")[2].split(":"))
            rows = ",".join([self.shape] * (last - first + 1))
            text = f'{{"sheets": [{{"data": [{{"startRow": {first - 1}, "rowData": [{rows}]}}]}}]}}'
            return web.Response(text=text, content_type="application/json")
        starts = [int(text.rpartition(":")[2]) - 1 for text in ranges]
        data = [{"startRow": start, "rowData": [shape() if start else {}]} for start in starts]
        return web.json_response({"sheets": [{"data": data}]})

    async def token(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "mesure", "expires_in": 3600, "token_type": "Bearer"})

    async def count(self, _: web.Request) -> web.Response:
        return web.json_response(dict(self.calls))

    async def edit(self, request: web.Request) -> web.Response:
        """{row, column, value}, or {keys: [...]}: what a person types, and what our own writing left."""
        sent = await request.json()
        for index, key in enumerate(sent.get("keys", [])):
            self.rows[index][0] = key
        if "row" in sent:
            self.rows[sent["row"]][sent["column"]] = sent["value"]
        self.values = self._encoded()
        return web.Response()


@contextmanager
def running(rows: int) -> Iterator[str]:
    """Yields the base address."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(rows, there), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(rows: int, told: Any) -> None:
    sheet = Sheet(rows)
    one = "/v4/spreadsheets/{id:[^/:]+}"
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get(one + "/values:batchGet", sheet.get_values)
    app.router.add_get(one, sheet.get_book)
    app.router.add_post("/token", sheet.token)
    app.router.add_get("/count", sheet.count)
    app.router.add_post("/edit", sheet.edit)

    asyncio.run(_forever(app, told))


async def _forever(app: web.Application, told: Any) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()
