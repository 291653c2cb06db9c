// What comes in front of everything else.

import { h } from "../dom.js";

export const dialogMarkup = (marks) => ({
  popup(text, label) {
    const button = marks.el("popupButton", "button", {}, label);
    const root = h("div", { class: "overlay" },
      marks.el("popup", "div", { class: "popup", about: { text } },
        marks.el("popupText", "div", {}, text), h("div", { class: "popup-buttons" }, button)));
    return { root, button };
  },

  waiting(text) {
    return h("div", { class: "overlay" },
      marks.el("waiting", "div", { class: "popup waiting" }, marks.el("progress", "div", { class: "spinner" }), h("div", {}, text)));
  },

  announcement(title, text, label) {
    const button = h("button", {}, label);
    const root = h("div", { class: "overlay" },
      marks.el("announcement", "div", { class: "popup", about: { title } },
        h("h2", {}, title), h("p", {}, text), h("div", { class: "popup-buttons" }, button)));
    return { root, button };
  },
});
