"""The envelope of every message on the broker, in the style of CloudEvents 1.0.

Ids only: no name, phone, text or document ever travels on the broker. Models are frozen; a change of meaning is a
new `type` version, and consumers accept version N and N-1.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from relance.contracts import events

Payload = Annotated[
    events.SendJob
    | events.ReceivableChanged
    | events.ReceivablePaid
    | events.InboundReceived
    | events.MessageSent
    | events.AnswerRequested
    | events.DocumentsChanged
    | events.HoldChanged
    | events.PlanChanged,
    Field(discriminator="type"),
]

NAMESPACE = uuid.UUID("5b1c7f2e-6f0f-5c53-9a3e-2f6a7a1d9e10")
"""Root of every UUIDv5 that this product derives from a natural key."""


class Envelope(BaseModel):
    """`id` is the key under which consumers remember having handled the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: Literal["1.0"] = "1.0"
    id: uuid.UUID
    source: str
    time: AwareDatetime
    data: Payload


def derived_id(*natural_key: object) -> uuid.UUID:
    """The same natural key gives the same id at every hop and after every crash."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(str(part) for part in natural_key))


def wrap(payload: Payload, *, source: str, at: datetime, message_id: uuid.UUID | None = None) -> Envelope:
    return Envelope(id=message_id or uuid.uuid4(), source=source, time=at, data=payload)
