// The menu behind the attach button, and the preview of what is about to be sent.

import { h } from "../dom.js";
import { words } from "../words.js";

export const attachingMarkup = (marks) => ({
  // Items in the order of the screen: {kind: element}.
  attachMenu() {
    const item = (kind) => marks.el("attachItem", "li", { about: { kind }, class: "attach-item", tabindex: "-1" },
      marks.icon(`attach-${kind}`), h("span", {}, words.attachItems[kind]));
    const items = Object.fromEntries(["document", "photo", "camera", "sticker"].map((kind) => [kind, item(kind)]));
    return { root: marks.el("attachMenu", "ul", { class: "attach-menu" }, Object.values(items)), items };
  },

  preview({ name, image }) {
    const box = marks.el("caption", "div", { contenteditable: "true", class: "composer-box" });
    const close = marks.el("previewClose", "button", {}, marks.icon("close"));
    const send = marks.el("previewSend", "button", { class: "send" }, marks.icon("send"));
    const root = marks.el("preview", "div", { class: "preview" },
      h("header", { class: "preview-bar" }, close, h("span", { dir: "auto", class: "preview-name" }, name)),
      h("div", { class: "preview-body" }, image ?? marks.icon("document")),
      h("div", { class: "preview-foot" },
        marks.el("captionField", "div", { class: "composer-field" }, box), send));
    return { root, box, close, send };
  },

  // Two buttons, as every question of the real page.
  question(text, no, yes) {
    const cancel = marks.el("questionNo", "button", {}, no);
    const button = marks.el("popupButton", "button", {}, yes);
    const root = h("div", { class: "overlay" },
      marks.el("popup", "div", { class: "popup", about: { text } },
        marks.el("popupText", "div", {}, text), h("div", { class: "popup-buttons" }, cancel, button)));
    return { root, button, cancel };
  },
});
