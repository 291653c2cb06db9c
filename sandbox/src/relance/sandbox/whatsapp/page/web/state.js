// The client's memory of the account: chats, loaded conversations, the outbox. Views listen for changes.

import * as store from "./store.js";

export class State extends EventTarget {
  constructor() {
    super();
    this.me = null;
    this.chats = new Map();
    this.threads = new Map();
    this.outbox = [];
    this.isUp = false;
    this.restriction = null;
    this.banner = null;
    this.watches = false;
    this.open = null;
    this.clockOffset = 0;
  }

  changed(what, chat = null) {
    this.dispatchEvent(new CustomEvent("change", { detail: { what, chat } }));
  }

  now() {
    return new Date(Date.now() + this.clockOffset);
  }

  takeReady(frame) {
    this.me = frame.me;
    this.restriction = frame.restricted;
    this.banner = frame.banner;
    this.clockOffset = Date.parse(frame.now) - Date.now();
    const open = this.chats.get(this.open);
    this.chats = new Map([...(open ? [open] : []), ...frame.chats].map((chat) => [chat.chat, chat]));
    for (const thread of this.threads.values()) thread.isLoaded = false;
    this.changed("all");
    this.remember();
  }

  takeChat(chat) {
    this.chats.set(chat.chat, chat);
    this.changed("chats", chat.chat);
    this.remember();
  }

  remember() {
    if (this.watches) return;
    store.keep("chats", [...this.chats.values()]);
    store.keep("me", this.me);
  }

  thread(chat) {
    if (!this.threads.has(chat)) this.threads.set(chat, { messages: [], isLoaded: false, more: false });
    return this.threads.get(chat);
  }

  takeHistory(frame) {
    const thread = this.thread(frame.chat);
    thread.isLoaded = true;
    thread.more = frame.more;
    frame.messages.forEach((message) => this.place(thread, message));
    this.changed("thread", frame.chat);
  }

  takeMessage(message) {
    this.clockOffset = Math.max(this.clockOffset, Date.parse(message.at) - Date.now());
    this.place(this.thread(message.chat), message);
    this.changed("thread", message.chat);
  }

  place(thread, message) {
    const at = thread.messages.findIndex((known) => known.id === message.id);
    if (at >= 0) thread.messages[at] = { ...message, ack: Math.max(message.ack, thread.messages[at].ack) };
    else thread.messages.push(message);
    thread.messages.sort((a, b) => a.seq - b.seq);
  }

  drop(chat, id) {
    const thread = this.thread(chat);
    thread.messages = thread.messages.filter((message) => message.id !== id);
    this.changed("thread", chat);
  }

  // How this account is kept from writing in a chat, null when it is not.
  barred(chat) {
    const isSpared = this.restriction === "capped" && this.chats.get(chat).answered;
    return isSpared ? null : this.restriction;
  }

  // Loaded bubbles, then ours that the server has not confirmed yet.
  bubbles(chat) {
    const { messages } = this.thread(chat);
    const known = new Set(messages.map((message) => message.id));
    return [...messages, ...this.waiting(chat).filter((message) => !known.has(message.id))];
  }

  waiting(chat) {
    return this.outbox
      .filter((message) => message.chat === chat)
      .map((message) => ({ ...message, direction: "out", media: shownFile(message.file), ack: message.hasFailed ? -1 : 0 }));
  }

  listed() {
    const last = (chat) => this.waiting(chat.chat).at(-1) ?? chat.last;
    return [...this.chats.values()]
      .map((chat) => ({ ...chat, last: last(chat) }))
      .filter((chat) => chat.last)
      .sort((a, b) => Date.parse(b.last.at) - Date.parse(a.last.at) || b.last.seq - a.last.seq);
  }

  unreadChats() {
    return [...this.chats.values()].filter((chat) => chat.unread > 0).length;
  }
}

const shownFile = (file) => file && {
  blob: file.blob, kind: file.kind, name: file.blob.name, mime: file.blob.type, size: file.blob.size, state: "ready",
};
