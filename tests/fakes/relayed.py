"""What the relay does with a message that is to be sent: tells the broker, confirmed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relance.contracts import envelope, events, topology
from relance.runtime import broker


async def publish(publisher: broker.Publisher, job_id: UUID, *, number_id: int, at: datetime) -> None:
    message = envelope.wrap(events.SendJob(job_id=job_id, number_id=number_id), source="scheduler", at=at)
    await publisher.publish(
        exchange=topology.SEND,
        routing_key=topology.send_queue(number_id),
        message_id=str(message.id),
        body=message.model_dump(mode="json"),
    )
