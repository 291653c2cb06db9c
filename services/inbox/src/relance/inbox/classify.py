"""One incoming message into one meaning: its words, or what it is when it has none. Pure; `settle` acts on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.domain import calendar, replies
from relance.domain.replies import Intent, Reply, Topic
from relance.store.replies import Message

_WORDLESS = {Intent.ACK, Intent.DOC_LATER, Intent.DOCUMENT}


def received_on(message: Message) -> date:
    """The day the customer lived when writing: what "demain" counts from."""
    return calendar.civil_day(message.received_at, message.zone)


def read(message: Message, *, owed: Collection[Decimal] = ()) -> Reply:
    match message.kind:
        case "text":
            return _words(message, owed)
        case "image" | "document":
            return _file(message, owed)
        case "audio":
            return Reply(Intent.OTHER, 0.9, "other.voice")
        case _:
            return Reply(Intent.OTHER, 0.3, "other.kind")


def _words(message: Message, owed: Collection[Decimal]) -> Reply:
    topic = Topic.DOCUMENTS if message.about_kind == "documents" else Topic.PAYMENT
    return replies.understand(message.body, received_on=received_on(message), topic=topic, owed=owed)


def _file(message: Message, owed: Collection[Decimal]) -> Reply:
    """Words beside a file win when they mean something: a STOP under a photo is a STOP."""
    if message.media_id is None:
        return Reply(Intent.OTHER, 0.3, "other.media_missing")
    if not message.body.strip():
        return Reply(Intent.DOCUMENT, 0.8, "document.alone")
    said = _words(message, owed)
    if said.intent in _WORDLESS or (said.intent is Intent.OTHER and not said.is_certain):
        return Reply(Intent.DOCUMENT, 0.8, "document.captioned", also=said.also)
    if said.intent is Intent.QUESTION:
        return Reply(Intent.DOCUMENT, 0.8, "document.with_question", also=Intent.QUESTION)
    return replace(said, rule=f"{said.rule}.with_file")
