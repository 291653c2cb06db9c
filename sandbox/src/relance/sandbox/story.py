"""The story of `relance demo --story`: played by itself, judged by the ground truth.

What the sandbox phones received, what the sheet holds and what the vault holds are read from the sandboxes; the
product's own opinion is never asked. Each expected message once, none other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from relance.domain.errors import Unavailable
from relance.sandbox import clockwork, controls, samples, wiring
from relance.sandbox.expected import CHAPTERS, Line
from relance.sandbox.practice import Practice
from relance.sandbox.stage import POLL_S, STEP_DEADLINE_S, Stage

PARIS = clockwork.PARIS
WORKBOOK = samples.WORKBOOK
NUMBER_QUERY = quote(wiring.NUMBER.phone)
PHONE_QUERY = quote(samples.STORY_TRAVELLER_PHONE)

# After everything expected has come, how long nothing else may come.
QUIET_S = 3.0


@dataclass(slots=True)
class Outcome:
    steps: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    messages: int = 0
    took_s: float = 0.0

    @property
    def is_good(self) -> bool:
        return bool(self.steps) and not (self.missing or self.unexpected or self.wrong)

    def report(self) -> dict[str, Any]:
        return {
            "passed": self.is_good, "took_s": round(self.took_s, 1), "messages": self.messages, "steps": self.steps,
            "missing": self.missing, "unexpected": self.unexpected, "wrong": self.wrong,
        }  # fmt: skip


async def play(world: Practice, *, say: Callable[[str], None]) -> Outcome:
    """Play every chapter; stops at the first that does not come true."""
    outcome, began = Outcome(), time.monotonic()
    expected: list[Line] = []
    for number, chapter in enumerate(CHAPTERS, start=1):
        say(f"{number}. {chapter.title}")
        started = time.monotonic()
        expected += chapter.messages
        try:
            await chapter.act(Stage(world))
            await _received(world, expected)
            await chapter.check(Stage(world))
        except (Unavailable, TimeoutError) as error:
            outcome.wrong.append(f"{chapter.title} : {error}")
        outcome.steps.append({"title": chapter.title, "took_s": round(time.monotonic() - started, 1)})
        if outcome.wrong:
            break
        for line in chapter.messages:
            say(f"     ✓ {line.who} : {line.what}")
    await _judge(world, expected, outcome)
    outcome.took_s = time.monotonic() - began
    _conclude(outcome, say)
    return outcome


async def _received(world: Practice, expected: list[Line]) -> None:
    """Wait until every expected message is in the journal."""
    give_up = time.monotonic() + STEP_DEADLINE_S
    while time.monotonic() < give_up:
        missing, _ = compare(await _sent(world), expected)
        if not missing:
            return
        await asyncio.sleep(POLL_S)
    raise Unavailable("pas encore reçu : " + " ; ".join(missing))


async def _judge(world: Practice, expected: list[Line], outcome: Outcome) -> None:
    await asyncio.sleep(QUIET_S)
    sent = await _sent(world)
    outcome.messages = len(sent)
    outcome.missing, outcome.unexpected = compare(sent, expected)


async def _sent(world: Practice) -> list[controls.Accepted]:
    return await world.phones.journal(sent_by=wiring.NUMBER.phone)


def compare(sent: list[controls.Accepted], expected: list[Line]) -> tuple[list[str], list[str]]:
    """(missing, unexpected), matching per person in the order of arrival: a repeat or a swap is unexpected."""
    missing, unexpected = [], []
    phones = {line.phone for line in expected} | {message.to for message in sent}
    for phone in sorted(phones):
        wanted = [line for line in expected if line.phone == phone]
        got = [message for message in sent if message.to == phone]
        good = 0
        while good < min(len(wanted), len(got)) and wanted[good].is_in(got[good].text):
            good += 1
        missing += [f"{line.who} : {line.what}" for line in wanted[good:]]
        unexpected += [f"{phone} : « {message.text.splitlines()[2:3] or message.text} »" for message in got[good:]]
    return missing, unexpected


def _conclude(outcome: Outcome, say: Callable[[str], None]) -> None:
    say("")
    if outcome.is_good:
        say(f"Histoire vraie en {outcome.took_s:.0f} s : {outcome.messages} messages attendus, chacun une seule fois.")
        return
    for label, lines in (("MANQUE", outcome.missing), ("EN TROP", outcome.unexpected), ("FAUX", outcome.wrong)):
        for line in lines:
            say(f"  {label} {line}")
