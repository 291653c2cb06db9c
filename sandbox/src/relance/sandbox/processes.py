"""Processes of the practice world, known by pid *and* start time: a recycled pid is never ours to end."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import time
from pathlib import Path
from typing import TypedDict

from relance.domain.errors import Unavailable

POLL_S = 0.05
PRODUCT_MARK = "RELANCE_WORLD"
SERVERS_MARK = "RELANCE_SERVERS"
"""Variables that carry the world's directory: inherited by children, they find orphans whoever their parent is now."""


class AsUser(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def as_user(name: str | None) -> AsUser:
    """Keyword arguments of a subprocess call that runs as this user; none = as ourselves."""
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def birth(pid: int) -> int | None:
    """Start time of a living process in clock ticks since boot; None when there is none, or only its zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def is_alive(pid: int) -> bool:
    return birth(pid) is not None


def is_in(pid: int, directory: Path) -> bool:
    """Whether it lives and works in that directory."""
    try:
        return is_alive(pid) and Path(f"/proc/{pid}/cwd").resolve() == directory.resolve()
    except OSError:
        return False


def descendants(pid: int) -> list[int]:
    """Living children, their children, and so on."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def marked(mark: str) -> list[int]:
    """Living processes whose environment carries this `NAME=value`: orphans included, whoever their parent is now."""
    needle = f"\0{mark}\0".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if needle in b"\0" + environment and is_alive(int(entry.name)):
                found.append(int(entry.name))
    return found


async def gone(pid: int, *, deadline_s: float) -> None:
    """Return once the process has ended; raises Unavailable after the deadline."""
    give_up = time.monotonic() + deadline_s
    while is_alive(pid):
        if time.monotonic() > give_up:
            raise Unavailable(f"le processus {pid} ne s'arrête pas")
        await asyncio.sleep(POLL_S)


async def end(pid: int, *, deadline_s: float) -> None:
    """SIGTERM, wait, and SIGKILL at the deadline, to the process and to what it leaves behind."""
    family = {child: birth(child) for child in descendants(pid)}
    _signal(pid, signal.SIGTERM)
    try:
        await gone(pid, deadline_s=deadline_s)
    except Unavailable:
        _signal(pid, signal.SIGKILL)
    for child, born in family.items():
        if born is not None and birth(child) == born:
            _signal(child, signal.SIGKILL)


async def end_marked(mark: str, *, deadline_s: float) -> int:
    """End every process that carries the mark; returns how many there were."""
    found = marked(mark)
    await asyncio.gather(*(end(pid, deadline_s=deadline_s) for pid in found))
    return len(found)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
