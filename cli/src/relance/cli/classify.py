"""`relance classify`: what the inbox makes of sentences, one JSON object a line in and out. Touches nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import typer

from relance.domain import calendar, replies
from relance.domain.errors import CellRejected, SettingsRejected
from relance.domain.replies import Topic

ZONE = "Europe/Paris"
FILE = typer.Argument(None, help="Un fichier de lignes JSON. Sans lui, ou « - » : l'entrée standard.")


def classify(file: Path | None = FILE) -> None:
    """Dire ce que Relance comprend de phrases : {"text", "received_on", "zone"} par ligne, une réponse par ligne."""
    if file is None or str(file) == "-":
        _answer(sys.stdin.buffer)
        return
    try:
        with file.open("rb") as lines:
            _answer(lines)
    except OSError as error:
        raise SettingsRejected(f"{file} est illisible ({error.strerror})") from error


def _answer(lines: Iterable[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            typer.echo(json.dumps(_understood(line, number), ensure_ascii=False))


def _understood(line: bytes, number: int) -> Mapping[str, object]:
    try:
        told = json.loads(line.decode("utf-8-sig"))
        return _meaning(told if isinstance(told, dict) else {})
    except UnicodeDecodeError:
        return {"error": "la ligne n'est pas en UTF-8", "line": number}
    except (ValueError, RecursionError):
        return {"error": "la ligne n'est pas du JSON", "line": number}
    except CellRejected as error:
        return {"error": str(error), "line": number}


def _meaning(told: Mapping[str, object]) -> Mapping[str, object]:
    text, topic = told.get("text"), told.get("topic", Topic.PAYMENT)
    if not isinstance(text, str):
        raise CellRejected('il faut un objet avec "text", une chaîne')
    if not isinstance(topic, str) or topic not in set(Topic):
        raise CellRejected('"topic" est "payment" ou "documents"')
    reply = replies.understand(text, received_on=_day(told), topic=Topic(topic))
    return {
        "intent": reply.intent.value,
        "confidence": reply.confidence,
        "date": reply.promised_on.isoformat() if reply.promised_on else None,
        "amount": None if reply.amount is None else _number(reply.amount),
        "also": reply.also.value if reply.also else None,
        "rule": reply.rule,
    }


def _day(told: Mapping[str, object]) -> date:
    """The day the customer lived: a day as it is, an instant in the zone given; today when nothing is said."""
    name, said = told.get("zone") or ZONE, told.get("received_on")
    zone = calendar.zone_named(name) if isinstance(name, str) else None
    if zone is None:
        raise CellRejected(f'"zone" n\'est pas un fuseau horaire : écrivez par exemple "{ZONE}"')
    if said is None:
        return calendar.civil_day(datetime.now(UTC), zone)
    try:
        if not isinstance(said, str):
            raise ValueError(said)
        if len(said) == len("2026-10-15"):
            return date.fromisoformat(said)
        instant = datetime.fromisoformat(said)
    except ValueError as error:
        raise CellRejected('"received_on" n\'est pas un jour : écrivez par exemple "2026-10-15"') from error
    return calendar.civil_day(instant, zone) if instant.tzinfo else instant.date()


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
