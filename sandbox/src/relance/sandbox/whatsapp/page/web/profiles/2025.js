// Autumn 2025: the new icon set, send as a `div`, privacy ids (`@lid`) where phone numbers were.

import before, { dataIcons } from "./2024.js";

const iconNames = {
  ...before.iconNames, send: "wds-ic-send-filled", attach: "plus-rounded", voice: "mic-outlined", emoji: "expressions",
  refresh: "refresh", download: "wds-ic-download", "attach-document": "document-filled-refreshed",
  "attach-photo": "media-filled-refreshed", "attach-camera": "camera-filled-refreshed", "attach-sticker": "sticker-create-filled-refreshed",
  offline: "alert-computer-refreshed",
};

// Not the number, and always the same for it, as the real one; a group keeps its id.
const SPAN = 899_999_999_999_999n;
const hashed = (chat) => [...chat].reduce((sum, digit) => (sum * 31n + BigInt(digit.codePointAt(0))) % SPAN, 7n);
const lid = (chat) => (chat.includes("@") ? chat : `${hashed(chat) + 100_000_000_000_000n}@lid`);

export default {
  ...before,
  name: "2025",
  tags: { ...before.tags, send: "div" },
  iconNames,
  parts: {
    ...before.parts,
    qr: { role: "img", "aria-label": (about, words) => words.qrLabel },
    send: { ...before.parts.send, role: "button", "aria-disabled": "false" },
    composer: { ...before.parts.composer, "aria-label": ({ title }, words) => words.compose(title) },
    message: {
      "data-id": ({ id, chat, isOut }) => `${isOut}_${lid(chat)}_${id}`,
      class: before.parts.message.class,
    },
    notice: { "data-id": ({ id, chat }) => `false_${lid(chat)}_${id}`, class: "focusable-list-item" },
    previewSend: { role: "button", "aria-label": (about, words) => words.sendSelected },
    ...dataIcons(iconNames),
  },
};
