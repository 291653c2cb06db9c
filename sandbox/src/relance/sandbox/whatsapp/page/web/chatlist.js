// The list of chats: only the rows in sight exist. And the search above it, whose results come late.

import { previewOf } from "./bubbles.js";
import { h, onTrusted, settle } from "./dom.js";
import { searchField } from "./searchfield.js";
import { hourOrDay } from "./times.js";
import { words } from "./words.js";

const ROW = 72;
const SECTION = 48;
const MOST_ROWS = 24;

export class ChatList {
  constructor(state, markup, parts, { onOpen, delay }) {
    Object.assign(this, { state, markup, parts, onOpen, delay });
    this.query = "";
    this.shown = "";
    this.rows = new Map();
    parts.pane.addEventListener("scroll", () => this.draw());
    this.search = searchField(parts.search, markup.marks, {
      delay: () => this.delay() / 4,
      onText: (text) => this.typed(text),
      onEnter: () => this.openFirst(),
    });
    state.addEventListener("change", () => this.draw());
    this.draw();
  }

  typed(text) {
    this.query = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.shown = this.query;
      this.parts.pane.scrollTop = 0;
      this.draw();
    }, this.delay());
  }

  clear() {
    this.search.set("");
  }

  openFirst() {
    if (this.shown !== this.query) return;
    const first = this.items().find((item) => item.chat);
    if (first) this.open(first.chat);
  }

  open(chat) {
    this.clear();
    this.onOpen(chat.chat);
  }

  items() {
    const listed = this.state.listed();
    if (!this.shown.trim()) return listed.map((chat) => ({ chat }));
    const wanted = plain(this.shown);
    const digits = this.shown.replace(/\D/g, "");
    const matches = (chat) =>
      plain(chat.title).includes(wanted) || (digits.length > 3 && chat.chat.includes(digits.replace(/^0/, "")));
    const chats = listed.filter(matches);
    const contacts = [...this.state.chats.values()].filter((chat) => chat.saved && !chat.last && matches(chat));
    return [
      ...(chats.length ? [{ section: words.chats }, ...chats.map((chat) => ({ chat }))] : []),
      ...(contacts.length ? [{ section: words.contacts }, ...contacts.map((chat) => ({ chat }))] : []),
    ];
  }

  draw() {
    const { pane, grid } = this.parts;
    this.search.hold();
    const items = this.items();
    let top = 0;
    const placed = items.map((item) => {
      const here = { item, top };
      top += item.section ? SECTION : ROW;
      return here;
    });
    grid.style.height = `${top}px`;
    grid.setAttribute("aria-rowcount", String(items.length));
    const from = pane.scrollTop - 4 * ROW;
    const rows = placed.filter((here) => here.top >= from).slice(0, MOST_ROWS);
    const none = !items.length && this.shown ? [h("div", { class: "no-result" }, words.noResult)] : [];
    settle(grid, [...rows.map((here) => this.row(here)), ...none]);
    const unread = this.state.unreadChats();
    document.title = unread ? `(${unread}) WhatsApp` : "WhatsApp";
  }

  row({ item, top }) {
    const key = JSON.stringify([item, words.lang, this.state.now().toDateString()]);
    const name = item.section ?? item.chat.chat;
    if (this.rows.get(name)?.key !== key) {
      this.rows.set(name, { key, row: item.section ? this.markup.sectionRow(item.section) : this.chatRow(item.chat) });
    }
    const { row } = this.rows.get(name);
    row.classList.toggle("selected", name === this.state.open);
    row.style.transform = `translateY(${top}px)`;
    return row;
  }

  chatRow(chat) {
    const time = chat.last ? hourOrDay(chat.last.at, this.state.now()) : "";
    const row = this.markup.chatRow(chat, { preview: previewOf(chat.last), time });
    return onTrusted(row, "click", () => this.open(chat));
  }
}

const plain = (text) => text.normalize("NFD").replace(/[\p{M}\u202a-\u202e]/gu, "").replace(/\u00a0/g, " ").trim().toLowerCase();
