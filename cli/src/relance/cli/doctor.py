"""`relance doctor`: whether the page still looks as Relance knows it, asked of the sender that has it open."""

from __future__ import annotations

import asyncio
import json as jsons
import time
from pathlib import Path
from typing import Any

import typer

from relance.cli import number, office, show
from relance.cli.office import Desk
from relance.domain.errors import Unavailable
from relance.store import number_orders

COLUMNS = {"element": "Élément", "answered": "Trouvé par", "signals": "Signaux (vus)"}
POLL_S = 0.3


def doctor(
    alias: str = number.ALIAS,
    report: Path | None = typer.Option(None, "--report", help="Écrire ici la forme de la page, à partager."),
    json: bool = show.JSON,
) -> None:
    """Dire quels éléments de WhatsApp Web sont reconnus, sans rien lire de ce qu'ils contiennent."""
    found = asyncio.run(_examined(alias))
    if report is not None:
        report.write_text(jsons.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")
        typer.echo(f"Écrit dans {report} : des noms de balises et des comptes, ni texte, ni nom, ni numéro.", err=True)
    if json:
        show.as_json(found)
        return
    rows = [_row(element) for element in found["elements"]]
    show.table(COLUMNS, rows)
    missed = [row for row in rows if not row["answered"]]
    typer.echo(
        f"{len(rows) - len(missed)} élément(s) reconnu(s) sur {len(rows)} ; ceux d'un autre écran manquent toujours.",
        err=True,
    )


async def asked(desk: Desk, alias: str, kind: str) -> dict[str, Any]:
    """The sender's answer; raises Unavailable when none comes or when it says why not."""
    one = await number.named(desk, alias)
    request = await number_orders.ask(desk.connection, one.id, kind, by=desk.author.name)
    ends = time.monotonic() + number_orders.PATIENCE_S
    while time.monotonic() < ends:
        answer = await number_orders.answered(desk.connection, request)
        if answer is not None:
            if refusal := answer.get("refused"):
                raise Unavailable(str(refusal))
            return answer
        await asyncio.sleep(POLL_S)
    raise Unavailable(f"aucun expéditeur ne tient {alias} : le service sender est-il démarré ?")


async def _examined(alias: str) -> dict[str, Any]:
    async with office.opened() as desk:
        return await asked(desk, alias, "census")


def _row(element: dict[str, Any]) -> dict[str, object]:
    counts = ", ".join(f"{signal['name']} {signal['shown']}/{signal['matches']}" for signal in element["signals"])
    return {"element": element["element"], "answered": element["answered"] or "", "signals": counts}
