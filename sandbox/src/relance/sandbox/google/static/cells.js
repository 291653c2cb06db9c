// How one cell is named and painted; shared by the grid and its editor.
const TONES = {
  "payé": "green", "en attente": "blue", "relancé": "amber", "en retard": "red", "à vérifier": "violet",
  "oui": "green", "premier rappel": "blue", "deuxième rappel": "amber", "dernier rappel": "red",
};

export function letters(column) {
  let text = "";
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) text = String.fromCharCode(65 + ((n - 1) % 26)) + text;
  return text;
}

export function chip(text) {
  const made = document.createElement("span");
  made.className = text ? "chip" : "chip empty";
  made.dataset.tone = TONES[text.toLowerCase()] || "";
  made.textContent = text;
  return made;
}

export function paint(td) {
  td.replaceChildren(td.choices && td.row > 0 ? chip(td.text) : td.text);
}
