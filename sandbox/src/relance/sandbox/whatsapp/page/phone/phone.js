// One customer's phone: reads what the agency wrote, answers with words, a photo or a PDF.

import { h, icon, onTrusted } from "/page/web/dom.js";
import { useHabits } from "/page/web/times.js";
import { avatar, bubbles } from "./bubbles.js";
import { get, live, post } from "./live.js";

const IDEAS = ["Bonjour, j’ai payé hier 👍", "Je paierai vendredi, promis.", "Pouvez-vous me renvoyer le lien ?",
  "Ce n’est pas le montant convenu.", "Merci beaucoup !", "STOP"];

const number = decodeURIComponent(location.pathname.split("/").pop());
const api = `/api/phone/${encodeURIComponent(number)}`;
let view;
let chosen = null;

const title = h("div", { class: "who" });
const tabs = h("div", { class: "tabs" });
const list = h("div", { class: "talk", id: "talk" });
const field = h("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message", id: "answer" });
const file = h("input", { type: "file", accept: "image/*,application/pdf", id: "file", hidden: true });
const said = h("div", { class: "said", role: "status" });
const send = h("button", { type: "submit", "aria-label": "Envoyer", class: "go" }, icon("send"));
const attach = h("button", { type: "button", "aria-label": "Joindre une photo ou un PDF", class: "clip" }, icon("attach"));
const form = h("form", { class: "write" }, h("div", { class: "write-field" }, attach, field), file, send);

document.getElementById("device").append(
  h("div", { class: "screen" }, h("header", {}, h("a", { href: "/phones", "aria-label": "Retour", class: "up" }, "‹"), title), tabs, list, said, form));
document.getElementById("ideas").append(...IDEAS.map((idea) => {
  const button = h("button", { type: "button" }, idea);
  button.addEventListener("click", () => { field.value = idea; grow(); field.focus(); });
  return button;
}));

const wire = live(number, refresh);
document.addEventListener("visibilitychange", seen);

async function refresh() {
  view = await get(api);
  useHabits(view);
  draw();
  seen();
}

function seen() {
  if (document.visibilityState === "visible" && view?.threads.some((thread) => thread.unread)) wire.seen();
}

function draw() {
  const thread = view.threads.find((each) => each.account === chosen) ?? view.threads[0];
  document.title = `${view.name ?? view.display} · téléphone`;
  document.getElementById("owner").textContent = view.name ?? view.display;
  document.getElementById("owner-number").textContent = view.name ? view.display : "";
  title.replaceChildren(avatar(thread?.name ?? "Relance"), h("div", {}, h("strong", {}, thread?.name ?? "Aucune discussion"),
    h("small", {}, thread ? thread.display : "")));
  tabs.hidden = view.threads.length < 2;
  tabs.replaceChildren(...view.threads.map((each) => {
    const tab = h("button", { type: "button", "aria-pressed": String(each === thread) }, each.name);
    tab.addEventListener("click", () => { chosen = each.account; draw(); });
    return tab;
  }));
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  list.replaceChildren(...(thread ? bubbles(thread.messages, view.today) : [h("p", { class: "empty" }, "Aucun message pour le moment.")]));
  if (atEnd) list.scrollTop = list.scrollHeight;
  list.querySelectorAll("img").forEach((image) => image.addEventListener("load", () => { list.scrollTop = list.scrollHeight; }));
}

async function answer(content) {
  said.textContent = "";
  try {
    await post(`${api}/reply`, { ...content, to: chosen ?? view.account });
    list.scrollTop = list.scrollHeight;
  } catch (error) {
    said.textContent = `Le message n’est pas parti : ${error.message}`;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  grow();
  await answer({ text });
});
onTrusted(field, "keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
attach.addEventListener("click", () => file.click());
file.addEventListener("change", async () => {
  for (const chosenFile of file.files) {
    await answer({ media: { name: chosenFile.name, mime: chosenFile.type || "application/octet-stream", base64: await encoded(chosenFile) } });
  }
  file.value = "";
});
field.addEventListener("input", grow);

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 110)}px`;
}

function encoded(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}
