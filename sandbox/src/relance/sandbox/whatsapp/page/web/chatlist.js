// The list of chats: only the rows in sight exist. And the search above it, whose results come late.

import { previewOf } from "./bubbles.js";
import { h, onTrusted } from "./dom.js";
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
    this.free = [];
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
      plain(chat.title).includes(wanted) || (digits.length > 3 && chat.display && chat.chat.includes(digits.replace(/^0/, "")));
    const chats = listed.filter(matches);
    const contacts = [...this.state.chats.values()].filter((chat) => chat.saved && !chat.last && matches(chat));
    const found = listed.filter((chat) => chat.last.text && plain(chat.last.text).includes(wanted));
    return [
      ...(chats.length ? [{ section: words.chats }, ...chats.map((chat) => ({ chat }))] : []),
      ...(contacts.length ? [{ section: words.contacts }, ...contacts.map((chat) => ({ chat }))] : []),
      ...(found.length ? [{ section: words.messages }, ...found.map((chat) => ({ chat, isFound: true }))] : []),
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
    this.place(placed.filter((here) => here.top >= from).slice(0, MOST_ROWS));
    grid.querySelector(".no-result")?.remove();
    if (!items.length && this.shown) grid.append(h("div", { class: "no-result" }, words.noResult));
    const unread = this.state.unreadChats();
    document.title = unread ? `(${unread}) WhatsApp` : "WhatsApp";
  }

  // A row that leaves gives its node to one that comes: who kept a handle on it holds another chat now.
  place(placed) {
    const wanted = new Map(placed.map(({ item, top }) => [nameOf(item), { item, top }]));
    for (const [name, row] of this.rows) {
      if (wanted.has(name)) continue;
      this.rows.delete(name);
      this.free.push(row);
    }
    for (const [name, { item, top }] of wanted) {
      if (!this.rows.has(name)) this.rows.set(name, this.free.pop() ?? this.blank());
      this.fill(this.rows.get(name), item, top);
    }
    for (const row of this.free) row.node.remove();
  }

  blank() {
    const row = { node: h("div"), item: null, key: null };
    onTrusted(row.node, "click", () => row.item.chat && this.open(row.item.chat));
    return row;
  }

  fill(row, item, top) {
    const key = JSON.stringify([item, words.lang, this.state.now().toDateString()]);
    if (row.key !== key) {
      const fresh = item.section ? this.markup.sectionRow(item.section) : this.chatRow(item.chat);
      for (const { name, value } of fresh.attributes) row.node.setAttribute(name, value);
      row.node.replaceChildren(...fresh.childNodes);
      Object.assign(row, { item, key });
    }
    row.node.classList.toggle("selected", item.chat?.chat === this.state.open);
    row.node.style.transform = `translateY(${top}px)`;
    if (!row.node.isConnected) this.parts.grid.append(row.node);
  }

  chatRow(chat) {
    const time = chat.last ? hourOrDay(chat.last.at, this.state.now()) : "";
    return this.markup.chatRow(chat, { preview: previewOf(chat.last), time });
  }
}

const nameOf = (item) => item.section ?? `${item.isFound ? "found " : ""}${item.chat.chat}`;
const plain = (text) => text.normalize("NFD").replace(/[\p{M}\u202a-\u202e]/gu, "").replace(/\u00a0/g, " ").trim().toLowerCase();
