// What comes in front of everything else.

import { h } from "../dom.js";
import { words } from "../words.js";

export const dialogMarkup = (marks) => ({
  popup(text, label, { isLabelled = true } = {}) {
    const button = marks.el("popupButton", "button", {}, label);
    const root = h("div", { class: "overlay" },
      marks.el("popup", "div", { class: "popup", dir: "auto", about: { text: isLabelled ? text : null } },
        marks.el("popupText", "div", {}, text), h("div", { class: "popup-buttons" }, button)));
    return { root, button };
  },

  // In place of the whole client.
  screen(kind) {
    const [title, text, label] = words.screens[kind];
    const button = label ? h("button", { class: "go" }, label) : null;
    const box = kind === "app_lock" ? h("input", { type: "password" }) : null;
    const root = marks.el("screen", "div", { class: "landing", about: { kind } }, h("div", { class: "landing-window column" },
      h("div", { class: "landing-title" }, title), h("p", {}, text), box, button));
    return { root, box, button };
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
