"""`relance plan` and `relance explain`: what will leave, and why something does not. Nothing is written or sent."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import typer

from relance.cli import office, show
from relance.domain.errors import SettingsRejected
from relance.scheduler import explain as answers
from relance.scheduler import forecast, sentences
from relance.scheduler.explain import Explanation
from relance.scheduler.forecast import Planned
from relance.store import orders, stops
from relance.store.stops import Stop

PLAN = {
    "at": "Quand",
    "ledger": "Classeur",
    "customer": "Client",
    "step": "Étape",
    "rows": "Lignes",
    "attachment": "Pièce jointe",
    "text": "Message",
}
CSV = {"at": "quand", "ledger": "classeur", "customer": "client", "phone": "téléphone", "step": "étape"}
FORMULA = "=+-@＝＋－＠"
STOPPED = "Tous les envois sont arrêtés depuis le {at} par {by} : rien ne part avant « relance start-sending »."


def plan(
    days: int = typer.Option(30, "--days", min=1, max=365, help="Combien de jours regarder."),
    ledger: str | None = typer.Option(None, "--ledger", help="Un seul classeur."),
    file: Path | None = typer.Option(None, "--csv", help="Écrire le plan dans ce fichier plutôt qu'à l'écran."),
    json: bool = show.JSON,
) -> None:
    """Montrer chaque message qui partirait : quand, à qui, avec son texte entier. Rien n'est envoyé."""
    planned, stop, limits = asyncio.run(_plan(days, ledger))
    _say_stopped(stop)
    if file is not None:
        _write(file, planned)
        typer.echo(f"{len(planned)} message(s) écrits dans {file}.")
        typer.echo(limits, err=True)
        return
    if json:
        show.as_json(planned)
        return
    show.table(PLAN, planned)
    typer.echo(f"{len(planned)} message(s) en {days} jours, si personne ne paie ni ne répond d'ici là.", err=True)
    typer.echo(limits, err=True)


def explain(
    target: str = typer.Argument(..., help="La Réf. d'une ligne, ou le numéro de téléphone d'un client."),
    ledger: str | None = typer.Option(None, "--ledger", help="Le classeur, si deux ont la même Réf."),
    json: bool = show.JSON,
) -> None:
    """Dire pourquoi une ligne n'avance pas, ce qui est parti, et quand vient la suite."""
    found, stop = asyncio.run(_explain(target, ledger))
    _say_stopped(stop)
    if json:
        show.as_json([_as_data(one) for one in found])
        return
    for number, one in enumerate(found):
        typer.echo("\n".join([*([""] if number else []), *_told(one)]))


async def _plan(days: int, ledger: str | None) -> tuple[list[dict[str, object]], Stop | None, str]:
    async with office.opened() as desk:
        wanted = None if ledger is None else (await desk.ledger(ledger)).id
        names = await orders.ledger_names(desk.connection)
        view = await desk.view()
        found = await forecast.forecast(desk.connection, days, desk.now, view=view)
        rows = [_planned(one, names) for one in found if wanted in (None, one.ledger_id)]
        return rows, await stops.in_force(desk.connection), sentences.limits(view.pace)


async def _explain(target: str, ledger: str | None) -> tuple[list[Explanation], Stop | None]:
    async with office.opened() as desk:
        rows = await desk.rows(target, ledger)
        found = await answers.explain(desk.connection, rows, desk.now, view=await desk.view())
        return found, await stops.in_force(desk.connection)


def _planned(one: Planned, names: dict[int, str]) -> dict[str, object]:
    return {
        "at": show.when(one.at, one.zone),
        "instant": one.at.isoformat(),
        "ledger": names.get(one.ledger_id, ""),
        "customer": one.name,
        "phone": one.phone,
        "step": one.step,
        "rows": " ".join(one.keys),
        "attachment": "" if one.attachment is None else sentences.ENCLOSED[one.attachment],
        "text": one.text,
    }


def _told(one: Explanation) -> list[str]:
    """The whole answer about one row, in sentences."""
    decision, zone = one.decision, one.case.zone
    told = [f"Ligne {one.row.key} ({one.row.ledger}, {one.row.customer}) : {sentences.VERDICTS[decision.verdict]}."]
    told += [f"  • {sentence}" for sentence in one.sentences]
    for hold in one.holds:
        until = f"jusqu'au {show.when(hold.until, zone)}" if hold.until else "jusqu'à nouvel ordre"
        note = f" — {hold.note}" if hold.note else ""
        since = show.when(hold.created_at, zone)
        what, scope = sentences.HOLDS[hold.reason], sentences.SCOPES[hold.scope]
        told.append(f"  Retenue : {what}, sur {scope}, {until}, par {hold.by} le {since}{note}")
    if decision.next_at is not None:
        told.append(f"  Suite : {decision.next_step or decision.step}, le {show.when(decision.next_at, zone)}.")
    for message in one.messages:
        at = show.when(message.sent_at or message.due_at, zone)
        beside = f" (avec {sentences.ENCLOSED[message.attachment]})" if message.attachment else ""
        told.append(f"  Déjà : {message.step}{beside}, le {at} — {sentences.fate(message.state, message.skipped)}")
        told += [f"    Ce qui l'accompagne manque : {message.problem}"] if message.problem else []
    return [*told, *(["  Le message :", *(f"    {line}" for line in one.text.splitlines())] if one.text else [])]


def _as_data(one: Explanation) -> dict[str, object]:
    decision = one.decision
    return {
        "row": one.row.key,
        "ledger": one.row.ledger,
        "customer": one.row.customer,
        "verdict": decision.verdict,
        "blockers": [{"code": code, "sentence": sentences.blocker(code)} for code in decision.blockers],
        "holds": [
            {"scope": hold.scope, "reason": hold.reason, "until": hold.until, "by": hold.by, "note": hold.note}
            for hold in one.holds
        ],
        "next": {"step": decision.next_step or decision.step, "at": decision.next_at},
        "messages": [
            {
                "step": m.step,
                "cycle": m.cycle,
                "state": m.state,
                "skipped": m.skipped,
                "sent_at": m.sent_at,
                "attachment": m.attachment,
                "problem": m.problem,
            }
            for m in one.messages
        ],
        "decisions": one.history,
        "text": one.text,
    }


def _say_stopped(stop: Stop | None) -> None:
    if stop is not None:
        typer.echo(STOPPED.format(at=show.when(stop.at, "Europe/Paris"), by=stop.by), err=True)


def _write(file: Path, planned: list[dict[str, object]]) -> None:
    """As a French spreadsheet opens it: semicolons between cells, and a byte-order mark for the accents."""
    columns = CSV | {"rows": "lignes", "attachment": "pièce jointe", "text": "texte"}
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writerow(columns.values())
            writer.writerows([_inert(row[key]) for key in columns] for row in planned)
    except OSError as error:
        raise SettingsRejected(f"le fichier {file} ne peut pas être écrit : le dossier existe-t-il ?") from error


def _inert(cell: object) -> str:
    """A name that begins like a formula stays a name when a spreadsheet opens the file, which skips what is blank."""
    text = str(cell)
    first = text.lstrip()[:1]
    is_phone = text.startswith("+") and text[1:].isdecimal()
    return f"'{text}" if first and first in FORMULA and not is_phone else text
