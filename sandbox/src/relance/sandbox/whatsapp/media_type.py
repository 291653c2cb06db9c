"""Which files a customer may send in the sandbox, told by their first bytes."""

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def told_by_content(content: bytes, declared: str) -> str:
    """The true type when the bytes tell it, else the declared one (a wrong file is sent as it is, as in life)."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for head, mime in _SIGNATURES if content.startswith(head)), declared)


def kind_of(mime: str) -> str:
    """How a message shows a file of this type when nobody says otherwise."""
    main = mime.partition("/")[0]
    return {"image": "image", "audio": "voice", "video": "video"}.get(main, "document")
