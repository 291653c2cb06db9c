// Small tools to build elements and to accept only what a real mouse or keyboard did.

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

const PATHS = {
  "msg-time": '<circle cx="8" cy="8" r="5.2"/><path d="M8 5v3.2l2 1.2"/>',
  "msg-check": '<path d="M3.5 8.6l3 3 6-7"/>',
  "msg-dblcheck": '<path d="M1 8.6l3 3 6-7M7.2 10.6l1 1 6-7"/>',
  "msg-dblcheck-ack": '<path d="M1 8.6l3 3 6-7M7.2 10.6l1 1 6-7"/>',
  "wds-ic-send-filled": '<path d="M2 2.5l12.5 5.5L2 13.5V9.2L9 8 2 6.8z" fill="currentColor" stroke="none"/>',
  "mic-outlined": '<rect x="6" y="2" width="4" height="7.5" rx="2"/><path d="M3.8 7.5a4.2 4.2 0 0 0 8.4 0M8 11.8V14"/>',
  "plus-rounded": '<path d="M8 3v10M3 8h10"/>',
  "search": '<circle cx="7" cy="7" r="4"/><path d="M10 10l3.5 3.5"/>',
  "chat-filled": '<path d="M2.5 3h11v8h-7l-4 3z" fill="currentColor" stroke="none"/>',
  "more": '<path d="M8 3.2v.1M8 8v.1M8 12.8v.1" stroke-width="2.2"/>',
  "x": '<path d="M4 4l8 8M12 4l-8 8"/>',
  "refresh": '<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8"/>',
  "document": '<path d="M4 2h5l3 3v9H4z"/><path d="M9 2v3h3"/>',
  "expressions": '<circle cx="8" cy="8" r="5.5"/><path d="M5.8 9.5a2.6 2.6 0 0 0 4.4 0M6.2 6.4v.1M9.8 6.4v.1" />',
  "alert-message": '<circle cx="8" cy="8" r="6"/><path d="M8 4.8v4M8 11.2v.1"/>',
  "offline": '<path d="M2 6a9 9 0 0 1 12 0M4.5 8.8a5.2 5.2 0 0 1 7 0M8 12v.1M2 2l12 12"/>',
};

export function icon(name, attributes = {}) {
  const holder = h("span", { "aria-hidden": "true", "data-icon": name, class: `icon ic-${name}`, ...attributes });
  holder.innerHTML = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round">${PATHS[name] ?? ""}</svg>`;
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
