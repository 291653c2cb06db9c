// Sending files. The menu opens a moment after the click, its three inputs come later still (or never, in the newest
// build, where only the system's file chooser is left), and what is chosen goes to a preview with a caption box of its
// own, except a sticker, which leaves at once.

import { h, onTrusted, pause } from "./dom.js";
import { effects } from "./effects.js";
import { words } from "./words.js";

const ACCEPTS = {
  document: "*",
  sticker: "image/png,image/webp,image/*",
  photo: "image/*,video/mp4,video/3gpp,video/quicktime",
};

export class Attaching {
  constructor(conversation, { button, holder }) {
    this.conversation = conversation;
    this.client = conversation.client;
    this.markup = conversation.markup;
    this.button = button;
    this.holder = holder;
    this.menu = null;
    onTrusted(button, "click", () => (this.menu ? this.close() : this.open()));
  }

  async open() {
    this.button.setAttribute("aria-expanded", "true");
    const menu = (this.menu = this.markup.attachMenu());
    await pause(this.client.delay(50, 250));
    if (menu !== this.menu) return;
    this.holder.append(menu.root);
    const hasInputs = !this.markup.marks.profile.hasOnlyChooser;
    for (const kind of Object.keys(ACCEPTS)) {
      onTrusted(menu.items[kind], "click", (event) => event.target.type !== "file" && this.choose(kind));
    }
    await pause(this.client.delay(100, 400));
    if (menu !== this.menu || !hasInputs) return;
    for (const kind of Object.keys(ACCEPTS)) menu.items[kind].append(this.input(kind));
  }

  close() {
    this.button.setAttribute("aria-expanded", "false");
    this.menu?.root.remove();
    this.menu = null;
  }

  input(kind) {
    const input = h("input", { type: "file", accept: ACCEPTS[kind], multiple: kind !== "sticker", class: "attach-input" });
    input.addEventListener("change", () => this.chosen(kind, [...input.files]));
    return input;
  }

  choose(kind) {
    (this.menu.items[kind].querySelector("input") ?? this.input(kind)).click();
  }

  async chosen(kind, files) {
    this.close();
    if (!files.length) return;
    if (kind === "sticker") {
      this.client.send(this.conversation.chat, "", { blob: files[0], kind });
      return;
    }
    await pause(this.client.delay(150, 500));
    this.preview(kind, files);
  }

  preview(kind, files) {
    const isPicture = kind === "photo" && files[0].type.startsWith("image/");
    const image = isPicture ? h("img", { alt: "", src: URL.createObjectURL(files[0]) }) : null;
    const { root, box, close, send } = this.markup.preview({ name: files[0].name, image });
    const caption = new this.client.Composer(box, {
      delay: () => this.client.delay(50, 150) + effects.input_lag_ms, onEnter: () => this.leave(kind, files), onChange: () => {},
    });
    this.shown = { root, caption, forget: (event) => event.key === "Escape" && this.askToDiscard() };
    onTrusted(close, "click", () => this.askToDiscard());
    onTrusted(send, "click", () => this.leave(kind, files));
    document.addEventListener("keydown", this.shown.forget);
    this.conversation.root.append(root);
    caption.start("");
    caption.focus();
    this.client.ambush.meet("preview");
  }

  async leave(kind, files) {
    const { shown } = this;
    if (!shown || shown.isLeaving) return;
    shown.isLeaving = true;
    const text = shown.caption.text.trim();
    await pause(this.client.delay(100, 400));
    this.put();
    for (const [index, blob] of files.entries()) {
      const shownAs = kind === "photo" ? (blob.type.startsWith("video/") ? "video" : "image") : "document";
      await this.client.send(this.conversation.chat, index ? "" : text, { blob, kind: shownAs });
    }
    this.conversation.composer?.focus();
  }

  // Takes the preview away.
  put() {
    if (!this.shown) return;
    document.removeEventListener("keydown", this.shown.forget);
    this.shown.caption.destroy();
    this.shown.root.remove();
    this.shown = null;
  }

  askToDiscard() {
    if (this.asking || this.shown?.isLeaving) return;
    const { root, button, cancel } = this.markup.question(words.discard, words.goBack, words.discardYes);
    this.asking = this.client.overlay(root);
    const answer = (isDiscarded) => {
      root.remove();
      this.asking = null;
      if (isDiscarded) this.put();
    };
    onTrusted(cancel, "click", () => answer(false));
    onTrusted(button, "click", () => answer(true));
  }

  destroy() {
    this.close();
    this.put();
    this.asking?.remove();
  }
}
