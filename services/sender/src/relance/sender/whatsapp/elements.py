"""Where things are on WhatsApp Web: boot, linking, the shell and the list of chats.

With `chat_elements` and `bubble_elements` the only files with selectors. Each element has several independent
signals; losing one changes nothing, and `relance_whatsapp_element_hits_total` tells which one answered. `seen` is the
month of the last public report (or our own look) in which the signal worked.
"""

from __future__ import annotations

from relance.sender.whatsapp import words
from relance.sender.whatsapp.signals import Signal, element

_NO_SHELL = "#app:not(:has(#side, #pane-side))"
_POPUP = "#wa-popovers-bucket > *, body > div:not(#app)"

# Boot and linking

QR = element(
    "qr",
    Signal("data-ref", "[data-ref]:not([data-ref=''])", "2026-11", read="data-ref"),
    Signal("label", "canvas[aria-label]", "2026-11", text=words.QR),
    Signal("place", "body:not(:has([role=textbox])) canvas", "2026-11"),
    Signal("square", "canvas", "2026-11", area="middle"),
)
QR_RELOAD = element(
    "qr_reload",
    Signal("testid", "[data-testid=link_device_qr_expired_refresh_button]", "2026-10"),
    Signal("name", "button, [role=button]", "2026-10", text=words.QR_RELOAD),
    Signal("icon", "[data-icon^=refresh]", "2025-12"),
    Signal("place", ":has(> canvas) button, :has(> canvas) [role=button]", "2026-11"),
)
LINK_BY_PHONE = element(
    "link_by_phone",
    Signal("testid", "[data-testid=link_device_qr_phone_number_link]", "2026-10"),
    Signal("name", "button, [role=button], a", "2026-10", text=words.LINK_BY_PHONE),
    Signal("words", "[tabindex]:not(:has(canvas))", "2026-11", text=words.LINK_BY_PHONE),
)
PHONE_BOX = element(
    "phone_box",
    Signal("testid", "[data-testid=phone-number-input], [data-testid=phone-number-input] input", "2026-10"),
    Signal("name", "input[aria-label]", "2026-10", text=words.PHONE_BOX),
    Signal("place", "body:not(:has(canvas, [aria-rowcount])) input:not([type=file], [type=password])", "2026-10"),
)
LINK_NEXT = element(
    "link_next",
    Signal("name", "button, [role=button]", "2026-10", text=words.NEXT),
    Signal("testid", "[data-testid*=phone-number] button, [data-testid*=next]", "2026-10"),
    Signal("place", "form button, :has(> input) ~ button", "2026-10", pick="lowest"),
)
LINK_CODE = element(
    "link_code",
    Signal("data", "[data-link-code]:not([data-link-code=''])", "2025-12", read="data-link-code"),
    Signal("details", "[aria-details='link-device-phone-number-code-screen-instructions']", "2026-10", read="text"),
    Signal(
        "testid", "[data-testid*=link-device] [data-testid*=code], [data-testid*=link-code]", "2026-10", read="text"
    ),
    Signal(
        "words",
        "body:not(:has([aria-rowcount])) div:not(:has(canvas))",
        "2026-10",
        text=r"^([0-9A-Z]\s*){4}[-–\s]\s*([0-9A-Z]\s*){4}$",
        read="text",
    ),
)
LINK_REFUSED = element(
    "link_refused",
    Signal(
        "dialog", "[role=dialog], [role=alert], [data-animate-modal-popup=true]", "2026-10", text=words.LINK_REFUSED
    ),
    Signal("words", f"{_POPUP}, {_NO_SHELL}", "2026-11", text=words.LINK_REFUSED),
)
LOGGED_OUT = element(
    "logged_out",
    Signal("role", "[role=alert]", "2026-04", text=words.LOGGED_OUT),
    Signal("words", f"{_NO_SHELL} div", "2026-04", text=words.LOGGED_OUT),
)

# Shell

SHELL = element(
    "shell",
    Signal("pane", "#pane-side", "2026-11"),
    Signal("side", "#side", "2026-11"),
    Signal("testid", "[data-testid=chat-list]", "2026-10"),
    Signal("name", "[aria-label]", "2026-10", text=words.CHAT_LIST),
    Signal("role", "[role=grid][aria-rowcount], [role=list][aria-rowcount]", "2026-10"),
)
OFFLINE = element(
    "offline",
    Signal("icon", "[data-icon*=offline], [data-icon*=alert-computer]", "2026-10"),
    Signal("role", "[role=status], [role=alert]", "2026-10", text=words.OFFLINE),
    Signal("words", "#side > :not(#pane-side)", "2026-10", text=words.OFFLINE),
    Signal("live", "[aria-live]", "2026-11", text=words.OFFLINE),
    Signal("place", "div:not(:has([aria-rowcount], [role=textbox]))", "2026-11", text=words.OFFLINE, area="list"),
)
USE_HERE = element(
    "use_here",
    Signal("name", "[role=dialog] button, [role=dialog] [role=button]", "2026-10", text=words.USE_HERE),
    Signal("words", "button, [role=button]", "2026-10", text=words.USE_HERE),
)
WARNED = element(
    "warned",
    Signal("words", "#side > :not(#pane-side)", "2026-04", text=words.WARNED),
    Signal("dialog", "[role=dialog], [role=alert], [role=status]", "2026-04", text=words.WARNED),
    Signal("place", "div:not(:has([aria-rowcount], [role=textbox]))", "2026-11", text=words.WARNED),
)
CAPPED = element(
    "capped",
    Signal("testid", "[data-testid*=capping i], [data-testid*=capped i]", "2026-04"),
    Signal("words", "#side > :not(#pane-side)", "2026-04", text=words.CAPPED),
    Signal("dialog", "[role=dialog], [role=alert], [role=status]", "2026-04", text=words.CAPPED),
    Signal("place", "div:not(:has([aria-rowcount], [role=textbox]))", "2026-11", text=words.CAPPED, area="list"),
)
RATED = element(
    "rated",
    Signal("dialog", "[role=dialog], [role=alert], [role=status]", "2026-10", text=words.RATE),
    Signal("words", f"#side > :not(#pane-side), {_POPUP}", "2026-10", text=words.RATE),
    Signal("place", "div:not(:has([aria-rowcount], [role=textbox]))", "2026-11", text=words.RATE, area="list"),
)
APP_LOCK = element(
    "app_lock",
    Signal("testid", "[data-testid*=lock-screen i], [data-testid*=lockscreen i]", "2026-10"),
    Signal("password", "body:not(:has([aria-rowcount])) input[type=password]", "2026-10"),
    Signal("words", f"{_NO_SHELL}, {_POPUP}", "2026-10", text=words.APP_LOCK),
)
EXPIRED = element(
    "expired",
    Signal("testid", "[data-testid*=deprecated i], [data-testid*=expired-version i]", "2026-10"),
    Signal("words", f"{_NO_SHELL}, {_POPUP}, [role=dialog], [role=alert]", "2026-10", text=words.EXPIRED),
)
STORAGE = element(
    "storage",
    Signal("testid", "[data-testid*=storage-quota i], [data-testid*=database-error i]", "2026-10"),
    Signal("words", f"{_NO_SHELL}, {_POPUP}, [role=dialog], [role=alert]", "2026-10", text=words.STORAGE),
)
CHECKPOINT = element(
    "checkpoint",
    Signal("testid", "[data-testid*=checkpoint i], [data-testid*=passkey i]", "2026-03"),
    Signal("words", f"{_NO_SHELL}, {_POPUP}, [role=dialog], [role=alert]", "2026-10", text=words.CHECKPOINT),
)
UNSUPPORTED = element(
    "unsupported", Signal("words", f"{_NO_SHELL}, body:not(:has(#app))", "2026-10", text=words.UNSUPPORTED)
)
NEWS_BUTTON = element(
    "news_button",
    Signal("modal", "[aria-modal=true] button", "2026-10", text=words.NEWS),
    Signal("dialog", "[role=dialog] button, [role=dialog] [role=button]", "2026-10", text=words.NEWS),
    Signal("place", "#wa-popovers-bucket button, body > div:not(#app) button", "2026-11", text=words.NEWS),
)
MENU = element(
    "menu",
    Signal("testid", "[data-testid=chatlist-header] [data-testid*=menu], [data-testid=menu-bar-menu]", "2026-10"),
    Signal(
        "name", "#side header button[aria-label], #side header [role=button][aria-label]", "2026-10", text=words.MENU
    ),
    Signal("icon", "#side header [data-icon^=menu], #side header [data-icon^=more]", "2026-10"),
    Signal("place", "header button, header [role=button]", "2026-10", area="list head", pick="rightmost"),
)
LOG_OUT = element(
    "log_out",
    Signal(
        "item",
        "[role=menuitem], [role=menu] [role=button], [role=application] [role=button]",
        "2026-10",
        text=words.LOG_OUT,
    ),
    Signal("words", "li, button, [role=button]", "2026-10", text=words.LOG_OUT),
)
LOG_OUT_CONFIRM = element(
    "log_out_confirm",
    Signal("dialog", "[role=dialog] button, [role=dialog] [role=button]", "2026-10", text=words.LOG_OUT),
    Signal("place", "#wa-popovers-bucket button, body > div:not(#app) button", "2026-11", text=words.LOG_OUT),
)

# Finding a chat

CHAT_PANE = element(
    "chat_pane",
    Signal("pane", "#pane-side", "2026-11"),
    Signal("testid", "[data-testid=chat-list]", "2026-10"),
    Signal("name", "[aria-label]", "2026-10", text=words.CHAT_LIST),
    Signal("role", "[role=grid][aria-rowcount], [role=list][aria-rowcount]", "2026-10"),
)
CHAT_ROW = element(
    "chat_row",
    Signal("testid", "[data-testid=cell-frame-container]", "2026-10"),
    Signal("item", "#pane-side [role=listitem]", "2026-11"),
    Signal("row", "#pane-side [role=row]", "2026-10"),
    Signal("place", "[aria-rowcount] > div", "2026-11"),
    Signal("list", "[role=list] > div, [role=grid] > div", "2026-11", area="list"),
)
ROW_TITLE = element(
    "row_title",
    Signal("testid", "[data-testid=cell-frame-title] span", "2026-10", read="text"),
    Signal("title", "span[title][dir=auto]", "2026-10", read="title"),
    Signal("place", "span[dir=auto]", "2026-11", read="text"),
    Signal("cell", "[role=gridcell] span", "2025-12", read="text"),
    Signal("label", "span[title]", "2026-10", read="title"),
)
ROW_UNREAD = element(
    "row_unread",
    Signal("testid", "[data-testid=icon-unread-count]", "2026-10", read="text"),
    Signal("label", "span[aria-label]", "2026-10", text=words.UNREAD, read="aria-label"),
    Signal(
        "number", "span:not([dir]):not([title]):not(:has(*))", "2026-11", text=r"^\d{1,3}$", pick="last", read="text"
    ),
)
SEARCH = element(
    "search",
    Signal("tab", "#side input[data-tab='3'], #side [contenteditable=true][data-tab='3']", "2026-11"),
    Signal("testid", "[data-testid=chat-list-search-container] input", "2026-10"),
    Signal("role", "#side [role=textbox]", "2026-11"),
    Signal("place", "input, [contenteditable=true]", "2026-11", area="list", pick="topmost"),
)
BAD_NUMBER = element(
    "bad_number",
    Signal("modal", "[data-animate-modal-popup=true]", "2026-10", text=words.INVALID_NUMBER),
    Signal("dialog", "[role=dialog]", "2026-10", text=words.INVALID_NUMBER),
    Signal("absent", "[data-animate-modal-popup=true], [role=dialog]", "2026-10", text=words.NOT_ON_WHATSAPP),
    Signal("words", _POPUP, "2026-11", text=f"{words.INVALID_NUMBER}|{words.NOT_ON_WHATSAPP}"),
)
POPUP_BUTTON = element(
    "popup_button",
    Signal("testid", "[data-testid=popup-controls-ok]", "2026-10"),
    Signal("name", "[role=dialog] button, [data-animate-modal-popup=true] button", "2026-10", text=words.OK),
    Signal("place", "#wa-popovers-bucket button, body > div:not(#app) button", "2026-11", pick="last"),
)
STARTING = element(
    "starting",
    Signal("modal", "[data-animate-modal-popup=true]", "2026-10", text=words.STARTING),
    Signal("dialog", "[role=dialog]", "2026-10", text=words.STARTING),
    Signal("words", _POPUP, "2026-11", text=words.STARTING),
)

# The report that can be shared

PLAIN = ("data-testid", "data-icon", "data-tab", "role", "id", "type", "contenteditable", "aria-busy", "aria-modal")
"""Attributes whose values developers write; even these are cut at the first digits, capital or blank."""

BARE = ("title", "placeholder", "accept", "dir", "tabindex", "src", "class")
"""Attributes of which only the presence is told, like any other data-* and aria-*."""
