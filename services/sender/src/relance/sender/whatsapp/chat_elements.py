"""Where things are in the open chat: header, contact drawer, composer, what is attached, the preview before sending."""

from __future__ import annotations

from relance.sender.whatsapp import words
from relance.sender.whatsapp.signals import Signal, element

HEADER = element(
    "header",
    Signal("testid", "[data-testid=conversation-info-header] span[dir=auto]", "2026-10", read="text"),
    Signal("button", "#main header [role=button]:not([title]) span[dir=auto]", "2026-10", read="text"),
    Signal("header", "#main header span[dir=auto]", "2026-11", read="text"),
    Signal("first", "#main > :first-child span", "2026-11", read="text"),
    Signal("place", "header span", "2026-11", area="chat head", pick="topmost", read="text"),
)
DRAWER = element(
    "drawer",
    Signal("testid", "[data-testid=contact-info-drawer]", "2026-10"),
    Signal("words", "section", "2026-11", text=words.CONTACT_INFO, area="drawer"),
    Signal("place", "section:not(#main section)", "2026-11", area="drawer", pick="rightmost"),
)
DRAWER_TEXT = element(
    "drawer_text",
    Signal("dir", "span[dir=auto], h2[dir=auto]", "2026-11", read="text"),
    Signal("heading", "h2, span", "2026-11", read="text"),
)
DRAWER_CLOSE = element(
    "drawer_close",
    Signal("name", "section button[aria-label], section [role=button][aria-label]", "2026-11", text=words.CLOSE),
    Signal("icon", "section [data-icon=x], section [data-icon*=close]", "2026-11"),
    Signal("svg", "section :is(button, [role=button]):has(svg title)", "2026-11"),
    Signal("place", "section header button, section header [role=button]", "2026-11", pick="topmost"),
    Signal("corner", "header button, header [role=button]", "2026-11", area="drawer head", pick="leftmost"),
)
COMPOSER = element(
    "composer",
    Signal("footer", "#main footer [contenteditable=true]", "2026-11"),
    Signal("testid", "[data-testid=conversation-compose-box-input]", "2026-10"),
    Signal("lexical", "#main [data-lexical-editor=true]", "2026-10", area="foot"),
    Signal("tab", "#main [contenteditable=true][data-tab='10']", "2026-11", area="foot"),
    Signal("name", "#main [role=textbox]", "2026-11", text=words.MESSAGE_BOX, area="foot"),
    Signal("place", "footer [contenteditable]", "2026-11", area="chat foot", pick="lowest"),
)
SEND = element(
    "send",
    Signal(
        "name", "button[aria-label], [role=button][aria-label]", "2026-11", text=words.SEND, area="chat", pick="lowest"
    ),
    Signal("icon", "[data-icon=wds-ic-send-filled]", "2026-10", area="chat"),
    Signal("testid", "[data-testid=wds-ic-send-filled]", "2026-10", area="chat"),
    Signal("old", "[data-icon=send], [data-testid=compose-btn-send]", "2025-06", area="chat"),
    Signal(
        "svg", ":is(button, [role=button], [data-tab='11']):has(svg title)", "2026-11", text="send", area="chat foot"
    ),
    Signal(
        "place", "footer :is(button, [role=button], [data-tab='11']):not([aria-label])", "2026-11",
        area="chat foot", pick="rightmost",
    ),
    Signal("corner", "footer [data-tab='11']", "2026-11", area="chat foot", pick="rightmost"),
)  # fmt: skip
RESTRICTED = element(
    "restricted",
    Signal("testid", "[data-testid*=timelock i], [data-testid*=restricted i], [data-testid*=capped i]", "2026-11"),
    Signal("words", "#main > :last-child", "2026-11", text=words.RESTRICTED),
    Signal("dialog", "[role=dialog], [role=alert]", "2026-10", text=words.RESTRICTED),
    Signal(
        "place", "div:not(:has([role=textbox], [aria-rowcount]))", "2026-11", text=words.RESTRICTED, area="chat foot"
    ),
)
HISTORY_LOADING = element(
    "history_loading",
    Signal("busy", "[aria-busy=true]", "2026-11"),
    Signal("role", "#main [role=progressbar]", "2026-11"),
    Signal("progress", "#main progress", "2026-09"),
)
MESSAGES = element(
    "messages",
    Signal("testid", "[data-testid=conversation-panel-messages]", "2026-09"),
    Signal("role", "#main [role=application]", "2026-10"),
    Signal("place", "#main > :nth-child(2)", "2026-11"),
    Signal("between", "header ~ div:has(~ *)", "2026-11", area="chat"),
)

# Attaching

ATTACH = element(
    "attach",
    Signal("name", "button[aria-label], [role=button][aria-label]", "2026-11", text=words.ATTACH, area="chat"),
    Signal(
        "icon", "#main footer :is([data-icon^=plus], [data-icon^=attach], [data-icon=clip])", "2026-10", area="foot"
    ),
    Signal("testid", "[data-testid^=plus-rounded], [data-testid=clip]", "2026-10", area="foot"),
    Signal("expands", "footer [aria-expanded]", "2026-11", area="chat foot"),
    Signal("place", "footer button, footer [role=button]", "2026-11", area="chat foot", pick="leftmost"),
)
DOCUMENT_INPUT = element(
    "document_input",
    Signal("any", "input[type=file][accept='*']", "2026-10"),
    Signal("all", "input[type=file][accept='*/*'], input[type=file]:not([accept])", "2026-10"),
)
PHOTO_INPUT = element(
    "photo_input",
    Signal("video", "input[type=file][accept*='image'][accept*='video']", "2026-10"),
    Signal("mp4", "input[type=file][accept*='mp4']", "2026-10"),
)
DOCUMENT_ITEM = element(
    "document_item",
    Signal(
        "role", "[role=menuitem], [role=menu] button, [role=menu] [role=button]", "2026-10", text=words.DOCUMENT_ITEM
    ),
    Signal("words", "li, button, [role=button]", "2026-10", text=words.DOCUMENT_ITEM, area="chat"),
    Signal("icon", "[data-icon*=document]", "2026-10", area="chat foot"),
)
PHOTO_ITEM = element(
    "photo_item",
    Signal("role", "[role=menuitem], [role=menu] button, [role=menu] [role=button]", "2026-10", text=words.PHOTO_ITEM),
    Signal("words", "li, button, [role=button]", "2026-10", text=words.PHOTO_ITEM, area="chat"),
    Signal("icon", "[data-icon*=media], [data-icon*=photo], [data-icon*=image]", "2026-10", area="chat foot"),
)
CAPTION = element(
    "caption",
    Signal("testid", "[data-testid=media-caption-input-container] [contenteditable=true]", "2026-10"),
    Signal("name", "[contenteditable=true][aria-label]", "2026-10", text=words.CAPTION_BOX),
    Signal("role", "[role=textbox][aria-label]", "2026-10", text=words.CAPTION_BOX),
    Signal("place", "[contenteditable=true]:not(footer *):not([data-tab='3'])", "2026-10", area="chat", pick="lowest"),
)
PREVIEW_SEND = element(
    "preview_send",
    Signal("name", "button[aria-label], [role=button][aria-label]", "2026-11", text=words.SEND),
    Signal("icon", "[data-icon=wds-ic-send-filled], [data-icon=send]", "2026-10"),
    Signal("testid", "[data-testid=wds-ic-send-filled]", "2026-10"),
    Signal("svg", ":is(button, [role=button]):has(svg title)", "2026-11", text="send"),
    Signal("place", ":is(button, [role=button]):not(footer *)", "2026-11", area="chat foot", pick="rightmost"),
)
PREVIEW_CLOSE = element(
    "preview_close",
    Signal(
        "name",
        "button[aria-label]:not(section *), [role=button][aria-label]:not(section *)",
        "2026-10",
        text=words.CLOSE,
    ),
    Signal("icon", "[data-icon=x]:not(section *), [data-icon*=close]:not(section *), [data-icon=x-viewer]", "2026-10"),
)
DISCARD = element(
    "discard",
    Signal("dialog", "[role=dialog] button, [role=dialog] [role=button]", "2026-10", text=words.DISCARD),
    Signal("place", "#wa-popovers-bucket button, body > div:not(#app) button", "2026-10", text=words.DISCARD),
)
