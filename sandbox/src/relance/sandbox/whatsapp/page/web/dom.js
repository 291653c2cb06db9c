// Small tools to build elements and to accept only what a real mouse or keyboard did.

import { DRAWINGS } from "./drawings.js";

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function onTrusted(element, type, react) {
  element.addEventListener(type, (event) => {
    if (event.isTrusted) react(event);
  });
  return element;
}

// Gives `parent` exactly these children and leaves alone those that stay in place, so that a pointer or a
// half-done click on one of them is not pulled away.
export function settle(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  while (parent.children.length > children.length) parent.lastChild.remove();
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A drawing without any mark that could tell a driver what it is.
export function icon(name, attributes = {}, title = null) {
  const holder = h("span", { "aria-hidden": "true", class: `icon ic-${name}`, ...attributes });
  holder.innerHTML = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round">${title ? `<title>${title}</title>` : ""}${DRAWINGS[name] ?? ""}</svg>`;
  return holder;
}

// A seeded source of delays: the same seed plays the same session.
export function seeded(seed) {
  let a = seed >>> 0;
  return (low, high) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + (high - low) * (((t ^ (t >>> 14)) >>> 0) / 4294967296);
  };
}

export function avatar(title) {
  const letters = title.replace(/[^\p{L} ]/gu, "").trim();
  const hue = [...title].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return h("div", { class: "avatar", style: `--hue:${hue}` }, letters ? letters[0].toUpperCase() : "#");
}
