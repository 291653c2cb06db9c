"""Forward-only migrations: numbered `.sql` files, checksummed, under an advisory lock, each in its own transaction.

A file that was applied never changes: a different checksum is refused. A database newer than the code is refused too.
If the process dies in a migration, its transaction is rolled back and the next run starts there again.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from importlib import resources

import asyncpg

from relance.domain.errors import SettingsRejected
from relance.store import named
from relance.store.pool import Connection

SQL = named.load("migrate.sql")
_FILE = re.compile(r"(?P<version>\d{4})_(?P<name>\w+)\.sql")

# A service that starts before `migrate` waits for it this long, then says so and exits.
PATIENCE_S = 120.0
POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def available() -> tuple[Migration, ...]:
    found = []
    for entry in resources.files("relance.store").joinpath("migrations").iterdir():
        if match := _FILE.fullmatch(entry.name):
            found.append(Migration(int(match["version"]), match["name"], entry.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda m: m.version))


async def apply(connection: Connection) -> tuple[Migration, ...]:
    """Bring the schema up to date; returns what was applied. Must run as the owner."""
    done = []
    for migration in available():
        async with connection.transaction():
            await connection.execute(SQL.lock)
            await connection.execute(SQL.create_register)
            await connection.execute(SQL.open_register)
            applied = {row["version"]: row["checksum"] for row in await connection.fetch(SQL.applied)}
            _refuse_newer(max(applied, default=0))
            if migration.version not in applied:
                await connection.execute(migration.text)
                await connection.execute(SQL.record, migration.version, migration.name, migration.checksum)
                done.append(migration)
            elif applied[migration.version] != migration.checksum:
                raise SettingsRejected(
                    f"la migration {migration.version:04d} a changé depuis son application : "
                    "une migration appliquée ne se modifie pas, écrivez-en une nouvelle"
                )
    return tuple(done)


async def wait_until_current(connection: Connection) -> None:
    """Return once the schema is the one this code knows; raises SettingsRejected when newer or never brought up."""
    wanted = available()[-1].version
    try:
        async with asyncio.timeout(PATIENCE_S):
            while (version := await _version(connection)) < wanted:  # noqa: ASYNC110 - another process's event
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise SettingsRejected(
            f"la base est à la version {version}, ce programme attend la {wanted} : lancez « relance migrate »"
        ) from None
    _refuse_newer(version)


async def _version(connection: Connection) -> int:
    try:
        return await connection.fetchval(SQL.newest) or 0
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        return 0


def _refuse_newer(version: int) -> None:
    newest = available()[-1].version
    if version > newest:
        raise SettingsRejected(
            f"la base est à la version {version}, plus récente que ce programme ({newest}) : mettez Relance à jour"
        )
