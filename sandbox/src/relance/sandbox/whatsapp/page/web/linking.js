// The QR code of a device that is not linked yet. It turns every few seconds and stops after some minutes.

import { onTrusted } from "./dom.js";

export function showLinking({ link, markup, root }) {
  const reason = sessionStorage.loggedOut;
  delete sessionStorage.loggedOut;
  const { root: page, canvas, holder, reload } = markup.linking(reason);
  root.replaceChildren(page);
  link.on("qr", (frame) => {
    reload.remove();
    holder.dataset.ref = frame.ref;
    draw(canvas, frame.rows);
  });
  link.on("qr_expired", () => holder.append(reload));
  onTrusted(reload, "click", () => link.post({ op: "wait_scan" }));
  link.post({ op: "wait_scan" });
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
