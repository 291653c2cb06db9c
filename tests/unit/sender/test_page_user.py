"""The page's one user: intentions in turn, the browser's end noticed, the old browser ended, faults once."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys

import pytest

from relance.domain.errors import BrowserLost, PageStuck
from relance.sender import chats, profile
from relance.sender.intentions import Intentions


async def failing(error: Exception) -> None:
    raise error


async def test_intentions_are_carried_out_one_at_a_time_in_order():
    intentions, seen = Intentions(), []
    worker = asyncio.create_task(intentions.carry_out())

    async def act(name: str) -> str:
        seen.append(f"{name} begins")
        await asyncio.sleep(0)
        seen.append(f"{name} ends")
        return name

    assert await asyncio.gather(intentions.do(lambda: act("a")), intentions.do(lambda: act("b"))) == ["a", "b"]
    assert seen == ["a begins", "a ends", "b begins", "b ends"]
    worker.cancel()


async def test_a_failed_intention_tells_its_caller_and_the_next_goes_on():
    intentions = Intentions()
    worker = asyncio.create_task(intentions.carry_out())
    for _ in range(5):
        with pytest.raises(PageStuck):
            await intentions.do(lambda: failing(PageStuck("slow")))
    assert not worker.done()
    worker.cancel()


async def test_three_unexpected_failures_in_a_row_end_the_browser():
    intentions = Intentions()
    worker = asyncio.create_task(intentions.carry_out())
    for _ in range(3):
        with pytest.raises(KeyError):
            await intentions.do(lambda: failing(KeyError("bug")))
    with pytest.raises(BrowserLost):
        await worker


async def test_an_intention_that_never_ends_ends_the_browser():
    intentions = Intentions(longest_s=0.05)
    worker = asyncio.create_task(intentions.carry_out())
    stuck = asyncio.create_task(intentions.do(asyncio.Event().wait))
    with pytest.raises(BrowserLost):
        await worker
    with pytest.raises(asyncio.CancelledError):
        await stuck


async def test_cut_short_it_ends_what_is_in_hand_and_begins_nothing_more():
    intentions, begun, is_begun = Intentions(), [], asyncio.Event()
    worker = asyncio.create_task(intentions.carry_out())

    async def act(name: str) -> None:
        begun.append(name)
        is_begun.set()
        await asyncio.Event().wait()

    callers = [asyncio.create_task(intentions.do(lambda name=name: act(name))) for name in "ab"]
    await is_begun.wait()
    intentions.cut_short()
    await asyncio.wait(callers, timeout=20)

    assert begun == ["a"]
    assert all(caller.cancelled() for caller in callers)
    assert not worker.done()
    worker.cancel()


@pytest.mark.parametrize(
    ("title", "phone"),
    [
        ("\u202a+33\u00a06\u00a039\u00a098\u00a001\u00a001\u202c", "+33639980101"),
        ("+91 98765 43210", "+919876543210"),
        ("Ana +33 6 39 98 01 01", None),
        ("Équipe 2026", None),
    ],
    ids=["bidi and no-break spaces", "india", "a name with a number", "a name"],
)
def test_only_a_title_that_is_a_number_is_read_as_one(title, phone):
    assert chats.phone_in(title) == phone


def old_browser(directory) -> subprocess.Popen[bytes]:
    sleeper = "import time; print(flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", sleeper, f"--user-data-dir={directory}"], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_the_old_browser_of_this_profile_is_ended_and_its_locks_removed(tmp_path):
    (tmp_path / "agence-1").mkdir()
    process = old_browser(tmp_path / "agence-1")
    (tmp_path / "agence-1/SingletonLock").symlink_to(f"{socket.gethostname()}-{process.pid}")

    made = profile.prepared(tmp_path, "agence-1")

    assert process.wait(20) == -signal.SIGKILL
    assert not (made / "SingletonLock").is_symlink()


def test_a_process_of_another_profile_is_left_alone(tmp_path):
    (tmp_path / "agence-1").mkdir()
    process = old_browser(tmp_path / "agence-2")
    (tmp_path / "agence-1/SingletonLock").symlink_to(f"{socket.gethostname()}-{process.pid}")

    profile.prepared(tmp_path, "agence-1")

    assert process.poll() is None
    process.kill()
    process.wait(20)


def test_a_fault_point_kills_once(tmp_path):
    program = (
        "import sys, pathlib; from relance.sender.faults import FaultPoints;"
        "f = FaultPoints('after_click', pathlib.Path(sys.argv[1]));"
        "f.reach('after_claim'); f.reach('after_click'); print('alive')"
    )
    run = [sys.executable, "-c", program, str(tmp_path / "happened")]

    first = subprocess.run(run, capture_output=True, text=True, env=os.environ)
    second = subprocess.run(run, capture_output=True, text=True, env=os.environ)

    assert (first.returncode, first.stdout) == (137, "")
    assert (second.returncode, second.stdout) == (0, "alive\n")
