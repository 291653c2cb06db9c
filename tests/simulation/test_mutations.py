"""The simulator notices when a rule goes: each rule is taken out of a copy of the domain, and a world must break.

A mutation names a function of a module and rewrites one expression of it in the syntax tree; the copy shadows the real
package in a process of its own.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from relance.domain import sequence

DOMAIN = Path(sequence.__file__).parent
JUDGE = """
import sys
from relance.sandbox.simulation import run
bad = run.first_bad(range(1, 101), run.Size(customers=20, days=150))
print(bad and (bad.seed, sorted({v.rule for v in bad.violations})))
sys.exit(0 if bad is None else 1)
"""


@dataclass(frozen=True, slots=True)
class Edit:
    module: str
    function: str
    before: str
    after: str


def edit(place: str, before: str, after: str) -> Edit:
    module, function = place.split(".")
    return Edit(module, function, before, after)


LOOKS = "min((instant for instant in _turns(case, decision, own) if instant > now), default=None)"
MUTATIONS = {
    "nothing after payment": (
        edit("sequence.decide", "case.receivable.status is Status.PAID", "False"),
        edit("objections._money_objections", "row.status is Status.PAID", "False"),
        edit("objections._money_objections", "[] if row.status in OPEN else [row.status.value]", "[]"),
    ),
    "allowed weekdays": (edit("calendar.window", "self.windows.get(day.weekday())", "self.windows.get(0)"),),
    "public holidays": (edit("calendar.is_holiday", "day in _holidays(country, day.year)", "False"),),
    "the recipient's own zone": (
        edit("standing.recipient_zone", "self._written_zone() or (self.customer.zone if self.customer else self.zone)",
             "self.zone"),
    ),
    "a country's ceiling": (edit("steps.hours_in", "ceiling is None", "True"),),
    "the minimum interval": (
        edit("timing._earliest", "contact.last_payment_at + policy.min_interval", "contact.last_payment_at"),
    ),
    "one level at a time, the latest true": (edit("sequence._latest_valid", "valid[-1]", "valid[0]"),),
    "no level twice": (edit("sequence._remaining", "list(rungs[last + 1:])", "list(rungs[max(last, 0):])"),),
    "a moved date jumps no level": (
        edit("sequence._latest_valid", "sent and _has_moved(case, sent[-1], policy)", "False"),
    ),
    "nothing before its own day": (edit("recheck._has_come", "falls is not None and falls <= now", "True"),),
    "every sentence true": (
        edit("standing.is_true", "step.true_until_days is None or day is None", "True"),
    ),
    "holds": (edit("objections._holds", "_stops(reason, purpose)", "False"),),
    "the minimum balance": (edit("objections._money_objections", "row.balance.amount < floor", "False"),),
    "the daily cap": (edit("pacing.has_room", "spent < pace.daily_cap", "True"),),
    "four reminders at most": (
        edit("sequence._before_payment",
             "sum((past.fate in MAY_HAVE_LEFT for past in decided)) >= policy.max_sends", "False"),
    ),
    "a very old debt is a person's": (
        edit("sequence._before_payment", "_is_too_old(case, decided, policy, now)", "False"),
    ),
    "approve first": (edit("objections.needs_approval", "step.key not in case.approved", "False"),),
    "the Belgian fortnight": (edit("timing._earliest", "notice_at + timedelta(days=wait_days)", "notice_at"),),
    "the pilot": (edit("objections.against", "policy.pilot_only and (not case.is_pilot)", "False"),),
    "documents have their rhythm": (edit("settled._chase", "told_at + policy.offset_of(chaser)", "told_at"),),
    "the plan looks when it says": (edit("attention.next_look", LOOKS, "None"),),
}  # fmt: skip


class Rewrite(ast.NodeTransformer):
    def __init__(self, wanted: Edit) -> None:
        self.wanted, self.found, self._inside = wanted, 0, False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._inside = node.name == self.wanted.function
        self.generic_visit(node)
        self._inside = False
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if self._inside and isinstance(node, ast.expr) and ast.unparse(node) == self.wanted.before:
            self.found += 1
            return ast.parse(self.wanted.after, mode="eval").body
        return super().generic_visit(node)


def mutated(folder: Path, edits: tuple[Edit, ...]) -> Path:
    copy = folder / "relance" / "domain"
    shutil.copytree(DOMAIN, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for one in edits:
        module = copy / f"{one.module}.py"
        rewrite = Rewrite(one)
        tree = rewrite.visit(ast.parse(module.read_text(encoding="utf-8")))
        assert rewrite.found == 1, f"{one.module}.{one.function} has {rewrite.found} times: {one.before}"
        module.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    return folder


def judged(shadow: Path | None) -> subprocess.CompletedProcess[str]:
    paths = ([] if shadow is None else [str(shadow)]) + [entry for entry in sys.path if entry]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", JUDGE], env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.parametrize("rule", MUTATIONS)
def test_a_world_breaks_when_a_rule_is_taken_out(rule, tmp_path):
    outcome = judged(mutated(tmp_path, MUTATIONS[rule]))
    assert outcome.returncode == 1, outcome.stderr[-2000:] or "nobody noticed"
    assert "Traceback" not in outcome.stderr
    assert outcome.stdout.startswith("("), outcome.stdout
