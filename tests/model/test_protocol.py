"""All schedules of up to three crashes, late history, offline at the click, payment at any point, a lost profile.

Every reachable state is visited once; from each, the rest of the story without further misfortune must end well.
Under three seconds in all.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import pytest

from relance.domain import delivery, sending
from relance.domain.sending import JobState
from tests.model.protocol import FINAL, Rules, State, Weather, begin, progress, successors

# More than any message needs once nothing goes wrong any more.
LONGEST_ENDING = 60
HISTORIES = (0, 1, 2)


def explored(rules: Rules, weather: Weather, *, history: int) -> set[State]:
    first = begin(history=history, weather=weather)
    seen, todo = {first}, [first]
    while todo:
        for following in successors(todo.pop(), rules):
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen


def ended(state: State, rules: Rules) -> State:
    """The story goes on without further misfortune."""
    for _ in range(LONGEST_ENDING):
        if state.row in FINAL:
            break
        state = next(iter(progress(state, rules)))
    return state


def faults(rules: Rules, weather: Weather, *, history: int) -> Iterator[str]:
    """What goes wrong, state by state."""
    for state in explored(rules, weather, history=history):
        if state.broken:
            yield state.broken
        if fault := _fault(ended(state, rules)):
            yield fault


def _fault(end: State) -> str | None:
    left = end.sent + len(end.clock)
    if end.row not in FINAL:
        return f"never ends: {end.row} {end.reason}"
    if left > 1:
        return "duplicate"
    if end.row is JobState.SENT and not left:
        return "lost: said to be sent"
    if end.row is JobState.CANCELLED and (left or not end.is_paid):
        return "cancelled though it left, or without a reason"
    if end.row is JobState.REVIEW and end.attempt < sending.MAX_ATTEMPTS and end.reason != "profile_lost":
        return f"a person was asked without need: {end.reason}"
    return None


@pytest.mark.parametrize("history", HISTORIES)
def test_no_schedule_sends_twice_or_loses_or_sends_after_a_known_payment(history):
    assert set(faults(Rules(), Weather(), history=history)) == set()


def test_the_schedules_are_many():
    assert len(explored(Rules(), Weather(), history=1)) > 2000


def test_without_a_lost_profile_two_crashes_ask_nobody():
    weather = Weather(crashes=2, losses=0)
    rows = {ended(state, Rules()).row for state in explored(Rules(), weather, history=1)}
    assert rows == {JobState.SENT, JobState.CANCELLED}


def mutated(module: ModuleType, function: str, before: str, after: str) -> SimpleNamespace:
    """The module's functions with one expression of one of them rewritten; its types stay the real ones."""
    tree = ast.parse(inspect.getsource(module))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    rewrite = Rewrite(before, after)
    rewrite.visit(next(node for node in functions if node.name == function))
    assert rewrite.found == 1, f"{function} has {rewrite.found} times: {before}"
    namespace = dict(vars(module))
    code = ast.fix_missing_locations(ast.Module(functions, []))
    exec(compile(code, module.__name__, "exec"), namespace)
    return SimpleNamespace(**namespace)


class Rewrite(ast.NodeTransformer):
    def __init__(self, before: str, after: str) -> None:
        self._before, self._after = before, after
        self.found = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.unparse(node) == self._before:
            self.found += 1
            return ast.parse(self._after, mode="eval").body
        return super().generic_visit(node)


MUTATIONS = {
    "no barrier": (Rules(has_barrier=False), "duplicate"),
    "the barrier is not heeded": (
        Rules(sending=mutated(sending, "conclude", "not is_synced", "False")),
        "duplicate",
    ),
    "a baseline read after the crash": (Rules(commits_baseline=False), "duplicate"),
    "no baseline": (Rules(delivery=mutated(delivery, "last_outgoing", "bubble.outgoing", "False")), "lost"),
    "types without looking": (Rules(looks_before_typing=False), "duplicate"),
    "a clock is an absence": (
        Rules(sending=mutated(sending, "conclude", "Conclusion(JobState.UNKNOWN, 'clock')", "given_back(1, 'x')")),
        "duplicate",
    ),
    "an unprovable look is an absence": (
        Rules(
            has_barrier=False,
            sending=mutated(sending, "conclude", "Conclusion(JobState.UNKNOWN, 'unprovable')", "given_back(1, 'x')"),
        ),
        "duplicate",
    ),
    "an empty chat on a new profile is an absence": (
        Rules(sending=mutated(sending, "conclude", "is_blank", "False")),
        "duplicate",
    ),
    "a new profile's silence is believed": (
        Rules(delivery=mutated(delivery, "lacks_history", "wrote_before", "False")),
        "lost",
    ),
    "payment is not looked at": (Rules(minds_payment=False), "sent after a payment"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_model_notices_when_a_rule_goes(mutation):
    rules, expected = MUTATIONS[mutation]
    found = (fault for history in HISTORIES for fault in faults(rules, Weather(crashes=2), history=history))
    assert any(fault.startswith(expected) for fault in found)
