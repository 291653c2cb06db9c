// The open chat: header, list, composer, contact drawer.

import { avatar, h } from "../dom.js";
import { words } from "../words.js";

export const conversationMarkup = (marks) => ({
  conversation(chat, title) {
    const name = marks.el("headerName", "span", { dir: "auto", class: "header-name" }, title);
    const info = marks.el("headerInfo", "div", { class: "header-info" },
      h("div", {}, name), marks.el("headerSub", "div", { class: "header-sub" },
        chat.members ? h("span", { dir: "auto", title: chat.members.join(", ") }, chat.members.join(", ")) : null));
    const face = marks.el("headerFace", "div", { class: "header-face" }, avatar(chat.title));
    const header = marks.el("header", "header", { class: "conversation-header" }, face, info,
      h("div", { class: "header-buttons" },
        marks.el("searchChat", "button", {}, marks.icon("search")), marks.el("menu", "button", {}, marks.icon("more"))));
    const list = marks.el("messages", "div", { tabindex: "0", class: "messages", "aria-busy": "true" });
    const foot = h("div", { class: "foot-slot" });
    const root = marks.el("main", "div", { class: "main" }, header, h("div", { class: "messages-frame" }, list), foot);
    return { root, name, openers: [info, face], list, foot };
  },

  loading() {
    return h("div", { class: "history-loading" }, marks.el("progress", "div", { class: "spinner" }));
  },

  footer(title) {
    const box = marks.el("composer", "div", { contenteditable: "true", spellcheck: "true", class: "composer-box", about: { title } });
    const hint = h("div", { class: "composer-hint", "aria-hidden": "true" }, words.placeholder);
    const slot = h("div", { class: "send-slot" });
    const attach = marks.el("attach", "button", { "aria-expanded": "false" }, marks.icon("attach"));
    const root = marks.el("footer", "footer", { class: "composer" }, attach,
      marks.el("emoji", "button", {}, marks.icon("emoji")),
      marks.el("composerField", "div", { class: "composer-field" }, box, hint), slot);
    return { root, box, hint, slot, attach };
  },

  sendButton() {
    return marks.el("send", "button", { class: "send" }, marks.icon("send"));
  },

  voiceButton() {
    return marks.el("voice", "button", {}, marks.icon("voice"));
  },

  typed(text) {
    return h("div", { class: "typed" }, text);
  },

  noComposer(how) {
    return marks.el("noComposer", "div", { class: "no-composer", about: { how } }, how === "capped" ? words.capped : words.restricted);
  },

  drawer(chat) {
    const close = marks.el("close", "button", {}, marks.icon("close"));
    const number = chat.display && chat.display !== chat.title ? h("span", { dir: "auto", class: "drawer-number" }, chat.display) : null;
    const own = [chat.username && chat.title !== `@${chat.username}` ? `@${chat.username}` : null,
      chat.pushname && chat.title !== `~${chat.pushname}` ? `~${chat.pushname}` : null];
    const shown = [h("h2", { dir: "auto" }, chat.title), number,
      ...own.filter(Boolean).map((name) => h("span", { dir: "auto" }, name))];
    const root = marks.el("drawer", "section", { class: "drawer" },
      h("header", {}, close, h("span", {}, chat.members ? words.groupInfo : words.contactInfo)), avatar(chat.title), shown.filter(Boolean));
    return { root, close };
  },
});
