"""The house rules, checked on the source itself: what a reviewer would otherwise have to remember.

Each rule is one function that names its offenders, so a red line says what to mend and where.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE_ROOTS = [ROOT / "shared/src", *sorted(ROOT.glob("services/*/src")), ROOT / "cli/src", ROOT / "sandbox/src"]
SOURCES = sorted(path for root in SOURCE_ROOTS for path in root.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

BAD_FILES = {"utils", "helpers", "common", "misc", "base", "manager"}
BAD_CLASS = re.compile(r"(Manager|Helper|Handler|Processor|Util|Utils|Wrapper|Service)$")
# Where surviving anything is the purpose: the supervised loop and the consumer edge.
BROAD_EXCEPT = {"relance/runtime/lifecycle.py", "relance/runtime/broker.py"}
# What they pass on to the servers and services they start; nothing of ours is read from it.
READS_ENVIRONMENT = {
    "relance/sandbox/daemons.py", "relance/sandbox/servers/rabbitmq.py", "relance/sandbox/servers/postgres.py",
}  # fmt: skip
SQL_WORDS = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+\s+SET|DELETE FROM)\b", re.DOTALL)
SQL_ALLOWED = {"relance/sandbox/servers/postgres.py"}  # administers a private server: roles and databases
SELECTOR = re.compile(r"data-testid|aria-label|\[role=|\[data-|#pane-side|#main\b|contenteditable")
LONGEST_SOURCE, LONGEST_TEST, LONGEST_FUNCTION, MOST_POSITIONAL = 400, 500, 50, 5


def module_name(path: Path) -> str:
    return path.as_posix().partition("/src/")[2]


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield module_name(path), ast.parse(path.read_text(encoding="utf-8"))


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """String literals that are not docstrings."""
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node


def test_no_file_is_named_after_nothing():
    assert [module_name(p) for p in SOURCES if p.stem in BAD_FILES] == []


def test_no_class_is_named_after_a_role_in_a_framework():
    bad = [
        f"{name}:{node.name}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and BAD_CLASS.search(node.name)
    ]
    assert bad == []


def test_everything_is_caught_only_where_that_is_the_purpose():
    bad = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and name not in BROAD_EXCEPT:
                caught = ast.unparse(node.type) if node.type else "everything"
                if caught in {"everything", "Exception", "BaseException"}:
                    bad.append(f"{name}:{node.lineno}")
    assert bad == []


def test_the_environment_is_read_in_settings_only():
    bad = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        if not name.endswith("settings.py") and name not in READS_ENVIRONMENT
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and ast.unparse(node.value) == "os"
    ]
    assert bad == []


def test_sql_lives_in_sql_files():
    bad = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        if name not in SQL_ALLOWED
        for node in strings(tree)
        if SQL_WORDS.search(str(node.value))
    ]
    assert bad == []


def test_selectors_live_in_elements():
    bad = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        if name.startswith("relance/sender/") and not name.endswith("elements.py")
        for node in strings(tree)
        if SELECTOR.search(str(node.value))
    ]
    assert bad == []


def test_domain_takes_time_and_chance_as_arguments():
    forbidden = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "time.sleep", "asyncio.sleep"}
    bad = []
    for name, tree in trees():
        if not name.startswith("relance/domain/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in forbidden:
                bad.append(f"{name}:{node.lineno}")
            if isinstance(node, ast.Import | ast.ImportFrom) and "random" in ast.unparse(node).split():
                bad.append(f"{name}:{node.lineno}")
    # `random.Random` may be *received*: only its type is imported.
    assert [place for place in bad if not place.startswith("relance/domain/pacing.py")] == []


def test_tests_use_fakes_and_real_servers_not_mocks():
    words = re.compile(r"\b(unittest\.mock|MagicMock|AsyncMock|mocker|monkeypatch\.setattr)\b")
    me = Path(__file__).resolve()
    assert [p.name for p in TESTS if p.resolve() != me and words.search(p.read_text(encoding="utf-8"))] == []


def test_customers_sentences_live_in_templates():
    tell = re.compile(r"Répondez STOP|Reply STOP|Bonjour \{|Merci pour votre|Cordialement")
    bad = [f"{name}:{node.lineno}" for name, tree in trees() for node in strings(tree) if tell.search(str(node.value))]
    assert bad == []


def test_packages_are_marked_by_empty_files():
    assert [module_name(p) for p in SOURCES if p.name == "__init__.py" and p.stat().st_size > 0] == []


@pytest.mark.parametrize(
    ("paths", "limit"), [(SOURCES, LONGEST_SOURCE), (TESTS, LONGEST_TEST)], ids=["source", "tests"]
)
def test_files_stay_short_enough_to_hold_one_concept(paths, limit):
    assert [p.name for p in paths if len(p.read_text(encoding="utf-8").splitlines()) > limit] == []


def test_functions_stay_short_and_take_few_positional_arguments():
    bad = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION or len(node.args.args) > MOST_POSITIONAL:
                    bad.append(f"{name}:{node.name} ({length} lines, {len(node.args.args)} positional)")
    # A command's parameters are its flags.
    assert [line for line in bad if not line.startswith("relance/cli/")] == []


def test_no_import_goes_in_a_circle():
    edges = {name: set(imports_of(name, tree)) for name, tree in trees()}
    assert cycle_in(edges) is None


def test_nothing_committed_names_a_registry_or_this_machine():
    words = "|".join(["py" + "pi" + r"\.org", "python" + "hosted", "registry" + r"\.npm" + "js", "deb" + r"\.debian"])
    places = "|".join(["/wo" + "rk/", "/opt/wh" + "eels", "/opt/py" + "pi"])
    found = subprocess.run(
        ["git", "grep", "-nIE", f"{words}|(^|[^a-zA-Z0-9_.])({places})"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout == ""


def test_contributing_names_tests_that_exist():
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def imports_of(name: str, tree: ast.Module) -> Iterator[str]:
    known = {module_name(p).removesuffix(".py").replace("/", "."): module_name(p) for p in SOURCES}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                for candidate in (f"{node.module}.{alias.name}", node.module):
                    if candidate in known:
                        yield known[candidate]
                        break
        elif isinstance(node, ast.Import):
            yield from (known[alias.name] for alias in node.names if alias.name in known)


def cycle_in(edges: dict[str, set[str]]) -> list[str] | None:
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str] | None:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return None
        found = next((c for other in sorted(edges.get(name, ())) if (c := visit(other, [*path, name]))), None)
        done.add(name)
        return found

    return next((c for name in sorted(edges) if (c := visit(name, []))), None)
