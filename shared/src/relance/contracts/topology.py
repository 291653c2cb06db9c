"""Exchanges and queues, declared by whoever uses them with exactly these arguments.

    relance.send    direct  → send.<number_id>     one quorum queue per number, single active consumer
    relance.events  topic   → <service>.events     one quorum queue per consuming service
    relance.dead    direct  → dead                 what nobody could handle; read by `relance dlq`

A queue is not a lock: what stops two senders is the epoch in the database.
"""

from __future__ import annotations

from collections.abc import Mapping

SEND = "relance.send"
EVENTS = "relance.events"
DEAD = "relance.dead"
DEAD_QUEUE = "dead"

# RabbitMQ counts five *re*-deliveries: six attempts in all (measured on 3.10).
DELIVERY_LIMIT = 5

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "scheduler.events": ("receivable.#", "documents.#", "hold.#", "answer.#", "message.#"),
    "inbox.events": ("inbound.#", "receivable.paid.#", "message.#"),
    "ledger-sync.events": ("message.#", "hold.#", "documents.#", "plan.#"),
}
"""Routing keys are the payloads' types."""


def send_queue(number_id: int) -> str:
    return f"send.{number_id}"


def work_queue_arguments() -> dict[str, object]:
    """Quorum even on one node: same speed as classic, plus the delivery limit and at-least-once dead-lettering."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": DEAD_QUEUE,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def send_queue_arguments() -> dict[str, object]:
    return work_queue_arguments() | {"x-single-active-consumer": True}


def arguments_of(queue_name: str) -> dict[str, object]:
    """For whoever consumes a queue: any difference from its first declaration closes the channel (406)."""
    return send_queue_arguments() if queue_name.startswith("send.") else work_queue_arguments()


def dead_queue_arguments() -> dict[str, object]:
    return {"x-queue-type": "quorum"}
