"""Loopback ports: a preferred one when it is free, else any; and waiting until somebody listens."""

from __future__ import annotations

import asyncio
import fcntl
import secrets
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from relance.domain.errors import Unavailable

LOOPBACK = "127.0.0.1"
POLL_S = 0.05
_QUIET_RANGE = range(15000, 32000)
_TRIES = 100
_RESERVED: list[IO[str]] = []


def free(preferred: int = 0) -> int:
    """A port nobody listens on and no other practice world has taken; ours until this process ends.

    Below the kernel's ephemeral range: a port from it may be taken by any client before its server binds it.
    """
    for port in (preferred, *(secrets.choice(_QUIET_RANGE) for _ in range(_TRIES))):
        if port and _is_unbound(port) and _is_reserved(port):
            return port
    raise Unavailable("aucun port libre sur 127.0.0.1")


def _is_unbound(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _is_reserved(port: int) -> bool:
    """Between the choice and the bind two worlds could take the same port: a locked file decides."""
    try:
        file = (Path(tempfile.gettempdir()) / f"relance-port-{port}").open("w")
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    _RESERVED.append(file)
    return True


async def listening(port: int, *, name: str, deadline_s: float, is_alive: Callable[[], bool] = lambda: True) -> None:
    """Return once the port accepts a connection; raises Unavailable naming who never came, or died on the way."""
    give_up = time.monotonic() + deadline_s
    while not await _accepts(port):
        if not is_alive():
            raise Unavailable(f"{name} s'est arrêté en démarrant")
        if time.monotonic() > give_up:
            raise Unavailable(f"{name} n'écoute pas sur le port {port} après {deadline_s:.0f} s")
        await asyncio.sleep(POLL_S)


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True
