"""The product's processes in a practice world: started, watched, and started again when they die, as compose would.

Each carries the world's mark in its environment, so that `relance stop` can end what a killed terminal left behind, and
never anything else.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from relance.domain.errors import Unavailable
from relance.sandbox import processes

# Longer than a sender needs to finish the message in hand.
STOP_DEADLINE_S = 90.0
RESTART_PAUSE_S = 0.5
# A service that dies this often at once will not come up by itself.
MOST_RESTARTS = 20


class Daemon:
    """One `python -m module` with its environment and log file."""

    def __init__(self, name: str, module: str, *, environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self.restarts = 0
        self._module = module
        self._environment = dict(environment)
        self._log = logs / f"{name}.log"
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._wanted = False

    @property
    def pid(self) -> int | None:
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    async def start(self) -> None:
        self._wanted = True
        await self._spawn()
        self._watch = asyncio.create_task(self._keep_alive(), name=f"watch-{self.name}")

    async def stop(self) -> None:
        self._wanted = False
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        if self.pid is not None:
            await processes.end(self.pid, deadline_s=STOP_DEADLINE_S)
        if self._process is not None:
            await self._process.wait()

    async def exited(self) -> int:
        """Wait for the process of this moment to end; returns its exit status."""
        if self._process is None:
            raise Unavailable(f"{self.name} n'a jamais démarré")
        return await self._process.wait()

    def last_words(self) -> str:
        """The last line of its log, for a sentence to the person who waits."""
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return (
            lines[-1].removeprefix(f"{self.name.replace('-', '_')}: ").removeprefix(f"{self.name}: ") if lines else ""
        )

    async def _spawn(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env=_plain_environment() | self._environment, start_new_session=True,
            )  # fmt: skip

    async def _keep_alive(self) -> None:
        while self._wanted and self._process is not None:
            await self._process.wait()
            if not self._wanted or self.restarts >= MOST_RESTARTS:
                return
            self.restarts += 1
            await asyncio.sleep(RESTART_PAUSE_S)
            await self._spawn()


@dataclass(frozen=True, slots=True)
class RunFile:
    """Who runs a world, and where other terminals find it; kept even when its writer is killed."""

    path: Path

    def owner(self) -> int | None:
        """The pid of the living owner, told from a stranger with the same pid by its start time."""
        try:
            pid, born = json.loads(self.path.read_text())["owner"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return pid if processes.birth(pid) == born else None

    def facts(self) -> dict[str, str]:
        """Addresses and DSNs of the running world; {} when none was started."""
        try:
            return dict(json.loads(self.path.read_text())["facts"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def write(self, owner: int, facts: Mapping[str, str]) -> None:
        scratch = self.path.with_suffix(".new")
        scratch.write_text(json.dumps({"owner": [owner, processes.birth(owner)], "facts": dict(facts)}))
        scratch.chmod(0o600)
        scratch.replace(self.path)


def _plain_environment() -> dict[str, str]:
    """Ours without any RELANCE_ variable: a world is made of what it is given, nothing else."""
    return {key: value for key, value in os.environ.items() if not key.startswith("RELANCE_")}
