"""What the services tell one another. Each payload names its `type`, version included."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SendJob(Event):
    """Work for the sender that holds the number; everything else about it is in the row."""

    type: Literal["send.job.v1"] = "send.job.v1"
    job_id: UUID
    number_id: int


class ReceivableChanged(Event):
    """A row appeared, changed or went: its decision must be taken again."""

    type: Literal["receivable.changed.v1"] = "receivable.changed.v1"
    receivable_id: int
    version: int


class ReceivablePaid(Event):
    """The owner, or evidence the owner chose to trust, says this item is paid."""

    type: Literal["receivable.paid.v1"] = "receivable.paid.v1"
    receivable_id: int
    version: int


class InboundReceived(Event):
    """A customer wrote: the row, and the spooled media if any, are committed."""

    type: Literal["inbound.received.v1"] = "inbound.received.v1"
    inbound_id: UUID
    customer_id: int


class MessageSent(Event):
    """The sender has proof that a job's message left."""

    type: Literal["message.sent.v1"] = "message.sent.v1"
    job_id: UUID


class AnswerRequested(Event):
    """The inbox wants one direct answer sent; at most one per incoming message."""

    type: Literal["answer.requested.v1"] = "answer.requested.v1"
    inbound_id: UUID
    customer_id: int
    receivable_id: int | None
    template: str


class DocumentsChanged(Event):
    """The file of one booking moved: asked, received, accepted, to be re-done, waived."""

    type: Literal["documents.changed.v1"] = "documents.changed.v1"
    receivable_id: int


class HoldChanged(Event):
    """Something was held or released for this person."""

    type: Literal["hold.changed.v1"] = "hold.changed.v1"
    customer_id: int


class PlanChanged(Event):
    """A planning pass decided something new about this many rows: the sheets show it."""

    type: Literal["plan.changed.v1"] = "plan.changed.v1"
    rows: int
