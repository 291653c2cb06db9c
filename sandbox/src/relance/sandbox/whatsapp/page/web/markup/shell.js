// Splash, linking, chat list: what stands around a conversation.

import { avatar, h } from "../dom.js";
import { words } from "../words.js";

export const shellMarkup = (marks) => ({
  splash() {
    const bar = h("progress", { value: "0", max: "100", dir: "ltr" });
    const note = h("div", { class: "splash-note" }, words.encrypted);
    const root = marks.el("splash", "div", { class: "splash" },
      h("div", { class: "splash-logo" }), bar, h("div", { class: "splash-name" }, "WhatsApp"), note);
    return { root, bar, note };
  },

  linking(reason) {
    const canvas = marks.el("qr", "canvas", { width: "264", height: "264" });
    const holder = h("div", { class: "qr", "data-ref": "" }, canvas);
    const reload = marks.el("qrReload", "button", { class: "qr-reload" }, marks.icon("refresh"), h("span", {}, words.qrReload));
    const steps = h("ol", {}, words.linkSteps.map((step) => h("li", {}, step)));
    const byPhone = marks.el("linkPhone", "div", { class: "link-phone", tabindex: "0" }, words.byPhone);
    const owner = h("a", { href: "/owner", target: "_blank" }, "/owner");
    const root = h("div", { class: "landing" },
      reason ? marks.el("logoutBanner", "div", { class: "logout-banner" }, words.loggedOut) : null,
      h("div", { class: "landing-window" },
        h("div", { class: "landing-main" }, h("div", { class: "landing-title" }, words.linkTitle), steps,
          byPhone, h("p", { class: "landing-hint" }, words.sandboxHint, " ", owner)),
        holder));
    return { root, canvas, holder, reload, byPhone };
  },

  phoneForm() {
    const box = marks.el("phoneInput", "input", { type: "text", autocomplete: "off" });
    const next = marks.el("phoneNext", "button", { class: "go" }, words.nextStep);
    const said = h("p", { role: "alert", class: "landing-said" });
    const root = h("div", { class: "landing" }, h("div", { class: "landing-window column" },
      h("div", { class: "landing-title" }, words.phoneTitle), box, next, said));
    return { root, box, next, said };
  },

  // One character a box, as the phone wants it typed.
  linkCode(code) {
    const boxes = [...code].map((letter) => h("span", { class: letter === "-" ? "dash" : "letter" }, letter));
    const said = h("p", { role: "alert", class: "landing-said" });
    const root = h("div", { class: "landing" }, h("div", { class: "landing-window column" },
      h("div", { class: "landing-title" }, words.codeTitle),
      marks.el("linkCode", "div", { class: "link-code", about: { code: code.replace("-", "") } }, boxes), said));
    return { root, said };
  },

  shell(watches) {
    const search = this.searchField();
    const banner = h("div", { class: "butterbar-slot" });
    const grid = marks.el("chatList", "div", { class: "chat-list" });
    const pane = marks.el("pane", "div", { class: "pane-side" }, grid);
    const side = marks.el("side", "div", { class: "side" },
      marks.el("sideHeader", "header", { class: "side-header" }, h("h1", {}, "WhatsApp"),
        watches ? h("span", { class: "watching" }, words.watching) : null,
        marks.el("menu", "button", { class: "side-menu" }, marks.icon("more"))),
      marks.el("searchArea", "div", { class: "search" }, marks.icon("search"), search),
      banner, pane);
    const menu = side.querySelector(".side-menu");
    const main = h("div", { class: "main-slot" });
    const drawer = h("div", { class: "drawer-slot" });
    const root = h("div", { class: "two" }, side, main, drawer);
    return { root, search, banner, pane, grid, main, drawer, menu };
  },

  // 2024 and 2025 have an editor here, later builds a field that the page controls.
  searchField() {
    return marks.profile.hasSearchEditor
      ? marks.el("search", "div", { contenteditable: "true", class: "search-editor" })
      : marks.el("search", "input", { type: "text", autocomplete: "off", about: { text: "" } });
  },

  intro() {
    return marks.el("intro", "div", { class: "intro" },
      h("div", { class: "splash-logo" }), h("h2", {}, words.landing), h("p", {}, words.landingText));
  },

  offline() {
    return marks.el("offline", "div", { class: "butterbar" }, marks.icon("offline"),
      h("div", {}, h("div", { class: "butterbar-title" }, words.offlineTitle), h("div", {}, words.offlineHint)));
  },

  // What the server holds against the account.
  limit(banner) {
    return marks.el("limit", "div", { class: "butterbar", about: { banner } }, h("div", {}, words.banners[banner]));
  },

  menu(labels) {
    const items = labels.map((label) => marks.el("menuItem", "li", { class: "attach-item", tabindex: "-1", about: { label } }, label));
    return { root: marks.el("menuList", "ul", { class: "side-menu-list" }, items), items };
  },

  sectionRow(title) {
    return marks.el("row", "div", { class: "section" }, title);
  },

  chatRow(chat, { preview, time }) {
    const status = chat.last?.direction === "out" ? this.tick(chat.last.ack ?? 0, "previewTick") : null;
    const unread = chat.unread
      ? marks.el("unread", "span", { class: "badge", about: { count: chat.unread } }, String(chat.unread))
      : null;
    return marks.el("row", "div", { class: "row" },
      marks.el("cell", "div", { tabindex: "-1", class: chat.unread ? "cell unread" : "cell" },
        avatar(chat.title),
        h("div", { class: "cell-text" },
          h("div", { class: "cell-line" },
            marks.el("cellTitle", "div", { class: "cell-title" },
              marks.el("cellName", "span", { dir: "auto", about: { title: chat.title } }, chat.title)),
            marks.el("cellTime", "div", { class: "cell-time" }, time)),
          marks.el("cellSecond", "div", { class: "cell-line" },
            marks.el("cellPreview", "span", { class: "cell-preview", about: { preview } }, status,
              h("span", { dir: "auto" }, preview)),
            unread))));
  },
});
