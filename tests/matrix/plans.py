"""What happens in one play of the matrix: who is written to, who writes, and what goes wrong when. All from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

# Named points of the send transaction (sender/faults.py); one play in eight has no crash.
POINTS = (
    "before_claim", "after_claim", "after_typing", "before_click", "after_click", "before_mark", "after_mark", None,
)  # fmt: skip
LASTS_S = 9.0
MOST_CHURN = 4
# So that neighbouring plays, which are those of an ordinary run, meet different kinds of mishap.
STRIDE = 5


@dataclass(frozen=True, slots=True)
class Letter:
    at: float
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    at: float
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Mishap:
    at: float
    kind: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """`people` maps a customer's phone to the name saved for it, or None; `strangers` are in no ledger."""

    number: int
    crash: str | None
    churn: int
    is_doubled: bool
    people: dict[str, str | None]
    strangers: tuple[str, ...]
    letters: tuple[Letter, ...]
    answers: tuple[Answer, ...]
    mishaps: tuple[Mishap, ...]


def made(number: int, *, salt: str) -> Plan:
    chance = random.Random(f"{salt}/{number}")
    phones = [f"+3363998{200 + number:03}{n}" for n in range(5)]
    people: dict[str, str | None] = dict.fromkeys(phones[:4])
    # Two saved under the same name, as in every address book.
    people[phones[0]] = people[phones[1]] = f"Ana Martin {number}"
    mark = f"{salt}/{number}"
    letters = [
        Letter(chance.uniform(0, 5), phone, f"Bonjour,\nil reste {n}0 € ({mark})") for n, phone in enumerate(people)
    ]
    # The same words twice to one person: only their order tells them apart.
    letters.append(Letter(chance.uniform(0, LASTS_S), phones[0], letters[0].text))
    answers = [
        Answer(chance.uniform(0, LASTS_S), chance.choice(list(people)), f"Réponse {n} de {mark}") for n in range(3)
    ]
    answers.append(Answer(chance.uniform(0, LASTS_S), phones[4], f"Privé, {mark}"))
    return Plan(
        number=number,
        crash=POINTS[number % len(POINTS)],
        churn=chance.randint(0, MOST_CHURN),
        is_doubled=chance.random() < 0.5,
        people=people,
        strangers=(phones[4],),
        letters=tuple(sorted(letters, key=lambda letter: letter.at)),
        answers=tuple(answers),
        mishaps=tuple(_mishap(chance, kind) for kind in _kinds(chance, number)),
    )


def _kinds(chance: random.Random, number: int) -> tuple[str, ...]:
    """Two at random, and one in turn, so that twenty-five plays meet each of them."""
    kinds = list(MISHAPS)
    return (kinds[number * STRIDE % len(kinds)], *chance.sample(kinds, 2))


def _mishap(chance: random.Random, kind: str) -> Mishap:
    details = {name: _drawn(chance, options) for name, options in MISHAPS[kind].items()}
    return Mishap(chance.uniform(0.5, LASTS_S), kind, details)


def _drawn(chance: random.Random, options: tuple[Any, ...]) -> Any:
    """Anything between two numbers, or one of so many words."""
    return chance.choice(options) if isinstance(options[0], str) else chance.uniform(*options)


MISHAPS: dict[str, dict[str, tuple[Any, ...]]] = {
    "offline": {"seconds": (0.5, 6)},
    "hold_acks": {"seconds": (0.5, 6)},
    "shuffle_ticks": {"seconds": (0.5, 3)},
    "slow_history": {"seconds": (0.5, 4)},
    "loading": {"seconds": (0.5, 4)},
    "drop_before_accept": {},
    "refuse": {},
    "dialog": {},
    "ambush": {
        "on": ("typed", "sending", "recorded", "opened"),
        "act": ("dialog", "reload", "leave", "freeze", "offline"),
    },
    "freeze": {"seconds": (0.5, 4)},
    "input_lag": {"ms": (100, 900)},
    "rebuild": {"seed": (1, 10_000)},
    "kill_sender": {},
    "stop_sender": {},
    "kill_browser": {},
    "kill_renderer": {},
    "take_lease": {},
    "cut_lease": {},
}
