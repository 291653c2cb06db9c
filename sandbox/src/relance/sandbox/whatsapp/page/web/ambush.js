// What happens once, at a chosen moment of a send: a dialog, a reload, another chat, a freeze.

import { burn } from "./effects.js";

const FREEZE_MS = 2000;

export class Ambush {
  constructor(client) {
    this.client = client;
    this.waiting = [];
    this.met = new Set(JSON.parse(sessionStorage.ambushes ?? "[]"));
  }

  take(ambushes) {
    this.waiting = ambushes.filter(({ id }) => !this.met.has(id));
  }

  // True when the page is going away: nothing more may be done by who asked.
  meet(moment) {
    const ambush = this.waiting.find(({ on }) => on === moment);
    if (!ambush) return false;
    this.waiting = this.waiting.filter((other) => other !== ambush);
    this.met.add(ambush.id);
    sessionStorage.ambushes = JSON.stringify([...this.met]);
    this.client.link.post({ op: "ambushed", id: ambush.id });
    this.acts[ambush.act]();
    return ambush.act === "reload";
  }

  acts = {
    dialog: () => this.client.announce(),
    reload: () => location.reload(),
    leave: () => {
      const other = this.client.state.listed().find(({ chat }) => chat !== this.client.state.open);
      if (other) setTimeout(() => this.client.open(other.chat));
    },
    freeze: () => burn(FREEZE_MS),
    offline: () => {},
  };
}
