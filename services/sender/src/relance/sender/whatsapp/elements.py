"""Where things are on WhatsApp Web: the only file with selectors.

Each element is a list of independent signals, best first: what the page is made of, data attributes, role with its
localised name, place on the screen. Losing one changes nothing; `relance_whatsapp_element_hits_total` tells which one
answered. `seen` is the month of the last public report (or our own look) in which the signal worked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    name: str
    css: str
    seen: str
    text: str = ""  # regular expression that the element's text or accessible name must match
    pick: str = "first"  # which of several: first, last, rightmost, lowest, topmost
    read: str = ""  # attribute to read; "text", or "side" for the place of the bubble, when not an attribute
    means: tuple[tuple[str, str], ...] = ()  # (regular expression on what was read, what it means)


@dataclass(frozen=True, slots=True)
class Element:
    name: str
    signals: tuple[Signal, ...]


def _element(name: str, *signals: Signal) -> Element:
    return Element(name, signals)


# Boot and linking

QR = _element(
    "qr",
    Signal("data-ref", "[data-ref]:not([data-ref=''])", "2026-11", read="data-ref"),
    Signal("label", "canvas[aria-label]", "2026-11", text="QR|scan"),
    Signal("place", "body:not(:has([role=textbox])) canvas", "2026-11"),
)
QR_RELOAD = _element(
    "qr_reload",
    Signal("testid", "[data-testid=link_device_qr_expired_refresh_button]", "2026-10"),
    Signal("name", "button, [role=button]", "2026-10", text="(recharger|reload|actualiser).*QR"),
    Signal("icon", "[data-icon^=refresh]", "2025-12"),
)
LOGGED_OUT = _element(
    "logged_out",
    Signal("role", "[role=alert]", "2026-04", text="déconnecté|logged out"),
    Signal("words", "#app:not(:has(#side)) div", "2026-04", text="(avez été|été) déconnecté|been logged out"),
)

# Shell

SHELL = _element(
    "shell",
    Signal("pane", "#pane-side", "2026-11"),
    Signal("side", "#side", "2026-11"),
    Signal("testid", "[data-testid=chat-list]", "2026-10"),
    Signal("name", "[aria-label='Liste des discussions'], [aria-label='Chat list']", "2026-10"),
)
OFFLINE = _element(
    "offline",
    Signal("icon", "[data-icon*=offline], [data-icon*=alert-computer]", "2026-10"),
    Signal("role", "[role=status], [role=alert]", "2026-10", text="non connecté|not connected|connexion…"),
    Signal("words", "#side > :not(#pane-side)", "2026-10", text="non connecté|not connected|trying to connect"),
)
USE_HERE = _element(
    "use_here",
    Signal("name", "[role=dialog] button, [role=dialog] [role=button]", "2026-10", text="^(utiliser ici|use here)$"),
    Signal("words", "button, [role=button]", "2026-10", text="^(utiliser ici|use here)$"),
)
WARNED = _element(
    "warned",
    Signal("words", "#side > :not(#pane-side)", "2026-04", text="(may soon be|bientôt être) (restricted|limité)"),
    Signal("dialog", "[role=dialog]", "2026-04", text="(may soon be|bientôt être) (restricted|limité)"),
)
CAPPED = _element(
    "capped",
    Signal("testid", "[data-testid*=capping i], [data-testid*=capped i]", "2026-04"),
    Signal(
        "words", "#side > :not(#pane-side)", "2026-04", text="(monthly|new chat) limit|limite (mensuelle|de nouvelles)"
    ),
)
NEWS_BUTTON = _element(
    "news_button",
    Signal(
        "modal",
        "[aria-modal=true] button",
        "2026-10",
        text="^(continuer|continue|ok|compris|got it|terminé|done)$",
    ),
    Signal(
        "later",
        "[role=dialog] button",
        "2026-10",
        text="^(continuer|continue|plus tard|pas maintenant|not now|got it)$",
    ),
)

# Finding a chat

CHAT_PANE = _element(
    "chat_pane",
    Signal("pane", "#pane-side", "2026-11"),
    Signal("testid", "[data-testid=chat-list]", "2026-10"),
    Signal("name", "[aria-label='Liste des discussions'], [aria-label='Chat list']", "2026-10"),
)
CHAT_ROW = _element(
    "chat_row",
    Signal("testid", "[data-testid=cell-frame-container]", "2026-10"),
    Signal("item", "#pane-side [role=listitem]", "2026-11"),
    Signal("row", "#pane-side [role=row]", "2026-10"),
    Signal("place", "#side [aria-rowcount] > div, #side [role=list] > div", "2026-11"),
)
ROW_TITLE = _element(
    "row_title",
    Signal("testid", "[data-testid=cell-frame-title] span", "2026-10", read="text"),
    Signal("title", "span[title][dir=auto]", "2026-10", read="title"),
    Signal("place", "span[dir=auto]", "2026-11", read="text"),
)
ROW_UNREAD = _element(
    "row_unread",
    Signal("testid", "[data-testid=icon-unread-count]", "2026-10", read="text"),
    Signal("label", "span[aria-label]", "2026-10", text="non lu|unread", read="aria-label"),
    Signal(
        "number", "span:not([dir]):not([title]):not(:has(*))", "2026-11", text=r"^\d{1,3}$", pick="last", read="text"
    ),
)
SEARCH = _element(
    "search",
    Signal("tab", "#side input[data-tab='3'], #side [contenteditable=true][data-tab='3']", "2026-11"),
    Signal("testid", "[data-testid=chat-list-search-container] input", "2026-10"),
    Signal("role", "#side [role=textbox]", "2026-11"),
    Signal("place", "#side input", "2026-11", pick="topmost"),
)
BAD_NUMBER = _element(
    "bad_number",
    Signal("modal", "[data-animate-modal-popup=true]", "2026-10", text="invalid|partagé via une URL|n.est pas valide"),
    Signal("dialog", "[role=dialog]", "2026-10", text="invalid|partagé via une URL|n.est pas valide|غير صحيح"),
    Signal(
        "absent", "[data-animate-modal-popup=true], [role=dialog]", "2026-10", text="n.est pas sur|isn.t on WhatsApp"
    ),
    Signal(
        "words",
        "#wa-popovers-bucket > *",
        "2026-11",
        text="partagé via une URL|shared via url|(n.est pas sur|isn.t on) WhatsApp",
    ),
)
POPUP_BUTTON = _element(
    "popup_button",
    Signal("testid", "[data-testid=popup-controls-ok]", "2026-10"),
    Signal("name", "[role=dialog] button, [data-animate-modal-popup=true] button", "2026-10", text="^ok$"),
    Signal("place", "#wa-popovers-bucket button", "2026-11", pick="last"),
)
STARTING = _element(
    "starting",
    Signal("modal", "[data-animate-modal-popup=true]", "2026-10", text="starting chat|démarrage de la discussion"),
    Signal("dialog", "[role=dialog]", "2026-10", text="starting chat|démarrage de la discussion"),
)

# Open chat

HEADER = _element(
    "header",
    Signal("testid", "[data-testid=conversation-info-header] span[dir=auto]", "2026-10", read="text"),
    Signal("button", "#main header [role=button]:not([title]) span[dir=auto]", "2026-10", read="text"),
    Signal("header", "#main header span[dir=auto]", "2026-11", read="text"),
    Signal("place", "#main > :first-child span", "2026-11", read="text"),
)
DRAWER = _element(
    "drawer",
    Signal("testid", "[data-testid=contact-info-drawer]", "2026-10"),
    Signal("words", "section", "2026-11", text="infos du contact|contact info"),
    Signal("place", "section:not(#main section)", "2026-11", pick="rightmost"),
)
DRAWER_TEXT = _element(
    "drawer_text",
    Signal("dir", "span[dir=auto], h2[dir=auto]", "2026-11", read="text"),
    Signal("heading", "h2, span", "2026-11", read="text"),
)
DRAWER_CLOSE = _element(
    "drawer_close",
    Signal("name", "section button[aria-label]", "2026-11", text="^(fermer|close)$"),
    Signal("icon", "section [data-icon=x], section [data-icon*=close]", "2026-11"),
    Signal("place", "section header button", "2026-11"),
)
COMPOSER = _element(
    "composer",
    Signal("footer", "#main footer [contenteditable=true]", "2026-11"),
    Signal("testid", "[data-testid=conversation-compose-box-input]", "2026-10"),
    Signal("lexical", "#main [data-lexical-editor=true]", "2026-10"),
    Signal("tab", "#main [contenteditable=true][data-tab='10']", "2026-11"),
    Signal("name", "#main [role=textbox]", "2026-11", text="message|mensaje"),
    Signal("place", "#main [contenteditable]", "2026-11", pick="lowest"),
)
SEND = _element(
    "send",
    Signal("name", "[aria-label='Envoyer'], [aria-label='Send']", "2026-11"),
    Signal("icon", "#main [data-icon=wds-ic-send-filled]", "2026-10"),
    Signal("testid", "[data-testid=wds-ic-send-filled]", "2026-10"),
    Signal("old", "#main [data-icon=send], #main [data-testid=compose-btn-send]", "2025-06"),
)
RESTRICTED = _element(
    "restricted",
    Signal("testid", "[data-testid*=timelock i], [data-testid*=restricted i]", "2026-11"),
    Signal("words", "#main > :last-child", "2026-11", text="compte est .*limité|account is restricted|can.t start"),
)
HISTORY_LOADING = _element(
    "history_loading",
    Signal("busy", "[aria-busy=true]", "2026-11"),
    Signal("role", "#main [role=progressbar]", "2026-11"),
    Signal("progress", "#main progress", "2026-09"),
)
MESSAGES = _element(
    "messages",
    Signal("testid", "[data-testid=conversation-panel-messages]", "2026-09"),
    Signal("role", "#main [role=application]", "2026-10"),
    Signal("place", "#main > :nth-child(2)", "2026-11"),
)

# Inside the list of messages

BUBBLE_ROW = _element(
    "bubble_row",
    Signal("testid", "[data-testid^=conv-msg-]", "2026-11"),
    Signal("data-id", "#main [data-id]", "2026-10"),
    Signal("class", ".focusable-list-item", "2026-10"),
    Signal("row", "#main [role=row]:has([dir])", "2026-09"),
)
BUBBLE_KEY = _element(
    "bubble_key",
    Signal("data-id", "[data-id]", "2026-10", read="data-id"),
    Signal("testid", "[data-testid^=conv-msg-]", "2026-11", read="data-testid", means=(("^conv-msg-(.+)$", "$1"),)),
)
BUBBLE = _element(
    "bubble",
    Signal("testid", "[data-testid=msg-container]", "2026-09"),
    Signal("meta", ":has(> [data-testid=msg-meta])", "2026-11"),
    Signal("place", ":scope > div", "2026-11", pick="last"),
)
_PENDING, _SENT = "0", "1"
TICK = _element(
    "tick",
    Signal(
        "icon", "[data-icon]", "2026-10", read="data-icon",
        means=(
            ("^msg-time$", _PENDING), ("^msg-check$", _SENT), ("^msg-dblcheck$", "2"), ("^msg-dblcheck-ack$", "3"),
            ("alert|msg-error|msg-failed", "-1"),
        ),
    ),
    Signal(
        "label", "[aria-label]:not(:has([dir]))", "2026-11", read="aria-label",
        means=(
            (r"^\s*(en attente|pending)\s*$", _PENDING), (r"^\s*(envoyé|sent)\s*$", _SENT),
            (r"^\s*(distribué|remis|delivered)\s*$", "2"), (r"^\s*(lu|read)\s*$", "3"),
            (r"^\s*(échec|non envoyé|failed|not sent)", "-1"),
        ),
    ),
    Signal(
        "svg", "svg title", "2026-11", read="text",
        means=(
            ("pending|clock|msg-time", _PENDING), ("read|dblcheck-ack", "3"), ("delivered|dblcheck", "2"),
            ("sent|check", _SENT), ("alert|error|failed", "-1"),
        ),
    ),
)  # fmt: skip
DIRECTION = _element(
    "direction",
    Signal(
        "label", "span[aria-label]:not(:has(*))", "2026-11", read="aria-label",
        means=((r"^(vous|you)\s*:$", "out"), (r"\S\s*:$", "in")),
    ),
    Signal("tail", "[data-icon^=tail-]", "2026-06", read="data-icon", means=(("out", "out"), ("in$", "in"))),
    Signal("class", ".message-out, .message-in", "2026-05", read="class", means=(("out", "out"), ("-in", "in"))),
    Signal("old-id", "[data-id]", "2026-03", read="data-id", means=(("^true_", "out"), ("^false_", "in"))),
    Signal("side", "", "2026-06", read="side"),
)  # fmt: skip
BUBBLE_TEXT = _element(
    "bubble_text",
    Signal("testid", "[data-testid=selectable-text]", "2026-10", read="text"),
    Signal("class", "span.selectable-text", "2026-03", read="text"),
    Signal("pre-plain", "[data-pre-plain-text] > span[dir]", "2026-11", read="text"),
    Signal("copyable", ".copyable-text span[dir]", "2026-11", read="text"),
)
BUBBLE_LINE = _element(
    "bubble_line", Signal("pre-plain", "[data-pre-plain-text]", "2026-11", read="data-pre-plain-text")
)
BUBBLE_MORE = _element(
    "bubble_more",
    Signal("testid", "[data-testid*=read-more i]", "2025-11", read="text"),
    Signal("name", "[role=button], button", "2025-11", text="^(… ?)?(lire la suite|read more)$", read="text"),
)
BUBBLE_QUOTE = _element("bubble_quote", Signal("testid", "[data-testid=quoted-message]", "2026-10"))
BUBBLE_MEDIA = _element(
    "bubble_media",
    Signal(
        "testid", "[data-testid]", "2026-10", read="data-testid",
        means=(
            ("^image-thumb|^media-url-provider|^media-state-download", "image"), ("^document-thumb", "document"),
            ("audio|ptt", "audio"), ("^video|sticker|album", "other"),
        ),
    ),
    Signal("blob", "img[src^='blob:']", "2026-10", read="src", means=(("^blob:", "image"),)),
    Signal(
        "icon", "[data-icon]", "2026-10", read="data-icon",
        means=(("^document|^doc-|pdf", "document"), ("^audio|^ptt", "audio"), ("video|sticker", "other")),
    ),
)  # fmt: skip
PHOTO = _element(
    "photo",
    Signal("blob", "img[src^='blob:']", "2026-10", read="src"),
    Signal("holder", "[data-testid=image-thumb] img", "2026-10", read="src"),
)
PHOTO_DOWNLOAD = _element("photo_download", Signal("testid", "[data-testid=media-state-download]", "2026-10"))
DOCUMENT = _element(
    "document",
    Signal("testid", "[data-testid=document-thumb]", "2026-10"),
    Signal("title", "[role=button][title]", "2026-11", text="télécharger|download"),
    Signal("icon", "[data-icon^=document]", "2026-11"),
)
