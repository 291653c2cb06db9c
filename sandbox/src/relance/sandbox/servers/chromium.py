"""Which Chromium to drive, and whether its own sandbox can work here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from relance.domain.errors import SettingsRejected

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def executable() -> str:
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise SettingsRejected("Chromium n'est pas installé : « apt-get install chromium »")


def can_sandbox() -> bool:
    """Root, and kernels without user namespaces, cannot use it: the practice world then goes without."""
    if os.geteuid() == 0:
        return False
    try:
        return int(Path("/proc/sys/user/max_user_namespaces").read_text()) > 0
    except (OSError, ValueError):
        return False
