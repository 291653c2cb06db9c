// The linked client: joins socket, state and views, and owns the outbox.

import { Ambush } from "./ambush.js";
import { ChatList } from "./chatlist.js";
import { Conversation } from "./conversation.js";
import { onTrusted, pause } from "./dom.js";
import { effects } from "./effects.js";
import { upload } from "./media.js";
import * as store from "./store.js";
import { BAD_NUMBERS, words } from "./words.js";

export class Client {
  constructor(given) {
    Object.assign(this, given);
    const { link, state } = given;
    this.parts = null;
    this.conversation = null;
    this.questions = new Map();
    this.ambush = new Ambush(this);
    link.on("ready", (frame) => this.ready(frame));
    link.on("chat", (frame) => state.takeChat(frame.chat));
    link.on("message", (frame) => this.arrived(frame));
    link.on("ack", (frame) => this.confirmed(frame));
    link.on("vanished", (frame) => state.drop(frame.chat, frame.id));
    link.on("refused", (frame) => this.refused(frame));
    link.on("history", (frame) => state.takeHistory(frame));
    link.on("exists", (frame) => this.questions.get(frame.tag)?.(frame));
    link.on("restricted", ({ how }) => {
      state.restriction = how;
      state.changed("restricted");
    });
    link.on("limit", ({ banner }) => {
      state.banner = banner;
      this.drawBanner();
    });
    link.on("ambush", ({ ambushes }) => this.ambush.take(ambushes));
    link.on("opened", ({ chat }) => state.chats.has(chat) && this.open(chat));
    link.on("typed", ({ chat, text }) => this.conversation?.chat === chat && this.conversation.showTyped(text));
    link.on("dialog", () => this.announce());
    link.on("up", () => this.setUp(true));
    link.on("down", () => this.setUp(false));
    document.addEventListener("visibilitychange", () => this.conversation?.markSeen());
  }

  show() {
    if (this.parts) return;
    this.parts = this.markup.shell(this.state.watches);
    this.parts.main.replaceChildren(this.markup.intro());
    this.list = new ChatList(this.state, this.markup, this.parts, {
      onOpen: (chat) => this.open(chat),
      delay: () => this.delay(150, 400),
    });
    this.root.replaceChildren(this.parts.root);
    onTrusted(this.parts.menu, "click", () => this.showMenu());
    this.setUp(this.link.isUp);
  }

  ready(frame) {
    this.state.takeReady(frame);
    this.ambush.take(frame.ambushes);
    this.show();
    if (this.state.watches) return;
    for (const message of this.state.outbox.filter((each) => !each.hasFailed)) this.transmit(message);
  }

  setUp(isUp) {
    this.state.isUp = isUp;
    this.drawBanner();
  }

  // "Too fast" is said in front of everything, the rest above the chats.
  drawBanner() {
    const { isUp, banner } = this.state;
    const limit = banner && banner !== "rate" ? this.markup.limit(banner) : null;
    this.parts?.banner.replaceChildren(...[isUp ? null : this.markup.offline(), limit].filter(Boolean));
    if (banner === "rate" && this.parts) this.refuse(words.banners.rate);
  }

  showMenu() {
    if (this.menu?.isConnected) return this.menu.remove();
    const { root, items: [logOut] } = this.markup.menu([words.logOut]);
    this.menu = root;
    onTrusted(logOut, "click", () => {
      root.remove();
      const { root: question, button, cancel } = this.markup.question(words.logOutSure, words.cancel, words.logOut);
      onTrusted(cancel, "click", () => question.remove());
      onTrusted(button, "click", () => this.link.post({ op: "leave" }));
      this.overlay(question);
    });
    return this.parts.menu.after(root);
  }

  open(chat) {
    if (this.conversation?.chat === chat) return this.conversation;
    this.conversation?.destroy();
    this.state.open = chat;
    this.conversation = new Conversation(this, chat);
    this.parts.main.replaceChildren(this.conversation.root);
    this.parts.drawer.replaceChildren();
    this.conversation.parts.list.scrollTop = this.conversation.parts.list.scrollHeight;
    this.conversation.composer?.focus();
    this.conversation.markSeen();
    if (!this.state.watches) this.link.post({ op: "opened", chat });
    this.ambush.meet("opened");
    this.state.changed("opened");
    return this.conversation;
  }

  // `file` is {blob, kind}: it stays with the message until the server has both.
  async send(chat, text, file = null) {
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
    const message = { id, chat, text, file, at: this.state.now().toISOString(), n: Date.now() * 1000 + this.state.outbox.length, seq: Infinity };
    if (this.ambush.meet("sending")) return;
    try {
      await store.outbox.put(message);
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      this.refuse(words.quota);
      return;
    }
    this.state.outbox.push(message);
    this.state.changed("thread", chat);
    if (!this.ambush.meet("recorded")) this.transmit(message);
  }

  async transmit(message) {
    const { id, chat, text, file } = message;
    if (!this.link.isUp || message.isUploading) return;
    let media = null;
    if (file) {
      message.isUploading = true;
      const sha256 = await upload(file.blob);
      message.isUploading = false;
      if (!sha256) return;
      media = { sha256, kind: file.kind, mime: file.blob.type || "application/octet-stream", name: file.blob.name };
    }
    this.link.post({ op: "send", id, to: chat, text, media });
  }

  // Nothing is awaited before the state is changed: the next tick may be right behind.
  confirmed({ message, chat }) {
    if (message.ack > 0 && this.state.outbox.some((waiting) => waiting.id === message.id)) {
      this.state.outbox = this.state.outbox.filter((waiting) => waiting.id !== message.id);
      store.outbox.remove(message.id);
    }
    this.state.takeChat(chat);
    if (this.state.threads.has(chat.chat)) this.state.takeMessage(message);
  }

  async refused({ id, chat }) {
    const message = this.state.outbox.find((waiting) => waiting.id === id);
    if (!message) return;
    message.hasFailed = true;
    await store.outbox.remove(id);
    this.state.changed("thread", chat);
  }

  arrived({ message, chat }) {
    this.state.takeChat(chat);
    if (this.state.thread(chat.chat).isLoaded) this.state.takeMessage(message);
  }

  // `/send?phone=…&text=…`: the box gets its text first and the caret a moment later, as on the real page.
  async openLink(phone, text) {
    const modal = this.overlay(this.markup.waiting(words.starting));
    const found = await this.ask(phone);
    await pause(this.delay(100, 300));
    modal.remove();
    history.replaceState(null, "", `/${keptQuery()}`);
    if (!found.chat) return this.refuseNumber(phone, found.valid);
    if (!this.state.chats.has(found.chat.chat)) this.state.takeChat(found.chat);
    const conversation = this.open(found.chat.chat);
    document.activeElement?.blur();
    if (text) conversation.prefill(text);
    await pause(this.delay(100, 400));
    return conversation.composer?.focus();
  }

  async ask(phone) {
    const tag = crypto.randomUUID();
    const answer = new Promise((done) => this.questions.set(tag, done));
    const post = () => this.link.isUp && this.link.post({ op: "exists", phone, tag });
    this.link.addEventListener("up", post);
    post();
    const found = await answer;
    this.link.removeEventListener("up", post);
    this.questions.delete(tag);
    return found;
  }

  showDrawer(chat) {
    const { root, close } = this.markup.drawer(this.state.chats.get(chat));
    onTrusted(close, "click", () => root.remove());
    this.parts.drawer.replaceChildren(root);
  }

  overlay(element) {
    document.getElementById("wa-popovers-bucket").append(element);
    return element;
  }

  refuse(sentence, shown = {}) {
    const { root, button } = this.markup.popup(sentence, words.ok, shown);
    onTrusted(button, "click", () => root.remove());
    this.overlay(root);
  }

  refuseNumber(phone, isValid) {
    const [invalid, absent] = BAD_NUMBERS[effects.popup_lang ?? words.lang];
    this.refuse(isValid ? absent(`+${phone}`) : invalid, { isLabelled: effects.is_popup_labelled });
  }

  announce() {
    const { root, button } = this.markup.announcement(words.whatsNew, words.whatsNewText, words.continue);
    onTrusted(button, "click", () => {
      root.remove();
      this.link.post({ op: "dialog_closed" });
    });
    this.overlay(root);
  }
}

export function keptQuery() {
  const kept = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => ["lang", "watch"].includes(name)));
  return kept.size ? `?${kept}` : "";
}
