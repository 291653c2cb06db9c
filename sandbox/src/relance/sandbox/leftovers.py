"""One practice world of a name at a time, and the end of whatever a killed one left behind.

Processes are known by the world's mark in their environment, PostgreSQL, which overwrites its environment, by its pid
file and its directory: nothing else on the machine is ever ended.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relance.domain.errors import SettingsRejected
from relance.sandbox import processes
from relance.sandbox.daemons import RunFile
from relance.sandbox.servers import home, postgres, rabbitmq

OWNER_DEADLINE_S = 120.0
ORPHAN_DEADLINE_S = 20.0


async def stop_everything(checkout: Path) -> list[str]:
    """End every practice world of this checkout, orphans included; returns the names of those that ran."""
    stopped = []
    for root in sorted((checkout / ".relance").glob("*/")):
        owner = RunFile(root / "run.json").owner()
        if owner is not None:
            # It stops its world itself, in the right order; what it cannot is swept below.
            await processes.end(owner, deadline_s=OWNER_DEADLINE_S)
        if await sweep(home.prepare(checkout, root.name)) or owner is not None:
            stopped.append(root.name)
    return stopped


@contextmanager
def only_one(place: home.Home) -> Iterator[home.Home]:
    """One world of a name at a time; the lock goes with its owner. Raises SettingsRejected."""
    with (place.root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsRejected("ce bac à sable tourne déjà ici : « ./relance stop » l'arrête") from None
        yield place


async def sweep(place: home.Home) -> int:
    """End what an owner that was killed left behind: the product first, then its servers."""
    ended = await processes.end_marked(f"{processes.PRODUCT_MARK}={place.root}", deadline_s=ORPHAN_DEADLINE_S)
    password = kept_password(place)
    pg = postgres.Postgres(place, port=0, password=password)
    ended += await end_servers(place, pg, None)
    (place.root / "run.json").unlink(missing_ok=True)
    return ended


async def end_servers(place: home.Home, pg: postgres.Postgres, mq: rabbitmq.RabbitMQ | None) -> int:
    ran = pg.pid() is not None
    if mq is not None:
        await mq.stop()
    await pg.stop()
    # A node that was still starting has no pid file yet; epmd outlives its node.
    return ran + await processes.end_marked(f"{processes.SERVERS_MARK}={place.root}", deadline_s=ORPHAN_DEADLINE_S)


def kept_password(place: home.Home) -> str:
    """The server's volume keeps its first password: so do we."""
    path = place.root / "password"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(18))
        path.chmod(0o600)
    return path.read_text()
