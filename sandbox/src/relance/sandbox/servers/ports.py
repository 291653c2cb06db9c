"""Loopback ports: a preferred one when it is free, else any; and waiting until somebody listens."""

from __future__ import annotations

import asyncio
import socket
import time

from relance.domain.errors import Unavailable

LOOPBACK = "127.0.0.1"
POLL_S = 0.05


def free(preferred: int = 0) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Unavailable("aucun port libre sur 127.0.0.1")


async def listening(port: int, *, name: str, deadline_s: float) -> None:
    """Return once the port accepts a connection; raises Unavailable naming who never came."""
    give_up = time.monotonic() + deadline_s
    while not await _accepts(port):
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
