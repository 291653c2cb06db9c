"""A PostgreSQL of our own: private data directory, free loopback port, never a system instance."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import asyncpg

from relance.contracts.deployment import Deployment
from relance.domain.errors import SettingsRejected, Unavailable
from relance.sandbox import processes
from relance.sandbox.servers import ports
from relance.sandbox.servers.home import Home
from relance.store import deployment, migrate

ADMIN = "relance_admin"
ROLES = ("owner", "ledger_sync", "scheduler", "sender", "inbox", "cli", "clock")

START_DEADLINE_S = 120.0
STOP_DEADLINE_S = 60.0

# The practice world may lose its last second when the machine loses power, never when a process is killed.
_FAST = "-c fsync=off -c full_page_writes=off -c max_connections=120 -c shared_buffers=64MB"


class Postgres:
    """Start, stop and restart one private server; `password` is shared by all its loopback roles."""

    def __init__(self, home: Home, *, port: int, password: str) -> None:
        self._home = home
        self._bin = _binaries()
        self._dir = home.server_dir("pg")
        self._data = self._dir / "data"
        self.port = port
        self.password = password

    def dsn(self, role: str, database: str) -> str:
        user = ADMIN if role == "admin" else f"relance_{role}"
        return f"postgresql://{user}:{self.password}@{ports.LOOPBACK}:{self.port}/{database}"

    async def start(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            await self._init()
        self._refuse_other_major()
        options = f"-p {self.port} -c listen_addresses={ports.LOOPBACK} -c unix_socket_directories='' {_FAST}"
        log = self._dir / "log"
        await self._ctl("-w", "-t", str(int(START_DEADLINE_S)), "-l", str(log), "-o", options, "start")

    async def stop(self, mode: str = "fast") -> None:
        if self.pid() is not None:
            await self._ctl("-w", "-t", str(int(STOP_DEADLINE_S)), "-m", mode, "stop")

    def pid(self) -> int | None:
        """The postmaster's pid while it runs."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        # The server's own directory tells it from a stranger that got the same pid.
        return pid if processes.is_in(pid, self._data) else None

    async def create_database(self, name: str, roles_sql: Path) -> None:
        """A fresh, migrated database of this name; the roles exist afterwards too."""
        admin = await asyncpg.connect(self.dsn("admin", "postgres"))
        try:
            await admin.execute(roles_sql.read_text(encoding="utf-8"))
            for role in ROLES:
                await admin.execute(f"ALTER ROLE relance_{role} PASSWORD '{self.password}'")
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await admin.execute(f'CREATE DATABASE "{name}" OWNER relance_owner')
        finally:
            await admin.close()
        await self.migrate(name)

    async def migrate(self, database: str, rows: Deployment | None = None) -> None:
        owner = await asyncpg.connect(self.dsn("owner", database))
        try:
            await migrate.apply(owner)
            if rows is not None:
                await deployment.apply(owner, rows)
        finally:
            await owner.close()

    async def _init(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        secret = self._dir / "pw"
        secret.write_text(self.password + "\n")
        secret.chmod(0o600)
        if self._home.user is not None:
            shutil.chown(secret, self._home.user)
        try:
            await self._run(
                "initdb", "-D", str(self._data), "-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={secret}",
                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            )  # fmt: skip
        finally:
            secret.unlink()

    def _refuse_other_major(self) -> None:
        have, need = (self._data / "PG_VERSION").read_text().strip(), self._bin.parent.name
        if have != need:
            raise SettingsRejected(
                f"les données de ce bac à sable viennent de PostgreSQL {have}, cette machine a {need} : "
                "« relance stop --forget » les efface et repart de zéro"
            )

    async def _ctl(self, *arguments: str) -> None:
        await self._run("pg_ctl", "-D", str(self._data), *arguments)

    async def _run(self, program: str, *arguments: str) -> None:
        # Output goes to a file: a server that outlives pg_ctl would keep a pipe open for ever.
        with (self._home.logs / "postgres-ctl.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                str(self._bin / program), *arguments, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL,
                cwd=self._dir, **processes.as_user(self._home.user), start_new_session=True,
                env={**os.environ, processes.SERVERS_MARK: str(self._home.root)},
            )  # fmt: skip
            if await process.wait() != 0:
                raise Unavailable(f"PostgreSQL : {program} a échoué, voyez {self._home.logs}/postgres-ctl.log")


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise SettingsRejected("PostgreSQL n'est pas installé : « apt-get install postgresql » (version 15 ou plus)")
