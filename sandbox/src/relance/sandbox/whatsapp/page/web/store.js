// What this browser profile remembers: the device's token, drafts, the outbox, the last chat list.
// A message is in the outbox from before its bubble is drawn until the server has confirmed it.

import { effects } from "./effects.js";

let database;

export async function openStore() {
  const request = indexedDB.open("wawc", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("outbox", { keyPath: "id" });
    request.result.createObjectStore("drafts", { keyPath: "chat" });
    request.result.createObjectStore("device", { keyPath: "name" });
  };
  database = await settled(request);
}

function settled(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function write(name, change) {
  if (effects.is_storage_full) throw new DOMException("quota", "QuotaExceededError");
  const transaction = database.transaction(name, "readwrite", { durability: "strict" });
  const finished = new Promise((done, fail) => {
    transaction.oncomplete = done;
    transaction.onerror = () => fail(transaction.error);
  });
  change(transaction.objectStore(name));
  transaction.commit();
  await finished;
}

const read = (name) => settled(database.transaction(name).objectStore(name).getAll());

export const outbox = {
  all: async () => (await read("outbox")).sort((a, b) => a.n - b.n),
  put: (message) => write("outbox", (store) => store.put(message)),
  remove: (id) => write("outbox", (store) => store.delete(id)),
};

export async function readDevice() {
  const records = Object.fromEntries((await read("device")).map((record) => [record.name, record.value]));
  const token = records.token ?? localStorage.getItem("device-token");
  if (token !== null && typeof token !== "string") return { isCorrupt: true };
  return { token, chats: records.chats ?? [], me: records.me ?? null };
}

export async function keepToken(token, number) {
  await write("device", (store) => store.put({ name: "token", value: token }));
  noteOwner(token, number);
}

// Chromium writes localStorage to disk seconds later: after a kill it is filled again from IndexedDB.
export function noteOwner(token, number) {
  localStorage.setItem("device-token", token);
  localStorage.setItem("last-wid", JSON.stringify(`${number.slice(1)}:7@c.us`));
  localStorage.setItem("last-wid-md", JSON.stringify(`${number.slice(1)}:7@c.us`));
}

export const keep = (name, value) => write("device", (store) => store.put({ name, value })).catch(unlessFull);

function unlessFull(error) {
  if (error.name !== "QuotaExceededError") throw error;
}

// As after a crash of the browser that its files did not survive.
export const breakSession = {
  async lost() {
    localStorage.clear();
    await write("device", (store) => store.clear());
  },
  corrupt: () => write("device", (store) => store.put({ name: "token", value: { broken: true } })),
};

export async function forgetDevice() {
  localStorage.clear();
  await write("device", (store) => store.clear());
  await write("outbox", (store) => store.clear());
  await write("drafts", (store) => store.clear());
}

// Drafts are asked for while a chat is being drawn, so they are held in memory and written behind.
const draftTexts = new Map();

export async function loadDrafts() {
  for (const { chat, text } of await read("drafts")) draftTexts.set(chat, text);
}

export const drafts = {
  read: (chat) => draftTexts.get(chat) ?? "",
  write(chat, text) {
    draftTexts.set(chat, text);
    return write("drafts", (store) => (text ? store.put({ chat, text }) : store.delete(chat))).catch(unlessFull);
  },
};
