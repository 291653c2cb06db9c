"""The whole product in a practice world: private servers, sandboxes, the four services, sample ledgers.

One class, used by `relance demo`, the story, the tests that need everything, and the benchmark. Nothing outside the
checkout is touched; everything started carries a mark in its environment, so that it can be ended even when its parent
was killed. A locked file lets one world of a name run at a time.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import asyncpg

from relance.domain.errors import Unavailable
from relance.inbox.vault.local import LocalVault
from relance.ledger_sync import init_google, init_xlsx
from relance.ledger_sync.ledgers import google_account
from relance.sandbox import clockwork, controls, leftovers, processes, samples, wiring
from relance.sandbox.daemons import Daemon, RunFile
from relance.sandbox.google import access
from relance.sandbox.servers import chromium, home, ports, postgres, rabbitmq
from relance.sandbox.wiring import Backend, Pace
from relance.store import numbers

Say = Callable[[str], None]
"""Tells the person who waits what was just done."""

DATABASE = "relance"
UP_DEADLINE_S = 120.0
POLL_S = 0.1


class Practice:
    """A running practice world; made by `running()`."""

    def __init__(self, checkout: Path, name: str, *, backend: Backend, pace: Pace) -> None:
        self.checkout = checkout
        self.home = home.prepare(checkout, name)
        self.backend = backend
        self.pace = pace
        self.addresses = wiring.Addresses.choose()
        self.files = wiring.Files.prepare(self.home.root, self.addresses)
        self.daemons: dict[str, Daemon] = {}
        self.overrides: dict[str, dict[str, str]] = {}
        """Per service, variables that a test sets beside the usual ones (fault points)."""
        self.opened_at = clockwork.opening(datetime.now(UTC))
        self.offset = timedelta(0)
        """Product time minus real time when the world opened."""
        self._http: aiohttp.ClientSession | None = None
        chromium.executable()  # what is missing is said before anything starts
        # Servers keep their data between runs (a first initdb costs seconds); the product's world is made anew.
        password = leftovers.kept_password(self.home)
        self.pg = postgres.Postgres(self.home, port=ports.free(), password=password)
        self.mq = rabbitmq.RabbitMQ(self.home, port=ports.free(), password=password)

    async def start(self, say: Say) -> None:
        self._http = aiohttp.ClientSession()
        self._forget_last_world()
        await self._start_servers(say)
        await self._start_sandboxes(say)
        await self._fill(say)
        await self._start_services(say)
        await self._pair(say)

    async def stop(self) -> None:
        """Services first, so that the message in hand is finished; then sandboxes, then servers."""
        services = [self.daemons[name] for name in reversed(wiring.SERVICES) if name in self.daemons]
        await asyncio.gather(*(daemon.stop() for daemon in services))
        await asyncio.gather(*(daemon.stop() for daemon in self.daemons.values()))
        if self._http is not None:
            await self._http.close()
        await leftovers.end_servers(self.home, self.pg, self.mq)
        await processes.end_marked(f"{processes.PRODUCT_MARK}={self.home.root}", deadline_s=leftovers.ORPHAN_DEADLINE_S)
        self.home.run_file.unlink(missing_ok=True)

    @property
    def phones(self) -> controls.Phones:
        return controls.Phones(self._remote(self.addresses.url("whatsapp")))

    @property
    def sheet(self) -> controls.Sheet:
        if self.backend is Backend.XLSX:
            return controls.XlsxSheet(self.files.xlsx)
        tabs = {samples.VOYAGE_TAB: samples.WORKBOOK, samples.FACTURE_TAB: samples.WORKBOOK}
        return controls.GoogleSheet(self._remote(self.addresses.url("google")), tabs)

    @property
    def google(self) -> controls.Remote:
        return self._remote(self.addresses.url("google"))

    async def vault_files(self) -> list[str]:
        """SHA-256 of every document in the vault, read where the vault is."""
        if self.backend is Backend.XLSX:
            vault = LocalVault(self.files.vault, key=base64.b64decode(self.files.vault_key))
            ids = [path.stem for path in self.files.vault.rglob("*.sealed")]
            return [hashlib.sha256(await vault.read(one)).hexdigest() for one in ids]
        held = (await self.google.get("/control/drive"))["files"]
        return [file["sha256Checksum"] for file in held if "sha256Checksum" in file and not file["trashed"]]

    def dsn(self, role: str) -> str:
        return self.pg.dsn(role, DATABASE)

    async def move_time(self, shift: timedelta) -> datetime:
        return await clockwork.move(self.dsn("cli"), shift)

    def remember(self) -> None:
        """Write the run file: whom to stop, and where other terminals find this world."""
        facts = {"dsn_cli": self.dsn("cli"), "google_credentials": str(self.files.credentials)}
        facts["broker"] = self.mq.url("admin")
        facts |= {name: self.addresses.url(name) for name in self.addresses.ports}
        RunFile(self.home.run_file).write(os.getpid(), facts)

    def _remote(self, base: str) -> controls.Remote:
        if self._http is None:
            raise Unavailable("ce bac à sable n'est pas démarré")
        return controls.Remote(self._http, base)

    def _forget_last_world(self) -> None:
        for name in ("whatsapp", "google", "profiles", "vault"):
            shutil.rmtree(self.home.root / name, ignore_errors=True)
        for log in self.home.logs.glob("*.log"):
            log.unlink()

    async def _start_servers(self, say: Say) -> None:
        await asyncio.gather(self.pg.start(), self.mq.start())
        self.remember()
        await self.mq.wipe()
        await self.pg.create_database(DATABASE, self.checkout / "deploy/postgres/roles.sql")
        await self.pg.migrate(DATABASE, wiring.deployment(self.backend, self.files))
        self.offset = self.opened_at - datetime.now(UTC)
        await self.move_time(self.offset)
        say("PostgreSQL et RabbitMQ privés démarrés, base créée")

    async def _start_sandboxes(self, say: Say) -> None:
        for name in wiring.SANDBOXES:
            environment = wiring.sandbox_environment(name, self.addresses, self.home.root, clock_dsn=self.dsn("clock"))
            self._daemon(name, environment)
            await self.daemons[name].start()
        await asyncio.gather(*(self._listening(name) for name in wiring.SANDBOXES))
        say("faux WhatsApp et faux Google prêts")

    async def _fill(self, say: Say) -> None:
        today = self.opened_at.astimezone(clockwork.PARIS).date()
        if self.backend is Backend.XLSX:
            samples.write_xlsx(self.files.xlsx, today)
            init_xlsx.build(self.files.xlsx, samples.tabs())
        else:
            for workbook in samples.workbooks(today):
                await self.google.post("/control/workbook", workbook)
            told, base = self.files.credentials.read_text(encoding="utf-8"), self.addresses.url("google")
            account = google_account.opened(told, base_url=base, counted=lambda _: None)
            await init_google.build(account, samples.WORKBOOK, samples.tabs())
            await self.google.post("/control/folder", {"id": wiring.FOLDER, "name": "Documents des voyageurs"})
            robot = {"type": "user", "role": "writer", "address": access.SERVICE_ACCOUNT}
            await self.google.post("/control/share", {"id": wiring.FOLDER, **robot})
        for phone, name in samples.people(today).items():
            # Not saved by the agency: its WhatsApp shows the number, as with most customers.
            await self._remote(self.addresses.url("whatsapp")).post(
                "/control/contact", {"number": phone, "name": name, "saved": False}
            )
        say("classeur d'exemple rempli : Voyages, Factures, Modèles, Réglages")

    async def _start_services(self, say: Say) -> None:
        wires = wiring.Wires(self.pg, self.mq, DATABASE, self.addresses, self.files, self.backend, self.pace)
        for name in wiring.SERVICES:
            self._daemon(name, wires.of(name) | self.overrides.get(name, {}))
            await self.daemons[name].start()
        self.remember()
        await asyncio.gather(*(self._listening(name) for name in wiring.SERVICES))
        self.remember()
        say("les quatre services tournent")

    async def _pair(self, say: Say) -> None:
        """The owner scans the QR code as soon as the sender's browser shows one."""
        async with asyncio.timeout(UP_DEADLINE_S):
            while not (await self.phones.accounts())["waiting"]:
                self._refuse_dead_service()
                await asyncio.sleep(POLL_S)
            await self.phones.pair(wiring.NUMBER.phone)
            while await self._session_state() != "connected":  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(POLL_S)
        say("téléphone de l'agence associé par QR code")

    async def _session_state(self) -> str | None:
        connection = await asyncpg.connect(self.dsn("cli"))
        try:
            return await numbers.session(connection, 1)
        finally:
            await connection.close()

    def _daemon(self, name: str, environment: Mapping[str, str]) -> None:
        marked = {processes.PRODUCT_MARK: str(self.home.root), **environment}
        self.daemons[name] = Daemon(name, wiring.MODULES[name], environment=marked, logs=self.home.logs)

    async def _listening(self, name: str) -> None:
        waiting = asyncio.create_task(ports.listening(self.addresses.ports[name], name=name, deadline_s=UP_DEADLINE_S))
        try:
            while not waiting.done():
                self._refuse_dead_service()
                await asyncio.wait({waiting}, timeout=POLL_S)
            await waiting
        finally:
            waiting.cancel()

    def _refuse_dead_service(self) -> None:
        for daemon in self.daemons.values():
            if daemon.restarts > 2:
                raise Unavailable(f"{daemon.name} ne démarre pas : {daemon.last_words()}")


@asynccontextmanager
async def running(
    checkout: Path,
    name: str,
    *,
    backend: Backend = Backend.GOOGLE,
    pace: Pace | None = None,
    say: Say | None = None,
    overrides: Mapping[str, Mapping[str, str]] | None = None,
) -> AsyncIterator[Practice]:
    """A whole world, up and paired; ended with everything it started when the block ends, however it ends.

    Raises SettingsRejected when this world already runs.
    """
    with leftovers.only_one(home.prepare(checkout, name)) as place:
        await leftovers.sweep(place)
        world = Practice(checkout, name, backend=backend, pace=pace or Pace())
        world.overrides = {service: dict(variables) for service, variables in (overrides or {}).items()}
        try:
            world.remember()
            await world.start(say or (lambda _: None))
            yield world
        finally:
            await world.stop()
