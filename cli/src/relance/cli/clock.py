"""`relance time +16d`: the practice world's clock."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import typer

from relance.cli import practice_world
from relance.domain.errors import SettingsRejected
from relance.sandbox import clockwork

_SHIFT = re.compile(r"(?P<sign>[+-]?)(?P<count>\d+)(?P<unit>[smhjdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "j": "days", "d": "days", "w": "weeks"}


def move(
    shift: str = typer.Argument("+0s", help="De combien : +16d, +49h, +30m. Sans argument, dit l'heure du produit."),
) -> None:
    """Avancer l'horloge du bac à sable : les rappels qui tombent entre-temps partent."""
    wanted = parsed(shift)
    now = asyncio.run(clockwork.move(practice_world.running().facts["dsn_cli"], wanted))
    typer.echo(f"Le produit vit maintenant le {now:%d/%m/%Y à %H:%M} (UTC).")


def parsed(text: str) -> timedelta:
    """`+16d`, `49h`, `+30m`; raises SettingsRejected with an example. Backwards is refused: sent steps stay sent."""
    match = _SHIFT.fullmatch(text.strip())
    if match is None:
        raise SettingsRejected(f"« {text} » n'est pas une durée : écrivez par exemple +16d, +49h ou +30m")
    if match["sign"] == "-":
        raise SettingsRejected("l'horloge du bac à sable ne recule pas : ce qui est parti est parti")
    try:
        return timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
    except OverflowError:
        raise SettingsRejected("l'horloge du bac à sable ne va pas à plus de dix ans d'aujourd'hui") from None
