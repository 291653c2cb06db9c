// One row of the open chat: a bubble with what it holds, a day, or what the chat itself says.

import { h } from "../dom.js";
import { words } from "../words.js";

const TICKS = ["pending", "sent", "delivered", "read"];

export const bubbleMarkup = (marks) => ({
  divider(label) {
    return marks.el("divider", "div", { class: "divider" }, h("span", { dir: "auto" }, label));
  },

  notice(message) {
    const about = { id: message.id, chat: message.chat, isOut: false };
    return marks.el("rowHolder", "div", {},
      marks.el("notice", "div", { class: "divider", about }, h("span", { dir: "auto" }, words.notices[message.notice])));
  },

  messageRow(message, { author, prefix, time, isFirst, content }) {
    const isOut = message.direction === "out";
    const about = { id: message.id, chat: message.chat, isOut, author, prefix: content.media ? null : prefix };
    const text = content.text
      ? marks.el("copyable", "div", { class: "copyable", about },
          marks.el("text", "span", { dir: content.dir, class: "bubble-text" }, content.text))
      : null;
    const meta = marks.el("meta", "div", { class: "meta" },
      message.edited ? marks.el("edited", "span", {}, words.edited) : null,
      h("span", { dir: "auto" }, time), isOut && !message.deleted ? this.tick(message.ack, null) : null);
    const tail = isFirst ? marks.el(isOut ? "tailOut" : "tailIn", "span", { "aria-hidden": "true", class: "tail" }) : null;
    const bubble = marks.el("bubble", "div", { class: "bubble" },
      marks.el("author", "span", { about }), content.quote, content.media, text, meta);
    const line = marks.el("message", "div", { tabindex: "-1", about, class: `line ${isOut ? "ours" : "theirs"}${isFirst ? " first" : ""}` },
      tail, bubble);
    return marks.el("rowHolder", "div", {}, line);
  },

  tick(ack, part) {
    const name = ack < 0 ? "failed" : TICKS[Math.min(ack, 3)];
    const holder = marks.icon(name);
    const about = { ...marks.of("tick", { ack }), ...(part ? marks.of(part) : {}) };
    for (const [key, value] of Object.entries(about)) holder.setAttribute(key, value);
    return holder;
  },

  quote({ author, text }) {
    return marks.el("quote", "div", { class: "quote" },
      h("span", { dir: "auto", class: "quote-author" }, author), marks.el("quoteText", "span", { dir: "auto" }, text));
  },

  deleted() {
    return h("span", { class: "deleted" }, marks.icon("deleted"), words.deleted);
  },

  // `ask` is what an unfetched photo shows instead of itself.
  photo({ part = "photo", isAsked }) {
    const image = h("img", { alt: "", draggable: "false" });
    const ask = isAsked ? marks.el("photoDownload", "div", { class: "photo-ask" }, marks.icon("download"), h("span", {}, words.photo)) : null;
    const root = marks.el(part, "div", { class: part === "sticker" ? "sticker" : "photo" }, ask);
    return { root, image, ask };
  },

  album(photos, more) {
    return marks.el("album", "div", { class: "album" }, photos, more ? h("div", { class: "album-more" }, `+${more}`) : null);
  },

  document_(media) {
    const kind = (media.name.split(".").pop() ?? "").toUpperCase();
    return marks.el("document", "div", { class: "document", about: { name: media.name } },
      marks.icon("document"), h("div", {}, h("span", { dir: "auto", class: "document-name" }, media.name),
        h("span", { class: "document-size" }, `${kind} · ${Math.max(1, Math.round(media.size / 1024))} kB`)));
  },

  voiceNote() {
    return marks.el("voiceNote", "div", { class: "document" }, marks.el("voicePlay", "button", {}, marks.icon("play")),
      h("span", { class: "document-size" }, "0:07"));
  },

  viewer() {
    const image = h("img", { alt: "", draggable: "false" });
    const close = marks.el("viewerClose", "button", {}, marks.icon("close"));
    const save = marks.el("viewerSave", "button", {}, marks.icon("download"));
    const next = marks.el("viewerNext", "button", {}, marks.icon("next"));
    const root = marks.el("viewer", "div", { class: "viewer" }, h("div", { class: "viewer-bar" }, save, close), image, next);
    return { root, image, close, save, next };
  },
});
