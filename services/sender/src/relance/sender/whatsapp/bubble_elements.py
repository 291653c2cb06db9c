"""Where things are inside the list of messages of the open chat. Read by `reading`, never clicked blindly."""

from __future__ import annotations

from relance.sender.whatsapp import words
from relance.sender.whatsapp.signals import Signal, element

ROW = element(
    "bubble_row",
    Signal("testid", "[data-testid^=conv-msg-]", "2026-11"),
    Signal("data-id", "#main [data-id]", "2026-10"),
    Signal("class", ".focusable-list-item", "2026-10"),
    Signal("role", "#main [role=row], #main [role=group]", "2026-11"),
    Signal("focus", "[tabindex='-1']:not(:has([tabindex='-1']))", "2026-11", area="chat"),
)
_ID = (("^(?:true|false)_[^_]+_([0-9A-Z]+)", "$1"), ("^([0-9A-Za-z-]+)$", "$1"))
KEY = element(
    "bubble_key",
    Signal("data-id", "[data-id]", "2026-10", read="data-id", means=_ID),
    Signal("testid", "[data-testid^=conv-msg-]", "2026-11", read="data-testid", means=(("^conv-msg-(.+)$", "$1"),)),
)
_PENDING, _SENT, _DELIVERED, _READ, _FAILED = "0", "1", "2", "3", "-1"
TICK = element(
    "tick",
    Signal(
        "icon", "[data-icon]", "2026-10", read="data-icon",
        means=(
            ("^msg-time$|pending$", _PENDING), ("^msg-check$|^wds-ic-sent", _SENT),
            ("^msg-dblcheck$|^wds-ic-delivered", _DELIVERED), ("^msg-dblcheck-ack$|^wds-ic-read", _READ),
            ("alert|msg-error|msg-failed", _FAILED),
        ),
    ),
    Signal(
        "label", "[aria-label]:not(:has([dir]))", "2026-11", read="aria-label",
        means=(
            (words.PENDING, _PENDING), (words.SENT, _SENT), (words.DELIVERED, _DELIVERED), (words.READ, _READ),
            (words.FAILED, _FAILED),
        ),
    ),
    Signal(
        "svg", "svg title", "2026-11", read="text",
        means=(
            ("pending|clock|msg-time", _PENDING), ("read|dblcheck-ack", _READ), ("delivered|dblcheck", _DELIVERED),
            ("ic-sent|msg-check", _SENT), ("alert|error|failed", _FAILED),
        ),
    ),
)  # fmt: skip
DIRECTION = element(
    "direction",
    Signal(
        "label", "span[aria-label]:not(:has(*))", "2026-11", read="aria-label",
        means=((words.OURS, "out"), (r"\S\s*:$", "in")),
    ),
    Signal("tail", "[data-icon^=tail-]", "2026-06", read="data-icon", means=(("out", "out"), ("in$", "in"))),
    Signal("class", ".message-out, .message-in", "2026-05", read="class", means=(("out", "out"), ("-in", "in"))),
    Signal("old-id", "[data-id]", "2026-03", read="data-id", means=(("^true_", "out"), ("^false_", "in"))),
    Signal("side", "", "2026-06", read="side"),
)  # fmt: skip
AUTHOR = element(
    "author",
    Signal("label", "span[aria-label]:not(:has(*))", "2026-11", text=r"\S\s*:$", read="aria-label"),
    Signal("tail", "[data-icon^=tail-]", "2026-06", read="data-icon"),
    Signal("class", ".message-out, .message-in", "2026-05", read="class"),
)
TEXT = element(
    "bubble_text",
    Signal("testid", "[data-testid=selectable-text]", "2026-10", read="text"),
    Signal("class", "span.selectable-text", "2026-03", read="text"),
    Signal("pre-plain", "[data-pre-plain-text] > span[dir]", "2026-11", read="text"),
    Signal("copyable", ".copyable-text > span[dir]", "2026-11", read="text"),
    Signal(
        "place", "span[dir]:not([role=button] *, button *, [title] *, [data-testid=msg-meta] *)", "2026-11",
        text=words.NOT_HOUR, read="text",
    ),
)  # fmt: skip
LINE = element("bubble_line", Signal("pre-plain", "[data-pre-plain-text]", "2026-11", read="data-pre-plain-text"))
TIME = element(
    "bubble_time",
    Signal("testid", "[data-testid=msg-meta] span[dir]", "2026-11", read="text"),
    Signal("words", "span", "2026-11", text=words.HOUR, pick="last", read="text"),
)
MORE = element(
    "bubble_more",
    Signal("testid", "[data-testid*=read-more i]", "2025-11", read="text"),
    Signal("name", "[role=button], button", "2025-11", text=words.READ_MORE, read="text"),
)
QUOTE = element(
    "bubble_quote",
    Signal("testid", "[data-testid=quoted-message]", "2026-10"),
    Signal("label", "[aria-label]", "2026-10", text=words.QUOTED),
    Signal("class", ":has(> .quoted-mention)", "2026-10"),
)
DELETED = element(
    "bubble_deleted",
    Signal("icon", "[data-icon*=recalled], [data-icon*=deleted], [data-icon*=revoked]", "2026-10", read="data-icon"),
    Signal("words", "span, div", "2026-10", text=words.DELETED, read="text"),
    Signal("svg", "svg title", "2026-11", text="recalled|deleted|revoked", read="text"),
)
EDITED = element(
    "bubble_edited",
    Signal("testid", "[data-testid*=edited i]", "2026-10", read="data-testid"),
    Signal("words", "span", "2026-10", text=words.EDITED, read="text"),
)
MEDIA = element(
    "bubble_media",
    Signal(
        "sticker", ":is(button, [role=button])[aria-label]", "2026-11", text=words.STICKER, read="aria-label",
        means=((".", "other"),),
    ),
    Signal(
        "testid", "[data-testid]", "2026-10", read="data-testid",
        means=(
            ("^video|sticker", "other"),
            ("^image-thumb|^media-url-provider|^media-state-download|album", "image"),
            ("^document-thumb", "document"), ("^audio|^ptt", "audio"),
        ),
    ),
    Signal(
        "label", ":is(button, [role=button])[aria-label]", "2026-11", read="aria-label",
        means=((words.PHOTO, "image"), (words.VOICE, "audio")),
    ),
    Signal(
        "icon", "[data-icon]", "2026-10", read="data-icon",
        means=(
            ("^video|sticker", "other"), ("^document|^doc-|pdf", "document"), ("^audio|^ptt", "audio"),
            ("^media-download|^image", "image"),
        ),
    ),
    Signal(
        "svg", "svg title", "2026-11", read="text",
        means=(("video|sticker", "other"), ("document|pdf", "document"), ("audio|ptt|mic", "audio")),
    ),
    Signal(
        "title", "[title]", "2026-11", text=words.DOWNLOAD_NAMED, read="title", means=((".", "document"),)
    ),
    Signal("blob", "img[src^='blob:']", "2026-10", read="src", means=(("^blob:", "image"),)),
)  # fmt: skip
PHOTO = element(
    "photo",
    Signal("blob", "img[src^='blob:']", "2026-10", read="src"),
    Signal("holder", "[data-testid=image-thumb] img", "2026-10", read="src"),
    Signal("button", "[role=button] img", "2026-11", read="src"),
)
ALBUM_MORE = element(
    "album_more",
    Signal("words", "div, span", "2026-11", text=r"^\+\d{1,3}$", read="text", means=((r"(\d+)", "$1"),)),
)
DOWNLOAD = element(
    "download",
    Signal("testid", "[data-testid=media-state-download]", "2026-10"),
    Signal("title", "[title]", "2026-11", text=words.DOWNLOAD),
    Signal("icon", "[data-icon=media-download], [data-icon=download], [data-icon=wds-ic-download]", "2026-10"),
)
DOCUMENT = element(
    "document",
    Signal("testid", "[data-testid=document-thumb]", "2026-10"),
    Signal("title", "[title]", "2026-11", text=words.DOWNLOAD_NAMED),
    Signal("icon", "[data-icon^=document]", "2026-11"),
    Signal("svg", ":is([role=button], button):has(svg title)", "2026-11", text="document"),
)
VIEWER_PHOTO = element(
    "viewer_photo",
    Signal("testid", "[data-testid=media-viewer-modal] img", "2026-10", read="src"),
    Signal("dialog", "[role=dialog] img", "2026-10", read="src"),
    Signal("place", "img[src^='blob:']:not(#main *)", "2026-11", read="src"),
)
VIEWER_NEXT = element(
    "viewer_next",
    Signal("name", ":is(button, [role=button])[aria-label]", "2026-10", text=words.NEXT),
    Signal("icon", "[data-icon^=chevron-right], [data-icon*=next]", "2026-10"),
)
VIEWER_CLOSE = element(
    "viewer_close",
    Signal("testid", "[data-testid=x-viewer]", "2026-10"),
    Signal("name", "[role=dialog] :is(button, [role=button])[aria-label]", "2026-10", text=words.CLOSE),
    Signal("place", "#wa-popovers-bucket :is(button, [role=button])[aria-label]", "2026-11", text=words.CLOSE),
)
