"""The papers of one booking: which are asked for, what state each is in, and what kind of file may carry one.

What a picture shows is told by `recognising` and `mrz`, what becomes of it by `verdict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class DocumentKind(StrEnum):
    PASSPORT = "passport"
    PAN = "pan"
    VISA_FORM = "visa_form"
    OTHER = "other"


CHECKLIST = (DocumentKind.PASSPORT, DocumentKind.PAN, DocumentKind.VISA_FORM)
"""Asked of each traveller when the ledger and the destination say nothing else."""


class DocumentState(StrEnum):
    ASKED = "asked"
    RECEIVED = "received"  # filed; nobody has looked yet
    ACCEPTED = "accepted"
    REDO = "redo"  # asked again, for one reason
    WAIVED = "waived"


MISSING = frozenset({DocumentState.ASKED, DocumentState.REDO})
_NEXT = {
    DocumentState.ASKED: {DocumentState.RECEIVED, DocumentState.REDO, DocumentState.WAIVED},
    DocumentState.RECEIVED: {DocumentState.ACCEPTED, DocumentState.REDO, DocumentState.WAIVED},
    DocumentState.REDO: {DocumentState.RECEIVED, DocumentState.WAIVED},
    DocumentState.ACCEPTED: {DocumentState.REDO},
    DocumentState.WAIVED: {DocumentState.ASKED},
}


def may_become(current: DocumentState, wanted: DocumentState) -> bool:
    return wanted in _NEXT[current]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a booking's checklist."""

    id: UUID
    receivable_id: int
    traveller: int
    kind: DocumentKind
    state: DocumentState


def first_missing(places: Iterable[Place]) -> Place | None:
    """The place an unrecognised file fills: in the order of the bookings, then travellers, then the checklist."""
    order = list(DocumentKind)
    missing = [place for place in places if place.state in MISSING]
    return min(missing, key=lambda p: (p.receivable_id, p.traveller, order.index(p.kind)), default=None)


def progress(states: Sequence[DocumentState]) -> str:
    """`1/3`: filed or accepted out of those that apply; empty when nothing was asked for."""
    wanted = [state for state in states if state is not DocumentState.WAIVED]
    return f"{sum(state not in MISSING for state in wanted)}/{len(wanted)}" if wanted else ""


def is_complete(states: Sequence[DocumentState]) -> bool:
    return not MISSING.intersection(states)


def file_name(*, key: str, kind: DocumentKind, traveller: int, on: date, extension: str) -> str:
    """Opaque by design: no name, phone or number, as file names travel further than files."""
    return f"{key}_{kind}_{traveller}_{on:%Y%m%d}.{extension}"


class FileType(StrEnum):
    """Told from the first bytes, never from a name or a declared type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    HEIC = "image/heic"
    UNKNOWN = "application/octet-stream"


PICTURES = frozenset({FileType.JPEG, FileType.PNG, FileType.WEBP})
LARGEST_FILE_BYTES = 20 * 1024 * 1024
LARGEST_PDF_BYTES = 10 * 1024 * 1024
# 81 megapixels pass Pillow's own default without a word; phones stay below 40 in what WhatsApp delivers.
MOST_PIXELS = 40_000_000
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def sniff(head: bytes) -> FileType:
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileType.WEBP
    if head.startswith(b"%PDF-"):
        return FileType.PDF
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return FileType.HEIC
    return FileType.UNKNOWN


class FileRefusal(StrEnum):
    """Why a file cannot be filed; each can be mended by sending it again another way, or by a person."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    HEIC = "heic"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    UNKNOWN_TYPE = "unknown_type"
    EXHAUSTED = "exhausted"  # the examination ran out of memory or time


def refusal_at_sight(data: bytes) -> FileRefusal | None:
    """What is refused without opening the file."""
    if not data:
        return FileRefusal.EMPTY
    if len(data) > LARGEST_FILE_BYTES:
        return FileRefusal.TOO_BIG
    match sniff(data[:16]):
        case FileType.HEIC:
            return FileRefusal.HEIC
        case FileType.UNKNOWN:
            return FileRefusal.UNKNOWN_TYPE
        case FileType.PDF if b"/Encrypt" in data:
            return FileRefusal.ENCRYPTED
    return None
