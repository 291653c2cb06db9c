"""What a step may send with its text, and when a message goes without."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The values of `attachment.kind`."""

    PDF = "pdf"  # the invoice that the row names, by link or by file
    PAYMENT_CODE = "payment_code"  # a picture that fills the customer's transfer


class Need(StrEnum):
    """For a row that names no file, or whose firm has no account; what is named and fails holds the message always."""

    REQUIRED = "hold"  # the message is held and a person is told
    WHEN_GIVEN = "send"  # the text goes alone


@dataclass(frozen=True, slots=True)
class Enclosure:
    kind: Kind
    need: Need = Need.REQUIRED
