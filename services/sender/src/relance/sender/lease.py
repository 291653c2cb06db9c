"""One number, one owner: a session advisory lock on a connection of its own, and an epoch that fences every write.

The lock frees itself when its connection dies. The epoch grows at each take-over, so that a process which has lost the
number without noticing can neither write nor pass the last look before the click. An owner that stops beating without
dying (a frozen host) is evicted: its connection is ended, its lock goes with it.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from relance.domain import restoration
from relance.domain.errors import LeaseLost, SettingsRejected
from relance.domain.restoration import Beat
from relance.runtime import logs
from relance.sender import memory
from relance.store import numbers, pool

log = logs.get()

BEAT_S = 2.0
CONNECT_S = 60.0
CLOSE_S = 5.0
# The server notices a vanished host after 10 + 3 x 5 seconds and frees its lock.
KEEPALIVES = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


@dataclass(frozen=True, slots=True)
class Lease:
    number: numbers.Number
    epoch: int
    connection: pool.Connection
    home: Path
    birth: memory.Birth
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def number_id(self) -> int:
        return self.number.id

    async def keep(self) -> None:
        """Beat for ever; raises LeaseLost the moment that the number may belong to another process."""
        while not self.lost.is_set():
            try:
                beat = await numbers.beat(self.connection, self.number.id, epoch=self.epoch)
            except (*pool.LOST, asyncpg.PostgresError) as error:
                raise LeaseLost(f"connexion du bail perdue pour {self.number.alias}") from error
            if beat is None:
                raise LeaseLost(f"le numéro {self.number.alias} appartient à un autre processus")
            await asyncio.to_thread(self._remember, beat)
            await _within(self.lost, BEAT_S)
        raise LeaseLost(f"connexion du bail perdue pour {self.number.alias}")

    def _remember(self, beat: Beat) -> None:
        """A full disk forgets, it does not stop the number: at worst a restored database is not recognised."""
        try:
            memory.write(self.home, memory.Memory(self.birth.at, beat))
        except OSError as error:
            log.debug("lease.not_remembered", number_id=self.number.id, exc_info=error)


@asynccontextmanager
async def taken(dsn: str, *, alias: str | None, profiles: Path, silence_s: float) -> AsyncIterator[Lease | None]:
    """The lease of one free enabled number; None when all are taken. Raises SettingsRejected on a bad alias."""
    connection = await asyncpg.connect(
        dsn,
        timeout=CONNECT_S,
        command_timeout=pool.COMMAND_TIMEOUT_S,
        server_settings={"application_name": "sender-lease", **KEEPALIVES},
    )
    try:
        if alias is not None and not await numbers.is_known(connection, alias):
            raise SettingsRejected(f"RELANCE_SENDER_NUMBER : aucun numéro ne s'appelle « {alias} »")
        yield await _take_one(connection, alias=alias, profiles=profiles, silence_s=silence_s)
    finally:
        await _close(connection)


async def _take_one(
    connection: pool.Connection, *, alias: str | None, profiles: Path, silence_s: float
) -> Lease | None:
    profile_home = f"{socket.gethostname()}:{profiles}"
    for number in await numbers.candidates(connection, alias=alias, profile_home=profile_home):
        if not await numbers.try_lock(connection, number.id):
            if await numbers.evict_frozen(connection, number.id, silent_for_s=silence_s):
                log.warning("lease.evicted", number_id=number.id)
            continue
        return await _locked(connection, number, profile_home, profiles / number.alias)
    return None


async def _locked(connection: pool.Connection, number: numbers.Number, profile_home: str, home: Path) -> Lease:
    owner = f"{socket.gethostname()}:{os.getpid()}"
    remembered = await asyncio.to_thread(memory.read, home)
    found, now = await numbers.last_beat(connection, number.id)
    is_put_back = restoration.was_put_back(remembered.beat if remembered else None, found, now=now)
    above = remembered.beat.epoch if remembered else 0
    epoch = await numbers.take(
        connection, number.id, owner=owner, profile_home=profile_home, above=above, is_put_back=is_put_back
    )
    lease = Lease(number, epoch, connection, home, memory.birth(home, remembered))
    connection.add_termination_listener(lambda _: lease.lost.set())
    log.info("lease.taken", number_id=number.id, epoch=epoch)
    if is_put_back:
        log.error("lease.database_put_back", number_id=number.id, epoch=epoch)
    return lease


async def _close(connection: pool.Connection) -> None:
    try:
        await connection.close(timeout=CLOSE_S)
    except (*pool.LOST, asyncpg.PostgresError):
        connection.terminate()


async def _within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
