// The page of one workbook: draws a tab, follows the server each second, and shows which cells moved.
import { letters, paint } from "/static/cells.js";
import { Editor } from "/static/editor.js";

const REFRESH_MS = 1000;
const SHOWN_AT_LEAST = 12;
const id = decodeURIComponent(location.pathname.split("/").pop());
const sheet = document.getElementById("sheet");
const toast = document.getElementById("toast");
const state = { tab: new URLSearchParams(location.search).get("tab") || "", version: 0, rows: [], cells: [], mine: new Set() };

function complain(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => { toast.hidden = true; }, 5000);
}

async function act(verb, body) {
  const answer = await fetch(`/control/${verb}`, { method: "POST", body: JSON.stringify({ id, tab: state.tab, ...body }) });
  const told = await answer.json();
  if (!answer.ok) complain(told.error.message);
  await refresh();
  return answer.ok;
}

async function refresh() {
  const asked = new URLSearchParams({ tab: state.tab, since: state.version });
  let answer;
  try {
    answer = await fetch(`/sheet/${encodeURIComponent(id)}/state?${asked}`);
  } catch {
    say("Hors ligne : le bac à sable ne répond plus");
    return;
  }
  if (answer.status === 204) { say(); return; }
  if (!answer.ok) { say("Ce classeur n'existe pas (ou plus)"); return; }
  draw(await answer.json());
}

function say(problem) {
  const moment = state.changedAt ? `Dernière modification à ${state.changedAt.toLocaleTimeString("fr-FR")}` : "À jour";
  document.getElementById("saved").textContent = problem || moment;
}

function draw(told) {
  const first = state.version === 0 || state.tab !== told.tab;
  if (!first) state.changedAt = new Date();
  Object.assign(state, { version: told.version, tab: told.tab });
  document.title = `${told.title} – Feuille de calcul`;
  document.getElementById("title").textContent = told.title;
  drawTabs(told.tabs);
  const sameShape = !first && told.rows.length === state.rows.length && told.columns === state.columns;
  if (!sameShape) drawTable(told);
  fill(told, sameShape);
  editor.show();
  say();
}

function drawTabs(titles) {
  const tabs = titles.map((title) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(title === state.tab));
    tab.textContent = title;
    tab.onclick = () => { editor.commit(); state.tab = title; state.version = 0; refresh(); };
    return tab;
  });
  document.getElementById("tabs").replaceChildren(...tabs);
}

function width(told, column) {
  const needs = told.rows.map((row, r) => {
    const length = (row[column]?.t || "").length;
    const word = Math.max(0, ...(row[column]?.t || "").split(" ").map((part) => part.length));
    return r < told.frozen ? Math.max(length * 4.6 + 30, word * 9 + 16) : length * 8.4 + (row[column]?.d ? 40 : 16);
  });
  return Math.round(Math.min(Math.max(64, ...needs), 280));
}

function drawTable(told) {
  const table = document.createElement("table");
  const columns = Array.from({ length: told.columns }, (_, c) => c);
  table.innerHTML = `<colgroup><col style="width:44px">${columns.map(() => "<col>").join("")}</colgroup>`
    + `<thead><tr><th></th>${columns.map((c) => `<th scope="col">${letters(c)}</th>`).join("")}</tr></thead>`;
  const body = table.createTBody();
  state.cells = told.rows.map((_, r) => {
    const line = body.insertRow();
    line.className = r < told.frozen ? "frozen" : "";
    line.innerHTML = `<th scope="row">${r + 1}</th>`;
    return columns.map((c) => Object.assign(line.insertCell(), { row: r, column: c }));
  });
  state.columns = told.columns;
  const place = [sheet.scrollLeft, sheet.scrollTop];
  sheet.replaceChildren(table);
  sheet.scrollTo(...place);
}

function fit(told) {
  const [, ...columns] = sheet.querySelectorAll("col");
  const widths = columns.map((_, c) => width(told, c));
  columns.forEach((column, c) => { column.style.width = `${widths[c]}px`; });
  sheet.firstElementChild.style.width = `${44 + widths.reduce((a, b) => a + b, 0)}px`;
}

function fill(told, highlight) {
  fit(told);
  const moved = [];
  told.rows.forEach((row, r) => state.cells[r].forEach((td, c) => {
    const cell = row[c] || {};
    const key = JSON.stringify(cell);
    if (td.key === key) return;
    if (highlight && (td.text || "") !== (cell.t || "") && !state.mine.has(`${r},${c}`)) moved.push(td);
    td.key = key;
    td.text = cell.t || "";
    td.choices = cell.d;
    td.strict = cell.s;
    td.title = td.text.length > 24 ? td.text : "";
    td.classList.toggle("number", Boolean(cell.n));
    if (!td.classList.contains("editing")) paint(td);
  }));
  // A sort or an inserted row moves nearly everything: lighting it all up would show nothing.
  const filled = told.rows.flat().filter((cell) => cell.t).length;
  if (!state.quiet && moved.length <= Math.max(SHOWN_AT_LEAST, filled / 3)) moved.forEach(flash);
  state.quiet = false;
  state.rows = told.rows;
  state.mine.clear();
}

function flash(td) {
  td.classList.remove("changed");
  void td.offsetWidth;
  td.classList.add("changed");
}

const editor = new Editor(sheet, {
  cell: (row, column) => state.cells[row]?.[column],
  write: (row, column, value) => {
    state.mine.add(`${row},${column}`);
    return act("edit", { cell: `${letters(column)}${row + 1}`, value });
  },
  complain,
});

document.querySelector(".tools").onclick = async (event) => {
  const { row, column } = editor.at;
  const header = state.cells[0]?.[column]?.text;
  state.quiet = true;
  switch (event.target.dataset?.act) {
    case "sort": case "sort-down":
      if (!header) { complain("Choisissez d'abord une colonne qui a un titre."); break; }
      await act("sort", { column: header, descending: event.target.dataset.act === "sort-down" });
      break;
    case "insert": await act("insert_row", { row: Math.max(row, 1) + 1 }); break;
    case "delete":
      if (row === 0) complain("La ligne des titres ne se supprime pas ici.");
      else await act("delete_row", { row: row + 1 });
      break;
  }
  sheet.focus();
};

await refresh();
sheet.focus();
setInterval(refresh, REFRESH_MS);
