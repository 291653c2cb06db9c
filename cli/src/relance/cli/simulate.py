"""`relance simulate`: a year of synthetic customers through the real decisions, judged at every step."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

import typer

from relance.sandbox.simulation import run
from relance.sandbox.simulation.run import Report, Size


def simulate(
    customers: int = typer.Option(2000, "--customers", min=1, max=100_000, help="Combien de clients inventer."),
    days: int = typer.Option(400, "--days", min=20, max=2000, help="Combien de jours jouer."),
    seed: int = typer.Option(1, "--seed", help="La graine : le même nombre donne le même monde."),
    seeds: int = typer.Option(1, "--seeds", min=1, help="Combien de mondes jouer à partir de cette graine."),
    as_json: bool = typer.Option(False, "--json", help="Un compte rendu par ligne, pour un programme."),
) -> None:
    """Éprouver les règles sur des clients inventés : pannes, tris, doublons, changements d'heure, jours fériés."""
    good = True
    for one in range(seed, seed + seeds):
        began = time.monotonic()
        report = run.simulate(one, Size(customers, days))
        good = good and report.is_good
        _tell(report, time.monotonic() - began, as_json=as_json)
    raise SystemExit(0 if good else 1)


def _tell(report: Report, took_s: float, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report), default=str, ensure_ascii=False))
        return
    sent = report.counts.get("sent", 0)
    typer.echo(
        f"Graine {report.seed} : {report.customers} clients, {report.items} lignes, {report.days} jours, "
        f"{sent} messages, en {took_s:.1f} s. "
        + ("Aucune règle enfreinte." if report.is_good else f"{len(report.violations)} infraction(s) :")
    )
    for violation in report.violations[:20]:
        typer.echo(f"  ✗ {violation.at:%Y-%m-%d %H:%M} {violation.rule} ({violation.about})")
