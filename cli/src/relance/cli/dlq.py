"""`relance dlq`: messages between services that nobody could handle, and giving them another chance."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aio_pika
import pydantic
import typer
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from relance.cli import practice_world, show
from relance.contracts import envelope, topology
from relance.domain.errors import Refused, Unavailable
from relance.runtime import broker

COLUMNS = {"id": "Message", "type": "Nature", "queue": "File", "reason": "Pourquoi"}
WHY = {"delivery_limit": "chaque essai a échoué", "rejected": "illisible"}
# A quorum queue drops what was looked at too often (RabbitMQ 4: twenty times): before that it is laid anew.
MOST_LOOKS = 10
MOST_SHOWN = 500
ANSWER_S = 30.0


def dlq(
    message: str | None = typer.Argument(None, help="Un seul message, par son identifiant."),
    requeue: bool = typer.Option(False, "--requeue", help="Le remettre dans sa file (sans identifiant : tous)."),
    json: bool = show.JSON,
) -> None:
    """Montrer les messages internes que personne n'a pu traiter, et les remettre dans leur file."""
    rows = asyncio.run(_looked_at(practice_world.broker_url(), message, is_requeued=requeue))
    if json:
        show.as_json(rows)
        return
    show.table(COLUMNS, rows)
    if requeue:
        typer.echo(f"{len(rows)} message(s) remis dans leur file : une copie déjà traitée est sans effet.", err=True)
    elif rows:
        typer.echo("Une fois la cause réparée : relance dlq --requeue", err=True)


async def _looked_at(url: str, wanted: str | None, *, is_requeued: bool) -> list[dict[str, object]]:
    async with broker.connected(url, service="cli") as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        arguments = topology.dead_queue_arguments()
        queue = await channel.declare_queue(topology.DEAD_QUEUE, durable=True, arguments=arguments)
        found: list[AbstractIncomingMessage] = []
        while len(found) < MOST_SHOWN and (got := await queue.get(fail=False, timeout=ANSWER_S)) is not None:
            found.append(got)
        meant = [one for one in found if wanted in (None, one.message_id)]
        for one in found:
            await _let_go(channel, one, is_requeued=is_requeued and one in meant)
        if wanted is not None and not meant:
            raise Refused(f"aucun message mort ne porte l'identifiant {wanted}")
        return _shown(meant)


async def _let_go(channel: AbstractChannel, message: AbstractIncomingMessage, *, is_requeued: bool) -> None:
    if is_requeued:
        await _moved(channel, message, _header(message, "x-first-death-queue"))
    elif int(_header(message, "x-delivery-count") or 0) >= MOST_LOOKS:
        await _moved(channel, message, topology.DEAD_QUEUE)
    else:
        await message.nack(requeue=True)


async def _moved(channel: AbstractChannel, message: AbstractIncomingMessage, queue: str) -> None:
    """Confirmed there before it is taken from here: dying in between leaves two copies, which receivers tell."""
    copy = aio_pika.Message(
        message.body,
        headers={key: value for key, value in message.headers.items() if key != "x-delivery-count"},
        message_id=message.message_id,
        content_type=message.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    try:
        await channel.default_exchange.publish(copy, queue, mandatory=True, timeout=ANSWER_S)
    except aio_pika.exceptions.DeliveryError as error:
        raise Unavailable(f"la file « {queue} » n'existe pas : démarrez le service qui la lit") from error
    await message.ack()


def _shown(messages: Sequence[AbstractIncomingMessage]) -> list[dict[str, object]]:
    return [
        {
            "id": one.message_id,
            "type": _kind(one),
            "queue": _header(one, "x-first-death-queue"),
            "reason": WHY.get(_header(one, "x-first-death-reason"), _header(one, "x-first-death-reason")),
        }
        for one in messages
    ]


def _kind(message: AbstractIncomingMessage) -> str:
    try:
        return envelope.Envelope.model_validate_json(message.body).data.type
    except pydantic.ValidationError:
        return "illisible"


def _header(message: AbstractIncomingMessage, name: str) -> str:
    value = message.headers.get(name, "")
    return value.decode() if isinstance(value, bytes) else str(value)
