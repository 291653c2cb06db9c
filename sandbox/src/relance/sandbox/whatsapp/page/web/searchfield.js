// Where chats are searched: an editor like the composer (2024, 2025), or an `<input>` that the page controls as React
// does: a value written without an event is put back, and its label is gone while it holds text.

import { Composer } from "./composer.js";
import { onTrusted } from "./dom.js";

export function searchField(box, marks, { delay, onText, onEnter }) {
  onTrusted(box, "keydown", (event) => event.key === "Escape" && field.set(""));
  const field = marks.profile.hasSearchEditor ? editor(box, { delay, onText, onEnter }) : input(box, marks, { onText, onEnter });
  return field;
}

function editor(box, { delay, onText, onEnter }) {
  const composer = new Composer(box, { delay, onEnter, onChange: onText });
  return { set: (text) => composer.set(text), hold: () => {} };
}

function input(box, marks, { onText, onEnter }) {
  let held = "";
  let isTyped = false;
  const take = (text) => {
    held = box.value = text;
    for (const name of ["aria-label", "placeholder", "title"]) box.removeAttribute(name);
    for (const [name, value] of Object.entries(marks.of("search", { text }))) box.setAttribute(name, value);
    onText(text);
  };
  onTrusted(box, "keydown", (event) => {
    isTyped = event.key.length === 1 && !event.ctrlKey;
    if (event.key === "Enter") onEnter();
  });
  // One build of late 2026 was seen to filter on a value set at once and not on keystrokes.
  box.addEventListener("input", () => {
    held = box.value;
    if (!isTyped || !marks.profile.ignoresKeysInSearch) take(box.value);
    isTyped = false;
  });
  return { set: take, hold: () => { if (box.value !== held) box.value = held; } };
}
