// A device that is not linked yet: a QR code that turns every few seconds and stops after some minutes, or a code to
// type on the phone.

import { onTrusted } from "./dom.js";
import { words } from "./words.js";

export function showLinking({ link, markup, root }) {
  const reason = sessionStorage.loggedOut;
  delete sessionStorage.loggedOut;
  const { root: page, canvas, holder, reload, byPhone } = markup.linking(reason);
  root.replaceChildren(page);
  let isDrawn = false;
  link.on("qr", (frame) => {
    isDrawn = true;
    reload.remove();
    holder.dataset.ref = frame.ref;
    draw(canvas, frame.rows);
  });
  link.on("qr_expired", () => holder.append(reload));
  link.on("link_refused", ({ why }) => why === "attempts" && refuse(markup, root));
  // A click before the code is drawn is swallowed, as on the real page.
  onTrusted(byPhone, "click", () => isDrawn && askNumber({ link, markup, root }));
  onTrusted(reload, "click", () => link.post({ op: "wait_scan" }));
  link.post({ op: "wait_scan" });
}

function refuse(markup, root) {
  const { root: dialog, button } = markup.popup(words.tooMany, words.ok);
  onTrusted(button, "click", () => dialog.remove());
  root.append(dialog);
}

// The field starts with the country's prefix, and a typed "+" is dropped.
function askNumber({ link, markup, root }) {
  const { root: page, box, next, said } = markup.phoneForm();
  root.replaceChildren(page);
  box.value = "+33 ";
  box.addEventListener("input", () => { box.value = `+${box.value.replace(/[^\d ]/g, "")}`; });
  link.on("link_refused", ({ why }) => { said.textContent = why === "number" ? words.badPhone : ""; });
  link.on("link_code", ({ code }) => {
    const shown = markup.linkCode(code);
    root.replaceChildren(shown.root);
    link.on("link_code_expired", () => { shown.said.textContent = words.codeOver; });
  });
  onTrusted(next, "click", () => link.post({ op: "wait_code", phone: box.value }));
}

function draw(canvas, rows) {
  const pen = canvas.getContext("2d");
  const cell = Math.floor(canvas.width / rows.length);
  const margin = Math.floor((canvas.width - cell * rows.length) / 2);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#111b21";
  rows.forEach((row, y) => [...row].forEach((bit, x) => {
    if (bit === "1") pen.fillRect(margin + x * cell, margin + y * cell, cell, cell);
  }));
}
