// The owner's phone: links the web client that waits under a QR code, or ends its session.

import { h } from "/page/web/dom.js";
import { avatar } from "./bubbles.js";
import { get, post } from "./live.js";

const REFRESH_MS = 1500;

const accounts = document.getElementById("accounts");
const said = document.getElementById("said");
let shown = "";

async function refresh() {
  const state = await get("/control/accounts");
  if (JSON.stringify(state) === shown) return;
  shown = JSON.stringify(state);
  accounts.replaceChildren(...state.accounts.map((account) => card(account, state.waiting)));
}

function card(account, waiting) {
  const scan = h("button", { type: "button", class: "scan" }, "Scanner le QR code");
  scan.addEventListener("click", () => link(account.number));
  const code = h("input", { "aria-label": "Code d’association", placeholder: "ABCD-EFGH", autocomplete: "off", size: "11" });
  const byCode = h("form", { class: "by-code" }, code, h("button", { type: "submit" }, "Associer avec ce code"));
  byCode.addEventListener("submit", (event) => {
    event.preventDefault();
    linkByCode(account.number, code.value);
  });
  const leave = h("button", { type: "button", class: "leave" }, "Déconnecter l’appareil");
  leave.addEventListener("click", () => act("/control/fault", { kind: "logout", number: account.number }));
  const words = account.connected ? ["on", "Connecté en ce moment"] : account.linked ? ["idle", "Associé, hors ligne"] : ["off", "Aucun appareil associé"];
  const mirror = h("a", { href: `/?watch=${encodeURIComponent(account.number)}`, target: "_blank" }, "Voir ce que voit l’appareil");
  return h("section", { class: "account" },
    h("div", { class: "who" }, avatar(account.name), h("div", {}, h("strong", {}, account.name), h("small", {}, account.display))),
    h("p", { class: `state ${words[0]}` }, words[1]),
    h("p", { class: "note" }, waiting ? (waiting > 1 ? `${waiting} QR codes attendent d’être scannés.` : "Un QR code attend d’être scanné.") : "Aucun QR code n’est affiché en ce moment."),
    h("div", { class: "buttons" }, scan, account.linked ? leave : null), byCode, mirror);
}

async function link(number) {
  const { linked } = await post("/control/pair", { number });
  said.textContent = linked ? "Appareil associé." : "Aucun QR code à scanner : ouvrez d’abord WhatsApp Web sur l’ordinateur.";
  await refresh();
}

async function linkByCode(number, code) {
  const { linked } = await post("/control/link_code", { number, code: code.trim() });
  said.textContent = linked ? "Appareil associé." : "Ce code n’est pas affiché pour ce numéro, ou il a expiré.";
  await refresh();
}

async function act(address, body) {
  await post(address, body);
  await refresh();
}

await refresh();
setInterval(refresh, REFRESH_MS);
