// The chat as a customer sees it: day marks, bubbles, photos, documents. Used by one phone and by the wall.

import { h, icon } from "/page/web/dom.js";
import { rendered } from "/page/web/markdown.js";
import { date, day, hour } from "/page/web/times.js";

const TICKS = ["pending", "sent", "sent", "read"];

export function avatar(name) {
  const letters = (name ?? "").replace(/[^\p{L} ]/gu, "").trim();
  const hue = [...(name ?? "#")].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return h("div", { class: "avatar", style: `--hue:${hue}` }, letters ? letters[0].toUpperCase() : "#");
}

// `today` is the server's: in the practice world the product lives on another day than this browser.
export function bubbles(messages, today) {
  const now = new Date(Math.max(Date.parse(today), ...messages.map((message) => Date.parse(message.at))));
  return messages.flatMap((message, index) => {
    const previous = messages[index - 1];
    const isNewDay = !previous || date(previous.at) !== date(message.at);
    const isFirst = isNewDay || previous.direction !== message.direction;
    const line = bubble(message, isFirst);
    return isNewDay ? [h("div", { class: "day" }, h("span", {}, day(message.at, now))), line] : [line];
  });
}

function bubble(message, isFirst) {
  const isMine = message.direction === "in";
  return h("div", { class: `line ${isMine ? "mine" : "theirs"}${isFirst ? " first" : ""}`, "data-message": message.id },
    h("div", { class: "bubble" }, message.media ? attachment(message.media) : null,
      message.text ? h("span", { class: "text", dir: "auto" }, rendered(message.text)) : null,
      h("span", { class: "meta" }, hour(message.at), isMine ? icon(TICKS[message.ack]) : null)));
}

function attachment(media) {
  if (media.mime.startsWith("image/")) {
    return h("a", { href: `/media/${media.sha256}`, target: "_blank", class: "picture" },
      h("img", { src: `/media/${media.sha256}`, alt: "Photo" }));
  }
  return h("a", { href: `/media/${media.sha256}`, download: media.name, class: "file" }, icon("document"),
    h("span", {}, media.name, h("small", {}, `${Math.max(1, Math.round(media.size / 1024))} ko`)));
}
