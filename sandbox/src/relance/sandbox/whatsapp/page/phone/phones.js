// The wall: every customer's phone side by side, the latest to receive something first.

import { h } from "/page/web/dom.js";
import { useHabits } from "/page/web/times.js";
import { avatar, bubbles } from "./bubbles.js";
import { get, live, post } from "./live.js";

const wall = document.getElementById("wall");
const said = document.getElementById("said");
const form = document.getElementById("add");
const drawn = new Map();

live(null, async () => {
  const { phones } = await get("/api/phones");
  const cards = phones.map((phone) => {
    const key = JSON.stringify(phone);
    if (drawn.get(phone.number)?.key !== key) drawn.set(phone.number, { key, card: card(phone) });
    return drawn.get(phone.number).card;
  });
  wall.replaceChildren(...(cards.length ? cards : [h("p", { class: "empty" },
    "Aucun téléphone pour le moment : ils apparaissent quand une relance arrive.")]));
  for (const talk of wall.querySelectorAll(".talk")) {
    talk.scrollTop = talk.scrollHeight;
    talk.querySelectorAll("img").forEach((image) => image.addEventListener("load", () => { talk.scrollTop = talk.scrollHeight; }));
  }
});

function card(phone) {
  useHabits(phone);
  const messages = phone.threads.flatMap((thread) => thread.messages).sort((a, b) => a.seq - b.seq);
  const unread = phone.threads.reduce((sum, thread) => sum + thread.unread, 0);
  return h("a", { class: "device small", href: `/phone/${encodeURIComponent(phone.number)}`, "data-phone": phone.number },
    h("div", { class: "screen" },
      h("header", {}, h("div", { class: "who" }, avatar(phone.name ?? phone.display),
        h("div", {}, h("strong", {}, phone.name ?? phone.display), h("small", {}, phone.name ? phone.display : "Numéro non enregistré"))),
        unread ? h("span", { class: "unread", "aria-label": `${unread} non lus` }, String(unread)) : null),
      h("div", { class: "talk" }, messages.length ? bubbles(messages, phone.today) : h("p", { class: "empty" }, "Aucun message."))));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  try {
    await post("/api/phones", { number: form.elements.number.value });
    form.reset();
  } catch {
    said.textContent = "Ce numéro n’est pas plausible : écrivez-le avec l’indicatif du pays, par exemple +33 6 39 98 01 02.";
  }
});
