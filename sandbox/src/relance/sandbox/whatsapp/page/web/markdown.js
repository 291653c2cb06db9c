// WhatsApp's own marks (*bold*, _italic_, ~struck~) and links, as nodes.

import { h } from "./dom.js";

const MARKS = /(https?:\/\/[^\s]+)|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])/gu;
const TAGS = { "*": "strong", "_": "em", "~": "del" };

export function rendered(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(text.slice(end, match.index));
    if (match[1]) nodes.push(h("a", { href: match[1], target: "_blank", rel: "noopener" }, match[1]));
    else nodes.push(h(TAGS[match[2]], {}, ...rendered(match[3])));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}
