"""Where a practice world keeps its files, and as whom its servers run.

PostgreSQL refuses to run as root, so under root the servers run as an ordinary system user, and their data moves to
a place that user can reach when the checkout lies under a closed directory such as root's home.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from relance.domain.errors import SettingsRejected

# Ordinary users that Debian has or that the server's own package makes, best first.
_CANDIDATES = ("postgres", "nobody")
_FALLBACK = Path("/var/tmp")  # noqa: S108 - one directory of our own below it, mode 0700, owner checked
_ENOUGH_DISK_BYTES = 600 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Home:
    root: Path
    """Logs, run file, sandbox state, browser profiles: ours."""
    servers: Path
    """Data of PostgreSQL and RabbitMQ: theirs."""
    user: str | None
    """Whom the servers run as; None = ourselves."""

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run_file(self) -> Path:
        return self.root / "run.json"

    def server_dir(self, name: str) -> Path:
        """A directory that the servers' user owns, mode 0700."""
        path = self.servers / name
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.user is not None:
            shutil.chown(path, self.user)
        return path


def prepare(checkout: Path, name: str) -> Home:
    """Make the directories of the world `name` (demo, test…); raises SettingsRejected when the disk is nearly full."""
    root = checkout / ".relance" / name
    (root / "logs").mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root).free < _ENOUGH_DISK_BYTES:
        raise SettingsRejected("moins de 600 Mo libres sur ce disque : faites de la place, puis recommencez")
    user = _servers_user()
    servers = root / "servers" if user is None or _is_reachable(root) else _outside(checkout) / name
    servers.mkdir(parents=True, exist_ok=True)
    if user is not None:
        servers.chmod(0o711)
    return Home(root, servers, user)


def _servers_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    for candidate in _CANDIDATES:
        if candidate in names:
            return candidate
    raise SettingsRejected("PostgreSQL ne peut pas tourner en root et aucun utilisateur ordinaire n'existe ici")


def _is_reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))


def _outside(checkout: Path) -> Path:
    mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:10]
    path = _FALLBACK / f"relance-{mark}"
    path.mkdir(mode=0o711, exist_ok=True)
    if path.stat().st_uid != os.geteuid():
        raise SettingsRejected(f"{path} appartient à quelqu'un d'autre : supprimez ce dossier, puis recommencez")
    return path
