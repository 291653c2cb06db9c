// The list of workbooks, and the Drive as a tree with who can see what; refreshed every two seconds.
const FOLDER = "application/vnd.google-apps.folder";
const SHEET = "application/vnd.google-apps.spreadsheet";
const REFRESH_MS = 2000;
const ROLES = { owner: "propriétaire", organizer: "gestionnaire", fileOrganizer: "gestionnaire de contenu", writer: "modifie", commenter: "commente", reader: "lit" };
const KINDS = { "image/jpeg": "photo", "image/png": "image", "application/pdf": "PDF" };

function element(tag, { text, ...attributes } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function size(bytes) {
  if (bytes === undefined) return "";
  const units = ["o", "ko", "Mo"];
  let value = Number(bytes), unit = 0;
  while (value >= 1000 && unit < 2) { value /= 1000; unit += 1; }
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: unit ? 1 : 0 })} ${units[unit]}`;
}

function who(file) {
  return element("div", { className: "who" }, ...file.permissions.map((one) => {
    const open = one.type === "anyone" || one.type === "domain";
    const name = one.type === "anyone" ? "Toute personne disposant du lien" : one.emailAddress || `Tout le domaine ${one.domain}`;
    return element("span", { className: open ? "open" : "", text: `${name} : ${ROLES[one.role] || one.role}` });
  }));
}

function moment(file) {
  return new Date(file.modifiedTime).toLocaleString("fr-FR", { dateStyle: "medium", timeStyle: "short" });
}

function card(file) {
  return element("a", { className: "card", href: `/sheet/${encodeURIComponent(file.id)}` },
    element("strong", { text: file.name }), element("small", { text: `Modifié le ${moment(file)}` }));
}

function line(file, depth) {
  const isFolder = file.mimeType === FOLDER;
  const kind = isFolder ? "dossier" : KINDS[file.mimeType] || file.mimeType;
  const name = element("td", {}, element("div", { className: "name", text: `${isFolder ? "📁" : "📄"} ${file.name}` }),
    element("small", { text: `${kind} · ${moment(file)}${file.trashed ? " · dans la corbeille" : ""}` }));
  name.style.paddingLeft = `${14 + depth * 24}px`;
  return element("tr", { className: file.trashed ? "trashed" : "" }, name,
    element("td", { className: "size", text: size(file.size) }), element("td", {}, who(file)));
}

function tree(files) {
  const ids = new Set(files.map((file) => file.id));
  const rows = [];
  const visit = (file, depth) => {
    rows.push(line(file, depth));
    files.filter((child) => child.parents.includes(file.id)).forEach((child) => visit(child, depth + 1));
  };
  files.filter((file) => !file.parents.some((parent) => ids.has(parent))).forEach((file) => visit(file, 0));
  const head = element("tr", {}, element("th", { text: "Nom" }), element("th", { className: "size", text: "Taille" }), element("th", { text: "Qui y a accès" }));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

let last = "";
async function refresh() {
  const answer = await fetch("/control/drive").then((told) => told.text()).catch(() => last);
  if (answer === last) return;
  last = answer;
  const { files } = JSON.parse(answer);
  const books = files.filter((file) => file.mimeType === SHEET);
  const others = files.filter((file) => file.mimeType !== SHEET);
  const none = (text) => element("p", { className: "none", text });
  document.getElementById("books").replaceChildren(...(books.length ? books.map(card) : [none("Aucun classeur pour l'instant.")]));
  document.getElementById("drive").replaceChildren(others.length ? tree(others) : none("Aucun document reçu pour l'instant."));
}

await refresh();
setInterval(refresh, REFRESH_MS);
