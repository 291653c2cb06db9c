"""The browser profile of a number: whoever takes the number ends the browser that still uses it.

Chromium leaves `SingletonLock`, a link named host-pid, in the profile it uses. After a crash of the sender the old
browser may still run, with the old process's last click in it: it is ended before a new one starts.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from relance.domain.errors import Unavailable
from relance.runtime import logs

log = logs.get()

LOCKS = ("SingletonLock", "SingletonCookie", "SingletonSocket")
DEATH_S = 30.0
POLL_S = 0.05


def prepared(root: Path, alias: str) -> Path:
    """The profile's directory, free for a new browser. Blocks; raises Unavailable when an old one outlives a kill."""
    profile = (root / alias).resolve()
    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    end_old_browser(profile)
    for name in LOCKS:
        (profile / name).unlink(missing_ok=True)
    return profile


def memory_bytes(profile: Path) -> int:
    """What the browser of this profile occupies with all its processes (PSS); 0 when there is none. Blocks."""
    pid = _locked_by(profile.resolve())
    if pid is None:
        return 0
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        fields = _text(status).rpartition(")")[2].split()
        if fields:
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return sum(_pss_bytes(member) for member in family)


def _pss_bytes(pid: int) -> int:
    lines = _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _text(path: Path) -> str:
    """Empty for a process that has just ended."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def end_old_browser(profile: Path) -> None:
    pid = _locked_by(profile)
    if pid is None or not _is_browser_of(pid, profile):
        return
    log.warning("browser.ended_old")
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + DEATH_S
    while _is_browser_of(pid, profile):
        if time.monotonic() > end:
            raise Unavailable(f"l'ancien Chromium (pid {pid}) ne se termine pas")
        time.sleep(POLL_S)


def _locked_by(profile: Path) -> int | None:
    """The process on this host named by the lock, None when there is none or it is another host's."""
    try:
        target = str((profile / "SingletonLock").readlink())
    except OSError:
        return None
    host, _, pid = target.rpartition("-")
    return int(pid) if host == socket.gethostname() and pid.isdigit() else None


def _is_browser_of(pid: int, profile: Path) -> bool:
    """Process ids are reused: only one whose command line names this very profile is ours to end."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"--user-data-dir=" + os.fsencode(profile) in arguments
