// Spring and summer 2026: test-ids are back, `data-id` is bare, direction classes and `selectable-text` are gone, the
// chat search is an `<input>` that the page controls.

import before from "./2025.js";
import { dataIcons } from "./2024.js";

const { messages, popup, row, unread, author, copyable, tick, side, pane, main } = before.parts;
const testId = (id) => ({ "data-testid": id });
const iconNames = {
  ...before.iconNames, more: "more-refreshed", close: "x", document: "document-refreshed", failed: "alert-message",
  offline: "alert-computer-offline",
};
const icons = dataIcons(iconNames);

export default {
  ...before,
  name: "2026a",
  hasSearchEditor: false,
  tags: {},
  iconNames,
  parts: {
    splash: before.parts.splash, qr: before.parts.qr, logoutBanner: before.parts.logoutBanner, side, pane, main, row, author,
    tick,
    qrReload: { ...testId("link_device_qr_expired_refresh_button"), "aria-label": (about, words) => words.qrReload },
    chatList: { role: "list", "aria-label": (about, words) => words.chatList, ...testId("chat-list") },
    sideHeader: testId("chatlist-header"),
    searchArea: testId("chat-list-search-container"),
    search: {
      role: "textbox", "data-tab": "3",
      ...Object.fromEntries(["aria-label", "placeholder", "title"].map((name) => [name, ({ text }, words) => (text ? null : words.search)])),
    },
    menu: { "aria-label": (about, words) => words.menu, title: (about, words) => words.menu },
    searchChat: { "aria-label": (about, words) => words.searchChat },
    offline: { role: "status" },
    intro: testId("intro-md-beta-logo-light"),
    cell: testId("cell-frame-container"),
    cellTitle: testId("cell-frame-title"),
    cellName: before.parts.cellName,
    cellTime: testId("cell-frame-primary-detail"),
    cellSecond: testId("cell-frame-secondary"),
    cellPreview: { ...before.parts.cellPreview, ...testId("last-msg-status") },
    previewTick: testId("status-v3"),
    unread: { ...unread, ...testId("icon-unread-count") },
    header: testId("conversation-header"),
    headerFace: before.parts.headerFace,
    headerInfo: { role: "button", ...testId("conversation-info-header") },
    headerSub: testId("chat-subtitle"),
    messages: { ...messages, ...testId("conversation-panel-messages") },
    progress: before.parts.progress,
    composer: { ...before.parts.composer, ...testId("conversation-compose-box-input") },
    composerField: { class: "lexical-rich-text-input" },
    attach: { "data-tab": "10", "aria-label": (about, words) => words.attach, title: (about, words) => words.attach },
    emoji: { "data-tab": "10", "aria-label": (about, words) => words.emoji },
    send: { "data-tab": "11", "aria-label": (about, words) => words.send },
    voice: before.parts.voice,
    divider: { role: "row" },
    rowHolder: { role: "row" },
    message: { "data-id": ({ id }) => id, "data-testid": ({ id }) => `conv-msg-${id}`, class: "focusable-list-item" },
    bubble: testId("msg-container"),
    copyable,
    text: testId("selectable-text"),
    meta: testId("msg-meta"),
    tailIn: { "data-icon": "tail-in", ...testId("tail-in") },
    tailOut: { "data-icon": "tail-out", ...testId("tail-out") },
    photo: { ...before.parts.photo, ...testId("image-thumb") },
    document: { ...before.parts.document, ...testId("document-thumb") },
    drawer: testId("contact-info-drawer"),
    close: { "aria-label": (about, words) => words.close },
    popup,
    popupText: testId("popup-contents"),
    popupButton: testId("popup-controls-ok"),
    waiting: before.parts.waiting,
    announcement: before.parts.announcement,
    ...icons,
    "icon-send": { ...icons["icon-send"], ...testId("wds-ic-send-filled") },
    "icon-attach": { ...icons["icon-attach"], ...testId("plus-rounded") },
  },
};
