// Markup of the web client as reported in spring and summer 2026: test-ids present, bare `data-id`, icons named
// in `data-icon`. A profile builds elements and nothing else: it exports the same functions as its siblings, and
// the rest of the client finds its way by the `parts` they return, never by these attributes.

import { h, icon } from "../dom.js";
import { words } from "../words.js";

const TICKS = ["msg-time", "msg-check", "msg-dblcheck", "msg-dblcheck-ack"];

export function splash() {
  const bar = h("progress", { value: "0", max: "100", dir: "ltr" });
  const note = h("div", { class: "splash-note" }, words.encrypted);
  const root = h("div", { id: "wa_web_initial_startup", class: "splash" },
    h("div", { class: "splash-logo" }), bar, h("div", { class: "splash-name" }, "WhatsApp"), note);
  return { root, bar, note };
}

export function linking(reason) {
  const canvas = h("canvas", { "aria-label": words.qrLabel, role: "img", width: "264", height: "264" });
  const holder = h("div", { class: "qr", "data-ref": "" }, canvas);
  const reload = h("button", {
    "data-testid": "link_device_qr_expired_refresh_button", "aria-label": words.qrReload, class: "qr-reload",
  }, icon("refresh"), h("span", {}, words.qrReload));
  const steps = h("ol", {}, words.linkSteps.map((step) => h("li", {}, step)));
  const owner = h("a", { href: "/owner", target: "_blank" }, "/owner");
  const root = h("div", { class: "landing" },
    reason ? h("div", { class: "logout-banner", role: "alert" }, words.loggedOut) : null,
    h("div", { class: "landing-window" },
      h("div", { class: "landing-main" }, h("div", { class: "landing-title" }, words.linkTitle), steps,
        h("p", { class: "landing-hint" }, words.sandboxHint, " ", owner)),
      holder));
  return { root, canvas, holder, reload };
}

export function shell(watches) {
  const search = h("input", {
    type: "text", role: "textbox", "data-tab": "3", autocomplete: "off",
    "aria-label": words.search, placeholder: words.search, title: words.search,
  });
  const banner = h("div", { class: "butterbar-slot" });
  const grid = h("div", { role: "list", "aria-label": words.chatList, "data-testid": "chat-list", class: "chat-list" });
  const pane = h("div", { id: "pane-side", class: "pane-side" }, grid);
  const side = h("div", { id: "side", class: "side" },
    h("header", { class: "side-header", "data-testid": "chatlist-header" }, h("h1", {}, "WhatsApp"),
      watches ? h("span", { class: "watching" }, words.watching) : null,
      h("button", { "aria-label": words.menu, title: words.menu }, icon("more"))),
    h("div", { class: "search", "data-testid": "chat-list-search-container" }, icon("search"), search),
    banner, pane);
  const main = h("div", { class: "main-slot" });
  const drawer = h("div", { class: "drawer-slot" });
  const root = h("div", { class: "two" }, side, main, drawer);
  return { root, search, banner, pane, grid, main, drawer };
}

export function intro() {
  return h("div", { class: "intro", "data-testid": "intro-md-beta-logo-light" },
    h("div", { class: "splash-logo" }), h("h2", {}, words.landing), h("p", {}, words.landingText));
}

export function offline() {
  return h("div", { class: "butterbar", role: "status" }, icon("offline"),
    h("div", {}, h("div", { class: "butterbar-title" }, words.offlineTitle), h("div", {}, words.offlineHint)));
}

export function sectionRow(title) {
  return h("div", { role: "listitem", class: "section" }, title);
}

export function chatRow(chat, { preview, time }) {
  const status = chat.last?.direction === "out" ? tick(chat.last.ack ?? 0, "status-v3") : null;
  const unread = chat.unread
    ? h("span", { "data-testid": "icon-unread-count", "aria-label": words.unread(chat.unread), class: "badge" },
        String(chat.unread))
    : null;
  return h("div", { role: "listitem", class: "row" },
    h("div", { "data-testid": "cell-frame-container", tabindex: "-1", class: chat.unread ? "cell unread" : "cell" },
      avatar(chat.title),
      h("div", { class: "cell-text" },
        h("div", { class: "cell-line" },
          h("div", { "data-testid": "cell-frame-title", class: "cell-title" },
            h("span", { dir: "auto", title: chat.title }, chat.title)),
          h("div", { "data-testid": "cell-frame-primary-detail", class: "cell-time" }, time)),
        h("div", { class: "cell-line", "data-testid": "cell-frame-secondary" },
          h("span", { "data-testid": "last-msg-status", title: preview, class: "cell-preview" }, status,
            h("span", { dir: "auto" }, preview)),
          unread))));
}

export function conversation(chat, title) {
  const name = h("span", { dir: "auto", class: "header-name" }, title);
  const info = h("div", { "data-testid": "conversation-info-header", role: "button", class: "header-info" },
    h("div", {}, name), h("div", { "data-testid": "chat-subtitle", class: "header-sub" }));
  const face = h("div", { title: words.profile, role: "button", class: "header-face" }, avatar(chat.title));
  const header = h("header", { "data-testid": "conversation-header", class: "conversation-header" }, face, info,
    h("div", { class: "header-buttons" },
      h("button", { "aria-label": words.search }, icon("search")), h("button", { "aria-label": words.menu }, icon("more"))));
  const list = h("div", {
    "data-testid": "conversation-panel-messages", role: "application", tabindex: "0", class: "messages", "aria-busy": "true",
  });
  const foot = h("div", { class: "foot-slot" });
  const root = h("div", { id: "main", class: "main" }, header, h("div", { class: "messages-frame" }, list), foot);
  return { root, name, openers: [info, face], list, foot };
}

export function loading() {
  return h("div", { class: "history-loading" },
    h("div", { role: "progressbar", "aria-label": words.loading, class: "spinner" }));
}

export function footer(title) {
  const box = h("div", {
    contenteditable: "true", role: "textbox", "data-tab": "10", "data-lexical-editor": "true", spellcheck: "true",
    "aria-label": words.compose(title), "aria-placeholder": words.placeholder, tabindex: "10",
    "data-testid": "conversation-compose-box-input", class: "composer-box",
  });
  const hint = h("div", { class: "composer-hint", "aria-hidden": "true" }, words.placeholder);
  const slot = h("div", { class: "send-slot" });
  const root = h("footer", { class: "composer" },
    h("button", { "aria-label": words.attach, title: words.attach, "aria-expanded": "false", "data-tab": "10" },
      icon("plus-rounded", { "data-testid": "plus-rounded" })),
    h("button", { "aria-label": words.emoji, "data-tab": "10" }, icon("expressions")),
    h("div", { class: "composer-field lexical-rich-text-input" }, box, hint), slot);
  return { root, box, hint, slot };
}

export function sendButton() {
  return h("button", { "aria-label": words.send, "data-tab": "11", class: "send" },
    icon("wds-ic-send-filled", { "data-testid": "wds-ic-send-filled" }));
}

export function voiceButton() {
  return h("button", { "aria-label": words.voice, "data-tab": "11" }, icon("mic-outlined"));
}

export function typed(text) {
  return h("div", { class: "typed" }, text);
}

export function noComposer() {
  return h("div", { class: "no-composer" }, words.restricted);
}

export function divider(label) {
  return h("div", { class: "divider", role: "row" }, h("span", { dir: "auto" }, label));
}

export function messageRow(message, { author, prefix, time, isFirst, content }) {
  const isOut = message.direction === "out";
  const text = content.text
    ? h("div", { class: "copyable-text", "data-pre-plain-text": content.media ? null : prefix },
        h("span", { dir: content.dir, "data-testid": "selectable-text", class: "bubble-text" }, content.text))
    : null;
  const meta = h("div", { "data-testid": "msg-meta", class: "meta" }, h("span", { dir: "auto" }, time),
    isOut ? tick(message.ack, null) : null);
  const tail = isFirst ? h("span", { "aria-hidden": "true", "data-testid": isOut ? "tail-out" : "tail-in",
    "data-icon": isOut ? "tail-out" : "tail-in", class: "tail" }) : null;
  return h("div", { role: "row" },
    h("div", {
      "data-id": message.id, "data-testid": `conv-msg-${message.id}`, tabindex: "-1",
      class: `focusable-list-item line ${isOut ? "ours" : "theirs"}${isFirst ? " first" : ""}`,
    }, tail, h("div", { "data-testid": "msg-container", class: "bubble" },
      h("span", { "aria-label": `${author} :`.replace(" :", words.lang === "fr" ? " :" : ":") }),
      content.media, text, meta)));
}

export function photo() {
  const image = h("img", { alt: "", draggable: "false" });
  const root = h("div", { "data-testid": "image-thumb", role: "button", class: "photo", "aria-label": words.photo });
  return { root, image };
}

export function document_(media) {
  const kind = (media.name.split(".").pop() ?? "").toUpperCase();
  return h("div", { "data-testid": "document-thumb", role: "button", class: "document", title: `${words.download} "${media.name}"` },
    icon("document"), h("div", {}, h("span", { dir: "auto", class: "document-name" }, media.name),
      h("span", { class: "document-size" }, `${kind} · ${Math.max(1, Math.round(media.size / 1024))} kB`)));
}

export function drawer(chat) {
  const close = h("button", { "aria-label": words.close }, icon("x"));
  const saved = chat.saved ? [h("h2", { dir: "auto" }, chat.title), h("span", { dir: "auto", class: "drawer-number" }, chat.display)]
    : [h("h2", { dir: "auto" }, chat.display), chat.pushname ? h("span", { dir: "auto" }, `~${chat.pushname}`) : null];
  const root = h("section", { "data-testid": "contact-info-drawer", class: "drawer" },
    h("header", {}, close, h("span", {}, words.contactInfo)), avatar(chat.title), ...saved.filter(Boolean));
  return { root, close };
}

export function popup(text, label) {
  const button = h("button", { "data-testid": "popup-controls-ok" }, label);
  const root = h("div", { class: "overlay" },
    h("div", { "data-animate-modal-popup": "true", role: "dialog", "aria-label": text, class: "popup" },
      h("div", { "data-testid": "popup-contents" }, text), h("div", { class: "popup-buttons" }, button)));
  return { root, button };
}

export function waiting(text) {
  return h("div", { class: "overlay" },
    h("div", { "data-animate-modal-popup": "true", role: "dialog", class: "popup waiting" },
      h("div", { role: "progressbar", class: "spinner" }), h("div", {}, text)));
}

export function announcement(title, text, label) {
  const button = h("button", {}, label);
  const root = h("div", { class: "overlay" },
    h("div", { role: "dialog", "aria-modal": "true", "aria-label": title, class: "popup" },
      h("h2", {}, title), h("p", {}, text), h("div", { class: "popup-buttons" }, button)));
  return { root, button };
}

function tick(ack, testId) {
  if (ack < 0) return icon("alert-message", { "aria-label": words.failed, "aria-hidden": "false", "data-testid": testId });
  const name = TICKS[Math.min(ack, 3)];
  return icon(name, { "aria-label": ` ${words.tick[Math.min(ack, 3)]} `, "aria-hidden": "false", "data-testid": testId });
}

function avatar(title) {
  const letters = title.replace(/[^\p{L} ]/gu, "").trim();
  const hue = [...title].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return h("div", { class: "avatar", style: `--hue:${hue}` }, letters ? letters[0].toUpperCase() : "#");
}
