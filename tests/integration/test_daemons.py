"""Processes of a practice world: started again when they die, known by more than their pid, all ended."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from relance.sandbox import processes
from relance.sandbox.daemons import Daemon, RunFile

SLEEPER = "import time; time.sleep(600)"


@pytest.fixture
def sleeper_module(tmp_path):
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    return {"PYTHONPATH": str(tmp_path), "RELANCE_WORLD": str(tmp_path)}


async def test_a_daemon_that_is_killed_is_started_again_and_stops_when_asked(tmp_path, sleeper_module):
    daemon = Daemon("sleeper", "sleeper", environment=sleeper_module, logs=tmp_path)
    await daemon.start()
    first = daemon.pid
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(30):
        while daemon.pid in (None, first):  # noqa: ASYNC110 - it happens in another task
            await asyncio.sleep(0.05)
    second = daemon.pid
    await daemon.stop()
    assert not processes.is_alive(second)
    assert daemon.restarts == 1


def test_a_recycled_pid_is_never_ours_to_end(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", SLEEPER])
    try:
        run_file = RunFile(tmp_path / "run.json")
        run_file.write(other.pid, {"sheet": "here"})
        assert run_file.owner() == other.pid
        text = run_file.path.read_text().replace(str(processes.birth(other.pid)), "1")
        run_file.path.write_text(text)
        assert run_file.owner() is None
    finally:
        other.kill()
        other.wait()


async def test_an_orphan_is_found_by_its_mark(tmp_path):
    mark = f"RELANCE_WORLD={tmp_path}"
    marked = {**os.environ, "RELANCE_WORLD": str(tmp_path)}
    orphan = subprocess.Popen([sys.executable, "-c", SLEEPER], env=marked)  # noqa: ASYNC220 - returns at once
    try:
        async with asyncio.timeout(30):
            while processes.marked(mark) != [orphan.pid]:  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.05)
        await processes.end(orphan.pid, deadline_s=10)
        assert processes.marked(mark) == []
    finally:
        orphan.kill()
        orphan.wait()


def test_a_run_file_that_is_torn_or_missing_means_nothing_runs(tmp_path):
    run_file = RunFile(tmp_path / "run.json")
    assert (run_file.owner(), run_file.facts()) == (None, {})
    run_file.path.write_text('{"owner": [1,')
    assert (run_file.owner(), run_file.facts()) == (None, {})
