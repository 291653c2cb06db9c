"""How well answers are understood: per class, with typing errors, and how fast; beside doing nothing but reading words.

`replies/dev.jsonl` is what the rules were written beside; `replies/final.jsonl` was set apart before, and is used for
its figure only. Labels that two people could give are both right (`or`).
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.measure import Measure
from relance.domain import replies, spelling

RECEIVED_ON = date(2026, 10, 15)
SETS = ("dev", "final")
NOISE = (0.03, 0.06, 0.10)
ROUNDS, SEED = 10, 7
LETTERS = "abcdefghijklmnopqrstuvwxyz"

Row = Mapping[str, object]
Tell = Callable[[str], None]


@dataclass
class Score:
    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrongly: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.right.total() + self.missed.total()

    @property
    def accuracy(self) -> float:
        return self.right.total() / self.count

    @property
    def macro_f1(self) -> float:
        classes = sorted(self.right.keys() | self.missed.keys())
        return sum(self.f1(one) for one in classes) / len(classes)

    def precision(self, one: str) -> float:
        return self.right[one] / max(1, self.right[one] + self.wrongly[one])

    def recall(self, one: str) -> float:
        return self.right[one] / max(1, self.right[one] + self.missed[one])

    def f1(self, one: str) -> float:
        return 2 * self.right[one] / max(1, 2 * self.right[one] + self.missed[one] + self.wrongly[one])


def load(checkout: Path, name: str) -> list[Row]:
    lines = (checkout / f"bench/replies/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def score(rows: Sequence[Row], spoil: Callable[[str], str] = str) -> Score:
    found = Score()
    for row in rows:
        wanted = str(row["intent"])
        got = replies.understand(spoil(str(row["text"])), received_on=RECEIVED_ON).intent.value
        others = row.get("or", [])
        if got == wanted or (isinstance(others, list) and got in others):
            found.right[wanted] += 1
        else:
            found.missed[wanted] += 1
            found.wrongly[got] += 1
    return found


def mistyped(text: str, share: float, chance: random.Random) -> str:
    """Each letter or space is, with that probability, replaced, followed by another, dropped or swapped."""
    out: list[str] = []
    letters = iter(text)
    for letter in letters:
        if not (letter.isalpha() or letter == " ") or chance.random() >= share:
            out.append(letter)
            continue
        match chance.choice(["replace", "insert", "drop", "swap"]):
            case "replace":
                out.append(chance.choice(LETTERS))
            case "insert":
                out.append(letter + chance.choice(LETTERS))
            case "swap":
                out.append(next(letters, "") + letter)
    return "".join(out)


def under_noise(rows: Sequence[Row], share: float) -> Score:
    chance = random.Random(SEED)
    return score(list(rows) * ROUNDS, lambda text: mistyped(text, share, chance))


def dates_right(rows: Sequence[Row]) -> float:
    """Of the promises and papers whose day is labelled, the share whose day is that one."""
    dated = [row for row in rows if row["intent"] in {"promise", "doc_later"} and "date" in row]
    right = 0
    for row in dated:
        found = replies.understand(str(row["text"]), received_on=RECEIVED_ON).promised_on
        right += found is not None and found.isoformat() == row["date"]
    return right / len(dated)


async def measures(checkout: Path, tell: Tell) -> AsyncIterator[Measure]:
    for name in SETS:
        rows = load(checkout, name)
        tell(f"{name}: {len(rows)} réponses")
        for measure in _quality(name, rows):
            yield measure
    yield _speed(load(checkout, "dev"))


def _quality(name: str, rows: Sequence[Row]) -> Iterator[Measure]:
    found = score(rows)
    yield Measure(f"replies.{name}.count", len(rows), "replies")
    yield Measure(f"replies.{name}.macro_f1", found.macro_f1, "ratio")
    yield Measure(f"replies.{name}.accuracy", found.accuracy, "ratio")
    yield Measure(f"replies.{name}.dates_right", dates_right(rows), "ratio")
    for one in sorted(found.right.keys() | found.missed.keys()):
        yield Measure(f"replies.{name}.{one}.precision", found.precision(one), "ratio")
        yield Measure(f"replies.{name}.{one}.recall", found.recall(one), "ratio")
    for share in NOISE:
        noisy = under_noise(rows, share)
        at = f"replies.{name}.noise_{share:.0%}"
        yield Measure(f"{at}.accuracy", noisy.accuracy, "ratio")
        yield Measure(f"{at}.false_paid", 1000 * noisy.wrongly["paid_claim"] / noisy.count, "per 1000")
        yield Measure(f"{at}.opt_out_missed", 1 - noisy.recall("opt_out"), "ratio")


def _speed(rows: Sequence[Row]) -> Measure:
    texts = [str(row["text"]) for row in rows]
    floor = _per_second(texts, spelling.read)
    return Measure(
        "replies.per_second",
        _per_second(texts, lambda text: replies.understand(text, received_on=RECEIVED_ON)),
        "replies/s",
        floor,
    )


def _per_second(texts: Sequence[str], act: Callable[[str], object]) -> float:
    begun = time.perf_counter()
    for text in texts:
        act(text)
    return len(texts) / (time.perf_counter() - begun)
