"""`relance test` and `relance check`: what a contributor and the continuous integration run."""

from __future__ import annotations

import subprocess
import sys
import time

import typer

from relance.cli.settings import Settings

PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True}

_CHECKS = (
    ("mise en forme", ("ruff", "format", "--check", "--quiet", ".")),
    ("style", ("ruff", "check", "--quiet", ".")),
    ("types", ("mypy", "--no-error-summary")),
    ("imports", ("lint-imports", "--no-cache")),
    ("règles de la maison", ("pytest", "-q", "--no-header", "-p", "no:cacheprovider", "tests/test_house.py")),
)


def test(
    context: typer.Context,
    yes: bool = typer.Option(False, "--yes", help="Installer les paquets manquants sans demander."),
) -> None:
    """Préparer ce qu'il faut et lancer tous les tests ; le reste de la ligne va à pytest."""
    del yes  # the launcher's
    arguments = [word for word in context.args if word != "--yes"]
    root = Settings().checkout
    raise SystemExit(subprocess.call([sys.executable, "-m", "pytest", *_side_by_side(arguments), *arguments], cwd=root))


def check() -> None:
    """Mise en forme, style, types, contrats d'import et règles de la maison, en moins d'une minute."""
    root, failed, began = Settings().checkout, [], time.monotonic()
    # Side by side: each is single-threaded, and mypy alone is half of the time.
    running = [(label, _started(command, root)) for label, command in _CHECKS]
    for label, process in running:
        output, _ = process.communicate()
        good = process.returncode == 0
        typer.echo(f"  {'✓' if good else '✗'} {label}")
        if not good:
            failed.append(label)
            typer.echo(output)
    typer.echo(f"  {time.monotonic() - began:.0f} s")
    if failed:
        typer.echo(f"À corriger : {', '.join(failed)}.", err=True)
        raise SystemExit(1)


def _side_by_side(arguments: list[str]) -> list[str]:
    """The whole suite mostly waits for servers, so two workers share it; a file stays with one.

    A run that names tests, or says `-n` itself, is left as it was asked for: `-s` and a debugger want one process.
    """
    names_tests = any(word.startswith("tests") for word in arguments)
    if names_tests or any(word.startswith("-n") or word == "--collect-only" for word in arguments):
        return []
    return ["-n", "2", "--dist", "loadfile"]


def _started(command: tuple[str, ...], root: object) -> subprocess.Popen[str]:
    program, *rest = command
    module = {"lint-imports": "importlinter.cli"}.get(program, program)
    words = [sys.executable, "-m", module, *rest]
    if program == "lint-imports":
        words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", *rest]
    return subprocess.Popen(words, cwd=str(root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
