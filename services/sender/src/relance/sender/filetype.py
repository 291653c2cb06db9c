"""What a file is by its first bytes, never by its name. Called before anything that a customer sent is kept."""

from __future__ import annotations

_HEADS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftyphev", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftypM4A", "audio/mp4"),
    (0, b"ID3", "audio/mpeg"),
)


def kept(data: bytes) -> str | None:
    """MIME type of a photo, a PDF or a voice note; None for anything else, which is not kept."""
    return next((mime for at, head, mime in _HEADS if data[at : at + len(head)] == head), None)
