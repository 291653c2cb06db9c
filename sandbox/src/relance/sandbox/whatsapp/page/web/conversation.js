// The open chat: header, bubbles, composer. It lives as long as the chat is open.

import { Attaching } from "./attaching.js";
import { Bubbles, gathered } from "./bubbles.js";
import { onTrusted, settle } from "./dom.js";
import { effects } from "./effects.js";
import { Placeholders } from "./placeholders.js";
import * as store from "./store.js";
import { date, day } from "./times.js";

export class Conversation {
  constructor(client, chat) {
    Object.assign(this, { client, chat, state: client.state, markup: client.markup });
    this.rows = new Map();
    this.bubbles = new Bubbles(client, () => this.summary());
    const summary = this.summary();
    this.parts = this.markup.conversation(summary, headerTitle(summary));
    this.root = this.parts.root;
    for (const opener of this.parts.openers) onTrusted(opener, "click", () => client.showDrawer(chat));
    this.placeholders = this.markup.marks.profile.keepsPlaceholders ? new Placeholders(this.parts.list) : null;
    this.parts.list.addEventListener("scroll", () => this.loadOlder());
    this.state.addEventListener("change", this.follow = (event) => this.changed(event.detail));
    this.drawFooter();
    this.drawList();
    this.load();
  }

  destroy() {
    this.composer?.destroy();
    this.attaching?.destroy();
    this.placeholders?.destroy();
    this.state.removeEventListener("change", this.follow);
  }

  summary() {
    return this.state.chats.get(this.chat);
  }

  changed({ what, chat }) {
    if (this.barred !== this.state.barred(this.chat)) this.drawFooter();
    if (what === "all") this.load();
    if (what === "thread" && chat === this.chat) this.markSeen();
    if (chat === null || chat === this.chat) {
      this.parts.name.textContent = headerTitle(this.summary());
      this.drawList();
    }
  }

  load() {
    this.client.link.post({ op: "history", chat: this.chat });
  }

  loadOlder() {
    const thread = this.state.thread(this.chat);
    if (this.parts.list.scrollTop > 80 || !thread.isLoaded || !thread.more) return;
    thread.more = false;
    this.client.link.post({ op: "history", chat: this.chat, before: thread.messages[0].seq });
  }

  markSeen() {
    const isSeen = document.visibilityState === "visible" && this.state.thread(this.chat).isLoaded;
    if (isSeen && this.summary().unread) this.client.link.post({ op: "seen", chat: this.chat });
  }

  drawFooter() {
    this.composer?.destroy();
    this.attaching?.destroy();
    this.composer = this.attaching = null;
    if (this.state.watches) return this.parts.foot.replaceChildren();
    this.barred = this.state.barred(this.chat);
    if (this.barred) return this.parts.foot.replaceChildren(this.markup.noComposer(this.barred));
    const { root, box, hint, slot, attach } = this.markup.footer(headerTitle(this.summary()));
    this.composer = new this.client.Composer(box, {
      delay: () => this.client.delay(50, 150) + effects.input_lag_ms,
      onEnter: () => this.send(),
      onChange: (text) => this.typed(text),
    });
    this.attaching = new Attaching(this, { button: attach, holder: root });
    const send = onTrusted(this.markup.sendButton(), "click", () => this.send());
    const voice = this.markup.voiceButton();
    this.composer.onDrawn = (text) => {
      hint.hidden = Boolean(text);
      const button = text.trim() ? send : voice;
      if (slot.firstChild !== button) slot.replaceChildren(button);
    };
    this.composer.start(store.drafts.read(this.chat));
    return this.parts.foot.replaceChildren(root);
  }

  typed(text) {
    store.drafts.write(this.chat, text);
    if (text) this.client.ambush.meet("typed");
    this.client.link.post({ op: "typed", chat: this.chat, text });
  }

  // In a mirror, where nobody can write.
  showTyped(text) {
    this.parts.foot.replaceChildren(...(text ? [this.markup.typed(text)] : []));
  }

  prefill(text) {
    this.composer?.set(store.drafts.read(this.chat) + text);
  }

  send() {
    const text = this.composer.text.trim();
    if (!text) return;
    this.composer.set("");
    this.client.send(this.chat, text);
  }

  drawList() {
    const { list } = this.parts;
    const thread = this.state.thread(this.chat);
    const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
    const fromEnd = list.scrollHeight - list.scrollTop;
    const bubbles = gathered(this.state.bubbles(this.chat));
    list.setAttribute("aria-busy", String(!thread.isLoaded));
    const children = thread.isLoaded ? [] : [this.markup.loading()];
    bubbles.forEach((message, index) => children.push(...this.drawn(message, bubbles[index - 1])));
    settle(list, children);
    list.scrollTop = wasAtEnd || !this.wasLoaded ? list.scrollHeight : list.scrollHeight - fromEnd;
    this.wasLoaded = thread.isLoaded;
  }

  drawn(message, previous) {
    const label = day(message.at, this.state.now());
    const isNewDay = !previous || date(previous.at) !== date(message.at);
    const isFirst = isNewDay || previous.direction !== message.direction;
    const key = JSON.stringify([message, label, isFirst, this.summary().title]);
    if (this.rows.get(message.id)?.key !== key) {
      const row = this.bubbles.row(message, isFirst);
      this.rows.set(message.id, { key, row, divider: this.markup.divider(label) });
      this.placeholders?.watch(row);
    }
    const { row, divider } = this.rows.get(message.id);
    return isNewDay ? [divider, row] : [row];
  }
}

// The header shows no emoji of a contact's name.
const headerTitle = (chat) => chat.title.replace(/[\p{Extended_Pictographic}\ufe0f\u200d]/gu, "").trim();
