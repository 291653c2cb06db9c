// Start: splash, then either the QR code of an unlinked device or the client of a linked one.

import { Client } from "./client.js";
import { onTrusted, pause, seeded } from "./dom.js";
import * as effects from "./effects.js";
import { Link } from "./link.js";
import { showLinking } from "./linking.js";
import { markupOf } from "./markup/markup.js";
import { showScreen } from "./screens.js";
import { State } from "./state.js";
import * as store from "./store.js";
import { useHabits } from "./times.js";
import { speak, words } from "./words.js";

const OFFLINE_BOOT_MS = 1500;

const root = document.querySelector(".app-wrapper-web");
const query = new URLSearchParams(location.search);
const config = await (await fetch("/web/config")).json();
const { default: profile } = await import(`./profiles/${config.profile}.js`);
const { Composer } = await import(config.hasLexical ? "./lexical_composer.js" : "./composer.js");
const markup = markupOf(profile, config);
const delay = seeded(config.seed);
if (markup.marks.changes.size) console.info("churn", JSON.stringify([...markup.marks.changes]));
speak(query.get("lang") ?? config.lang);
useHabits(config);

effects.apply(config.effects);
await navigator.serviceWorker?.register("/sw.js");

const tab = (sessionStorage.tab ??= crypto.randomUUID());
await store.openStore();
await store.loadDrafts();
const watched = query.get("watch")?.replace(/[^\d]/g, "");
const device = watched ? { token: null, chats: [], me: null } : await store.readDevice();
const state = new State();
state.watches = Boolean(watched);
state.outbox = watched ? [] : await store.outbox.all();

const splash = markup.splash();
root.replaceChildren(splash.root);
for (const percent of [15, 40, 75, 95]) {
  splash.bar.value = percent;
  await pause(config.bootMs / 4);
}
if (device.token || watched) splash.note.textContent = words.loadingChats;
if (device.token && config.effects.loading_s) {
  splash.bar.value = 99;
  await pause(config.effects.loading_s * 1000);
}
const screen = config.effects.screen ?? (device.isCorrupt ? "database" : null);

let take = false;
const link = new Link(() => !screen && { token: device.token, tab, take, watch: watched ? `+${watched}` : null });
const client = new Client({ link, state, markup, delay, root, Composer });

link.on("linked", async (frame) => {
  device.token = frame.token;
  await store.keepToken(frame.token, frame.number);
  const loading = markup.splash();
  loading.note.textContent = words.loadingChats;
  root.replaceChildren(loading.root);
  link.post({ op: "hello", ...link.hello() });
});
link.on("unlinked", () => showLinking({ link, markup, root, reason: null }));
link.on("logout", async (frame) => {
  await store.forgetDevice();
  link.stop();
  sessionStorage.loggedOut = frame.reason;
  location.replace(`/${watched ? location.search : ""}`);
});
link.on("conflict", () => {
  link.stop();
  const { root: dialog, button } = markup.popup(words.elsewhere, words.useHere);
  onTrusted(button, "click", () => {
    dialog.remove();
    take = true;
    link.stopped = false;
    link.open();
  });
  client.overlay(dialog);
});
link.on("effects", ({ effects: asked }) => {
  if (asked.screen !== effects.effects.screen) return location.reload();
  return effects.apply(asked);
});
link.on("freeze", ({ seconds }) => effects.burn(seconds * 1000));
link.on("session", async ({ how }) => {
  await store.breakSession[how]();
  location.reload();
});
link.on("reload", () => location.reload());
link.on("ready", (frame) => {
  take = false;
  if (device.token) store.noteOwner(device.token, frame.me.number);
});
link.addEventListener("ready", afterStart, { once: true });
if (screen) showScreen(screen, { link, markup, root });
link.open();

// Without network the linked client still opens, with the chats it remembers.
setTimeout(() => {
  if (!device.me || client.parts || link.stopped || screen) return;
  state.me = device.me;
  state.chats = new Map(device.chats.map((chat) => [chat.chat, chat]));
  client.show();
  if (location.pathname === "/send") afterStart();
}, OFFLINE_BOOT_MS);

let started = false;
function afterStart() {
  if (started) return;
  started = true;
  const phone = query.get("phone")?.replace(/\D/g, "");
  if (location.pathname === "/send" && phone !== undefined && !watched) client.openLink(phone, query.get("text") ?? "");
}
