// Selection and typing in the grid: arrows, Enter, Tab, F2, Delete, Escape, copy and paste, dropdown lists.
import { chip, letters, paint } from "/static/cells.js";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Editor {
  constructor(sheet, grid) {
    this.sheet = sheet;
    this.grid = grid;
    this.at = { row: 1, column: 0 };
    this.input = null;
    this.list = null;
    sheet.addEventListener("mousedown", (event) => this.clicked(event));
    sheet.addEventListener("dblclick", (event) => { if (event.target.closest("td")) this.open(); });
    sheet.addEventListener("keydown", (event) => (this.list ? this.keyInList(event) : this.input ? this.keyInInput(event) : this.key(event)));
    document.addEventListener("mousedown", (event) => { if (this.list && !this.list.contains(event.target)) this.closeList(); });
    sheet.addEventListener("copy", (event) => this.copy(event));
    sheet.addEventListener("paste", (event) => this.paste(event));
  }

  get td() { return this.grid.cell(this.at.row, this.at.column); }

  show() {
    this.sheet.querySelectorAll(".chosen, .here").forEach((old) => old.classList.remove("chosen", "here"));
    const td = this.td;
    if (!td) return;
    td.classList.add("chosen");
    td.parentElement.firstElementChild.classList.add("here");
    this.sheet.querySelector(`thead th:nth-child(${this.at.column + 2})`).classList.add("here");
    document.getElementById("place").textContent = `${letters(this.at.column)}${this.at.row + 1}`;
    document.getElementById("content").textContent = td.text;
  }

  select(row, column) {
    if (!this.grid.cell(row, column)) return;
    this.at = { row, column };
    this.show();
    this.td.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  clicked(event) {
    const td = event.target.closest("td");
    if (!td || event.target === this.input) return;
    this.commit();
    this.select(td.row, td.column);
    if (event.target.closest(".chip")) {
      event.preventDefault();
      event.stopPropagation();
      this.closeList();
      this.sheet.focus();
      this.openList();
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = this.at;
    if (event.key in MOVES) this.select(row + MOVES[event.key][0], column + MOVES[event.key][1]);
    else if (event.key === "Tab") this.select(row, column + (event.shiftKey ? -1 : 1));
    else if (event.key === "Enter" || event.key === "F2") this.open();
    else if (event.key === "Delete" || event.key === "Backspace") this.grid.write(row, column, "");
    else if (event.key.length === 1) { this.openInput(""); return; }
    else return;
    event.preventDefault();
  }

  open() {
    if (this.input) return;
    if (this.td.choices && this.at.row > 0) this.openList();
    else this.openInput(this.td.text);
  }

  openInput(text) {
    const td = this.td;
    this.input = document.createElement("input");
    this.input.value = text;
    this.input.setAttribute("aria-label", "Contenu de la cellule");
    this.input.onblur = () => this.commit();
    td.classList.add("editing");
    td.replaceChildren(this.input);
    this.input.focus();
  }

  keyInInput(event) {
    const { row, column } = this.at;
    if (event.key === "Escape") this.cancel();
    else if (event.key === "Enter") { this.commit(); this.select(row + 1, column); }
    else if (event.key === "Tab") { this.commit(); this.select(row, column + (event.shiftKey ? -1 : 1)); }
    else return;
    event.preventDefault();
    this.sheet.focus();
  }

  commit() {
    if (!this.input) return;
    const [td, text] = [this.td, this.input.value];
    this.cancel();
    if (text === td.text) return;
    if (td.strict && text && !td.choices.includes(text)) this.grid.complain(`« ${text} » n'est pas dans la liste de cette cellule.`);
    else this.grid.write(td.row, td.column, text);
  }

  cancel() {
    const input = this.input;
    this.input = null;
    if (!input) return;
    input.onblur = null;
    this.td.classList.remove("editing");
    paint(this.td);
  }

  openList() {
    const td = this.td;
    this.list = document.createElement("ul");
    this.list.className = "choices";
    for (const choice of td.choices) {
      const line = document.createElement("li");
      line.append(chip(choice));
      line.classList.toggle("active", choice === td.text);
      line.onclick = () => this.choose(choice);
      this.list.append(line);
    }
    const box = td.getBoundingClientRect();
    document.body.append(this.list);
    const below = box.bottom + this.list.offsetHeight < innerHeight;
    this.list.style.left = `${box.left}px`;
    this.list.style.top = `${below ? box.bottom : box.top - this.list.offsetHeight}px`;
  }

  keyInList(event) {
    const lines = [...this.list.children];
    const now = lines.findIndex((line) => line.classList.contains("active"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = Math.min(Math.max(now + (event.key === "ArrowDown" ? 1 : -1), 0), lines.length - 1);
      lines.forEach((line, index) => line.classList.toggle("active", index === next));
    } else if (event.key === "Enter" && now >= 0) this.choose(lines[now].textContent);
    else if (event.key === "Escape" || event.key === "Tab" || event.key === "Enter") this.closeList();
    else if (event.key.length === 1) { this.closeList(); this.openInput(""); return; }
    else return;
    event.preventDefault();
  }

  choose(choice) {
    this.closeList();
    if (choice !== this.td.text) this.grid.write(this.at.row, this.at.column, choice);
    this.sheet.focus();
  }

  closeList() {
    this.list?.remove();
    this.list = null;
  }

  copy(event) {
    if (this.input) return;
    event.clipboardData.setData("text/plain", this.td.text);
    event.preventDefault();
  }

  async paste(event) {
    if (this.input) return;
    event.preventDefault();
    const { row, column } = this.at;
    const lines = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/);
    for (const [r, line] of lines.entries())
      for (const [c, text] of line.split("\t").entries()) await this.grid.write(row + r, column + c, text);
  }
}
