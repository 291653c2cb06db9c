// What a profile marks each part of the page with: test-ids, roles, labels, classes, icon names. Churn takes some
// away or renames them, as a new build of the real page does from one day to the next.

import { h, icon, seeded } from "./dom.js";
import { words } from "./words.js";

const RENAMED = ["data-testid", "data-icon", "data-id", "class", "id", "role", "svg-title", "data-tab"];

export class Marks {
  constructor(profile, { churn = 0, seed = 1 } = {}) {
    this.profile = profile;
    this.changes = churned(profile, churn, seed);
  }

  // The attributes of a part, where `about` is what it shows.
  of(part, about = {}) {
    const marks = {};
    for (const [name, value] of Object.entries(this.profile.parts[part] ?? {})) {
      const change = this.changes.get(`${part} ${name}`);
      const said = typeof value === "function" ? value(about, words) : value;
      if (change === "removed" || said === null || said === undefined) continue;
      marks[name] = change ? said.split(" ").map((word) => change + word).join(" ") : said;
    }
    return marks;
  }

  el(part, tag, { about, class: style = "", ...fixed } = {}, ...children) {
    const marks = this.of(part, about);
    const attributes = { ...fixed, ...marks, class: [style, marks.class].filter(Boolean).join(" ") || null };
    return h(this.profile.tags?.[part] ?? tag, attributes, ...children);
  }

  icon(name, about = {}) {
    const { "svg-title": title, ...marks } = this.of(`icon-${name}`, about);
    return icon(name, { ...marks, class: `icon ic-${name}` }, title);
  }
}

// "part attribute" → "removed", or the prefix that renames its value. The same seed changes the same things.
function churned(profile, count, seed) {
  const places = Object.entries(profile.parts).flatMap(([part, marks]) => Object.keys(marks).map((name) => [part, name]));
  const draw = seeded(seed);
  const changes = new Map();
  for (let left = Math.min(count, places.length); left > 0; left -= 1) {
    const [[part, name]] = places.splice(Math.floor(draw(0, places.length)), 1);
    const isRenamed = draw(0, 1) < 0.5 && RENAMED.includes(name);
    changes.set(`${part} ${name}`, isRenamed ? `k${Math.floor(draw(10, 99))}-` : "removed");
  }
  return changes;
}
