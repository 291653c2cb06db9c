// The message box. Like Lexical, it sends its own text and not what the DOM says: events from a real keyboard
// change the text, the DOM follows 50-150 ms later, and what a script writes into the DOM is undone.

import { onTrusted } from "./dom.js";

const BACK = /(?:\p{Regional_Indicator}{2}|\P{M}(?:\p{M}|\u200d\P{M}|[\u{1F3FB}-\u{1F3FF}])*)$/u;

export class Composer {
  constructor(box, { delay, onEnter, onChange }) {
    Object.assign(this, { box, delay, onEnter, onChange });
    this.text = "";
    this.caret = [0, 0];
    this.timer = null;
    box.addEventListener("beforeinput", (event) => this.beforeInput(event));
    box.addEventListener("compositionstart", () => { this.isComposing = true; });
    box.addEventListener("compositionend", (event) => {
      this.isComposing = false;
      this.insert(event.data);
    });
    for (const type of ["drop", "paste", "cut"]) box.addEventListener(type, (event) => this.clipboard(event));
    onTrusted(box, "keydown", (event) => this.keyDown(event));
    document.addEventListener("selectionchange", this.follow = () => this.readCaret());
    this.observer = new MutationObserver(() => this.later());
    this.draw();
  }

  destroy() {
    clearTimeout(this.timer);
    this.observer.disconnect();
    document.removeEventListener("selectionchange", this.follow);
  }

  // A draft, or nothing: shown at once.
  start(text) {
    this.text = text;
    this.caret = [text.length, text.length];
    this.draw();
  }

  set(text) {
    this.text = text;
    this.caret = [text.length, text.length];
    this.onChange(text);
    this.later();
  }

  keyDown(event) {
    if (event.isComposing || event.key !== "Enter") return;
    event.preventDefault();
    if (event.shiftKey) this.insert("\n");
    else this.onEnter();
  }

  beforeInput(event) {
    if (event.inputType === "insertCompositionText") return;
    event.preventDefault();
    if (!event.isTrusted) return;
    this.readCaret();
    const type = event.inputType;
    if (type === "insertLineBreak" || type === "insertParagraph") this.insert("\n");
    else if (type.startsWith("insert")) this.insert(event.data ?? event.dataTransfer?.getData("text/plain") ?? "");
    else if (type.startsWith("delete")) this.remove(type);
  }

  clipboard(event) {
    event.preventDefault();
    if (!event.isTrusted) return;
    if (event.type === "cut") {
      event.clipboardData.setData("text/plain", this.text.slice(...this.caret));
      this.remove("deleteByCut");
    } else {
      this.insert((event.clipboardData ?? event.dataTransfer).getData("text/plain").replace(/\r\n?/g, "\n"));
    }
  }

  insert(data) {
    const [from, to] = this.caret;
    this.text = this.text.slice(0, from) + data + this.text.slice(to);
    this.caret = [from + data.length, from + data.length];
    this.onChange(this.text);
    this.later();
  }

  remove(type) {
    let [from, to] = this.caret;
    const before = this.text.slice(0, from);
    if (from === to && type.endsWith("Forward")) to += [...this.text.slice(to)][0]?.length ?? 0;
    else if (from === to && type.includes("Word")) from = before.search(/\S*\s*$/);
    else if (from === to && type.includes("Line")) from = before.lastIndexOf("\n") + 1;
    else if (from === to) from -= before.match(/\n$/)?.[0].length ?? before.match(BACK)?.[0].length ?? 0;
    this.text = this.text.slice(0, from) + this.text.slice(to);
    this.caret = [from, from];
    this.onChange(this.text);
    this.later();
  }

  later() {
    const selection = getSelection();
    if (!selection.isCollapsed && this.box.contains(selection.anchorNode)) selection.collapseToEnd();
    this.timer ??= setTimeout(() => this.draw(), this.delay());
  }

  draw() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.isComposing) return;
    this.observer.disconnect();
    const paragraph = document.createElement("p");
    paragraph.className = "selectable-text copyable-text";
    paragraph.dir = "auto";
    this.text.split("\n").forEach((line, index) => {
      if (index) paragraph.append(document.createElement("br"));
      if (!line) return;
      const span = document.createElement("span");
      span.dataset.lexicalText = "true";
      span.textContent = line;
      paragraph.append(span);
    });
    if (!this.text || this.text.endsWith("\n")) paragraph.append(document.createElement("br"));
    this.box.replaceChildren(paragraph);
    if (document.activeElement === this.box) this.showCaret(paragraph);
    this.onDrawn?.(this.text);
    this.observer.observe(this.box, { childList: true, subtree: true, characterData: true });
  }

  focus() {
    this.box.focus();
    this.showCaret(this.box.firstChild);
  }

  showCaret(paragraph) {
    const [from, to] = this.caret.map((offset) => place(paragraph, offset));
    getSelection().setBaseAndExtent(...from, ...to);
  }

  readCaret() {
    const selection = getSelection();
    if (!selection.rangeCount || !this.box.contains(selection.anchorNode)) return;
    const range = selection.getRangeAt(0);
    if (this.coversAll(range)) this.caret = [0, this.text.length];
    // While a drawing is due the DOM shows an older text, and places in it mean nothing.
    else if (!this.timer) this.caret = this.placesOf(range);
  }

  coversAll(range) {
    const isWhole = range.toString().length === this.box.textContent.length;
    return !range.collapsed && isWhole && offsetOf(this.box, range.startContainer, range.startOffset) === 0;
  }

  placesOf(range) {
    return [
      offsetOf(this.box, range.startContainer, range.startOffset),
      offsetOf(this.box, range.endContainer, range.endOffset),
    ].map((offset) => Math.min(offset, this.text.length));
  }
}

function place(paragraph, offset) {
  let left = offset;
  for (const [index, child] of [...paragraph.childNodes].entries()) {
    if (child.nodeName === "BR") {
      if (left === 0) return [paragraph, index];
      left -= 1;
    } else if (left <= child.textContent.length) return [child.firstChild, left];
    else left -= child.textContent.length;
  }
  return [paragraph, paragraph.childNodes.length];
}

function offsetOf(box, node, offset) {
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEnd(node, offset);
  const part = range.cloneContents();
  return part.textContent.length + part.querySelectorAll("br").length;
}
